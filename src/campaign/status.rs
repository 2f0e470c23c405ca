//! How a campaign stands, in words and as JSON, and what to run next.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use crate::campaign::freeze::Settings;
use crate::campaign::ledger::{Campaign, Delivery, DeliveryState, Standing, State};
use crate::campaign::pace::Waves;
use crate::message::{FrozenError, MessageTemplate, Stamp};
use crate::token::{CampaignId, KeyRing, ListId};

/// The version of the JSON forms.
pub const VERSION: u32 = 1;

/// So long after its time a scheduled campaign is still begun by itself: later its readers may be
/// asleep, and the user decides.
pub const WINDOW: TimeDelta = TimeDelta::hours(2);

/// What is left to do for a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send it, or go on.
    Send,
    /// Send it after all, or give it up: its time has passed, and nobody was there.
    Missed {
        /// When it was scheduled.
        at: DateTime<Utc>,
    },
    /// Wait, then let `send --due` begin it.
    Begin {
        /// When it is scheduled.
        at: DateTime<Utc>,
    },
    /// Try what was deferred again, at this time.
    Retry {
        /// When the first is due.
        due: DateTime<Utc>,
    },
    /// Wait for the next wave, then let `send --due` go on.
    Wave {
        /// When it begins.
        at: DateTime<Utc>,
    },
    /// Decide what is in doubt: send it again or not.
    Resolve,
    /// Decide what is in doubt of a cancelled campaign, of which nothing can be sent again.
    Assume,
    /// Try what failed once more, where its readers may be written to.
    RetryFailed,
    /// Try what failed by another relay, for this one cannot take any of it.
    OtherRelay,
    /// Look why: nobody has got it, and none of those whom it was for can be written to.
    Unreachable,
    /// Send it to those whom a cancelled campaign has not reached, or leave it.
    ToRest,
}

impl Step {
    /// The arguments of the command that does it, or has it done at its time, for a post as the
    /// user names it.
    pub fn arguments(self, post: &str) -> String {
        match self {
            Self::Send | Self::Missed { .. } => format!("send {post}"),
            Self::Retry { .. } => format!("send {post} --wait"),
            Self::Begin { .. } | Self::Wave { .. } => "schedule print".to_owned(),
            Self::Resolve => format!("resolve {post} --resend"),
            Self::Assume => format!("resolve {post} --assume-sent"),
            Self::RetryFailed => format!("send {post} --retry-failed"),
            Self::OtherRelay => "doctor".to_owned(),
            Self::Unreachable => format!("status {post} --recipients"),
            Self::ToRest => format!("send {post} --to-new"),
        }
    }
}

impl Standing {
    /// Whether there is something left to do or to decide: a delivery is not at its end, or nobody
    /// has got it. Where most got it and some were refused, those have had the relay's answer.
    pub fn is_unfinished(&self) -> bool {
        self.counts.left() > 0 || self.reached_nobody()
    }

    /// Whether a finished campaign reached nobody.
    pub fn reached_nobody(&self) -> bool {
        self.campaign.state == State::Finished && self.counts.of(DeliveryState::Sent) == 0
    }

    /// Whether what failed and may be tried once more is only what this relay cannot take.
    pub fn needs_other_relay(&self) -> bool {
        self.unfit > 0 && self.unfit == self.retryable
    }

    /// Whether somebody has got it, or may have.
    pub fn has_reached(&self) -> bool {
        let reached = [DeliveryState::Sent, DeliveryState::InDoubt, DeliveryState::Sending];
        reached.iter().any(|state| self.counts.of(*state) > 0)
    }

    /// What is left to do at `now`, the first thing first.
    pub fn steps(&self, now: DateTime<Utc>) -> Vec<Step> {
        let has = |state| self.counts.of(state) > 0;
        let mut steps = Vec::new();
        match (self.campaign.state, self.campaign.scheduled) {
            (State::Scheduled, Some(at)) if now <= at + WINDOW => steps.push(Step::Begin { at }),
            (State::Scheduled, Some(at)) => steps.push(Step::Missed { at }),
            (State::Cancelled, _) => {}
            _ if has(DeliveryState::Pending) || has(DeliveryState::Sending) => {
                steps.push(self.next_wave(now).map_or(Step::Send, |at| Step::Wave { at }));
            }
            _ => steps.extend(self.due.map(|due| Step::Retry { due })),
        }
        if has(DeliveryState::InDoubt) {
            steps.push(if self.campaign.state == State::Cancelled { Step::Assume } else { Step::Resolve });
        }
        match self.campaign.state {
            State::Cancelled if self.has_reached() && has(DeliveryState::Cancelled) => steps.push(Step::ToRest),
            State::Cancelled => {}
            _ if self.needs_other_relay() => steps.push(Step::OtherRelay),
            _ if self.retryable > 0 => steps.push(Step::RetryFailed),
            _ if self.reached_nobody() => steps.push(Step::Unreachable),
            _ => {}
        }
        steps
    }

    /// When the next wave begins, where all of those before it were tried.
    fn next_wave(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let Campaign { started, settings, total, .. } = &self.campaign;
        let waves = Waves::new(serde_json::from_str::<Settings>(settings).ok()?.warmup);
        let started = (*started)?;
        let tried = total.saturating_sub(self.counts.of(DeliveryState::Pending));
        if tried < waves.allowed(started, now)? { None } else { waves.next(started, now) }
    }

    /// The campaign as JSON: its number, its state, and counts that sum to `total`.
    pub fn json(&self) -> Map<String, Value> {
        let mut object = Map::new();
        object.insert("campaign".to_owned(), self.campaign.id.0.into());
        object.insert("state".to_owned(), self.campaign.state.name().into());
        object.insert("total".to_owned(), self.counts.total().into());
        for (state, count) in self.counts.iter() {
            object.insert(state.name().to_owned(), count.into());
        }
        object
    }
}

/// A recipient as JSON; `message_id` is that of their message, where it was begun.
pub fn recipient(delivery: &Delivery, message_id: Option<&str>) -> Value {
    let Delivery { address, state, attempts, answer, .. } = delivery;
    json!({
        "address": address,
        "state": state.name(),
        "attempts": attempts,
        "code": answer.code,
        "enhanced": answer.enhanced,
        "reply": answer.reply,
        "message_id": message_id,
        "relay_id": answer.relay_id,
    })
}

/// What gives the Message-ID of each delivery of a campaign.
#[derive(Debug)]
pub struct MessageIds<'a> {
    template: MessageTemplate,
    keys: &'a KeyRing,
    list: ListId,
    campaign: CampaignId,
}

impl<'a> MessageIds<'a> {
    /// Those of a campaign with this stored template. `keys` are those that it began with.
    ///
    /// # Errors
    /// When the template cannot be read.
    pub fn new(template: &[u8], keys: &'a KeyRing, list: ListId, campaign: CampaignId) -> Result<Self, FrozenError> {
        Ok(Self { template: MessageTemplate::from_bytes(template)?, keys, list, campaign })
    }

    /// The Message-ID, without its brackets, once the message was begun.
    pub fn of(&self, delivery: &Delivery) -> Option<String> {
        let stamp = Stamp::new(self.keys, self.list, delivery.public, self.campaign, delivery.date?);
        Some(self.template.message_id(&stamp))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::ledger::tests::World;

    fn at(world: &World, hours: i64) -> DateTime<Utc> {
        world.now + TimeDelta::hours(hours)
    }

    fn steps(world: &World, hours: i64) -> Vec<Step> {
        world.ledger.standing(world.campaign).unwrap().steps(at(world, hours))
    }

    #[test]
    fn what_is_left_is_told_by_state_and_states_of_deliveries() {
        let world = World::new(4);
        let campaign = |state: &'static str| world.sql("UPDATE campaign SET state = ?", &[state.into()]);
        let deliveries = |state: &'static str| world.sql("UPDATE delivery SET state = ?, due = 1", &[state.into()]);
        assert_eq!(steps(&world, 0), [Step::Send], "frozen");
        campaign("paused");
        deliveries("deferred");
        assert_eq!(steps(&world, 0), [Step::Retry { due: DateTime::from_timestamp(1, 0).unwrap() }]);
        deliveries("in_doubt");
        assert_eq!(steps(&world, 0), [Step::Resolve]);
        campaign("cancelled");
        assert_eq!(steps(&world, 0), [Step::Assume]);
        campaign("finished");
        deliveries("failed");
        assert_eq!(steps(&world, 0), [Step::RetryFailed]);
        world.sql("INSERT INTO suppression (hash, reason, since) SELECT hash, 'bounced', 0 FROM delivery", &[]);
        assert_eq!(steps(&world, 0), [Step::Unreachable], "nobody has got it");
        campaign("cancelled");
        assert_eq!(steps(&world, 0), []);
        world.sql("UPDATE delivery SET state = 'cancelled', due = NULL", &[]);
        assert_eq!(steps(&world, 0), [], "it can be sent anew");
        world.sql("UPDATE delivery SET state = 'sent', date = 0 WHERE id = 1", &[]);
        assert_eq!(steps(&world, 0), [Step::ToRest]);
        campaign("running");
        deliveries("sending");
        assert_eq!(steps(&world, 0), [Step::Send], "whoever sent it may have died");
    }

    #[test]
    fn a_scheduled_campaign_begins_by_itself_until_its_window_is_over() {
        let world = World::new(1);
        world.sql("UPDATE campaign SET state = 'scheduled', scheduled = ?", &[at(&world, 5).timestamp().into()]);
        for hours in [0, 5, 7] {
            assert_eq!(steps(&world, hours), [Step::Begin { at: at(&world, 5) }], "{hours}");
        }
        assert_eq!(steps(&world, 8), [Step::Missed { at: at(&world, 5) }]);
    }

    #[test]
    fn a_wave_that_is_done_waits_for_the_next_day() {
        let world = World::new(4);
        let settings = r#"{"key":0,"warmup":[2,1],"retry_for":1}"#;
        world.sql(
            "UPDATE campaign SET state = 'paused', settings = ?, started = ?",
            &[settings.into(), world.now.timestamp().into()],
        );
        assert_eq!(steps(&world, 0), [Step::Send]);
        world.sql("UPDATE delivery SET state = 'suppressed' WHERE id <= 2", &[]);
        assert_eq!(steps(&world, 1), [Step::Wave { at: at(&world, 24) }]);
        assert_eq!(steps(&world, 25), [Step::Send]);
        world.sql("UPDATE delivery SET state = 'suppressed' WHERE id <= 3", &[]);
        assert_eq!(steps(&world, 25), [Step::Wave { at: at(&world, 48) }]);
        assert_eq!(steps(&world, 49), [Step::Send], "the last day takes the rest");
    }
}
