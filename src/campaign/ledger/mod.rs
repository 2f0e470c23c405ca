//! The durable record of campaigns: who gets a message, and what became of it.
//!
//! What holds, whatever happens to this process or its machine:
//!
//! 1. No final dot goes out without a durable intent of the run that is on: [`Run::record_intent`]
//!    alone makes a [`DurableIntent`], which writing the dot consumes.
//! 2. A delivery is sent only on a 2xx that answers its dot, and only while it is under way in the
//!    run that wrote the dot.
//! 3. What was under way when a run died is in doubt, unless the side journal proves better.
//! 4. Finished means that every frozen recipient is at an end; the counts sum to the frozen total.
//! 5. Suppression and leave are looked at again in the statement that makes the intent.
//! 6. A resend is the same message: its date is fixed at the first intent.

mod bookmark;
mod campaign;
mod decide;
mod error;
mod lock;
mod look;
mod outcome;
#[cfg(test)]
mod reference;
mod run;
mod settle;
mod state;
#[cfg(test)]
pub(super) mod tests;

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};

use crate::archive::Marks;
use crate::campaign::journal::Journal;
use crate::store::{Row, Store, Tx, values};
use crate::token::{CampaignId, PublicId};

use bookmark::Bookmark;
pub use campaign::{Campaign, Facts, Kind, Recipient, Recipients, freeze};
pub use decide::{DIED, Decided, Resolution};
pub use error::LedgerError;
pub use look::{Domain, Picture, Standing, Words};
pub use outcome::{Answer, DurableIntent, Open, Outcome, Record, Suppress, Unspent};
pub use run::{Claim, Intent, Run};
pub use state::{Counts, DeliveryState, State};

/// After so long without a sign of life a campaign's time has passed: all that is tried is tried
/// within two days, and waves follow each other by the day.
pub const LONG_PASSED: TimeDelta = TimeDelta::days(7);

/// Whether a campaign of which nothing was heard for long may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// No: the database may be an old copy.
    Check,
    /// Yes: the user knows who got it.
    Accept,
}

/// The ledger in the database.
#[derive(Clone, Debug)]
pub struct Ledger {
    store: Store,
}

/// A delivery, to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of the table, and those of `Claim`")]
pub struct Delivery {
    pub rank: u64,
    pub public: PublicId,
    pub address: String,
    pub name: Option<String>,
    pub fields: String,
    pub state: DeliveryState,
    pub date: Option<DateTime<Utc>>,
    pub attempts: u32,
    pub due: Option<DateTime<Utc>>,
    /// The last answer.
    pub answer: Answer,
}

impl Ledger {
    /// The ledger of a database.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// A campaign.
    ///
    /// # Errors
    /// When there is none of that number, and when the database fails.
    pub fn campaign(&self, id: CampaignId) -> Result<Campaign, LedgerError> {
        self.store.read(|tx| Campaign::load(tx, id))
    }

    /// All campaigns, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn campaigns(&self) -> Result<Vec<Campaign>, LedgerError> {
        self.store.read(|tx| Campaign::find(tx, "true", &[]))
    }

    /// How the campaigns of an issue stand that bear one of its marks, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn known(&self, marks: &Marks<'_>) -> Result<Vec<Standing>, LedgerError> {
        let is_known = |campaign: &Campaign| {
            let number = marks.number.map(i64::from);
            campaign.slug == marks.slug
                || number.is_some() && campaign.number == number
                || marks.content.contains(&campaign.content)
        };
        self.store.read(|tx| {
            let campaigns = Campaign::find(tx, "true", &[])?;
            campaigns.into_iter().filter(is_known).map(|campaign| look::standing(tx, campaign)).collect()
        })
    }

    /// A campaign's message template, as it was encoded.
    ///
    /// # Errors
    /// When there is no such campaign, and when the database fails.
    pub fn template(&self, id: CampaignId) -> Result<Vec<u8>, LedgerError> {
        self.store.read(|tx| Campaign::template(tx, id))
    }

    /// How many deliveries of a campaign are in which state.
    ///
    /// # Errors
    /// When there is no such campaign, and when the database fails.
    pub fn counts(&self, id: CampaignId) -> Result<Counts, LedgerError> {
        self.store.read(|tx| campaign::count(tx, &Campaign::load(tx, id)?))
    }

    /// Shows every delivery of a campaign, in the frozen order.
    ///
    /// # Errors
    /// Those of `look`, and when the database fails.
    pub fn deliveries<E: From<LedgerError> + From<crate::store::StoreError>>(
        &self,
        id: CampaignId,
        look: impl FnMut(Delivery) -> Result<(), E>,
    ) -> Result<(), E> {
        self.picture(id, |picture| picture.deliveries(look))
    }

    /// What relays were asked to take since a time, by the hour, in all campaigns.
    ///
    /// # Errors
    /// When the database fails.
    pub fn asked_since(&self, since: DateTime<Utc>) -> Result<Vec<(DateTime<Utc>, u64)>, LedgerError> {
        self.store.read(|tx| {
            tx.all(
                "SELECT at / 3600 * 3600, count(*) FROM attempt
                 WHERE at >= ? AND outcome IN ('sent', 'deferred', 'failed', 'in_doubt') GROUP BY 1 ORDER BY 1",
                values![since.timestamp()],
                |row| Ok((campaign::instant(row.get(0)?)?, row.get(1)?)),
            )
        })
    }

    /// Sees to it that no journal beside the database tells of more than the database knows: such a
    /// database was put back to an earlier state, and nothing new is to be frozen in it.
    ///
    /// # Errors
    /// [`LedgerError::Lacking`] or [`LedgerError::Restored`], and when one of both cannot be read.
    pub fn check_journals(&self) -> Result<(), LedgerError> {
        for (id, path) in lock::all_beside(self.store.path(), "journal")? {
            let left = settle::left(&path)?;
            match self.campaign(id) {
                Ok(campaign) => settle::no_later(&campaign, &left)?,
                Err(LedgerError::Unknown(_)) if left.epoch(id.0).is_some() => return Err(LedgerError::Lacking(id)),
                Err(LedgerError::Unknown(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Begins a run of a campaign, which no other process may be sending. What the run before left
    /// under way is in doubt from here on, unless the side journal proves better.
    ///
    /// # Errors
    /// When it is being sent, has ended, or is long past; when a journal tells of a later run than
    /// the database does; and when the database fails.
    pub fn start(&self, id: CampaignId, age: Age, now: DateTime<Utc>) -> Result<Run, LedgerError> {
        let path = self.store.path();
        let lock = lock::Lock::take(path, id)?;
        let journal_path = lock::beside(path, id, "journal");
        let left = settle::left(&journal_path)?;
        let (campaign, counts, next) = self.store.write(move |tx| {
            let mut campaign = Campaign::load(tx, id)?;
            if age == Age::Check {
                settle::no_later(&campaign, &left)?;
                check_age(last_sign(tx, &campaign)?, now)?;
            }
            settle::settle(tx, &campaign, &left, now)?;
            campaign::change(tx, &mut campaign, State::Running, None, now)?;
            let later = left.epoch(id.0).unwrap_or_default();
            tx.run("UPDATE campaign SET epoch = max(epoch, ?) + 1 WHERE id = ?", values![later, id.0])?;
            let campaign = Campaign::load(tx, id)?;
            let counts = campaign::count(tx, &campaign)?;
            let next = Bookmark::find(tx, &campaign)?.map_or(campaign.range().0, |bookmark| bookmark.next);
            Ok::<_, LedgerError>((campaign, counts, next))
        })?;
        // Only now, for until then what the last run left was needed.
        let journal = Journal::begin(&journal_path, id.0, campaign.epoch)
            .map_err(|error| LedgerError::Beside { path: journal_path.clone(), error })?;
        let memory = Mutex::new(run::Memory::new(next, counts));
        Ok(Run { store: self.store.clone(), campaign, journal: Arc::new(journal), journal_path, lock, memory })
    }
}

/// Refuses a campaign whose last sign of life is long past: its database may be an old copy, and
/// sending on from there would reach many twice.
///
/// # Errors
/// [`LedgerError::Old`].
pub fn check_age(last_sign: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), LedgerError> {
    if now - last_sign > LONG_PASSED { Err(LedgerError::Old(last_sign)) } else { Ok(()) }
}

/// When something was last done or meant to be done for a campaign.
fn last_sign(tx: &Tx<'_>, campaign: &Campaign) -> Result<DateTime<Utc>, LedgerError> {
    if let Some(bookmark) = Bookmark::find(tx, campaign)? {
        // Nothing was tried since.
        return Ok([campaign.scheduled, campaign.started].into_iter().flatten().fold(bookmark.at, DateTime::max));
    }
    let (first, last) = campaign.range();
    let tried =
        tx.first("SELECT max(at) FROM attempt WHERE delivery BETWEEN ? AND ?", values![first, last], |row| {
            row.get::<Option<i64>>(0)
        })?;
    let tried = tried.flatten().map(campaign::instant).transpose()?;
    let signs = [Some(campaign.frozen), campaign.scheduled, campaign.started, tried];
    Ok(signs.into_iter().flatten().max().unwrap_or(campaign.frozen))
}

fn delivery(row: &Row<'_, '_>, first: i64) -> Result<Delivery, LedgerError> {
    let time = |column| row.get(column).and_then(|at| Option::map(at, campaign::instant).transpose());
    Ok(Delivery {
        rank: u64::try_from(row.get::<i64>(0)? - first).unwrap_or_default(),
        public: PublicId(row.get(1)?),
        address: row.get(2)?,
        name: row.get(3)?,
        fields: row.get(4)?,
        state: row.get(5)?,
        date: time(6)?,
        attempts: row.get(7)?,
        due: time(8)?,
        answer: Answer { code: row.get(9)?, enhanced: row.get(10)?, reply: row.get(11)?, relay_id: row.get(12)? },
    })
}
