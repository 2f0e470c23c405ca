//! One connection to the relay: takes letters, records intents, sends, and says what came of it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use tokio::sync::{Mutex, mpsc};

use crate::campaign::ledger::{Answer, DurableIntent, Intent, LedgerError, Open, Outcome as Fate, Record, Suppress};
use crate::campaign::pace::depth;
use crate::campaign::policy::{Course, Decision, Verdict, after_failure, after_letter};
use crate::campaign::run::{Halt, News, Ready, Shared};
use crate::smtp::{Connection, Letter, Outcome, Permit, Relay, Reply, Turn, Withheld};

/// A connection that has nothing to send for so long takes leave.
const IDLE: Duration = Duration::from_secs(20);
/// The longest pause between two tries to connect.
const PAUSE: Duration = Duration::from_mins(1);

/// The letters that wait for a connection.
pub(super) type Waiting = Arc<Mutex<mpsc::Receiver<Ready>>>;

/// The proof that a dot may be written, as the wire asks for it.
struct Dot(DurableIntent);

impl Permit for Dot {
    fn spend(self) -> Result<(), Withheld<Self>> {
        self.0.spend().map_err(|unspent| Withheld { permit: Self(unspent.intent), error: unspent.error })
    }
}

/// A letter that may go.
struct Going {
    letter: Letter,
    intent: DurableIntent,
    open: Open,
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
        depth: 1,
        failures: 0,
        sent: 0,
        began: Instant::now(),
    };
    if let Err(error) = server.run().await {
        server.shared.halt(error.into());
    }
    server.requeue_all().await;
    if let Some(connection) = server.connection.take() {
        connection.quit().await;
    }
}

struct Server<R: Relay, T> {
    shared: Arc<Shared<T>>,
    relay: Arc<R>,
    waiting: Waiting,
    queue: VecDeque<Going>,
    connection: Option<R::Connection>,
    /// How many intents it holds at once.
    depth: usize,
    /// Connections in a row that could not be made or were lost.
    failures: u32,
    sent: u32,
    began: Instant,
}

impl<R: Relay, T: Fn(News) + Send + Sync + 'static> Server<R, T> {
    async fn run(&mut self) -> Result<(), LedgerError> {
        while !self.shared.is_stopped() {
            // One letter ahead, so that the server hears of it together with the dot before.
            if self.queue.len() < 2 && !self.refill().await? {
                return Ok(());
            }
            if self.queue.is_empty() {
                continue;
            }
            if self.connection.is_none() && !self.connect().await {
                continue;
            }
            let (Some(connection), Some(going)) = (self.connection.take(), self.queue.pop_front()) else { continue };
            let Going { letter, intent, open } = going;
            let next = self.queue.front().map(|going| &going.letter);
            let turn = connection.send(&letter, Dot(intent), next).await;
            self.take_in(turn, open).await;
        }
        Ok(())
    }

    /// Takes letters and makes their intents durable. Whether there may be more.
    async fn refill(&mut self) -> Result<bool, LedgerError> {
        let mut ready = Vec::new();
        let most = self.depth.saturating_sub(self.queue.len()).max(1);
        if self.queue.is_empty() {
            let mut stop = self.shared.stop.subscribe();
            let first = async { self.waiting.lock().await.recv().await };
            let first = tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => return Ok(false),
                first = tokio::time::timeout(IDLE, first) => first,
            };
            match first {
                Ok(Some(first)) => ready.push(first),
                Ok(None) => return Ok(false),
                Err(_) => {
                    if let Some(connection) = self.connection.take() {
                        connection.quit().await;
                    }
                    return Ok(true);
                }
            }
        }
        if let Ok(mut waiting) = self.waiting.try_lock() {
            while ready.len() < most
                && let Ok(one) = waiting.try_recv()
            {
                ready.push(one);
            }
        }
        if ready.is_empty() {
            return Ok(true);
        }
        let number = ready.len();
        let began = Instant::now();
        let (claims, letters): (Vec<_>, Vec<_>) = ready.into_iter().map(|ready| (ready.claim, ready.letter)).unzip();
        let intents = self.shared.run.record_intent(claims).await;
        let intents = match intents {
            Ok(intents) => intents,
            Err(error) => {
                self.shared.uncount(number);
                self.shared.closed(number);
                return Err(error);
            }
        };
        let commit = TimeDelta::from_std(began.elapsed()).unwrap_or(TimeDelta::zero());
        self.depth = depth(self.rate(), commit);
        for (intent, letter) in intents.into_iter().zip(letters) {
            match (intent, letter) {
                (Intent::Durable(intent, open), Ok(letter)) => self.queue.push_back(Going { letter, intent, open }),
                (Intent::Durable(_, open), Err(error)) => {
                    let answer = Answer { reply: Some(error.to_string()), ..Answer::default() };
                    self.shared.done(open.close(Fate::Failed(Suppress::Keep), answer)).await;
                }
                (Intent::Withheld, _) => {
                    self.shared.uncount(1);
                    self.shared.closed(1);
                }
            }
        }
        Ok(true)
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
        self.shared.wait_until(now + pause).await;
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
        while let Some(Going { intent, open, .. }) = self.queue.pop_front() {
            self.shared.uncount(1);
            self.shared.done(open.requeue(intent)).await;
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
        Outcome::Unsendable(fault) => {
            (Answer { reply: Some(fault.to_string()), ..Answer::default() }, fault.to_string())
        }
        Outcome::Lost { error, .. } => {
            (Answer { reply: Some(error.to_string()), ..Answer::default() }, error.to_string())
        }
    }
}
