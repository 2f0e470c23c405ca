//! A run: one process that owns a campaign for a while and sends it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use crate::campaign::journal::{Journal, Try};
use crate::campaign::ledger::bookmark::Bookmark;
use crate::campaign::ledger::campaign::{Campaign, change, count, instant};
use crate::campaign::ledger::lock::Lock;
use crate::campaign::ledger::outcome::{Answer, DurableIntent, End, Open, Owner, Record};
use crate::campaign::ledger::{Counts, DeliveryState, LedgerError, State, settle};
use crate::store::{Row, Store, StoreError, Tx, values};
use crate::token::{CampaignId, PublicId};

/// A campaign that this process sends. It is shared by the tasks that send.
///
/// Claiming is no business of the disk: what was claimed and not intended is pending, as it was
/// before, for whoever comes next.
#[derive(Debug)]
pub struct Run {
    pub(super) store: Store,
    pub(super) campaign: Campaign,
    pub(super) journal: Arc<Journal>,
    pub(super) journal_path: PathBuf,
    pub(super) lock: Lock,
    pub(super) memory: Mutex<Memory>,
}

/// What a run remembers beside the ledger.
#[derive(Debug)]
pub(super) struct Memory {
    /// The first that was not looked at.
    next: i64,
    /// What came back.
    returned: BTreeSet<i64>,
    /// What is claimed.
    held: BTreeSet<i64>,
    counts: Counts,
}

impl Memory {
    /// The memory of a run that begins to look at `next`.
    pub(super) fn new(next: i64, counts: Counts) -> Self {
        Self { next, returned: BTreeSet::new(), held: BTreeSet::new(), counts }
    }
}

/// A delivery that is this process's to prepare. Nobody else gets it until it comes back.
#[derive(Debug)]
#[must_use = "what is claimed is sent or released"]
pub struct Claim {
    pub(super) id: i64,
    /// Its place in the frozen list, from 0.
    pub rank: u64,
    /// The subscriber.
    pub public: PublicId,
    /// Where it goes.
    pub address: String,
    /// The name in To.
    pub name: Option<String>,
    /// The values of the template's holes, as a JSON object.
    pub fields: String,
    /// The message's `Date`: that of its first intent, or when it was claimed, where this is to
    /// be the first.
    pub date: DateTime<Utc>,
    /// How often the relay was asked before.
    pub attempts: u32,
    /// How often in a row it was put off.
    pub deferrals: u32,
    /// Since when it is tried.
    pub since: Option<DateTime<Utc>>,
    from: DeliveryState,
    at: DateTime<Utc>,
}

impl Claim {
    /// As the journal knows it.
    pub(super) fn tried(&self) -> Try {
        Try { delivery: self.id, before: self.attempts }
    }
}

/// What came of an intent.
#[derive(Debug)]
#[must_use]
pub enum Intent {
    /// The message may go.
    Durable(DurableIntent, Open),
    /// Its reader has left or must not be written to, or it was cancelled.
    Withheld,
}

const CLAIM: &str = "SELECT id, public, address, name, fields, date, attempts, deferrals, since, state FROM delivery";

/// A sum, for a statement with a bare `LIMIT ?` is planned anew for each number.
const LIMIT: &str = "LIMIT 0 + ?";

impl Run {
    /// The campaign as it was when the run began.
    pub fn campaign(&self) -> &Campaign {
        &self.campaign
    }

    /// The counts, as far as this run knows.
    pub fn counts(&self) -> Counts {
        self.memory().counts
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Claims at most `most` deliveries: what was deferred and is due, then what came back, then
    /// the next ones in the frozen order among the first `up_to` of the list, where that is bound.
    ///
    /// # Errors
    /// When the database fails.
    pub fn claim(&self, up_to: Option<u64>, most: usize, now: DateTime<Utc>) -> Result<Vec<Claim>, LedgerError> {
        let mut memory = self.memory();
        let (first, last) = self.campaign.range();
        let bound = up_to.and_then(|up_to| i64::try_from(up_to).ok()).map_or(last, |up_to| last.min(first + up_to - 1));
        let read = |row: &Row<'_, '_>| self.read(row, now);
        let rows = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let claims = self.store.read(|tx| {
            let mut claims: Vec<Claim> = tx.all(
                &format!("{CLAIM} WHERE campaign = ? AND state = 'deferred' AND due <= ? ORDER BY due, id {LIMIT}"),
                values![self.campaign.id.0, now.timestamp(), rows(most.saturating_add(memory.held.len()))],
                read,
            )?;
            claims.retain(|claim| !memory.held.contains(&claim.id));
            claims.truncate(most);
            while claims.len() < most
                && let Some(id) = memory.returned.pop_first()
            {
                // It may have been cancelled meanwhile.
                claims.extend(tx.first(&format!("{CLAIM} WHERE id = ? AND state = 'pending'"), values![id], read)?);
            }
            let left = most - claims.len();
            if left > 0 && memory.next <= bound {
                let fresh: Vec<Claim> = tx.all(
                    &format!("{CLAIM} WHERE id BETWEEN ? AND ? AND state = 'pending' ORDER BY id {LIMIT}"),
                    values![memory.next, bound, rows(left)],
                    read,
                )?;
                let looked_at = fresh.last().filter(|_| fresh.len() == left).map_or(bound, |claim| claim.id);
                memory.next = looked_at + 1;
                claims.extend(fresh);
            }
            Ok::<_, LedgerError>(claims)
        })?;
        memory.held.extend(claims.iter().map(|claim| claim.id));
        Ok(claims)
    }

    fn read(&self, row: &Row<'_, '_>, now: DateTime<Utc>) -> Result<Claim, LedgerError> {
        let id: i64 = row.get(0)?;
        let time = |column| row.get(column).and_then(|at| Option::map(at, instant).transpose());
        // Dates have whole seconds, in the ledger as in messages.
        let at = instant(now.timestamp())?;
        Ok(Claim {
            id,
            rank: u64::try_from(id - self.campaign.range().0).unwrap_or_default(),
            public: PublicId(row.get(1)?),
            address: row.get(2)?,
            name: row.get(3)?,
            fields: row.get(4)?,
            date: time(5)?.unwrap_or(at),
            attempts: row.get(6)?,
            deferrals: row.get(7)?,
            since: time(8)?,
            from: row.get(9)?,
            at,
        })
    }

    /// As [`Ledger::asked_since`](crate::campaign::ledger::Ledger::asked_since).
    ///
    /// # Errors
    /// When the database fails.
    pub fn asked_since(&self, since: DateTime<Utc>) -> Result<Vec<(DateTime<Utc>, u64)>, LedgerError> {
        crate::campaign::ledger::Ledger::new(self.store.clone()).asked_since(since)
    }

    /// What relays answered last in this campaign, the oldest of at most `most` first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn last_answers(&self, most: usize) -> Result<Vec<Answer>, LedgerError> {
        // In the first run there are none.
        if self.campaign.epoch <= 1 {
            return Ok(Vec::new());
        }
        let ((first, last), most) = (self.campaign.range(), i64::try_from(most).unwrap_or(i64::MAX));
        let mut answers = self.store.read(|tx| {
            tx.all(
                // Among those that are furthest in the list: a long list need not be looked through.
                "SELECT code, enhanced, reply FROM
                     (SELECT code, enhanced, reply, at, delivery, n FROM attempt
                      WHERE delivery BETWEEN ?1 AND ?2 AND code IS NOT NULL ORDER BY delivery DESC, n DESC LIMIT 10 * ?3)
                 ORDER BY at DESC, delivery DESC, n DESC LIMIT ?3",
                values![first, last, most],
                |row| {
                    let (code, enhanced, reply) = (row.get(0)?, row.get(1)?, row.get(2)?);
                    Ok::<_, LedgerError>(Answer { code, enhanced, reply, relay_id: None })
                },
            )
        })?;
        answers.reverse();
        Ok(answers)
    }

    /// Gives back what was claimed and is not to be sent now.
    pub fn release(&self, claims: Vec<Claim>) {
        let mut memory = self.memory();
        for claim in claims {
            memory.give_back(&claim, claim.from);
        }
    }

    /// When the next deferred delivery is due, where there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn next_due(&self) -> Result<Option<DateTime<Utc>>, LedgerError> {
        let due = self.store.read(|tx| {
            tx.first(
                "SELECT min(due) FROM delivery WHERE campaign = ? AND state = 'deferred'",
                values![self.campaign.id.0],
                |row| row.get::<Option<i64>>(0),
            )
        })?;
        Ok(due.flatten().map(instant).transpose()?)
    }

    /// Makes the intent to send these durable, in one statement for deliveries that follow each
    /// other; several tasks that ask at the same time share a commit. Whoever has left or must not
    /// be written to is found out in that same statement. The answers are in the order of `claims`.
    ///
    /// # Errors
    /// When the campaign was stopped or taken over, and when the database fails: nothing is
    /// intended then.
    pub async fn record_intent(&self, claims: Vec<Claim>) -> Result<Vec<Intent>, LedgerError> {
        let (campaign, epoch, stretches) = (self.campaign.id, self.campaign.epoch, stretches(&claims));
        let intended = self
            .store
            .write_async(move |tx| {
                let owner = own(tx, campaign, epoch)?;
                if owner.state != State::Running {
                    return Err(LedgerError::Stopped(owner.state));
                }
                let mut intended = BTreeSet::new();
                let mut suppressed = BTreeSet::new();
                for stretch in stretches {
                    intend(tx, &stretch, epoch, |id, state| {
                        if state == DeliveryState::Sending { &mut intended } else { &mut suppressed }.insert(id);
                    })?;
                }
                Ok((intended, suppressed))
            })
            .await;
        let mut memory = self.memory();
        let (intended, suppressed) = match intended {
            Ok(intended) => intended,
            Err(error) => {
                for claim in &claims {
                    memory.give_back(claim, claim.from);
                }
                return Err(error);
            }
        };
        let mut intents = Vec::with_capacity(claims.len());
        for claim in claims {
            memory.held.remove(&claim.id);
            if intended.contains(&claim.id) {
                memory.counts.moved(claim.from, DeliveryState::Sending);
                let (intent, open) = Open::new(claim, &self.journal);
                intents.push(Intent::Durable(intent, open));
            } else {
                if suppressed.contains(&claim.id) {
                    memory.counts.moved(claim.from, DeliveryState::Suppressed);
                }
                intents.push(Intent::Withheld);
            }
        }
        Ok(intents)
    }

    /// Makes outcomes durable. Each counts only as long as its delivery is this run's.
    ///
    /// # Errors
    /// When the campaign was taken over ([`LedgerError::Lost`]; what was still this run's is
    /// recorded), and when the database fails: the deliveries stay under way then, and the journal
    /// tells the next run what became of them.
    pub async fn record(&self, records: Vec<Record>, now: DateTime<Utc>) -> Result<(), LedgerError> {
        let (campaign, epoch) = (self.campaign.id, self.campaign.epoch);
        let (states, records) = self
            .store
            .write_async(move |tx| {
                let owner = Owner { campaign, epoch, state: Campaign::state(tx, campaign)?.0 };
                let states: Result<Vec<_>, LedgerError> = records
                    .iter()
                    .map(|record| match &record.end {
                        End::Closed(closed) => closed.apply(tx, owner, now),
                        End::Requeued(claim) => requeue(tx, claim.id, owner),
                    })
                    .collect();
                Ok::<_, LedgerError>((states?, records))
            })
            .await?;
        let mut memory = self.memory();
        for (state, record) in states.iter().zip(&records) {
            let Some(state) = *state else { continue };
            memory.counts.moved(DeliveryState::Sending, state);
            if let End::Requeued(claim) = &record.end {
                memory.give_back(claim, state);
            }
        }
        if states.contains(&None) { Err(LedgerError::Lost) } else { Ok(()) }
    }

    /// Ends the run. What is still under way gets the state that the journal proves. The campaign
    /// is finished where nothing is left, and else paused for `reason`.
    ///
    /// # Errors
    /// When the database fails, or another process has taken the campaign over.
    pub async fn end(self, reason: &str, now: DateTime<Utc>) -> Result<(State, Counts), LedgerError> {
        let (id, epoch, path) = (self.campaign.id, self.campaign.epoch, self.journal_path.clone());
        let reason = reason.to_owned();
        let left = self.memory().first_left();
        let ended = self.store.write_async(move |tx| {
            let mut campaign = Campaign::load(tx, id)?;
            if campaign.epoch != epoch {
                return Err(LedgerError::Lost);
            }
            let (mut counts, mut next) = (count(tx, &campaign)?, left);
            if counts.of(DeliveryState::Sending) > 0 {
                settle::settle(tx, &campaign, &settle::left(&path)?, now)?;
                // Any of these may be pending again.
                (counts, next) = (count(tx, &campaign)?, campaign.range().0);
            }
            if campaign.state == State::Running {
                let (to, reason) =
                    if counts.left() == 0 { (State::Finished, None) } else { (State::Paused, Some(&*reason)) };
                change(tx, &mut campaign, to, reason, now)?;
            }
            Bookmark { at: now, counts, next }.lay(tx, &campaign)?;
            Ok((campaign.state, counts))
        });
        let (state, counts) = ended.await?;
        // What is under way was settled: from here on the journal says nothing that the ledger
        // does not know.
        drop(Journal::settled(&self.journal_path));
        drop(self.lock);
        Ok((state, counts))
    }
}

impl Memory {
    /// No delivery before this one can still be claimed as pending.
    fn first_left(&self) -> i64 {
        [self.returned.first(), self.held.first()].into_iter().flatten().fold(self.next, |next, id| next.min(*id))
    }

    /// A delivery can be claimed again, in the state that it has.
    fn give_back(&mut self, claim: &Claim, state: DeliveryState) {
        self.held.remove(&claim.id);
        // What is deferred is found by its time.
        if state == DeliveryState::Pending {
            self.returned.insert(claim.id);
        }
    }
}

/// Deliveries that follow each other and were claimed at one time.
#[derive(Debug, PartialEq, Eq)]
struct Stretch {
    first: i64,
    last: i64,
    at: i64,
}

fn stretches(claims: &[Claim]) -> Vec<Stretch> {
    let mut ids: Vec<_> = claims.iter().map(|claim| (claim.id, claim.at.timestamp())).collect();
    ids.sort_unstable();
    let mut stretches: Vec<Stretch> = Vec::new();
    for (id, at) in ids {
        match stretches.last_mut() {
            Some(stretch) if stretch.last + 1 == id && stretch.at == at => stretch.last = id,
            _ => stretches.push(Stretch { first: id, last: id, at }),
        }
    }
    stretches
}

/// The one statement that makes intents.
fn intend(
    tx: &Tx<'_>,
    stretch: &Stretch,
    epoch: u32,
    mut tell: impl FnMut(i64, DeliveryState),
) -> Result<(), LedgerError> {
    tx.each(
        "UPDATE delivery SET
             state = CASE
                 WHEN EXISTS (SELECT 1 FROM suppression WHERE suppression.hash = delivery.hash) THEN 'suppressed'
                 WHEN EXISTS (SELECT 1 FROM subscriber
                              WHERE subscriber.public = delivery.public AND subscriber.status = 'active')
                 THEN 'sending'
                 ELSE 'suppressed' END,
             epoch = ?1, date = coalesce(date, ?2), since = coalesce(since, ?2), due = NULL
         WHERE id BETWEEN ?3 AND ?4 AND state IN ('pending', 'deferred')
         RETURNING id, state",
        values![epoch, stretch.at, stretch.first, stretch.last],
        |row| {
            tell(row.get(0)?, row.get(1)?);
            Ok::<_, StoreError>(())
        },
    )?;
    Ok(())
}

/// Sees to it that the run is still the last.
fn own(tx: &Tx<'_>, campaign: CampaignId, epoch: u32) -> Result<Owner, LedgerError> {
    let (state, last) = Campaign::state(tx, campaign)?;
    if last == epoch { Ok(Owner { campaign, state, epoch }) } else { Err(LedgerError::Lost) }
}

/// Back to where it was before the intent: no dot was written.
pub(super) fn requeue(tx: &Tx<'_>, delivery: i64, owner: Owner) -> Result<Option<DeliveryState>, LedgerError> {
    let state = if owner.state == State::Cancelled { DeliveryState::Cancelled } else { DeliveryState::Pending };
    let changed = tx.run(
        "UPDATE delivery SET state = ? WHERE id = ? AND state = 'sending' AND epoch = ?",
        values![state.name(), delivery, owner.epoch],
    )?;
    Ok((changed > 0).then_some(state))
}
