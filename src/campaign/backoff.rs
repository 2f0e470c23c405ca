//! When a deferred delivery is tried again.

use std::time::Duration;

/// When a deferred delivery is tried again: after 1, 5, 15 and 30 minutes, 1 and 2 hours, then
/// every 4, each up to a tenth earlier or later so that what failed together does not come back
/// together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// How long after its first attempt a delivery is given up.
    pub retry_for: Duration,
    /// What the jitter comes from; the same seed gives the same times.
    pub seed: u64,
}

/// The minutes between attempts; the last goes on.
const MINUTES: [i64; 7] = [1, 5, 15, 30, 60, 120, 240];

impl Backoff {
    /// When to try again a delivery that was first tried at `first`, has been tried `attempts`
    /// times and failed at `now` (all in Unix seconds). `None` where it is given up. `delivery`
    /// tells deliveries apart.
    pub fn next(&self, delivery: i64, attempts: u32, first: i64, now: i64) -> Option<i64> {
        let step = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX).min(MINUTES.len() - 1);
        let seconds = MINUTES.get(step).copied().unwrap_or_default() * 60;
        let number = mix(self.seed ^ mix(delivery.cast_unsigned()) ^ u64::from(attempts));
        // From -1000 to 1000 thousandths of a tenth.
        let part = i64::try_from(number % 2001).unwrap_or_default() - 1000;
        let at = now.saturating_add(seconds + seconds * part / 10_000);
        let end = first.saturating_add(i64::try_from(self.retry_for.as_secs()).unwrap_or(i64::MAX));
        (at <= end).then_some(at)
    }
}

/// Spreads a number over all of its bits (`SplitMix64`).
fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
