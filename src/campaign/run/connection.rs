//! One connection to the relay: takes letters that may go, sends them, and says what came of it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::{Mutex, mpsc};
use tokio::time::Instant;

use crate::campaign::ledger::{Answer, DurableIntent, Open, Outcome as Fate, Record, Suppress};
use crate::campaign::policy::{Course, Decision, Verdict, after_failure, after_letter};
use crate::campaign::run::{Going, Halt, News, Shared};
use crate::smtp::{Connection, Outcome, Permit, Relay, Reply, Turn, Withheld};

/// A connection that has nothing to send for so long takes leave.
const IDLE: Duration = Duration::from_secs(20);
/// The longest pause between two tries to connect.
const PAUSE: Duration = Duration::from_mins(1);

/// The letters that wait for a connection.
pub(super) type Waiting = Arc<Mutex<mpsc::Receiver<Going>>>;

/// The proof that a dot may be written, as the wire asks for it.
struct Dot(DurableIntent);

impl Permit for Dot {
    fn spend(self) -> Result<(), Withheld<Self>> {
        self.0.spend().map_err(|unspent| Withheld { permit: Self(unspent.intent), error: unspent.error })
    }
}

/// Sends letters until there are no more.
pub(super) async fn serve<R, T>(shared: Arc<Shared<T>>, relay: Arc<R>, waiting: Waiting)
where
    R: Relay + 'static,
    T: Fn(News) + Send + Sync + 'static,
{
    let mut server = Server {
        shared,
        relay,
        waiting,
        queue: VecDeque::new(),
        connection: None,
        announced: false,
        failures: 0,
        sent: 0,
        began: Instant::now(),
    };
    server.run().await;
    server.requeue_all().await;
    if let Some(connection) = server.connection.take() {
        connection.quit().await;
    }
}

struct Server<R: Relay, T> {
    shared: Arc<Shared<T>>,
    relay: Arc<R>,
    waiting: Waiting,
    /// What it sends next, and the letter after, so that the server hears of that with the dot.
    queue: VecDeque<Going>,
    connection: Option<R::Connection>,
    /// Whether the first letter of the queue was begun on the connection.
    announced: bool,
    /// Connections in a row that could not be made or were lost.
    failures: u32,
    sent: u32,
    began: Instant,
}

impl<R: Relay, T: Fn(News) + Send + Sync + 'static> Server<R, T> {
    async fn run(&mut self) {
        while !self.shared.is_stopped() && self.take().await {
            if self.queue.is_empty() || (self.connection.is_none() && !self.connect().await) {
                continue;
            }
            self.hold_back().await;
            if self.shared.is_stopped() {
                return;
            }
            let (Some(connection), Some(going)) = (self.connection.take(), self.queue.pop_front()) else { continue };
            self.shared.took();
            let Going { letter, intent, open, .. } = going;
            let present = self.shared.pace().present();
            let next = self.queue.front().filter(|going| going.paced == present).map(|going| &going.letter);
            let announced = next.is_some();
            let turn = connection.send(&letter, Dot(intent), next).await;
            self.take_in(turn, open).await;
            self.announced = announced && self.connection.is_some();
        }
    }

    /// Lets the next letter wait for another turn, where it took its own before the relay asked for
    /// less; not one that was begun.
    async fn hold_back(&mut self) {
        let Some(going) = self.queue.front_mut().filter(|_| !self.announced) else { return };
        while !self.shared.is_stopped() {
            let now = self.shared.clock.now();
            let until = self.shared.pace().take_again(&mut going.paced, now);
            let Some(until) = until else { return };
            self.shared.wait_until(until).await;
        }
    }

    /// Takes the letters that go next. Whether there may be more.
    async fn take(&mut self) -> bool {
        if let Ok(mut waiting) = self.waiting.try_lock() {
            while self.queue.len() < 2
                && let Ok(going) = waiting.try_recv()
            {
                self.queue.push_back(going);
            }
        }
        if !self.queue.is_empty() {
            return true;
        }
        let mut stop = self.shared.stop.subscribe();
        let first = async { self.waiting.lock().await.recv().await };
        let first = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => return false,
            first = tokio::time::timeout(IDLE, first) => first,
        };
        match first {
            Ok(Some(first)) => self.queue.push_back(first),
            Ok(None) => return false,
            Err(_) => {
                if let Some(connection) = self.connection.take() {
                    connection.quit().await;
                }
            }
        }
        true
    }

    /// Letters by the second over this connection.
    fn rate(&self) -> f64 {
        f64::from(self.sent) / self.began.elapsed().as_secs_f64().max(0.001)
    }

    /// Makes a connection; what waits for it goes back where it cannot be had.
    async fn connect(&mut self) -> bool {
        let mut stop = self.shared.stop.subscribe();
        let made = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => return false,
            made = self.relay.connect() => made,
        };
        match made {
            Ok(connection) => {
                (self.connection, self.sent, self.began) = (Some(connection), 0, Instant::now());
                true
            }
            Err(error) => {
                let said = error.to_string();
                (self.shared.tell)(News::Trouble(said.clone()));
                self.requeue_all().await;
                self.shared.follow(after_failure(&error), &said, self.rate());
                self.pause(&said).await;
                false
            }
        }
    }

    /// Waits longer after each failure in a row; gives up where patience ends.
    async fn pause(&mut self, said: &str) {
        self.failures += 1;
        let pause = Duration::from_secs(1 << (self.failures - 1).min(6)).min(PAUSE);
        let now = self.shared.clock.now();
        // 1, 2, 4 … 60 seconds: this many failures in a row take about a quarter of an hour.
        let spent = TimeDelta::seconds(60 * i64::from(self.failures.saturating_sub(6)));
        if !self.shared.options.patience.reaches(now + spent, now) {
            return self.shared.halt(Halt::Unreachable(said.to_owned()));
        }
        let pause = TimeDelta::from_std(pause).unwrap_or(TimeDelta::seconds(60));
        if self.shared.serving.fetch_sub(1, Ordering::SeqCst) == 1 {
            // Nobody is left to send what waits.
            let mut waiting = self.waiting.lock().await;
            while let Ok(going) = waiting.try_recv() {
                self.shared.took();
                self.shared.requeue(going).await;
            }
        }
        self.shared.wait_until(now + pause).await;
        self.shared.serving.fetch_add(1, Ordering::SeqCst);
        self.shared.hungry.notify_one();
    }

    /// Takes in what became of a letter.
    async fn take_in(&mut self, turn: Turn<R::Connection, Dot>, open: Open) {
        let Turn { outcome, unspent, connection } = turn;
        let decision = after_letter(&outcome);
        let Decision { delivery, sending } = decision;
        let (answer, said) = answer(&outcome);
        let record = self.record(delivery, open, unspent, answer);
        if delivery == Verdict::Sent {
            self.sent = self.sent.saturating_add(1);
            self.shared.sent.fetch_add(1, Ordering::Relaxed);
        }
        // Whatever it said of the letter, it is there.
        if matches!(outcome, Outcome::Sent { .. } | Outcome::Refused { .. }) && sending != Course::Reconnect {
            self.failures = 0;
        }
        self.connection = match connection {
            Some(connection) if connection.is_spent() => {
                connection.quit().await;
                None
            }
            connection => connection,
        };
        self.shared.done(record).await;
        self.shared.judge(decision, &said);
        self.shared.follow(sending, &said, self.rate());
        if sending == Course::Reconnect {
            (self.shared.tell)(News::Trouble(said.clone()));
            if let Some(connection) = self.connection.take() {
                connection.quit().await;
            }
            self.requeue_all().await;
            // Many relays let go of a connection after so many letters, and say little about it.
            if self.sent == 0 {
                self.pause(&said).await;
            }
        }
    }

    fn record(&self, verdict: Verdict, open: Open, unspent: Option<Dot>, answer: Answer) -> Record {
        let now = self.shared.clock.now();
        let fate = match (verdict, unspent) {
            (Verdict::Requeued, Some(Dot(intent))) => {
                self.shared.uncount(1);
                return open.requeue(intent);
            }
            // It was refused after its dot for no fault of its own.
            (Verdict::Requeued, None) => Fate::Deferred { due: now + TimeDelta::minutes(1) },
            (Verdict::Sent, _) => Fate::Sent,
            (Verdict::Failed, _) => Fate::Failed(Suppress::Keep),
            (Verdict::Bounced, _) => Fate::Failed(Suppress::Bounced),
            (Verdict::InDoubt, _) => Fate::InDoubt,
            (Verdict::Deferred, _) => {
                let claim = open.claim();
                // Its date is that of its first attempt ever; what is tried anew has all the time again.
                let first = claim.since.unwrap_or(now).timestamp();
                let delivery = i64::try_from(claim.rank).unwrap_or_default();
                let due = self.shared.backoff.next(delivery, claim.deferrals + 1, first, now.timestamp());
                match due.and_then(|due| chrono::DateTime::from_timestamp(due, 0)) {
                    Some(due) => Fate::Deferred { due },
                    // It was tried for as long as it is to be tried.
                    None => Fate::Failed(Suppress::Keep),
                }
            }
        };
        open.close(fate, answer)
    }

    /// Gives back what was intended and not sent.
    async fn requeue_all(&mut self) {
        while let Some(going) = self.queue.pop_front() {
            self.shared.took();
            self.shared.requeue(going).await;
        }
    }
}

/// What the ledger keeps of an outcome, and the same for people.
fn answer(outcome: &Outcome) -> (Answer, String) {
    let of = |reply: &Reply, relay_id: Option<&String>| {
        let answer = Answer {
            code: Some(reply.code()),
            enhanced: reply.enhanced().map(|code| code.to_string()),
            reply: Some(reply.text()),
            relay_id: relay_id.cloned(),
        };
        (answer, reply.to_string())
    };
    match outcome {
        Outcome::Sent { reply, relay_id } => of(reply, relay_id.as_ref()),
        Outcome::Refused { reply, .. } => of(reply, None),
        // The code without a reply's own says that the letter was not offered: `UNFIT` looks for it.
        Outcome::Unsendable(fault) => {
            let enhanced = Some(fault.enhanced().to_string());
            (Answer { enhanced, reply: Some(fault.to_string()), ..Answer::default() }, fault.to_string())
        }
        Outcome::Lost { error, .. } => {
            (Answer { reply: Some(error.to_string()), ..Answer::default() }, error.to_string())
        }
    }
}
