//! From the intent to the outcome: the proofs that pass from hand to hand, and what is written at
//! the end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

use crate::campaign::journal::{Answered, Journal, Try};
use crate::campaign::ledger::{Claim, DeliveryState, LedgerError, State};
use crate::store::{Tx, values};
use crate::token::CampaignId;

/// The proof that a delivery stands in the ledger as being sent, by the run that is on: with it,
/// and once, the final dot of its message may be written. Only
/// [`Run::record_intent`](crate::campaign::ledger::Run::record_intent) makes one.
#[derive(Debug)]
#[must_use = "the dot may be written, or the delivery requeued"]
pub struct DurableIntent {
    tried: Try,
    journal: Arc<Journal>,
    spent: Arc<AtomicBool>,
}

/// An intent that could not be spent: its dot must not be written.
#[derive(Debug, thiserror::Error)]
#[error("the dot could not be noted: {error}")]
pub struct Unspent {
    /// The intent.
    pub intent: DurableIntent,
    /// Why.
    #[source]
    pub error: std::io::Error,
}

impl DurableIntent {
    /// Gives it up for the final dot, which is to be written right after.
    ///
    /// # Errors
    /// When the journal could not note it: the dot must not be written then.
    pub fn spend(self) -> Result<(), Unspent> {
        match self.journal.about_to_write(self.tried) {
            Ok(()) => {
                self.spent.store(true, Ordering::Release);
                Ok(())
            }
            Err(error) => Err(Unspent { intent: self, error }),
        }
    }
}

/// What a relay answered, or what we say in its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The reply's code, where the relay answered.
    pub code: Option<u16>,
    /// The enhanced code (RFC 3463).
    pub enhanced: Option<String>,
    /// The words.
    pub reply: Option<String>,
    /// The relay's name for the message.
    pub relay_id: Option<String>,
}

/// What is to become of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The relay has it.
    Sent,
    /// It is tried again when it is due.
    Deferred {
        /// When.
        due: DateTime<Utc>,
    },
    /// The relay will not have it.
    Failed(Suppress),
    /// The relay may have it.
    InDoubt,
}

/// Whether an address gets no more mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suppress {
    /// It may.
    Keep,
    /// There is no such mailbox: never again.
    Bounced,
}

impl Outcome {
    /// What may be believed of it. After the dot nothing but a reply tells what became of the
    /// message; and it was taken only if that reply is a 2xx.
    fn believed(self, dot: Dot, code: Option<u16>) -> Self {
        let accepted = code.is_some_and(|code| (200..300).contains(&code));
        match (self, dot) {
            (Self::Sent, Dot::Written) if accepted => self,
            (Self::Sent, _) => Self::InDoubt,
            (Self::Deferred { .. } | Self::Failed(_), Dot::Written) if code.is_none() || accepted => Self::InDoubt,
            _ => self,
        }
    }

    fn name(self) -> &'static str {
        self.state().name()
    }

    fn state(self) -> DeliveryState {
        match self {
            Self::Sent => DeliveryState::Sent,
            Self::Deferred { .. } => DeliveryState::Deferred,
            Self::Failed(_) => DeliveryState::Failed,
            Self::InDoubt => DeliveryState::InDoubt,
        }
    }
}

/// Whether a message's final dot was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dot {
    Unwritten,
    Written,
}

/// A delivery that is under way and has to come to an outcome. Where it is dropped, the delivery
/// stands as being sent until the run ends, which then looks into the journal.
#[derive(Debug)]
#[must_use = "a delivery that is under way comes to an outcome"]
pub struct Open {
    claim: Claim,
    journal: Arc<Journal>,
    spent: Arc<AtomicBool>,
}

impl Open {
    /// The intent and what it opens.
    pub(super) fn new(claim: Claim, journal: &Arc<Journal>) -> (DurableIntent, Self) {
        let spent = Arc::new(AtomicBool::new(false));
        let intent = DurableIntent { tried: claim.tried(), journal: journal.clone(), spent: spent.clone() };
        (intent, Self { claim, journal: journal.clone(), spent })
    }

    /// What was claimed.
    pub fn claim(&self) -> &Claim {
        &self.claim
    }

    /// Comes to an outcome, and notes it in the journal where there was a dot. What cannot be
    /// believed of it is put down as in doubt: `sent` without a 2xx that answers a dot, and
    /// anything else after a dot that nobody answered.
    pub fn close(self, outcome: Outcome, answer: Answer) -> Record {
        let dot = if self.spent.load(Ordering::Acquire) { Dot::Written } else { Dot::Unwritten };
        let outcome = outcome.believed(dot, answer.code);
        let closed = Closed { delivery: self.claim.id, outcome, answer };
        if dot == Dot::Written
            && let Some(answered) = closed.answered()
        {
            // Where it cannot be noted, the ledger is going to know; a crash until then leaves the
            // delivery in doubt.
            drop(self.journal.reply(self.claim.tried(), answered));
        }
        Record { end: End::Closed(closed) }
    }

    /// Goes back to where it came from, with the proof that its dot was not written: the
    /// connection was at fault, and the recipient is not charged.
    pub fn requeue(self, intent: DurableIntent) -> Record {
        let DurableIntent { spent, .. } = intent;
        // Another delivery's proof, or an earlier one, proves nothing.
        if Arc::ptr_eq(&spent, &self.spent) {
            return Record { end: End::Requeued(self.claim) };
        }
        self.close(Outcome::InDoubt, Answer::default())
    }
}

/// An outcome on its way into the ledger.
#[derive(Debug)]
#[must_use = "an outcome is recorded"]
pub struct Record {
    pub(super) end: End,
}

#[derive(Debug)]
pub(super) enum End {
    Closed(Closed),
    Requeued(Claim),
}

/// An outcome, of a run or out of the journal.
#[derive(Clone, Debug)]
pub(super) struct Closed {
    pub(super) delivery: i64,
    outcome: Outcome,
    answer: Answer,
}

const SENT: u8 = 1;
const DEFERRED: u8 = 2;
const FAILED: u8 = 3;
const BOUNCED: u8 = 4;

impl Closed {
    /// A delivery of which nobody knows what became.
    pub(super) fn in_doubt(delivery: i64) -> Self {
        Self { delivery, outcome: Outcome::InDoubt, answer: Answer::default() }
    }

    /// As the journal has it; nothing where nobody answered.
    fn answered(&self) -> Option<Answered> {
        let (outcome, due) = match self.outcome {
            Outcome::Sent => (SENT, 0),
            Outcome::Deferred { due } => (DEFERRED, due.timestamp()),
            Outcome::Failed(Suppress::Keep) => (FAILED, 0),
            Outcome::Failed(Suppress::Bounced) => (BOUNCED, 0),
            Outcome::InDoubt => return None,
        };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let Answer { code, enhanced, reply, relay_id } = &self.answer;
        let code = (*code)?;
        Some(Answered { outcome, due, code, enhanced: text(enhanced), reply: text(reply), relay_id: text(relay_id) })
    }

    /// Out of the journal. What we would not have written there is in doubt.
    pub(super) fn from_journal(delivery: i64, answered: Answered) -> Self {
        let Answered { outcome, due, code, enhanced, reply, relay_id } = answered;
        let outcome = match outcome {
            SENT => Outcome::Sent,
            DEFERRED => DateTime::from_timestamp(due, 0).map_or(Outcome::InDoubt, |due| Outcome::Deferred { due }),
            FAILED => Outcome::Failed(Suppress::Keep),
            BOUNCED => Outcome::Failed(Suppress::Bounced),
            _ => Outcome::InDoubt,
        };
        let some = |text: String| (!text.is_empty()).then_some(text);
        let answer =
            Answer { code: Some(code), enhanced: some(enhanced), reply: some(reply), relay_id: some(relay_id) };
        Self { delivery, outcome: outcome.believed(Dot::Written, Some(code)), answer }
    }

    /// Writes it down, if the delivery is still under way in the run `epoch`. The state that it
    /// comes to, or none where it is no more that run's.
    pub(super) fn apply(
        &self,
        tx: &Tx<'_>,
        owner: Owner,
        now: DateTime<Utc>,
    ) -> Result<Option<DeliveryState>, LedgerError> {
        let Answer { code, enhanced, reply, relay_id } = &self.answer;
        let (state, due) = match self.outcome {
            // Nothing of a cancelled campaign is tried again.
            Outcome::Deferred { .. } if owner.state == State::Cancelled => (DeliveryState::Cancelled, None),
            Outcome::Deferred { due } => (DeliveryState::Deferred, Some(due)),
            other => (other.state(), None),
        };
        // A relay that asks again within the second would be asked for ever.
        let due = due.map(|due| due.max(now + TimeDelta::seconds(1)).timestamp());
        let changed = tx.run(
            "UPDATE delivery SET state = ?, due = ?, code = ?, enhanced = ?, reply = ?, relay_id = ?,
                                 attempts = attempts + 1, deferrals = deferrals + ?
             WHERE id = ? AND state = 'sending' AND epoch = ?",
            values![
                state.name(),
                due,
                *code,
                enhanced.as_deref(),
                reply.as_deref(),
                relay_id.as_deref(),
                matches!(self.outcome, Outcome::Deferred { .. }),
                self.delivery,
                owner.epoch,
            ],
        )?;
        if changed == 0 {
            return Ok(None);
        }
        note(tx, self.delivery, self.outcome.name(), owner.epoch, &self.answer, now)?;
        if self.outcome == Outcome::Failed(Suppress::Bounced) {
            suppress(tx, self.delivery, owner.campaign, reply.as_deref(), now)?;
        }
        Ok(Some(state))
    }
}

/// Whose deliveries they are that are changed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owner {
    pub(super) campaign: CampaignId,
    pub(super) state: State,
    pub(super) epoch: u32,
}

/// Adds to what is known of a delivery's tries.
pub(super) fn note(
    tx: &Tx<'_>,
    delivery: i64,
    outcome: &str,
    epoch: u32,
    answer: &Answer,
    now: DateTime<Utc>,
) -> Result<(), LedgerError> {
    let Answer { code, enhanced, reply, relay_id } = answer;
    tx.run(
        "INSERT INTO attempt (delivery, n, at, epoch, outcome, code, enhanced, reply, relay_id)
         VALUES (?1, (SELECT count(*) + 1 FROM attempt WHERE delivery = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        values![
            delivery,
            now.timestamp(),
            epoch,
            outcome,
            *code,
            enhanced.as_deref(),
            reply.as_deref(),
            relay_id.as_deref(),
        ],
    )?;
    Ok(())
}

/// Nothing goes to the address any more, and the bounce is counted, once.
fn suppress(
    tx: &Tx<'_>,
    delivery: i64,
    campaign: CampaignId,
    reply: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), LedgerError> {
    let added = tx.run(
        "INSERT INTO suppression (hash, address, reason, since, detail)
         SELECT hash, address, 'bounced', ?, ? FROM delivery WHERE id = ?
         ON CONFLICT (hash) DO NOTHING",
        values![now.timestamp(), reply, delivery],
    )?;
    if added > 0 {
        tx.run(
            "INSERT INTO event (at, kind, source, subscriber, campaign)
             SELECT ?, 'bounced', subscriber.source, subscriber.id, ?
             FROM delivery LEFT JOIN subscriber ON subscriber.public = delivery.public WHERE delivery.id = ?",
            values![now.timestamp(), campaign.0, delivery],
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sent_is_believed_after_a_2xx_to_a_dot_alone() {
        for code in [None, Some(199), Some(300), Some(354), Some(451), Some(550)] {
            assert_eq!(Outcome::Sent.believed(Dot::Written, code), Outcome::InDoubt, "{code:?}");
        }
        assert_eq!(Outcome::Sent.believed(Dot::Unwritten, Some(250)), Outcome::InDoubt);
        assert_eq!(Outcome::Sent.believed(Dot::Written, Some(250)), Outcome::Sent);
    }

    #[test]
    fn a_dot_that_nobody_answered_leaves_a_doubt() {
        let failed = Outcome::Failed(Suppress::Bounced);
        let deferred = Outcome::Deferred { due: DateTime::UNIX_EPOCH };
        for outcome in [failed, deferred] {
            assert_eq!(outcome.believed(Dot::Written, None), Outcome::InDoubt);
            assert_eq!(outcome.believed(Dot::Written, Some(250)), Outcome::InDoubt);
            assert_eq!(outcome.believed(Dot::Written, Some(554)), outcome);
            assert_eq!(outcome.believed(Dot::Unwritten, None), outcome);
        }
    }
}
