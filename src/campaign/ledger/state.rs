//! The states of campaigns and deliveries, and the counts of the latter.

use std::fmt;

use crate::store::{Column, Value};

/// How far a campaign is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// What is sent and to whom stands; nothing was sent yet.
    Frozen,
    /// As frozen, and to be begun at a time.
    Scheduled,
    /// It is being sent, or whoever sent it died.
    Running,
    /// Something is left to do.
    Paused,
    /// Every delivery has come to its end.
    Finished,
    /// What was not sent is not going to be.
    Cancelled,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Frozen, Self::Scheduled, Self::Running, Self::Paused, Self::Finished, Self::Cancelled];

    /// Its name, as in the database and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Frozen => "frozen",
            Self::Scheduled => "scheduled",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Finished => "finished",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing of it is sent any more, unless the user asks for what failed once more.
    pub fn is_ended(self) -> bool {
        matches!(self, Self::Finished | Self::Cancelled)
    }

    /// Whether a campaign may go from here to `next`.
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Frozen | Self::Scheduled => matches!(next, Self::Running | Self::Cancelled),
            // Running again is what a run does after one that died.
            Self::Running => matches!(next, Self::Running | Self::Paused | Self::Finished | Self::Cancelled),
            Self::Paused => matches!(next, Self::Running | Self::Paused | Self::Finished | Self::Cancelled),
            // What failed is tried once more.
            Self::Finished => matches!(next, Self::Paused),
            Self::Cancelled => false,
        }
    }
}

/// How far a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeliveryState {
    /// It was not tried, or is to be tried again as if it had not been.
    Pending,
    /// It may be on the wire.
    Sending,
    /// The relay has it.
    Sent,
    /// The relay asked to try again later.
    Deferred,
    /// The relay will not have it.
    Failed,
    /// The relay may have it, and nobody can tell: the user decides.
    InDoubt,
    /// Its reader left or must not be written to.
    Suppressed,
    /// The campaign was cancelled before it was sent.
    Cancelled,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Pending,
        Self::Sending,
        Self::Sent,
        Self::Deferred,
        Self::Failed,
        Self::InDoubt,
        Self::Suppressed,
        Self::Cancelled,
    ];

    /// Its name, as in the database and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Deferred => "deferred",
            Self::Failed => "failed",
            Self::InDoubt => "in_doubt",
            Self::Suppressed => "suppressed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing is left to do or to decide.
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Sent | Self::Failed | Self::Suppressed | Self::Cancelled)
    }
}

/// How many deliveries of a campaign are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts([u64; 8]);

impl Counts {
    /// How many are in a state.
    pub fn of(&self, state: DeliveryState) -> u64 {
        self.iter().find(|(other, _)| *other == state).map_or(0, |(_, count)| count)
    }

    /// All of them: as many as were frozen.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// How many are not at their end.
    pub fn left(&self) -> u64 {
        self.iter().filter(|(state, _)| !state.is_terminal()).map(|(_, count)| count).sum()
    }

    /// Each state and how many are in it.
    pub fn iter(&self) -> impl Iterator<Item = (DeliveryState, u64)> {
        DeliveryState::ALL.into_iter().zip(self.0)
    }

    pub(super) fn add(&mut self, state: DeliveryState, count: u64) {
        if let Some(own) = self.count(state) {
            *own = own.saturating_add(count);
        }
    }

    pub(super) fn moved(&mut self, from: DeliveryState, to: DeliveryState) {
        if let Some(own) = self.count(from) {
            *own = own.saturating_sub(1);
        }
        self.add(to, 1);
    }

    fn count(&mut self, state: DeliveryState) -> Option<&mut u64> {
        DeliveryState::ALL.iter().zip(&mut self.0).find(|(other, _)| **other == state).map(|(_, count)| count)
    }
}

macro_rules! named {
    ($($type:ty),+) => {
        $(impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }

        impl Column for $type {
            fn read(value: &Value<'_>) -> Option<Self> {
                let Value::Text(text) = value else { return None };
                Self::ALL.into_iter().find(|state| state.name() == text)
            }
        })+
    };
}
named!(State, DeliveryState);
