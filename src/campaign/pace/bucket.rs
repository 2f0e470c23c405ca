//! A token bucket, kept as the time at which it will be full again.

use chrono::{DateTime, TimeDelta, Utc};

/// The slowest that anything goes: one message in an hour.
const SLOWEST: f64 = 1.0 / 3600.0;
/// The fastest: beyond this a rate is no bound.
const FASTEST: f64 = 1_000_000.0;

/// Lets `rate` messages go by the second and at most one second's worth at once: in any time `t`
/// never more than `rate × t` and that.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Between two messages.
    interval: TimeDelta,
    /// What may be taken ahead of time.
    ahead: TimeDelta,
    /// When it is full again.
    full: DateTime<Utc>,
}

impl Bucket {
    /// A full one.
    pub fn new(rate: f64) -> Self {
        let mut bucket = Self { interval: TimeDelta::zero(), ahead: TimeDelta::zero(), full: DateTime::<Utc>::MIN_UTC };
        bucket.set_rate(rate);
        bucket
    }

    /// Goes on at another rate. What was taken stays taken.
    pub fn set_rate(&mut self, rate: f64) {
        let rate = if rate.is_nan() { SLOWEST } else { rate.clamp(SLOWEST, FASTEST) };
        #[expect(clippy::cast_possible_truncation, reason = "between a microsecond and an hour")]
        let nanoseconds = (1e9 / rate).ceil() as i64;
        self.interval = TimeDelta::nanoseconds(nanoseconds);
        // The burst less the message that may go when nothing is ahead.
        self.ahead = (TimeDelta::seconds(1) - self.interval).max(TimeDelta::zero());
    }

    /// When the next may go, where that is not now.
    pub fn until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // When the clock was put back, one does not wait for longer than an empty bucket takes.
        let full = self.full.min(now + self.ahead + self.interval);
        let next = full.checked_sub_signed(self.ahead).unwrap_or(full);
        (next > now).then_some(next)
    }

    /// Takes one, which [`Bucket::until`] has allowed.
    pub fn take(&mut self, now: DateTime<Utc>) {
        self.full = self.full.clamp(now, now + self.ahead + self.interval) + self.interval;
    }

    /// Whether nothing is missing.
    pub fn is_full(&self, now: DateTime<Utc>) -> bool {
        self.full <= now
    }
}
