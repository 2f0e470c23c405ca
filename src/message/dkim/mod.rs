//! DKIM signatures (RFC 6376; Ed25519 by RFC 8463): relaxed/relaxed, over the whole body, and over
//! every field that a reader or a mail program goes by, so that none can be added either.

mod key;
mod relaxed;
#[cfg(test)]
mod tests;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub use key::{Algorithm, DnsRecord, KeyError, PrivateKey};

use crate::address::EmailAddress;
use crate::message::Message;

/// The fields that are signed, each once more than it is there: another one makes the signature
/// invalid.
const SIGNED: [&str; 14] = [
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Archive",
    "Feedback-ID",
    "Precedence",
];

/// The columns of a line at most.
const COLUMNS: usize = 76;

/// Why there is no signer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignerError {
    /// The domain cannot be one.
    #[error("`{0}` is not a domain that mail can be signed for")]
    Domain(String),
    /// The selector cannot stand in the name of a DNS record.
    #[error("`{0}` is not a selector: it stands in a domain name, as `news` or `s2026`")]
    Selector(String),
}

impl SignerError {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Domain(_) => "write the domain alone, as `example.org`",
            Self::Selector(_) => "write letters, digits and `-`; a new key gets a new name",
        }
    }
}

/// The library for cryptography could not sign, which it does not explain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the message could not be signed")]
pub struct SignError;

/// Signs messages for one domain, with one key or two. It exists only complete, and shows no key.
pub struct Signer {
    domain: String,
    keys: Vec<(String, PrivateKey)>,
}

impl Signer {
    /// Signs for `domain` with the key whose other half stands at `selector`.
    ///
    /// # Errors
    /// When domain or selector cannot be.
    pub fn new(domain: &str, selector: &str, key: PrivateKey) -> Result<Self, SignerError> {
        let domain = self::domain(domain)?;
        Ok(Self { domain, keys: vec![(self::selector(selector)?, key)] })
    }

    /// The same with a second signature, by a key of another algorithm.
    ///
    /// # Errors
    /// When the selector cannot be.
    pub fn and(mut self, selector: &str, key: PrivateKey) -> Result<Self, SignerError> {
        self.keys.push((self::selector(selector)?, key));
        Ok(self)
    }

    /// The domain that it signs for.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Whether no signature is one that every server can check, as an RSA one is (RFC 8463 §1).
    pub fn is_ed25519_alone(&self) -> bool {
        self.keys.iter().all(|(_, key)| key.algorithm() == Algorithm::Ed25519)
    }

    /// The records in which the world finds the public halves.
    ///
    /// # Errors
    /// As [`PrivateKey::dns_record`].
    pub fn dns_records(&self) -> Result<Vec<DnsRecord>, KeyError> {
        self.keys.iter().map(|(selector, key)| key.dns_record(selector, &self.domain)).collect()
    }

    /// The fields that go before the message. `time`, in Unix seconds, is that of its `Date`: then
    /// the same message is signed in the same words.
    ///
    /// # Errors
    /// When the library refuses, which has no known cause.
    pub fn sign(&self, message: &Message, time: i64) -> Result<Vec<u8>, SignError> {
        let header = relaxed::fields(message.header());
        let (names, mut signed) = (names(&header), Vec::with_capacity(2048));
        relaxed::push_signed(&header, &names, &mut signed);
        let body_hash = STANDARD.encode(message.body_hash());
        let mut made = Vec::new();
        for (selector, key) in &self.keys {
            let field = field(key.algorithm(), &self.domain, selector, time, &names, &body_hash);
            let kept = signed.len();
            relaxed::push_field("dkim-signature", field.as_bytes(), &mut signed);
            let signature = key.sign(&signed)?;
            signed.truncate(kept);
            made.extend_from_slice(b"DKIM-Signature:");
            made.extend_from_slice(field.as_bytes());
            push_folded(&STANDARD.encode(signature), &mut made);
            made.extend_from_slice(b"\r\n");
        }
        Ok(made)
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.keys.iter().map(|(selector, key)| (selector, key.algorithm())).collect();
        f.debug_struct("Signer").field("domain", &self.domain).field("keys", &keys).finish()
    }
}

fn domain(text: &str) -> Result<String, SignerError> {
    let address = EmailAddress::parse(&format!("a@{text}"));
    address.map(|address| address.domain().to_owned()).map_err(|_| SignerError::Domain(text.to_owned()))
}

fn selector(text: &str) -> Result<String, SignerError> {
    let label = |label: &str| {
        let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        !label.is_empty() && label.len() <= 63 && label.chars().all(inside) && !label.starts_with('-')
    };
    if text.len() <= 100 && text.split('.').all(label) {
        Ok(text.to_owned())
    } else {
        Err(SignerError::Selector(text.to_owned()))
    }
}

/// The names of `h=`.
fn names(header: &[relaxed::Field<'_>]) -> Vec<&'static str> {
    let times = |name: &str| header.iter().filter(|field| field.name.eq_ignore_ascii_case(name)).count() + 1;
    SIGNED.iter().flat_map(|name| std::iter::repeat_n(*name, times(name))).collect()
}

/// The value of the field as far as its signature, which it is signed without.
fn field(algorithm: Algorithm, domain: &str, selector: &str, time: i64, names: &[&str], body_hash: &str) -> String {
    let mut field = format!(
        " v=1; a={}; c=relaxed/relaxed;\r\n d={domain};\r\n s={selector}; t={};\r\n h=",
        algorithm.tag(),
        time.max(0)
    );
    let mut column = 3;
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            field.push(':');
            column += 1;
            if column + name.len() + 1 > COLUMNS {
                field += "\r\n ";
                column = 1;
            }
        }
        field += name;
        column += name.len();
    }
    field + ";\r\n bh=" + body_hash + ";\r\n b="
}

/// Base64 after ` b=`, folded.
fn push_folded(text: &str, out: &mut Vec<u8>) {
    let mut column = 3;
    for byte in text.bytes() {
        if column == COLUMNS {
            out.extend_from_slice(b"\r\n ");
            column = 1;
        }
        out.push(byte);
        column += 1;
    }
}
