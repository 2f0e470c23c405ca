//! Addresses that nothing is sent to, whatever list they are put on.

use std::fmt;

use crate::address::EmailAddress;
use crate::store::{StoreError, Tx, values};
use crate::subscribers::{AddressHash, List, ListError};

/// Why nothing is sent to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// There is no such mailbox.
    Bounced,
    /// Its owner called a letter spam.
    Complained,
    /// Its owner asked to be forgotten.
    Forgotten,
    /// The writer put it there.
    Manual,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Bounced, Self::Complained, Self::Forgotten, Self::Manual];

    /// The word for it, in the database and in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bounced => "bounced",
            Self::Complained => "complained",
            Self::Forgotten => "forgotten",
            Self::Manual => "manual",
        }
    }

    /// What it is counted as, where it is something that a reader or their server did.
    pub(super) fn event(self) -> Option<&'static str> {
        match self {
            Self::Bounced => Some("bounced"),
            Self::Complained => Some("complained"),
            Self::Forgotten | Self::Manual => None,
        }
    }

    /// The reason that a word names.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether something changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It did.
    Done,
    /// It was so already.
    None,
}

impl Change {
    pub(super) fn of(rows: usize) -> Self {
        if rows > 0 { Self::Done } else { Self::None }
    }
}

impl List {
    /// Sees to it that nothing more is sent to an address; the first reason stays.
    ///
    /// # Errors
    /// When the database cannot write.
    pub fn suppress(&self, address: &EmailAddress, reason: Reason, now: i64) -> Result<Change, ListError> {
        let (hash, address) = (self.hash(address), address.as_str().to_owned());
        self.store.write(move |tx| Ok(Change::of(put(tx, &hash, Some(&address), reason, None, now)?)))
    }

    /// Takes an address off the suppression list.
    ///
    /// # Errors
    /// When the database cannot write.
    pub fn lift(&self, address: &EmailAddress) -> Result<Change, ListError> {
        let hash = self.hash(address);
        let lifted = move |tx: &Tx<'_>| tx.run("DELETE FROM suppression WHERE hash = ?", values![&hash]);
        Ok(Change::of(self.store.write::<_, StoreError, _>(lifted)?))
    }

    /// Why nothing is sent to an address, where that is so.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn suppression(&self, address: &EmailAddress) -> Result<Option<Reason>, ListError> {
        let hash = self.hash(address);
        Ok(self.store.read(|tx| of(tx, &hash))?)
    }
}

/// Adds to the suppression list what is not yet on it; how many rows that were.
pub fn put(
    tx: &Tx<'_>,
    hash: &AddressHash,
    address: Option<&str>,
    reason: Reason,
    detail: Option<&str>,
    now: i64,
) -> Result<usize, StoreError> {
    const PUT: &str = "INSERT OR IGNORE INTO suppression (hash, address, reason, since, detail) VALUES (?, ?, ?, ?, ?)";
    tx.run(PUT, values![hash, address, reason.as_str(), now, detail])
}

/// Why nothing is sent to whom this hash stands for.
pub fn of(tx: &Tx<'_>, hash: &AddressHash) -> Result<Option<Reason>, StoreError> {
    tx.first("SELECT reason FROM suppression WHERE hash = ?", values![hash], |row| read(&row.get::<String>(0)?))
}

/// The reason as it is stored.
pub(super) fn read(word: &str) -> Result<Reason, StoreError> {
    Reason::named(word).ok_or_else(|| StoreError::Corrupt(format!("`{word}` is no reason of a suppression")))
}
