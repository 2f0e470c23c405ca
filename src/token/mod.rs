//! Tokens: what stands in addresses and links for one subscriber of one list, readable by nobody
//! and made by nobody but the holder of the keys. `docs/tokens.md` describes the format.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

mod base32;
mod key;
mod mint;
#[cfg(test)]
mod tests;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub use key::{KeyRing, KeyRingError, RootKey};
pub use mint::{Mint, Tokens};

/// The version that is written, and the only one there is.
const VERSION: u8 = 1;
/// The octets of a token.
const LEN: usize = 28;
/// The octets that its tag covers.
const SIGNED: usize = 16;
/// The octets of its tag.
const TAG: usize = LEN - SIGNED;
/// The characters of a token in an address on the web.
const URL_LEN: usize = 38;
/// The characters of a token in a local part.
const LOCAL_LEN: usize = 45;

/// A subscriber as the outside knows them: eight random octets, given once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicId(pub [u8; 8]);

/// One list of a publication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListId(pub u16);

/// One campaign of a list. 0 stands for none, as in a link that belongs to no issue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CampaignId(pub u32);

impl fmt::Display for PublicId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Display for CampaignId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a token may be used for. One made for a purpose is worth nothing for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Ends a subscription.
    Unsubscribe,
    /// Opens the page of one's own settings.
    Preferences,
    /// Stands in the envelope's sender, where bounces go (VERP).
    Bounce,
    /// Stands before the `@` of a Message-ID.
    MessageId,
    /// Nothing: it stands in test copies, and no reading of it gives claims.
    Test,
}

impl Purpose {
    /// Its name, by which keys are derived.
    fn name(self) -> &'static str {
        match self {
            Self::Unsubscribe => "unsubscribe",
            Self::Preferences => "preferences",
            Self::Bounce => "bounce",
            Self::MessageId => "message-id",
            Self::Test => "test",
        }
    }
}

/// What a token says, once its tag has proved it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The list.
    pub list: ListId,
    /// The subscriber.
    pub subscriber: PublicId,
    /// The issue that it came with, so that a leave is counted to it.
    pub campaign: CampaignId,
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is none in either form: cut off, perhaps, or with something at its end.
    #[error("this is not a token: it has {URL_LEN} characters in a link and {LOCAL_LEN} in a mail address")]
    Shape,
    /// It is as long as a token, and cannot be one: a slip, mostly in its last character.
    #[error("a character of the token is wrong, mostly the last one")]
    Misspelt,
    /// It comes from a later version of the program.
    #[error("the token is of version {0}, which this program does not know")]
    Version(u8),
    /// Its key is not in the ring: the keys were lost, or it belongs to another publication.
    #[error("the token was made with key {0}, which is not among the keys of this publication")]
    UnknownKey(u8),
    /// Its tag is not ours: a character was changed, or it was made for another purpose.
    #[error("the token is not genuine, or was made for something else")]
    Forged,
    /// It comes from a test copy.
    #[error("the token comes from a test copy and stands for nobody")]
    Inert,
}

/// One token.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Token([u8; LEN]);

impl Token {
    /// As it stands in a link: 38 characters of base64url. The first is always `A`.
    pub fn to_url(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// As it stands in a local part: 45 lower-case letters and digits, for mail servers may fold
    /// the case.
    pub fn to_local_part(self) -> String {
        base32::encode(&self.0)
    }

    /// Reads either form, told apart by its length.
    fn parse(text: &str) -> Result<Self, TokenError> {
        let bytes = match text.len() {
            URL_LEN => URL_SAFE_NO_PAD.decode(text).ok(),
            LOCAL_LEN => base32::decode(text),
            _ => return Err(TokenError::Shape),
        };
        bytes.and_then(|bytes| bytes.try_into().ok()).map(Self).ok_or(TokenError::Misspelt)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Whoever holds the whole can use it.
        write!(f, "Token({}…)", self.to_url().get(..8).unwrap_or_default())
    }
}
