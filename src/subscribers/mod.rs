//! The list: who reads, who left, and who must not be written to.
//!
//! [`List`] is the door to it. What comes in from files is in `import`, what goes out in `export`,
//! mails that come back in [`mail`]; [`query`] makes SQL of segments. Nobody is written to who
//! unsubscribed or stands in the suppression list, and no import brings such an address back.

mod change;
pub mod csv;
mod export;
mod forget;
mod ignore;
mod import;
pub mod mail;
pub mod query;
mod record;
mod stats;
mod subscriber;
pub mod suppression;
mod text;
mod value;

pub use change::{Added, Left, Tagging};
pub use export::{Export, ExportError, Form, Formulas};
pub use forget::Forgotten;
pub use ignore::{Ignored, ignore};
pub use import::{BadLine, Fault, Import, ImportError, Imported, Options};
pub use record::{Mapping, MappingError, Record};
pub use stats::{Counts, Stats, Week};
pub use subscriber::{State, Subscriber, Which};
pub use value::ValueError;

use std::path::Path;

use aws_lc_rs::hmac::{self, HMAC_SHA256};

use crate::address::EmailAddress;
use crate::store::{Store, StoreError, Tx, values};
use crate::token::{KeyRing, KeyRingError, ListId, TokenError};

/// The name of the database, at the top of a publication.
pub const FILE: &str = "subscribers.db";

/// The keyed hash of an address: the same for the same mailbox, and nothing can be read from it
/// without the key.
pub type AddressHash = [u8; 32];

/// Why the list did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys in it.
    #[error(transparent)]
    Keys(#[from] KeyRingError),
    /// The token.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The token is genuine and belongs to another list.
    #[error("the token belongs to another list")]
    OtherList,
    /// The system gave no random octets.
    #[error("the system gives no random numbers")]
    Random,
    /// Nobody has this address.
    #[error("`{0}` is not on the list")]
    Unknown(EmailAddress),
    /// They left, and have to ask themselves to come back.
    #[error("`{0}` has unsubscribed")]
    Unsubscribed(EmailAddress),
    /// Nothing may be sent there.
    #[error("`{0}` is suppressed ({1})")]
    Suppressed(EmailAddress, suppression::Reason),
}

impl ListError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::Store(error) => error.help(),
            Self::Keys(_) => "put back a backup of the database",
            Self::Token(_) => "copy the whole token from the link or the address",
            Self::OtherList => "use the publication that sent the mail",
            Self::Random => "run it again",
            Self::Unknown(_) => "look for a slip; `subscribers list` shows all",
            Self::Unsubscribed(_) => "where they asked to come back, add `--again`",
            Self::Suppressed(address, _) => {
                return Some(format!(
                    "where they asked for it, lift it first by `newsletter subscribers suppress --lift {address}`"
                ));
            }
        };
        Some(help.to_owned())
    }
}

/// The list of one publication. Clones share the database.
#[derive(Clone, Debug)]
pub struct List {
    store: Store,
    id: ListId,
    keys: KeyRing,
    hash_key: hmac::Key,
}

impl List {
    /// Opens the database of subscribers, and makes it, with its keys, where there is none.
    ///
    /// # Errors
    /// When it cannot be opened or made.
    pub fn open(path: &Path) -> Result<Self, ListError> {
        Self::of(Store::open(path)?)
    }

    /// Opens the database of subscribers where there is one.
    ///
    /// # Errors
    /// As [`List::open`], and where there is none.
    pub fn open_existing(path: &Path) -> Result<Self, ListError> {
        Self::of(Store::open_existing(path)?)
    }

    /// The list in an open database. Its keys are made at the first time.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(store: Store) -> Result<Self, ListError> {
        let (id, keys, hash) = match store.read(stored)? {
            Some(found) => found,
            None => store.write(|tx| {
                // Another process may have been faster.
                if let Some(found) = stored(tx)? {
                    return Ok(found);
                }
                let (ring, hash) = (KeyRing::new(random()?).to_bytes(), random::<32>()?.to_vec());
                for (name, value) in [("list", &1_u16.to_be_bytes()[..]), ("token_keys", &ring), ("hash_key", &hash)] {
                    tx.run("INSERT INTO meta (name, value) VALUES (?, ?)", values![name, value])?;
                }
                Ok::<_, ListError>((vec![0, 1], ring, hash))
            })?,
        };
        let id = <[u8; 2]>::try_from(id).map_err(|_| StoreError::Corrupt("the number of the list".to_owned()))?;
        Ok(Self {
            store,
            id: ListId(u16::from_be_bytes(id)),
            keys: KeyRing::from_bytes(&keys)?,
            hash_key: hmac::Key::new(HMAC_SHA256, &hash),
        })
    }

    /// The database, which holds the ledger too.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Its number in tokens.
    pub fn id(&self) -> ListId {
        self.id
    }

    /// The keys that make its tokens.
    pub fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// What stands for an address where the address itself may have to go.
    pub fn hash(&self, address: &EmailAddress) -> AddressHash {
        let tag = hmac::sign(&self.hash_key, address.key().as_bytes());
        let mut hash = [0; 32];
        for (to, from) in hash.iter_mut().zip(tag.as_ref()) {
            *to = *from;
        }
        hash
    }
}

type Stored = (Vec<u8>, Vec<u8>, Vec<u8>);

fn stored(tx: &Tx<'_>) -> Result<Option<Stored>, ListError> {
    let value = |name: &str| {
        tx.first::<Vec<u8>, StoreError>("SELECT value FROM meta WHERE name = ?", values![name], |row| row.get(0))
    };
    Ok(match (value("list")?, value("token_keys")?, value("hash_key")?) {
        (Some(id), Some(keys), Some(hash)) => Some((id, keys, hash)),
        (None, None, None) => None,
        // New keys in the place of a lost one would deny what is out.
        _ => return Err(StoreError::Corrupt("some of its keys are gone".to_owned()).into()),
    })
}

/// Octets that nobody can guess.
///
/// # Errors
/// When the system has none.
pub fn nonce<const N: usize>() -> Result<[u8; N], ListError> {
    random()
}

fn random<const N: usize>() -> Result<[u8; N], ListError> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| ListError::Random)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
