//! Makes the intents of the letters that go next durable, many in one commit.
//!
//! As many intents wait for their dots as the connections use up while the next ones gather and
//! are committed: one a connection where nothing was sent yet, and few where the relay is slow.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::campaign::ledger::{Answer, Intent, LedgerError, Outcome as Fate, Suppress};
use crate::campaign::pace::depth;
use crate::campaign::run::{Going, News, Ready, Shared};

/// Makes intents until there are no more letters.
pub(super) async fn intend<T>(shared: Arc<Shared<T>>, ready: mpsc::Receiver<Ready>, going: mpsc::Sender<Going>)
where
    T: Fn(News) + Send + Sync + 'static,
{
    let measured = Measured { by_second: 0.0, commit: TimeDelta::zero(), sent: 0, at: Instant::now() };
    let mut intents = Intents { shared, ready, going, group: Vec::new(), measured };
    let mut stop = intents.shared.stop.subscribe();
    loop {
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => break,
            () = intents.gather() => {}
        }
        if intents.group.is_empty() {
            break;
        }
        if let Err(error) = intents.commit().await {
            intents.shared.halt(error.into());
        }
    }
    intents.release().await;
}

struct Intents<T> {
    shared: Arc<Shared<T>>,
    ready: mpsc::Receiver<Ready>,
    going: mpsc::Sender<Going>,
    /// What is to share the next commit.
    group: Vec<Ready>,
    measured: Measured,
}

/// What tells how many intents should wait for their dots.
struct Measured {
    /// How many letters the relay has taken of late.
    by_second: f64,
    /// What the last commit took.
    commit: TimeDelta,
    /// How many were sent by when.
    sent: u32,
    at: Instant,
}

impl<T: Fn(News) + Send + Sync + 'static> Intents<T> {
    /// Gathers letters to make the intents of; none once there are no more. Nothing is lost where
    /// this is cancelled.
    async fn gather(&mut self) {
        if self.group.is_empty() {
            self.group.extend(self.ready.recv().await);
        }
        if self.group.is_empty() {
            return;
        }
        // Until then others come to share the commit, and the reader may still leave.
        let room = self.room().await;
        while self.group.len() < room
            && let Ok(ready) = self.ready.try_recv()
        {
            self.group.push(ready);
        }
    }

    /// Waits until few intents wait for their dots; how many more then may.
    async fn room(&self) -> usize {
        let Shared { serving, intended, few, hungry, .. } = &*self.shared;
        loop {
            let serving = serving.load(Ordering::SeqCst);
            let (least, most) = self.measured.bounds(serving);
            // Before the look, so that whoever takes one after it tells.
            few.store(least, Ordering::SeqCst);
            let intended = intended.load(Ordering::SeqCst);
            if intended <= least && intended < most {
                return most - intended;
            }
            hungry.notified().await;
        }
    }

    /// Makes the intents of the group, and hands on what may go.
    async fn commit(&mut self) -> Result<(), LedgerError> {
        let shared = &self.shared;
        let number = self.group.len();
        let (claims, letters): (Vec<_>, Vec<_>) =
            self.group.drain(..).map(|ready| (ready.claim, (ready.letter, ready.paced))).unzip();
        let began = Instant::now();
        // Outcomes may share the commit.
        shared.committing.notify_one();
        let intents = match shared.run.record_intent(claims).await {
            Ok(intents) => intents,
            Err(error) => {
                shared.uncount(number);
                shared.closed(number);
                return Err(error);
            }
        };
        self.measured.note(shared.sent.load(Ordering::Relaxed), began);
        for (intent, (letter, paced)) in intents.into_iter().zip(letters) {
            match (intent, letter) {
                (Intent::Durable(intent, open), Ok(letter)) => {
                    shared.intended.fetch_add(1, Ordering::SeqCst);
                    if let Err(mpsc::error::SendError(going)) =
                        self.going.send(Going { letter, intent, open, paced }).await
                    {
                        // Nobody sends any more.
                        shared.requeue(going).await;
                    }
                }
                (Intent::Durable(_, open), Err(error)) => {
                    let answer = Answer { reply: Some(error.to_string()), ..Answer::default() };
                    shared.done(open.close(Fate::Failed(Suppress::Keep), answer)).await;
                }
                (Intent::Withheld, _) => {
                    shared.uncount(1);
                    shared.closed(1);
                }
            }
        }
        Ok(())
    }

    /// Gives back letters that no intent was made for.
    async fn release(&mut self) {
        self.ready.close();
        while let Some(ready) = self.ready.recv().await {
            self.group.push(ready);
        }
        let number = self.group.len();
        self.shared.run.release(self.group.drain(..).map(|ready| ready.claim).collect());
        self.shared.uncount(number);
        self.shared.closed(number);
    }
}

impl Measured {
    /// How many intents wait at least, so that connections have what they use up during a commit
    /// and two each, the letter that they begin and the one that they announce with its dot, and at
    /// most. Connections that began together take theirs at the same moment.
    fn bounds(&self, connections: usize) -> (usize, usize) {
        let each = self.by_second / f64::from(u32::try_from(connections.max(1)).unwrap_or(u32::MAX));
        let used = self.by_second * self.commit.as_seconds_f64();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count, never negative")]
        let used = used.ceil() as usize;
        let depth = depth(each, self.commit);
        let most = connections * depth;
        ((connections * depth.saturating_sub(1).clamp(1, 2) + used).min(most), most)
    }

    /// Takes in that a commit was made since `began`, and how many letters were sent by then.
    fn note(&mut self, sent: u32, began: Instant) {
        let now = Instant::now();
        self.commit = TimeDelta::from_std(now - began).unwrap_or(TimeDelta::zero());
        let of_late = f64::from(sent.wrapping_sub(self.sent)) / (now - self.at).as_secs_f64().max(0.001);
        // One commit alone says little.
        self.by_second = f64::midpoint(self.by_second, of_late);
        (self.sent, self.at) = (sent, now);
    }
}
