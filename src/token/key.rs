//! The keys of tokens. A new one may come at any time; the old ones verify for ever, since an
//! unsubscribe link has no end.

use std::fmt;

use aws_lc_rs::hmac::{self, HMAC_SHA256};

use crate::token::{CampaignId, Claims, ListId, PublicId, Purpose, SIGNED, TAG, Token, TokenError, VERSION};

/// 32 random octets that all keys of tokens are derived from.
pub type RootKey = [u8; 32];

/// What separates our keys from whatever else is derived from the same octets.
const CONTEXT: &[u8] = b"newsletter token 1 ";
/// The version of [`KeyRing::to_bytes`].
const RING_VERSION: u8 = 1;
/// Why stored keys cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRingError {
    /// The octets are none that [`KeyRing::to_bytes`] gives.
    #[error("the stored keys of tokens are damaged")]
    Damaged,
    /// They come from a later version of the program.
    #[error("the stored keys of tokens are of version {0}, which this program does not know")]
    Version(u8),
    /// There are 256 keys.
    #[error("there are 256 keys of tokens, and no number is left for another")]
    Full,
}

/// All keys, the newest of which makes new tokens. Losing them kills every link in mails that are
/// out.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyRing {
    /// Those before the newest; a key's number is its place.
    older: Vec<RootKey>,
    newest: RootKey,
}

impl KeyRing {
    /// The ring of a new publication, with one key made of random octets.
    pub fn new(root: RootKey) -> Self {
        Self { older: Vec::new(), newest: root }
    }

    /// Adds a key, which makes all tokens from here on.
    ///
    /// # Errors
    /// When there are 256.
    pub fn add(&mut self, root: RootKey) -> Result<(), KeyRingError> {
        if self.newest() == u8::MAX {
            return Err(KeyRingError::Full);
        }
        self.older.push(std::mem::replace(&mut self.newest, root));
        Ok(())
    }

    /// The number of the key that makes tokens.
    pub fn newest(&self) -> u8 {
        // There are never more than 256, as both ways in see to.
        u8::try_from(self.older.len()).unwrap_or(u8::MAX)
    }

    /// The ring as it was while `number` was the newest: what a campaign that began then goes on
    /// with, so that it sends the same bytes again.
    pub fn as_of(&self, number: u8) -> Option<Self> {
        let newest = *self.key(number)?;
        Some(Self { older: self.older.iter().take(usize::from(number)).copied().collect(), newest })
    }

    /// The ring as it is stored: a version, then the keys from the oldest to the newest.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![RING_VERSION];
        bytes.extend(self.older.iter().flatten());
        bytes.extend(self.newest);
        bytes
    }

    /// Reads a stored ring.
    ///
    /// # Errors
    /// When it is damaged or too new.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyRingError> {
        let keys = match bytes.split_first() {
            Some((&RING_VERSION, keys)) => keys,
            Some((&version, _)) => return Err(KeyRingError::Version(version)),
            None => return Err(KeyRingError::Damaged),
        };
        let keys: Result<Vec<RootKey>, _> = keys.chunks(size_of::<RootKey>()).map(TryInto::try_into).collect();
        let mut older = keys.ok().filter(|keys| keys.len() <= 256).ok_or(KeyRingError::Damaged)?;
        let newest = older.pop().ok_or(KeyRingError::Damaged)?;
        Ok(Self { older, newest })
    }

    fn key(&self, number: u8) -> Option<&RootKey> {
        if number == self.newest() { Some(&self.newest) } else { self.older.get(usize::from(number)) }
    }

    /// Makes a token with the newest key.
    pub fn mint(&self, purpose: Purpose, list: ListId, subscriber: PublicId, campaign: CampaignId) -> Token {
        tag(&derive(&self.newest, purpose, list), self.newest(), list, subscriber, campaign)
    }

    pub(super) fn newest_root(&self) -> &RootKey {
        &self.newest
    }

    /// Reads a token in either form.
    ///
    /// # Errors
    /// When it is not one that this ring made for `purpose`.
    pub fn read(&self, text: &str, purpose: Purpose) -> Result<Claims, TokenError> {
        let Token(bytes) = Token::parse(text)?;
        let [version, key, l0, l1, s0, s1, s2, s3, s4, s5, s6, s7, c0, c1, c2, c3, tag @ ..] = bytes;
        if version != VERSION {
            return Err(TokenError::Version(version));
        }
        let root = self.key(key).ok_or(TokenError::UnknownKey(key))?;
        let claims = Claims {
            list: ListId(u16::from_be_bytes([l0, l1])),
            subscriber: PublicId([s0, s1, s2, s3, s4, s5, s6, s7]),
            campaign: CampaignId(u32::from_be_bytes([c0, c1, c2, c3])),
        };
        let signed = bytes.get(..SIGNED).unwrap_or_default();
        let is_for = |purpose| {
            let expected = hmac::sign(&derive(root, purpose, claims.list), signed);
            let expected = expected.as_ref().get(..TAG).unwrap_or_default();
            aws_lc_rs::constant_time::verify_slices_are_equal(expected, &tag).is_ok()
        };
        match purpose {
            Purpose::Test => Err(if is_for(Purpose::Test) { TokenError::Inert } else { TokenError::Forged }),
            purpose if is_for(purpose) => Ok(claims),
            _ if is_for(Purpose::Test) => Err(TokenError::Inert),
            _ => Err(TokenError::Forged),
        }
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing").field("keys", &(self.older.len() + 1)).finish_non_exhaustive()
    }
}

/// The key for one purpose in one list: HKDF-SHA256 without a salt (RFC 5869). Of a single block
/// it is two HMACs, which cannot fail.
/// The token that the key `number` makes, of which `key` was derived.
pub(super) fn tag(key: &hmac::Key, number: u8, list: ListId, subscriber: PublicId, campaign: CampaignId) -> Token {
    let mut signed = [0; SIGNED];
    let parts: [&[u8]; 5] = [&[VERSION], &[number], &list.0.to_be_bytes(), &subscriber.0, &campaign.0.to_be_bytes()];
    for (place, byte) in signed.iter_mut().zip(parts.into_iter().flatten()) {
        *place = *byte;
    }
    let tag = hmac::sign(key, &signed);
    let mut token = [0; SIGNED + TAG];
    for (place, byte) in token.iter_mut().zip(signed.iter().chain(tag.as_ref())) {
        *place = *byte;
    }
    Token(token)
}

pub(super) fn derive(root: &RootKey, purpose: Purpose, list: ListId) -> hmac::Key {
    let pseudorandom = hmac::sign(&hmac::Key::new(HMAC_SHA256, &[]), root);
    let info: [&[u8]; 5] = [CONTEXT, purpose.name().as_bytes(), &[0], &list.0.to_be_bytes(), &[1]];
    let block = hmac::sign(&hmac::Key::new(HMAC_SHA256, pseudorandom.as_ref()), &info.concat());
    hmac::Key::new(HMAC_SHA256, block.as_ref())
}
