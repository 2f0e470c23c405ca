//! What the user decides about a campaign that nobody is sending.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::address::EmailAddress;
use crate::campaign::ledger::campaign::{Campaign, change, count};
use crate::campaign::ledger::lock::{Lock, beside};
use crate::campaign::ledger::outcome::{Answer, note};
use crate::campaign::ledger::{DeliveryState, Ledger, LedgerError, Standing, State, settle};
use crate::store::{Tx, values};
use crate::token::CampaignId;

/// What to do with what is in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// Send it again: the same bytes, with the same Message-ID and Date. Some get it twice.
    Resend,
    /// Take it for sent. Some may not have got it.
    AssumeSent,
}

/// What a decision came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// How many deliveries it changed.
    pub changed: u64,
    /// Addresses that it named and that are not in doubt.
    pub unknown: Vec<EmailAddress>,
}

/// What failed and may be tried once more.
pub(super) const RETRYABLE: &str =
    "state = 'failed' AND NOT EXISTS (SELECT 1 FROM suppression WHERE suppression.hash = delivery.hash)";

/// What failed without being offered, as a relay cannot take it: it lacks SMTPUTF8, or takes no message of its size.
pub(super) const UNFIT: &str = "code IS NULL AND enhanced IS NOT NULL";

/// Why a campaign is paused whose run died.
pub const DIED: &str = "its process ended without a word";

impl Ledger {
    /// How a campaign stands, once what is left of a run that died was settled as the next run
    /// would. One that is being sent is left alone, and so is a ledger that cannot be written.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn settled(&self, standing: Standing, now: DateTime<Utc>) -> Result<Standing, LedgerError> {
        let under_way = standing.counts.of(DeliveryState::Sending) > 0;
        if standing.campaign.state != State::Running && !under_way {
            return Ok(standing);
        }
        let id = standing.campaign.id;
        match self.decide(id, now, |_, _| Ok(Decided::default())) {
            Ok(_) => self.standing(id),
            Err(_) => Ok(standing),
        }
    }

    /// Decides about what is in doubt: all of it, or that of some addresses.
    ///
    /// # Errors
    /// When the campaign is being sent, when it was cancelled and is to be resent, and when the
    /// database fails.
    pub fn resolve(
        &self,
        id: CampaignId,
        resolution: Resolution,
        addresses: Option<Vec<EmailAddress>>,
        now: DateTime<Utc>,
    ) -> Result<Decided, LedgerError> {
        self.decide(id, now, move |tx, campaign| {
            if resolution == Resolution::Resend && campaign.state == State::Cancelled {
                return Err(LedgerError::Illegal { from: campaign.state, to: State::Running });
            }
            let mut asked: Option<BTreeSet<&str>> =
                addresses.as_ref().map(|asked| asked.iter().map(EmailAddress::as_str).collect());
            let mut decided = Decided::default();
            for (delivery, address) in having(tx, campaign, "state = 'in_doubt'")? {
                if asked.as_mut().is_some_and(|asked| !asked.remove(&*address)) {
                    continue;
                }
                match resolution {
                    Resolution::Resend => again(tx, campaign, delivery, "resend", now)?,
                    Resolution::AssumeSent => {
                        tx.run("UPDATE delivery SET state = 'sent' WHERE id = ?", values![delivery])?;
                        note(tx, delivery, "assumed_sent", campaign.epoch, &Answer::default(), now)?;
                    }
                }
                decided.changed += 1;
            }
            let unknown = asked.unwrap_or_default();
            decided.unknown =
                addresses.iter().flatten().filter(|address| unknown.contains(address.as_str())).cloned().collect();
            Ok(decided)
        })
    }

    /// Looks whether a run may begin.
    ///
    /// # Errors
    /// When another process is sending the campaign.
    pub fn look_free(&self, id: CampaignId) -> Result<(), LedgerError> {
        Lock::take(self.store.path(), id).map(drop)
    }

    /// Lets what failed be tried once more, but for addresses that get no more mail.
    ///
    /// # Errors
    /// When the campaign is being sent or was cancelled, and when the database fails.
    pub fn retry_failed(&self, id: CampaignId, now: DateTime<Utc>) -> Result<Decided, LedgerError> {
        self.decide(id, now, move |tx, campaign| {
            if campaign.state == State::Cancelled {
                return Err(LedgerError::Illegal { from: campaign.state, to: State::Running });
            }
            let mut decided = Decided::default();
            for (delivery, _) in having(tx, campaign, RETRYABLE)? {
                again(tx, campaign, delivery, "retry", now)?;
                decided.changed += 1;
            }
            Ok(decided)
        })
    }

    /// Gives up what was not sent. A run that is on finishes what is on the wire, and stops.
    ///
    /// # Errors
    /// When the campaign is finished, and when the database fails.
    pub fn cancel(&self, id: CampaignId, now: DateTime<Utc>) -> Result<(), LedgerError> {
        // Whoever is sending settles what is under way itself.
        let lock = match Lock::take(self.store.path(), id) {
            Ok(lock) => Some(lock),
            Err(LedgerError::Busy) => None,
            Err(error) => return Err(error),
        };
        let left = lock.as_ref().map(|_| settle::left(&beside(self.store.path(), id, "journal"))).transpose()?;
        self.store.write(move |tx| {
            let mut campaign = Campaign::load(tx, id)?;
            if let Some(left) = left {
                settle::no_later(&campaign, &left)?;
                settle::settle(tx, &campaign, &left, now)?;
            }
            // Once more is no fault: what a run left that died after the first time is settled.
            if campaign.state != State::Cancelled {
                change(tx, &mut campaign, State::Cancelled, None, now)?;
            }
            let (first, last) = campaign.range();
            tx.run(
                "UPDATE delivery SET state = 'cancelled', due = NULL
                 WHERE id BETWEEN ? AND ? AND state IN ('pending', 'deferred')",
                values![first, last],
            )?;
            Ok::<_, LedgerError>(())
        })?;
        if lock.is_some() {
            // What it says was settled.
            drop(std::fs::remove_file(beside(self.store.path(), id, "journal")));
        }
        Ok(())
    }

    /// Does something to a campaign of which nothing is under way, and brings its state in line.
    fn decide<J>(&self, id: CampaignId, now: DateTime<Utc>, job: J) -> Result<Decided, LedgerError>
    where
        J: FnOnce(&Tx<'_>, &Campaign) -> Result<Decided, LedgerError> + Send + 'static,
    {
        let lock = Lock::take(self.store.path(), id)?;
        let left = settle::left(&beside(self.store.path(), id, "journal"))?;
        let decided = self.store.write(move |tx| {
            let mut campaign = Campaign::load(tx, id)?;
            settle::no_later(&campaign, &left)?;
            settle::settle(tx, &campaign, &left, now)?;
            let decided = job(tx, &campaign)?;
            let open = count(tx, &campaign)?.left() > 0;
            match campaign.state {
                State::Running | State::Paused if !open => change(tx, &mut campaign, State::Finished, None, now)?,
                // Whoever ran it is dead, for we have the lock.
                State::Running => change(tx, &mut campaign, State::Paused, Some(DIED), now)?,
                State::Finished if open => {
                    change(tx, &mut campaign, State::Paused, Some("failed deliveries wait for a retry"), now)?;
                }
                _ => {}
            }
            Ok::<_, LedgerError>(decided)
        })?;
        drop(lock);
        Ok(decided)
    }
}

/// The deliveries of a campaign for which a condition holds, with their addresses.
fn having(tx: &Tx<'_>, campaign: &Campaign, condition: &str) -> Result<Vec<(i64, String)>, LedgerError> {
    let (first, last) = campaign.range();
    tx.all(
        &format!("SELECT id, address FROM delivery WHERE id BETWEEN ? AND ? AND {condition} ORDER BY id"),
        values![first, last],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// A delivery is tried anew. Its date stays, and so do its token and its Message-ID.
fn again(
    tx: &Tx<'_>,
    campaign: &Campaign,
    delivery: i64,
    decision: &str,
    now: DateTime<Utc>,
) -> Result<(), LedgerError> {
    tx.run("UPDATE delivery SET state = 'pending', since = NULL, deferrals = 0 WHERE id = ?", values![delivery])?;
    note(tx, delivery, decision, campaign.epoch, &Answer::default(), now)
}
