//! How fast a campaign may go: by the second and the day for its relay, by the second for each
//! recipient domain, and in waves over days. Pure: the time is an argument.
//!
//! [`Pace::take`] either takes one message's turn or says when to ask again, having taken nothing.

mod bucket;
mod daily;
mod rate;
mod throttle;
mod waves;

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

pub use bucket::Bucket;
pub use daily::Daily;
pub use rate::{Rate, RateError};
pub use throttle::Throttle;
pub use waves::{Waves, WavesError};

/// How many domains are remembered before those that are idle are forgotten.
const DOMAINS: usize = 1024;
/// The most intents that wait for a connection.
pub const DEEPEST: usize = 16;
/// For so long intents and outcomes gather that share a commit.
pub const GATHERING: Duration = Duration::from_millis(5);

/// What a relay and its receivers bear, in messages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// By the second.
    pub rate: Option<f64>,
    /// In any 24 hours.
    pub per_day: Option<u64>,
    /// By the second to one recipient domain.
    pub domain_rate: Option<f64>,
}

/// Whether a message may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Turn {
    /// It may, and is counted.
    Go,
    /// Its domain has had enough; another domain's may go. Ask again at this time.
    DomainUntil(DateTime<Utc>),
    /// The relay has had enough. Ask again at this time.
    Until(DateTime<Utc>),
    /// The relay has had what it takes in a day. Ask again at this time.
    TomorrowAt(DateTime<Utc>),
}

/// At which pace a message took its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paced(u64);

/// The pace of one relay.
#[derive(Debug)]
pub struct Pace {
    relay: Throttle,
    daily: Option<Daily>,
    domain_rate: Option<f64>,
    domains: BTreeMap<String, Bucket>,
    paused: Option<DateTime<Utc>>,
}

impl Pace {
    /// A pace within `limits`; `before` is what the relay was given in the last 25 hours, as times
    /// and counts ([`Daily::note`] tells how it counts).
    pub fn new(limits: &Limits, before: impl IntoIterator<Item = (DateTime<Utc>, u64)>) -> Self {
        let mut daily = limits.per_day.map(Daily::new);
        if let Some(daily) = &mut daily {
            before.into_iter().for_each(|(at, count)| daily.note(at, count));
        }
        Self {
            relay: Throttle::new(limits.rate),
            daily,
            domain_rate: limits.domain_rate,
            domains: BTreeMap::new(),
            paused: None,
        }
    }

    /// Takes a turn for a message to `domain`.
    pub fn take(&mut self, domain: &str, now: DateTime<Utc>) -> Turn {
        if let Some(until) = self.paused.filter(|until| *until > now) {
            return Turn::TomorrowAt(until);
        }
        if let Some(until) = self.daily.as_mut().and_then(|daily| daily.until(now)) {
            return Turn::TomorrowAt(until);
        }
        if let Some(until) = self.relay.until(now) {
            return Turn::Until(until);
        }
        if let Some(rate) = self.domain_rate {
            if self.domains.len() >= DOMAINS && !self.domains.contains_key(domain) {
                self.domains.retain(|_, bucket| !bucket.is_full(now));
            }
            let bucket = self.domains.entry(domain.to_owned()).or_insert_with(|| Bucket::new(rate));
            if let Some(until) = bucket.until(now) {
                return Turn::DomainUntil(until);
            }
            bucket.take(now);
        }
        self.relay.take(now);
        if let Some(daily) = &mut self.daily {
            daily.note(now, 1);
        }
        Turn::Go
    }

    /// The present pace, for messages that took their turn just now.
    pub fn present(&self) -> Paced {
        Paced(self.relay.halved())
    }

    /// Takes another turn for a message that took one before the relay asked for less, or says when
    /// to ask again. Its domain and its day have it counted already.
    pub fn take_again(&mut self, paced: &mut Paced, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if *paced == self.present() {
            return None;
        }
        let until = self.relay.until(now);
        if until.is_none() {
            self.relay.take(now);
            *paced = self.present();
        }
        until
    }

    /// Halves the rate: the relay asked for less (421, 450, 454). `measured` is what went through
    /// by the second, where no rate was set.
    pub fn slow_down(&mut self, measured: f64, now: DateTime<Utc>) {
        self.relay.slow_down(measured, now);
    }

    /// The rate by the second, where there is a bound.
    pub fn rate(&self, now: DateTime<Utc>) -> Option<f64> {
        self.relay.rate(now)
    }

    /// Lets nothing go until the relay's quota is likely to have room; that time. The relay said
    /// that the day's is used up, and knows of mail that others gave it.
    pub fn pause_for_quota(&mut self, now: DateTime<Utc>) -> DateTime<Utc> {
        let until = self.daily.as_ref().and_then(|daily| daily.first_gone(now)).unwrap_or(now + TimeDelta::hours(1));
        *self.paused.insert(until)
    }
}

/// How many intents should wait for a connection, so that commits do not hold it up: `rate` is its
/// own, in messages by the second, `commit` what a commit takes. It may have to wait for another.
/// One where nothing was sent yet; then one to begin, one to announce, and those that are used up.
pub fn depth(rate: f64, commit: TimeDelta) -> usize {
    let commit = commit.as_seconds_f64().max(0.0);
    let more = (rate.max(0.0) * (GATHERING.as_secs_f64() + 2.0 * commit)).ceil();
    let used = (1..DEEPEST).take_while(|depth| count(*depth) <= more).count();
    if used == 0 { 1 } else { (used + 2).min(DEEPEST) }
}

/// A small count as a real number.
fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::INFINITY, f64::from)
}

#[cfg(test)]
mod tests;
