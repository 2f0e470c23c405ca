//! A rate that gives way when the relay asks for it, and comes back slowly.

use chrono::{DateTime, TimeDelta, Utc};

use crate::campaign::pace::Bucket;

/// How long a rate is kept before it rises.
const STEP: TimeDelta = TimeDelta::seconds(60);
/// By how much it rises then.
const RISE: f64 = 1.1;
/// Replies to what was under way together come together, and mean the same.
const ONE_ANSWER: TimeDelta = TimeDelta::seconds(5);
/// It is not halved below this.
const LEAST: f64 = 1.0 / 60.0;
/// What is taken for too much where nothing went through so far: without a rate to halve, a relay
/// that asks for less from its first reply on would be asked again at once, and for ever.
const UNKNOWN: f64 = 1.0;

/// A bucket whose rate is halved on demand.
#[derive(Clone, Debug)]
pub struct Throttle {
    /// As set, where it is.
    set: Option<f64>,
    bucket: Option<Bucket>,
    slowed: Option<Slowed>,
    halved: u64,
}

#[derive(Clone, Copy, Debug)]
struct Slowed {
    /// The rate that was too much.
    from: f64,
    /// The rate after halving.
    rate: f64,
    at: DateTime<Utc>,
}

impl Slowed {
    /// The rate by now, until it is what it was.
    fn rate(&self, now: DateTime<Utc>) -> Option<f64> {
        let steps = (now - self.at).num_seconds().max(0) / STEP.num_seconds();
        let rate = self.rate * RISE.powi(i32::try_from(steps).unwrap_or(i32::MAX));
        (rate < self.from).then_some(rate)
    }
}

impl Throttle {
    /// One that goes at a rate by the second, or unbound.
    pub fn new(set: Option<f64>) -> Self {
        Self { set, bucket: set.map(Bucket::new), slowed: None, halved: 0 }
    }

    /// The rate by the second, where there is a bound.
    pub fn rate(&self, now: DateTime<Utc>) -> Option<f64> {
        self.slowed.and_then(|slowed| slowed.rate(now)).or(self.set)
    }

    /// Halves the rate; `measured` is what went through by the second, where none was set.
    pub fn slow_down(&mut self, measured: f64, now: DateTime<Utc>) {
        if self.slowed.is_some_and(|slowed| now - slowed.at < ONE_ANSWER) {
            return;
        }
        let present = self.rate(now).unwrap_or(if measured > LEAST { measured } else { UNKNOWN });
        let rate = (present / 2.0).max(LEAST);
        // A second halving on the way up does not lower what one goes back to.
        let from = self.slowed.filter(|slowed| slowed.rate(now).is_some()).map_or(present, |slowed| slowed.from);
        self.slowed = Some(Slowed { from, rate, at: now });
        self.halved += 1;
        self.bucket.get_or_insert_with(|| Bucket::new(rate)).set_rate(rate);
    }

    /// How often it was halved.
    pub fn halved(&self) -> u64 {
        self.halved
    }

    /// When the next may go, where that is not now.
    pub fn until(&mut self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self.slowed.map(|slowed| slowed.rate(now)) {
            None => {}
            Some(Some(rate)) => self.bucket.get_or_insert_with(|| Bucket::new(rate)).set_rate(rate),
            Some(None) => {
                self.slowed = None;
                match (self.set, &mut self.bucket) {
                    (Some(rate), Some(bucket)) => bucket.set_rate(rate),
                    (_, bucket) => *bucket = self.set.map(Bucket::new),
                }
            }
        }
        self.bucket.as_ref().and_then(|bucket| bucket.until(now))
    }

    /// Takes one, which [`Throttle::until`] has allowed.
    pub fn take(&mut self, now: DateTime<Utc>) {
        if let Some(bucket) = &mut self.bucket {
            bucket.take(now);
        }
    }
}
