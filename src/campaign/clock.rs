//! What time it is, and waiting for another: the system's clock, or one that a test moves, or one
//! for which waiting takes no time.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

/// How long one look at the system's clock is trusted: it may be set, and the machine may sleep.
const LOOK_AGAIN: Duration = Duration::from_mins(1);

/// A clock. Clones show the same time.
#[derive(Clone, Debug)]
pub struct Clock(Hand);

#[derive(Clone, Debug)]
enum Hand {
    System,
    Manual(Arc<watch::Sender<DateTime<Utc>>>),
    Leaping(Arc<watch::Sender<DateTime<Utc>>>),
    #[cfg(test)]
    Runtime(DateTime<Utc>, tokio::time::Instant),
}

impl Clock {
    /// The system's.
    pub fn system() -> Self {
        Self(Hand::System)
    }

    /// One that stands at `now` until it is moved.
    pub fn manual(now: DateTime<Utc>) -> Self {
        Self(Hand::Manual(Arc::new(watch::channel(now).0)))
    }

    /// One that stands at `now` until somebody waits for another time, which it then shows at once.
    pub fn leaping(now: DateTime<Utc>) -> Self {
        Self(Hand::Leaping(Arc::new(watch::channel(now).0)))
    }

    /// One that shows `now` and goes on as tokio's time does, which a test can pause.
    #[cfg(test)]
    pub(crate) fn of_runtime(now: DateTime<Utc>) -> Self {
        Self(Hand::Runtime(now, tokio::time::Instant::now()))
    }

    /// The time.
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Hand::System => Utc::now(),
            Hand::Manual(time) | Hand::Leaping(time) => *time.borrow(),
            #[cfg(test)]
            Hand::Runtime(began, at) => *began + at.elapsed(),
        }
    }

    /// Moves a manual or leaping clock, and wakes whoever waited for the time that it now shows. The
    /// system's goes by itself.
    pub fn advance(&self, by: TimeDelta) {
        if let Hand::Manual(time) | Hand::Leaping(time) = &self.0 {
            time.send_modify(|now| *now += by);
        }
    }

    /// Waits a moment for what may come along; where time does not go by itself, for one step of the others.
    pub async fn linger(&self, moment: Duration) {
        match &self.0 {
            Hand::Manual(_) | Hand::Leaping(_) => tokio::task::yield_now().await,
            Hand::System => tokio::time::sleep(moment).await,
            #[cfg(test)]
            Hand::Runtime(..) => tokio::time::sleep(moment).await,
        }
    }

    /// Waits until it is `then`.
    pub async fn wait_until(&self, then: DateTime<Utc>) {
        match &self.0 {
            #[cfg(test)]
            Hand::Runtime(..) => {
                tokio::time::sleep((then - self.now()).to_std().unwrap_or_default()).await;
            }
            Hand::System => {
                while let Ok(left) = (then - self.now()).to_std()
                    && !left.is_zero()
                {
                    tokio::time::sleep(left.min(LOOK_AGAIN)).await;
                }
            }
            // We hold the sender ourselves, so that it cannot be gone.
            Hand::Manual(time) => drop(time.subscribe().wait_for(|now| *now >= then).await),
            Hand::Leaping(time) => {
                // What else is ready comes first, as it would if time went by.
                tokio::task::yield_now().await;
                time.send_modify(|now| *now = (*now).max(then));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_manual_clock_wakes_whoever_waited_when_it_is_moved() {
        let clock = Clock::manual(DateTime::UNIX_EPOCH);
        let then = clock.now() + TimeDelta::seconds(10);
        let waiting = tokio::spawn({
            let clock = clock.clone();
            async move {
                clock.wait_until(then).await;
                clock.now()
            }
        });
        clock.advance(TimeDelta::seconds(9));
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        clock.advance(TimeDelta::seconds(1));
        assert_eq!(waiting.await.unwrap(), then);
    }

    #[tokio::test]
    async fn a_leaping_clock_shows_the_time_that_was_waited_for() {
        let clock = Clock::leaping(DateTime::UNIX_EPOCH);
        clock.wait_until(clock.now() + TimeDelta::hours(3)).await;
        clock.wait_until(clock.now() - TimeDelta::hours(1)).await;
        assert_eq!(clock.now(), DateTime::UNIX_EPOCH + TimeDelta::hours(3));
    }

    #[tokio::test]
    async fn the_system_s_clock_comes_to_an_end_of_waiting() {
        let clock = Clock::system();
        let then = clock.now() + TimeDelta::milliseconds(20);
        clock.wait_until(then).await;
        assert!(clock.now() >= then);
        clock.wait_until(then).await;
    }
}
