//! Warming a relay up: more on each day.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};

/// How many of the frozen list may have been tried on each day since the start. The day after the
/// last wave takes the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waves(Vec<u64>);

/// Why waves cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WavesError {
    /// One of them is no number of messages.
    #[error("`{0}` is not a number of messages; write the size of each day's wave: 500,2000,8000")]
    Size(String),
    /// One of them is larger than any list.
    #[error("`{0}` is too large")]
    Large(String),
}

/// As it is written: `500,2000,8000`.
impl FromStr for Waves {
    type Err = WavesError;

    fn from_str(text: &str) -> Result<Self, WavesError> {
        let size = |part: &str| {
            let part = part.trim();
            if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(WavesError::Size(part.to_owned()));
            }
            match part.parse() {
                // A day without mail is no wave, and most likely a slip.
                Ok(0) => Err(WavesError::Size(part.to_owned())),
                size => size.map_err(|_| WavesError::Large(part.to_owned())),
            }
        };
        text.split(',').map(size).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Waves {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sizes: Vec<_> = self.0.iter().map(u64::to_string).collect();
        f.write_str(&sizes.join(","))
    }
}

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
