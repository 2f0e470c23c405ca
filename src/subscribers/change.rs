//! Changes of the list, one by one.

use std::collections::BTreeSet;

use crate::address::EmailAddress;
use crate::segment::tag_key;
use crate::store::{StoreError, Tx, Value, values};
use crate::subscribers::record::{Record, Standing, tags};
use crate::subscribers::suppression::{self, Change, Reason};
use crate::subscribers::{AddressHash, List, ListError, random};
use crate::token::{CampaignId, Claims, PublicId, Purpose};

/// What became of a record that was put on the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Added {
    /// A new subscriber.
    New,
    /// One who was there, with fields or tags that are new.
    Updated,
    /// One who was there, just so.
    Unchanged,
    /// One who was there and left by this.
    Left,
    /// One who unsubscribed before, and was left alone.
    Unsubscribed,
    /// One who must not be written to, and was left alone.
    Suppressed(Reason),
}

/// What became of a wish to leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Left {
    /// The subscriber with this address left.
    Now(String),
    /// They had left already.
    Before(String),
    /// They were removed before; from now on no import brings them back.
    Away,
    /// Nobody knows any more whom the token stood for.
    Nobody,
}

/// What is done with tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tagging {
    /// Those to give.
    pub add: BTreeSet<String>,
    /// Those to take.
    pub remove: BTreeSet<String>,
}

const BACK: &str = "UPDATE subscriber SET status = 'active', \"left\" = NULL, joined = ?
    WHERE hash = ? AND status = 'unsubscribed'";

impl Tagging {
    /// Tags to give and to take, as somebody wrote them.
    pub fn of(add: &[String], remove: &[String]) -> Self {
        let read = |texts: &[String]| texts.iter().flat_map(|text| tags(text)).collect();
        Self { add: read(add), remove: read(remove) }
    }
}

impl List {
    /// Puts somebody on the list, or brings what is known of them up to date. Who unsubscribed or
    /// is suppressed is left alone.
    ///
    /// # Errors
    /// When the database cannot write.
    pub fn add(&self, record: Record, now: i64) -> Result<Added, ListError> {
        let hash = self.hash(&record.address);
        self.store.write(move |tx| put(tx, &hash, &record, None, now))
    }

    /// Puts somebody on the list again who unsubscribed and asked to come back.
    ///
    /// # Errors
    /// When they are suppressed or the database cannot write.
    pub fn add_again(&self, record: Record, now: i64) -> Result<Added, ListError> {
        let hash = self.hash(&record.address);
        self.store.write(move |tx| {
            if let Some(reason) = suppression::of(tx, &hash)? {
                return Err(ListError::Suppressed(record.address, reason));
            }
            let back = tx.run(BACK, values![record.joined.unwrap_or(now), &hash])? > 0;
            tx.run("DELETE FROM removed WHERE hash = ?", values![&hash])?;
            let added = put(tx, &hash, &record, None, now)?;
            if back {
                let (id, source) = known(tx, &hash)?.map_or((0, None), |known| (known.id, known.source));
                event(tx, now, "joined", record.source.as_ref().or(source.as_ref()), id, CampaignId(0))?;
                return Ok(Added::Updated);
            }
            Ok(added)
        })
    }

    /// Gives and takes tags of somebody.
    ///
    /// # Errors
    /// When nobody has the address or the database cannot write.
    pub fn tag(&self, address: &EmailAddress, tagging: Tagging) -> Result<Change, ListError> {
        let (hash, address) = (self.hash(address), address.clone());
        self.store.write(move |tx| {
            let known = known(tx, &hash)?.ok_or(ListError::Unknown(address))?;
            let mut changed = give(tx, known.id, &tagging.add)?;
            for tag in &tagging.remove {
                let name = tag_key(tag);
                changed += tx.run("DELETE FROM tag WHERE subscriber = ? AND name = ?", values![known.id, name])?;
            }
            Ok(Change::of(changed))
        })
    }

    /// Takes somebody's leave by hand.
    ///
    /// # Errors
    /// When nobody has the address or the database cannot write.
    pub fn unsubscribe(&self, address: &EmailAddress, now: i64) -> Result<Left, ListError> {
        let (hash, address) = (self.hash(address), address.clone());
        self.store.write(move |tx| {
            let known = known(tx, &hash)?.ok_or(ListError::Unknown(address))?;
            leave(tx, known, CampaignId(0), now)
        })
    }

    /// Takes the leave that a token brings: from a link, or a mail to its address. It is counted
    /// to the issue that the token came with.
    ///
    /// # Errors
    /// When the token is none for this, or the database cannot write.
    pub fn unsubscribe_by_token(&self, token: &str, now: i64) -> Result<Left, ListError> {
        let claims = self.claims(token, Purpose::Unsubscribe)?;
        self.store.write(move |tx| match by_public(tx, claims.subscriber)? {
            Some((known, _)) => leave(tx, known, claims.campaign, now),
            None => leave_removed(tx, claims, now),
        })
    }

    /// Takes somebody off the list, with all that is known of them; whether they were on it. What
    /// was sent to them stays in the ledger. They can be put on the list again; where they had left
    /// before, which a keyed hash remembers, only as who asks to come back.
    ///
    /// # Errors
    /// When the database cannot write.
    pub fn remove(&self, address: &EmailAddress) -> Result<Change, ListError> {
        let hash = self.hash(address);
        let removed = move |tx: &Tx<'_>| {
            const KEEP: &str = "INSERT OR REPLACE INTO removed (hash, \"left\")
                SELECT hash, ifnull(\"left\", 0) FROM subscriber WHERE hash = ? AND status = 'unsubscribed'";
            tx.run(KEEP, values![&hash])?;
            tx.run("DELETE FROM subscriber WHERE hash = ?", values![&hash])
        };
        Ok(Change::of(self.store.write::<_, StoreError, _>(removed)?))
    }

    /// What a token of this list says.
    ///
    /// # Errors
    /// When it is none for this purpose.
    pub fn claims(&self, token: &str, purpose: Purpose) -> Result<Claims, ListError> {
        let claims = self.keys.read(token, purpose)?;
        if claims.list == self.id { Ok(claims) } else { Err(ListError::OtherList) }
    }
}

/// What a change has to know of a subscriber.
pub(super) struct Known {
    pub(super) id: i64,
    pub(super) address: String,
    active: bool,
    source: Option<String>,
    fields: String,
}

const KNOWN: &str = "SELECT id, address, status = 'active', source, fields, hash FROM subscriber WHERE ";

fn read(row: &crate::store::Row<'_, '_>) -> Result<Known, StoreError> {
    Ok(Known { id: row.get(0)?, address: row.get(1)?, active: row.get(2)?, source: row.get(3)?, fields: row.get(4)? })
}

fn known(tx: &Tx<'_>, hash: &AddressHash) -> Result<Option<Known>, StoreError> {
    tx.first(&format!("{KNOWN}hash = ?"), values![hash], read)
}

/// The subscriber that a token stands for, with the hash of their address.
pub(super) fn by_public(tx: &Tx<'_>, public: PublicId) -> Result<Option<(Known, AddressHash)>, StoreError> {
    tx.first(&format!("{KNOWN}public = ?"), values![&public.0], |row| {
        let hash: Vec<u8> = row.get(5)?;
        let hash = hash.try_into().map_err(|_| StoreError::Corrupt("the hash of an address".to_owned()))?;
        Ok((read(row)?, hash))
    })
}

/// Counts something that happened; whether it is the first time, for what can be read twice.
pub(super) fn event(
    tx: &Tx<'_>,
    at: i64,
    kind: &str,
    source: Option<&String>,
    subscriber: i64,
    campaign: CampaignId,
) -> Result<bool, StoreError> {
    const EVENT: &str = "INSERT OR IGNORE INTO event (at, kind, source, subscriber, campaign) VALUES (?, ?, ?, ?, ?)";
    Ok(tx.run(EVENT, values![at, kind, source.map(String::as_str), subscriber, campaign.0])? > 0)
}

impl Known {
    /// Counts something that happened to them.
    pub(super) fn event(&self, tx: &Tx<'_>, at: i64, kind: &str, campaign: CampaignId) -> Result<bool, StoreError> {
        event(tx, at, kind, self.source.as_ref(), self.id, campaign)
    }
}

fn leave(tx: &Tx<'_>, known: Known, campaign: CampaignId, at: i64) -> Result<Left, ListError> {
    const LEAVE: &str =
        "UPDATE subscriber SET status = 'unsubscribed', \"left\" = ? WHERE id = ? AND status = 'active'";
    if tx.run(LEAVE, values![at, known.id])? == 0 {
        return Ok(Left::Before(known.address));
    }
    known.event(tx, at, "left", campaign)?;
    Ok(Left::Now(known.address))
}

/// Takes the leave of somebody who was removed from the list: the ledger knows the hash of whom the
/// letter went to.
fn leave_removed(tx: &Tx<'_>, claims: Claims, at: i64) -> Result<Left, ListError> {
    const WHOM: &str = "SELECT hash FROM delivery WHERE campaign = ? AND public = ?";
    const AWAY: &str = "INSERT OR IGNORE INTO removed (hash, \"left\") VALUES (?, ?)";
    const EVENT: &str = "INSERT INTO event (at, kind, campaign) VALUES (?, 'left', ?)";
    let whom = values![claims.campaign.0, &claims.subscriber.0];
    let Some(hash) = tx.first(WHOM, whom, |row| row.get::<AddressHash>(0))? else { return Ok(Left::Nobody) };
    // They may have been put on the list again, which gave them another token.
    if let Some(known) = known(tx, &hash)? {
        return leave(tx, known, claims.campaign, at);
    }
    if tx.run(AWAY, values![&hash, at])? > 0 {
        tx.run(EVENT, values![at, claims.campaign.0])?;
    }
    Ok(Left::Away)
}

fn give(tx: &Tx<'_>, subscriber: i64, tags: &BTreeSet<String>) -> Result<usize, StoreError> {
    let mut given = 0;
    for tag in tags {
        let values = values![subscriber, tag_key(tag)];
        given += tx.run("INSERT OR IGNORE INTO tag (subscriber, name) VALUES (?, ?)", values)?;
    }
    Ok(given)
}

/// Whether somebody who is on the list no more had left before they were removed.
fn has_left(tx: &Tx<'_>, hash: &AddressHash) -> Result<bool, StoreError> {
    let found = tx.first("SELECT 1 FROM removed WHERE hash = ?", values![hash], |row| row.get::<i64>(0))?;
    Ok(found.is_some())
}

/// Puts a record on the list, as an import does it.
pub(super) fn put(
    tx: &Tx<'_>,
    hash: &AddressHash,
    record: &Record,
    source: Option<&str>,
    now: i64,
) -> Result<Added, ListError> {
    if let Some(reason) = suppression::of(tx, hash)? {
        return Ok(Added::Suppressed(reason));
    }
    let gone = record.left.unwrap_or(now);
    let Some(known) = known(tx, hash)? else {
        if has_left(tx, hash)? {
            return Ok(Added::Unsubscribed);
        }
        insert(tx, hash, record, source, now)?;
        return Ok(Added::New);
    };
    if !known.active {
        return Ok(Added::Unsubscribed);
    }
    let fields = merged(&known.fields, record)?;
    let source = record.source.as_deref().filter(|_| known.source.is_none());
    let mut changed = give(tx, known.id, &record.tags)?;
    if fields.is_some() || source.is_some() {
        const UPDATE: &str =
            "UPDATE subscriber SET fields = ifnull(?, fields), source = ifnull(source, ?) WHERE id = ?";
        changed += tx.run(UPDATE, values![fields, source, known.id])?;
    }
    match record.standing {
        Standing::Active => {}
        Standing::Unsubscribed => {
            leave(tx, known, CampaignId(0), gone)?;
            return Ok(Added::Left);
        }
        Standing::Suppressed(reason) => {
            suppress(tx, hash, record.address.as_str(), reason, (known.id, known.source.as_ref()), now)?;
            return Ok(Added::Left);
        }
    }
    Ok(if changed > 0 { Added::Updated } else { Added::Unchanged })
}

fn insert(tx: &Tx<'_>, hash: &AddressHash, record: &Record, source: Option<&str>, now: i64) -> Result<(), ListError> {
    const INSERT: &str = "INSERT INTO subscriber (public, address, hash, status, joined, \"left\", source, fields)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let public: [u8; 8] = random()?;
    // Whoever left had joined by then.
    let joined = record.joined.unwrap_or_else(|| record.left.map_or(now, |left| left.min(now)));
    let left = match record.standing {
        Standing::Unsubscribed => Some(record.left.unwrap_or(now)),
        _ => record.left,
    };
    let status = if left.is_some() { "unsubscribed" } else { "active" };
    let source = record.source.as_deref().or(source);
    let fields = serde_json::Value::Object(record.fields.clone()).to_string();
    let values: &[Value<'_>] = values![&public, record.address.as_str(), hash, status, joined, left, source, fields];
    tx.run(INSERT, values)?;
    let id = tx.last_id();
    give(tx, id, &record.tags)?;
    let source = source.map(str::to_owned);
    event(tx, joined, "joined", source.as_ref(), id, CampaignId(0))?;
    if let Some(left) = left {
        event(tx, left, "left", source.as_ref(), id, CampaignId(0))?;
    }
    if let Standing::Suppressed(reason) = record.standing {
        suppress(tx, hash, record.address.as_str(), reason, (id, source.as_ref()), now)?;
    }
    Ok(())
}

/// Suppresses whom a file says to, and counts it to them and where they came from.
fn suppress(
    tx: &Tx<'_>,
    hash: &AddressHash,
    address: &str,
    reason: Reason,
    (subscriber, source): (i64, Option<&String>),
    now: i64,
) -> Result<(), StoreError> {
    suppression::put(tx, hash, Some(address), reason, None, now)?;
    if let Some(kind) = reason.event() {
        event(tx, now, kind, source, subscriber, CampaignId(0))?;
    }
    Ok(())
}

/// The fields with those of the record over them, where that changes any.
fn merged(stored: &str, record: &Record) -> Result<Option<String>, StoreError> {
    if record.fields.is_empty() {
        return Ok(None);
    }
    let read: Result<serde_json::Map<_, _>, _> = serde_json::from_str(stored);
    let mut fields = read.map_err(|_| StoreError::Corrupt("a subscriber's fields cannot be read".to_owned()))?;
    let mut changed = false;
    for (name, value) in &record.fields {
        changed |= fields.get(name) != Some(value);
        fields.insert(name.clone(), value.clone());
    }
    Ok(changed.then(|| serde_json::Value::Object(fields).to_string()))
}
