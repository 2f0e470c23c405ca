//! Mail addresses, read once where they come in. `docs/addresses.md` tells the policy.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

use std::fmt;

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Serialize};

/// The octets before the `@`, at most (RFC 5321 §4.5.3.1.1).
const MAX_LOCAL: usize = 64;
/// The octets of the whole, at most: a path of 256 without its brackets (RFC 5321 §4.5.3.1.3).
const MAX: usize = 254;

/// A mail address that a message can be sent to (RFC 5321, RFC 6531).
///
/// Of the forms that are legal and odd, these are refused, because nearly all of them are mistakes
/// and many servers cannot handle the rest: quoted local parts, IP addresses in the place of a
/// domain, comments and spaces, domains of one word (but for `localhost`) and such as end in a
/// number. A local part outside ASCII is accepted and asks for SMTPUTF8; a domain outside ASCII
/// becomes A-labels (UTS #46, non-transitional).
///
/// The local part is kept as it was written; the domain is in lower case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress {
    text: String,
    /// Where the `@` stands.
    at: usize,
}

/// Why a text is not an address that we send to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` {fault}")]
pub struct AddressError {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub fault: AddressFault,
}

/// What is wrong with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum AddressFault {
    /// It is none.
    #[error("is not a mail address")]
    Shape,
    /// It has more octets than SMTP carries.
    #[error("is longer than {MAX} octets, or has more than {MAX_LOCAL} before its `@`")]
    Length,
    /// With a token in its place it has more octets before its `@` than SMTP carries: so many.
    #[error("grows to {0} characters before its `@` once a token stands there, and {MAX_LOCAL} are the most")]
    NoRoom(usize),
    /// `"a b"@example.org`.
    #[error("has a quoted name before its `@`")]
    Quoted,
    /// `a@[192.0.2.1]`.
    #[error("has an IP address after its `@`")]
    Literal,
    /// `a(work)@example.org`, or with a space or line end in or around it.
    #[error("holds a space or a comment")]
    Space,
    /// Control characters, or such as cannot be seen.
    #[error("holds a line end or another character that cannot be seen")]
    Hidden,
    /// The domain has a form that none can have.
    #[error("has a domain that cannot exist")]
    Domain,
    /// `a@example`.
    #[error("has a domain without a dot")]
    SingleLabel,
    /// Its local part is outside ASCII where it has to be in it, as of a sender: every server on
    /// every way would have to know SMTPUTF8 (RFC 6531).
    #[error("has letters outside ASCII before its `@`, which most mail servers refuse")]
    NeedsSmtpUtf8,
}

impl AddressFault {
    /// What to do about it.
    pub fn help(self) -> &'static str {
        match self {
            Self::Shape => "write it as `name@example.org`",
            Self::Length => "ask its owner for the address; this one cannot be sent to",
            Self::NoRoom(_) => "shorten what stands before and after `{token}`",
            Self::Quoted | Self::Literal => "ask its owner for another; many mail servers refuse this form",
            Self::Space => "write the address alone, without a name or spaces",
            Self::Hidden => "type it anew: it was probably copied from a page or a document",
            Self::Domain | Self::SingleLabel => "look for a slip after the `@`",
            Self::NeedsSmtpUtf8 => "use an address in plain letters",
        }
    }
}

impl EmailAddress {
    /// Reads an address: nothing before it, nothing after it.
    ///
    /// # Errors
    /// When it is none, or of a form that is refused.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        parse(text).map_err(|fault| AddressError { text: text.to_owned(), fault })
    }

    /// An address that this program writes itself, lower case and in ASCII.
    pub(crate) fn known(text: &'static str) -> Self {
        debug_assert!(Self::parse(text).is_ok_and(|address| address.text == text));
        Self { text: text.to_owned(), at: text.find('@').unwrap_or_default() }
    }

    /// The whole, as SMTP takes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands before the `@`, as it was written.
    pub fn local(&self) -> &str {
        self.text.get(..self.at).unwrap_or_default()
    }

    /// What stands after the `@`: lower case, A-labels.
    pub fn domain(&self) -> &str {
        self.text.get(self.at + 1..).unwrap_or_default()
    }

    /// By what two addresses are told to be the same: the domain as it is, the local part with its
    /// ASCII letters in lower case.
    ///
    /// To SMTP `Ada@` and `ada@` are two mailboxes (RFC 5321 §2.4), but hardly a server makes a
    /// difference. Taking two for one costs nearly nobody a letter; taking one for two sends some
    /// reader two of each, and sends on to `ada@` after `Ada@` has left. Dots and `+tags` count,
    /// for what they mean is each provider's own affair. Only ASCII is folded, so that no new
    /// edition of Unicode changes a key that is stored.
    pub fn key(&self) -> String {
        self.text.to_ascii_lowercase()
    }

    /// Whether its local part is outside ASCII, which only servers with SMTPUTF8 take.
    pub fn needs_smtputf8(&self) -> bool {
        !self.text.is_ascii()
    }

    /// The same where the address has to be in ASCII, as a sender's.
    ///
    /// # Errors
    /// When it is not.
    pub fn in_ascii(&self) -> Result<&Self, AddressError> {
        if self.needs_smtputf8() {
            return Err(AddressError { text: self.text.clone(), fault: AddressFault::NeedsSmtpUtf8 });
        }
        Ok(self)
    }
}

/// An address that may hold the place of a token before its `@`: `bounce+{token}@example.org`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenAddress(EmailAddress);

impl TokenAddress {
    /// The place of the token.
    const MARK: &str = "{token}";
    /// The characters of the longest token there is.
    const LONGEST: usize = 45;

    /// Reads an address in plain letters, with the mark or without it.
    ///
    /// # Errors
    /// When it is none, or has no room for a token.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let wrong = |error: AddressError| AddressError { text: text.to_owned(), ..error };
        // Braces are letters like others to SMTP.
        let address = EmailAddress::parse(text).map_err(wrong)?;
        let filled = text.replace(Self::MARK, &"a".repeat(Self::LONGEST));
        let local = filled.rsplit_once('@').map_or(0, |(local, _)| local.len());
        if local > MAX_LOCAL {
            return Err(AddressError { text: text.to_owned(), fault: AddressFault::NoRoom(local) });
        }
        EmailAddress::parse(&filled).map_err(wrong)?;
        address.in_ascii()?;
        Ok(Self(address))
    }

    /// The address with a token of letters and digits in its place.
    pub fn fill(&self, token: &str) -> EmailAddress {
        debug_assert!(token.len() <= Self::LONGEST && token.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let local = self.0.local().replace(Self::MARK, token);
        EmailAddress { at: local.len(), text: format!("{local}@{}", self.0.domain()) }
    }

    /// The address with the mark.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress({:?})", self.text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.text
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        Self::parse(&text)
    }
}

impl std::str::FromStr for EmailAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::parse(text)
    }
}

fn parse(text: &str) -> Result<EmailAddress, AddressFault> {
    let (local, domain) = text.rsplit_once('@').ok_or(AddressFault::Shape)?;
    if local.is_empty() || domain.is_empty() {
        return Err(AddressFault::Shape);
    }
    if text.contains(is_hidden) {
        return Err(AddressFault::Hidden);
    }
    if domain.starts_with('[') && domain.ends_with(']') {
        return Err(AddressFault::Literal);
    }
    let quoted = local.len() > 1 && local.starts_with('"') && local.ends_with('"');
    if quoted {
        return Err(AddressFault::Quoted);
    }
    if text.contains(|c: char| c.is_whitespace() || matches!(c, '(' | ')')) {
        return Err(AddressFault::Space);
    }
    // RFC 6531 adds all that is outside ASCII to what an atom may hold, but the crate knows letters
    // alone, which many a script's signs are not.
    let grammar: String = local.chars().map(|c| if c.is_ascii() { c } else { 'a' }).collect();
    let fits = local.len() <= MAX_LOCAL;
    if fits && !email_address::EmailAddress::is_valid_local_part(&grammar) {
        return Err(AddressFault::Shape);
    }
    let domain = Uts46::new()
        .to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify)
        .map_err(|_| AddressFault::Domain)?;
    let last = domain.rsplit('.').next().unwrap_or_default();
    if last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(AddressFault::Domain);
    }
    if last == domain && domain != "localhost" {
        return Err(AddressFault::SingleLabel);
    }
    let text = format!("{local}@{domain}");
    if fits && text.len() <= MAX { Ok(EmailAddress { text, at: local.len() }) } else { Err(AddressFault::Length) }
}

/// Control characters, those that turn the direction of a text, and those without width: what
/// makes two addresses look like one.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
        || matches!(c, '\u{fff0}'..='\u{fffd}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{AddressFault, EmailAddress, TokenAddress};

    fn fault(text: &str) -> Option<AddressFault> {
        EmailAddress::parse(text).err().map(|error| error.fault)
    }

    #[test]
    fn an_address_keeps_its_local_part_and_folds_its_domain() {
        let address = EmailAddress::parse("Ada.L+news@Example.ORG").unwrap();
        assert_eq!((address.local(), address.domain()), ("Ada.L+news", "example.org"));
        assert_eq!(address.as_str(), "Ada.L+news@example.org");
        assert_eq!(address.key(), "ada.l+news@example.org");
        assert!(!address.needs_smtputf8());
    }

    #[test]
    fn a_domain_outside_ascii_becomes_a_labels() {
        for text in ["a@例え.jp", "a@例え。jp", "a@XN--r8jz45g.JP"] {
            assert_eq!(EmailAddress::parse(text).unwrap().as_str(), "a@xn--r8jz45g.jp");
        }
        // Not as `ss`, which is another domain.
        assert_eq!(EmailAddress::parse("a@straße.de").unwrap().domain(), "xn--strae-oqa.de");
    }

    #[test]
    fn a_local_part_outside_ascii_asks_for_smtputf8() {
        for text in ["王芳@example.org", "हिन्दी@example.org", "pelé@example.org"] {
            let address = EmailAddress::parse(text).unwrap();
            assert!(address.needs_smtputf8());
            assert_eq!(address.in_ascii().unwrap_err().fault, AddressFault::NeedsSmtpUtf8);
        }
        // Only letters of ASCII are folded.
        assert_eq!(EmailAddress::parse("PELÉ@example.org").unwrap().key(), "pelÉ@example.org");
    }

    #[test]
    fn odd_but_legal_forms_are_refused_by_name() {
        for (text, expected) in [
            ("\"a b\"@example.org", AddressFault::Quoted),
            ("a@[192.0.2.1]", AddressFault::Literal),
            ("a@[IPv6:2001:db8::1]", AddressFault::Literal),
            ("a(work)@example.org", AddressFault::Space),
            (" a@example.org", AddressFault::Space),
            ("a @example.org", AddressFault::Space),
            ("Ada <ada@example.org>", AddressFault::Space),
            ("a@example", AddressFault::SingleLabel),
            ("a@192.0.2.1", AddressFault::Domain),
            ("a@exa_mple.org", AddressFault::Domain),
            ("a@example.org.", AddressFault::Domain),
            ("a@-example.org", AddressFault::Domain),
            ("a@xn--zzzzzzzz999999.org", AddressFault::Domain),
            ("a\u{200b}@example.org", AddressFault::Hidden),
            ("a\u{202e}b@example.org", AddressFault::Hidden),
            ("a@exam\u{ad}ple.org", AddressFault::Hidden),
            ("a\0@example.org", AddressFault::Hidden),
            ("a@b@example.org", AddressFault::Shape),
            ("a..b@example.org", AddressFault::Shape),
            ("<a@example.org>", AddressFault::Shape),
            ("", AddressFault::Shape),
        ] {
            assert_eq!(fault(text), Some(expected), "{text:?}");
        }
        assert_eq!(fault("root@localhost"), None);
    }

    #[test]
    fn a_name_with_line_ends_is_no_address() {
        for text in ["a\r\nBcc: b@example.org", "a@example.org\r\nBcc: b@c.de", "a@example.org\n", "\n@example.org"] {
            assert_eq!(fault(text), Some(AddressFault::Hidden), "{text:?}");
        }
    }

    #[test]
    fn lengths_are_counted_in_octets_as_sent() {
        let local = "a".repeat(64);
        assert_eq!(fault(&format!("{local}@example.org")), None);
        assert_eq!(fault(&format!("{local}a@example.org")), Some(AddressFault::Length));
        assert_eq!(fault(&format!("{}@example.org", "é".repeat(33))), Some(AddressFault::Length));
        let domain = format!("{0}.{0}.{0}", "b".repeat(61));
        assert_eq!(fault(&format!("{}@{domain}.org", "a".repeat(64))), None);
        assert_eq!(fault(&format!("{}@{domain}.info", "a".repeat(64))), Some(AddressFault::Length));
        assert_eq!(fault(&format!("a@{}.org", "b".repeat(64))), Some(AddressFault::Domain));
    }

    #[test]
    fn a_token_has_its_place_before_the_at_sign() {
        let address = TokenAddress::parse("bounce+{token}@例え.jp").unwrap();
        assert_eq!(address.fill("abc2").as_str(), "bounce+abc2@xn--r8jz45g.jp");
        assert_eq!(address.fill("abc2").local(), "bounce+abc2");
        assert_eq!(TokenAddress::parse("bounces@e.org").unwrap().fill("abc2").as_str(), "bounces@e.org");
        for (text, expected) in [
            ("a-name-that-is-much-too-long+{token}@e.org", AddressFault::NoRoom(74)),
            ("é+{token}@e.org", AddressFault::NeedsSmtpUtf8),
            ("{token}", AddressFault::Shape),
        ] {
            let error = TokenAddress::parse(text).unwrap_err();
            assert_eq!((error.fault, &*error.text), (expected, text));
        }
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_read_again_as_itself(text in "[A-Za-z.+é文\"\\\\() -]{1,12}@[A-Za-z0-9.é文-]{1,20}") {
            if let Ok(address) = EmailAddress::parse(&text) {
                prop_assert_eq!(EmailAddress::parse(address.as_str()), Ok(address.clone()));
                prop_assert_eq!(EmailAddress::parse(&address.key()).unwrap().key(), address.key());
                prop_assert!(address.domain().is_ascii());
            }
        }

        #[test]
        fn nothing_accepted_can_end_a_line_or_leave_its_brackets(text in any::<String>(), domain in any::<String>()) {
            for text in [text.clone(), format!("{text}@example.org"), format!("a{text}@{domain}.org")] {
                if let Ok(address) = EmailAddress::parse(&text) {
                    let bad = |c: char| c.is_control() || c.is_whitespace() || "<>\",;:()[]\\".contains(c);
                    prop_assert!(!address.as_str().contains(bad), "{address:?}");
                    prop_assert_eq!(address.as_str().matches('@').count(), 1);
                }
            }
        }
    }
}
