//! The envelope of a message: who gets it, and who hears when they do not.

use std::fmt;

/// The most octets of an address: RFC 5321 §4.5.3.1.3 allows a path of 256 with its brackets.
const MAX_ADDRESS: usize = 254;

/// From whom and to whom one message goes. Both can stand in a command as they are: nothing in
/// them ends the line or the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    sender: String,
    recipient: String,
}

/// Why an address cannot stand in an envelope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// It holds what would end the line or the path, or is no address at all.
    #[error("`{0}` cannot stand in an envelope")]
    Malformed(String),
    /// It is longer than any server need accept.
    #[error("the address is longer than {MAX_ADDRESS} bytes")]
    Long,
}

impl Envelope {
    /// An envelope from `sender`, where bounces go, to `recipient`. Domains are A-labels already.
    ///
    /// # Errors
    /// When an address cannot stand between `<` and `>`.
    pub fn new(sender: &str, recipient: &str) -> Result<Self, EnvelopeError> {
        check(sender)?;
        check(recipient)?;
        Ok(Self { sender: sender.to_owned(), recipient: recipient.to_owned() })
    }

    /// Where bounces go.
    pub fn sender(&self) -> &str {
        &self.sender
    }

    /// Who gets the message.
    pub fn recipient(&self) -> &str {
        &self.recipient
    }

    /// Whether the server must offer SMTPUTF8 (RFC 6531).
    pub fn needs_smtputf8(&self) -> bool {
        !(self.sender.is_ascii() && self.recipient.is_ascii())
    }
}

impl fmt::Display for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.sender, self.recipient)
    }
}

/// A last look at the wire's edge; `address` has told addresses from other text long before.
fn check(address: &str) -> Result<(), EnvelopeError> {
    if address.len() > MAX_ADDRESS {
        return Err(EnvelopeError::Long);
    }
    let whole = address.rsplit_once('@').is_some_and(|(local, domain)| {
        let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
        let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '>');
        !local.is_empty() && !domain.is_empty() && !domain.contains(ends) && (quoted || !local.contains(ends))
    });
    if whole && !address.contains(char::is_control) {
        Ok(())
    } else {
        Err(EnvelopeError::Malformed(address.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Envelope, EnvelopeError};

    #[test]
    fn an_address_cannot_end_the_command_it_stands_in() {
        for address in
            ["", "a", "@b", "a@", "a@b\r\nRCPT TO:<c@d>", "a@b>", "a b@c", "a@b SIZE=1", "a\0@b", "\"a\nb\"@c", "<a@b>"]
        {
            assert!(matches!(Envelope::new("s@x", address), Err(EnvelopeError::Malformed(_))), "{address:?}");
            assert!(Envelope::new(address, "s@x").is_err());
        }
        assert_eq!(Envelope::new("s@x", &format!("{}@x", "a".repeat(300))), Err(EnvelopeError::Long));
    }

    #[test]
    fn odd_but_legal_addresses_pass() {
        for address in ["a@b.example", "\"a b\"@c.example", "a+b=c@d.example", "a@[192.0.2.1]"] {
            assert!(!Envelope::new("s@x", address).unwrap().needs_smtputf8(), "{address}");
        }
        assert!(Envelope::new("s@x", "用户@b.example").unwrap().needs_smtputf8());
    }
}
