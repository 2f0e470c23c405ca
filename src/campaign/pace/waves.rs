//! Warming a relay up: more on each day.

use chrono::{DateTime, TimeDelta, Utc};

/// How many of the frozen list may have been tried on each day since the start. The day after the
/// last wave takes the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waves(Vec<u64>);

impl Waves {
    /// Waves of these sizes; none means that all go at once.
    pub fn new(sizes: Vec<u64>) -> Self {
        Self(sizes)
    }

    /// How many from the head of the list may be tried at `now`; none where there is no bound.
    pub fn allowed(&self, started: DateTime<Utc>, now: DateTime<Utc>) -> Option<u64> {
        let day = Self::day(started, now);
        let begun = self.0.get(..=day)?;
        Some(begun.iter().fold(0, |sum, size| sum.saturating_add(*size)))
    }

    /// When more may be tried, where there is a bound at `now`.
    pub fn next(&self, started: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let day = Self::day(started, now);
        self.0.get(day)?;
        started.checked_add_signed(TimeDelta::days(i64::try_from(day).ok()?.checked_add(1)?))
    }

    fn day(started: DateTime<Utc>, now: DateTime<Utc>) -> usize {
        usize::try_from((now - started).num_days()).unwrap_or(0)
    }
}
