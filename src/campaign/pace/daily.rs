//! A day's quota.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

const HOUR: i64 = 3600;
/// The hour that goes on and the 24 before it hold any 24 hours.
const HOURS: i64 = 24;

/// Lets so many messages go in any 24 hours, wherever they begin. It counts by the hour, and so
/// waits up to an hour longer than it would have to.
#[derive(Clone, Debug)]
pub struct Daily {
    limit: u64,
    /// What went in each hour since 1970.
    hours: BTreeMap<i64, u64>,
}

impl Daily {
    /// A quota of which nothing is used; at least one message a day.
    pub fn new(limit: u64) -> Self {
        Self { limit: limit.max(1), hours: BTreeMap::new() }
    }

    /// Counts what went at a time, allowed or not.
    pub fn note(&mut self, at: DateTime<Utc>, count: u64) {
        let hour = self.hours.entry(hour(at)).or_default();
        *hour = hour.saturating_add(count);
    }

    /// When the next may go, where that is not now.
    pub fn until(&mut self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.hours = self.hours.split_off(&(hour(now) - HOURS));
        let mut used = self.hours.values().fold(0_u64, |sum, count| sum.saturating_add(*count));
        let mut until = None;
        for (hour, count) in &self.hours {
            if used < self.limit {
                break;
            }
            used -= (*count).min(used);
            until = gone(*hour);
        }
        until
    }

    /// When the first that went in these 24 hours counts no longer.
    pub fn first_gone(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.hours.range(hour(now) - HOURS..).next().and_then(|(hour, _)| gone(*hour))
    }
}

fn hour(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(HOUR)
}

/// When what went in an hour is a day past.
fn gone(hour: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(hour.checked_mul(HOUR)?, 0)?.checked_add_signed(TimeDelta::hours(HOURS + 1))
}
