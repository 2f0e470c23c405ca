//! The loop that sends a campaign: claim → letter → durable intent → wire → outcome.
//!
//! One task feeds: it claims deliveries in the frozen order, keeps the pace and makes letters. One
//! makes their intents, for as many as go in the next milliseconds, in one commit. Each connection
//! takes letters from there and sends them one after the other. One task records outcomes, as many
//! as there are in one commit. What a delivery is allowed to become is the ledger's business, and
//! what follows from a reply is [`policy`](crate::campaign::policy)'s.

mod connection;
mod feed;
mod intend;
mod record;
mod task;

use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{Notify, mpsc, oneshot, watch};

use crate::campaign::backoff::Backoff;
use crate::campaign::breaker::{Answer as Rejected, Breaker, WINDOW};
use crate::campaign::clock::Clock;
use crate::campaign::ledger::{Answer, Claim, Counts, DIED, DurableIntent, LedgerError, Open, Record, Run, State};
use crate::campaign::letters::{LetterError, Letters};
use crate::campaign::pace::{DEEPEST, GATHERING, Limits, Pace, Paced, Waves};
use crate::campaign::policy::{Cause, Course, Decision, Verdict, after_refusal};
use crate::smtp::{Letter, Relay, Reply, Stage};

/// So many letters in a row that nobody answers after their dot stop a run: each of them is in doubt.
const UNANSWERED: u32 = 5;

/// How a campaign is sent.
#[derive(Clone, Debug)]
pub struct Options {
    /// Connections at once.
    pub connections: usize,
    /// What the relay and the receivers bear.
    pub limits: Limits,
    /// How many of the list may be tried on each day.
    pub waves: Waves,
    /// For how long after its first attempt a delivery is tried.
    pub retry_for: Duration,
    /// How many letters this run sends at most.
    pub limit: Option<u64>,
    /// For how long the run waits for what is to be done later.
    pub patience: Patience,
}

/// For how long a run waits for what is to be done later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// So long.
    For(TimeDelta),
    /// As long as it takes.
    Forever,
}

impl Patience {
    /// How long a run waits where nobody says otherwise.
    pub const USUAL: Self = Self::For(TimeDelta::minutes(15));

    fn reaches(self, then: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        match self {
            Self::For(time) => then - now <= time,
            Self::Forever => true,
        }
    }
}

/// Why a run ended with something left to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Halt {
    /// Somebody stopped it.
    Interrupted,
    /// It sent as many as it was to send.
    Limit,
    /// What is left is due later.
    Later(DateTime<Utc>),
    /// The relay's quota is used up until then.
    Quota(DateTime<Utc>),
    /// Something has to be changed first: what, and what the relay said.
    Paused(Cause, String),
    /// The relay takes too many of the messages for spam; the last that it said.
    Rejected(String),
    /// There is no connection to be had; the last error.
    Unreachable(String),
    /// The relay is there and takes nothing for now; the last that it said.
    Unwilling(String),
    /// The relay answers no message to its end; the last error.
    Unanswered(String),
    /// The ledger does not take what happens.
    Ledger(String),
}

/// What is told while a campaign is sent.
#[derive(Clone, Debug)]
pub enum News {
    /// Deliveries came to outcomes.
    Counts(Counts),
    /// The run waits until then.
    Waiting(DateTime<Utc>),
    /// A connection could not be made, or was lost.
    Trouble(String),
}

/// How a run ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The campaign's state.
    pub state: State,
    /// How many deliveries are in which state.
    pub counts: Counts,
    /// Why something is left, where something is.
    pub halt: Option<Halt>,
    /// When the next deferred delivery is due.
    pub next_due: Option<DateTime<Utc>>,
}

/// A delivery with its letter, on its way to a connection.
struct Ready {
    claim: Claim,
    letter: Result<Letter, LetterError>,
    paced: Paced,
}

/// A letter that may go.
struct Going {
    letter: Letter,
    intent: DurableIntent,
    open: Open,
    paced: Paced,
}

/// What the tasks of a run share.
struct Shared<T> {
    run: Run,
    letters: Letters,
    options: Options,
    clock: Clock,
    pace: Mutex<Pace>,
    breaker: Mutex<Breaker>,
    backoff: Backoff,
    /// Deliveries between claim and outcome.
    open: AtomicUsize,
    /// Those of them that have an intent and that no connection has begun to send: at most
    /// [`DEEPEST`] a connection.
    intended: AtomicUsize,
    /// So few of these are not enough for long.
    few: AtomicUsize,
    /// Tells that there are so few.
    hungry: Notify,
    /// Tells that intents are about to be committed.
    committing: Notify,
    /// Connections that do not wait for a relay that is in trouble.
    serving: AtomicUsize,
    /// How many letters the relay took.
    sent: AtomicU32,
    /// How many letters this run may still send, where that is bound.
    allowance: AtomicU64,
    /// Letters in a row that nobody answered after their dot.
    unanswered: AtomicU32,
    /// Since when the relay puts off whatever it is asked.
    unwilling: Mutex<Option<DateTime<Utc>>>,
    /// Tells that an outcome was recorded.
    recorded: Notify,
    /// The first reason to stop.
    halt: Mutex<Option<Halt>>,
    /// Becomes true once there is one.
    stop: watch::Sender<bool>,
    records: mpsc::Sender<Record>,
    tell: T,
}

/// Sends a campaign until nothing is left, `stop` becomes true, or something is in the way. What
/// is on the wire then is brought to its end.
///
/// # Errors
/// When the ledger cannot be read or the run not be ended; what was sent is in its journal.
pub async fn run<R, T>(
    run: Run,
    letters: Letters,
    relay: Arc<R>,
    options: Options,
    clock: Clock,
    mut stop: watch::Receiver<bool>,
    tell: T,
) -> Result<Ended, LedgerError>
where
    R: Relay + 'static,
    T: Fn(News) + Send + Sync + 'static,
{
    let now = clock.now();
    let daily = options.limits.per_day.is_some();
    let before = if daily { run.asked_since(now - TimeDelta::hours(25))? } else { Vec::new() };
    let breaker = Breaker::after(run.last_answers(WINDOW)?.iter().map(rejected));
    let (records, recorded) = mpsc::channel(1024);
    let connections = options.connections.max(1);
    let shared = Arc::new(Shared {
        pace: Mutex::new(Pace::new(&options.limits, before)),
        breaker: Mutex::new(breaker),
        backoff: Backoff { retry_for: options.retry_for, seed: u64::from(run.campaign().id.0) },
        open: AtomicUsize::new(0),
        intended: AtomicUsize::new(0),
        few: AtomicUsize::new(0),
        hungry: Notify::new(),
        committing: Notify::new(),
        serving: AtomicUsize::new(connections),
        sent: AtomicU32::new(0),
        allowance: AtomicU64::new(options.limit.unwrap_or(u64::MAX)),
        unanswered: AtomicU32::new(0),
        unwilling: Mutex::default(),
        recorded: Notify::new(),
        halt: Mutex::default(),
        stop: watch::channel(false).0,
        records,
        run,
        letters,
        options,
        clock,
        tell,
    });
    let (last, ended) = oneshot::channel();
    let recorder = tokio::spawn(task::stepwise(record::record(Arc::clone(&shared), recorded, ended)));
    // Few letters wait here, no more than share a commit: what waits was paced, and is not to go
    // out in a burst.
    let (ready, letters) = mpsc::channel(connections * DEEPEST);
    let (going, waiting) = mpsc::channel(connections * DEEPEST);
    let waiting = Arc::new(tokio::sync::Mutex::new(waiting));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..connections {
        let serve = connection::serve(Arc::clone(&shared), Arc::clone(&relay), Arc::clone(&waiting));
        tasks.spawn(task::stepwise(serve));
    }
    tasks.spawn(task::stepwise(intend::intend(Arc::clone(&shared), letters, going)));
    tasks.spawn(task::stepwise(feed::feed(Arc::clone(&shared), ready)));
    let outer = tokio::spawn(task::stepwise({
        let shared = Arc::clone(&shared);
        async move {
            if stop.wait_for(|stop| *stop).await.is_ok() {
                shared.halt(Halt::Interrupted);
            }
        }
    }));
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            // What it had under way is found out by the ledger from its journal.
            shared.halt(Halt::Ledger(format!("a task broke off: {error}")));
        }
    }
    outer.abort();
    drop(outer.await);
    // Letters that might have gone and that nobody took.
    {
        let mut waiting = waiting.lock().await;
        waiting.close();
        while let Some(going) = waiting.recv().await {
            shared.requeue(going).await;
        }
    }
    _ = last.send(());
    drop(recorder.await);
    let Some(Shared { run, halt, clock, .. }) = Arc::into_inner(shared) else { return Err(LedgerError::Lost) };
    let halt = halt.into_inner().unwrap_or_else(PoisonError::into_inner);
    let next_due = run.next_due()?;
    let reason = halt.as_ref().map_or_else(String::new, Halt::reason);
    let (state, counts) = run.end(&reason, clock.now()).await?;
    Ok(Ended { state, counts, halt, next_due })
}

/// What an answer that the ledger keeps was about. At which command it came is not kept; most
/// rejections come at the end.
fn rejected(answer: &Answer) -> Rejected {
    let Answer { code: Some(code), enhanced, reply, .. } = answer else { return Rejected::Other };
    let words = [enhanced.as_deref().unwrap_or_default(), reply.as_deref().unwrap_or_default()].join(" ");
    let reply = Reply::new(*code, [words.trim()]);
    let is_rejection = reply.is_negative() && after_refusal(Stage::Dot, &reply).sending == Course::CountRejection;
    if is_rejection { Rejected::Rejection } else { Rejected::Other }
}

const LATER: &str = "what is left is due";
const QUOTA: &str = "the relay's quota is used up";
const UNREACHABLE: &str = "the relay cannot be reached";
const UNWILLING: &str = "the relay takes nothing for now";
const REJECTED: &str = "the relay rejects too many of the messages";

/// Whether a campaign that was paused for `reason` ([`Halt::reason`]) may go on without anybody
/// having looked at it: time alone was in its way.
pub fn passes_by_itself(reason: &str) -> bool {
    [LATER, QUOTA, UNREACHABLE, UNWILLING, DIED].iter().any(|known| reason.starts_with(known))
}

/// Whether a campaign was paused for what it says, which going on does not change.
pub fn is_for_its_text(reason: &str) -> bool {
    reason.starts_with(REJECTED)
}

impl From<LedgerError> for Halt {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error.help().map_or_else(|| error.to_string(), |help| format!("{error}; {help}")))
    }
}

impl Halt {
    /// In words, as it stands in the ledger.
    pub fn reason(&self) -> String {
        match self {
            Self::Interrupted => "it was stopped".to_owned(),
            Self::Limit => "it sent as many as it was to send".to_owned(),
            Self::Later(then) => format!("{LATER} at {}", then.to_rfc3339()),
            Self::Quota(then) => format!("{QUOTA} until {}", then.to_rfc3339()),
            Self::Paused(cause, said) => {
                let cause = match cause {
                    Cause::Credentials => "the relay does not know us by our credentials",
                    Cause::Sender => "the relay does not take mail from our sender",
                    Cause::Configuration => "the relay cannot be used as it is configured",
                    Cause::Disk => "the disk does not take what has to be noted",
                };
                format!("{cause}: {said}")
            }
            Self::Rejected(said) => format!("{REJECTED}: {said}"),
            Self::Unreachable(error) => format!("{UNREACHABLE}: {error}"),
            Self::Unwilling(said) => format!("{UNWILLING}: {said}"),
            Self::Unanswered(error) => format!("the relay answers no message to its end: {error}"),
            Self::Ledger(error) => error.clone(),
        }
    }
}

impl<T: Fn(News)> Shared<T> {
    /// Stops the run. The first reason stays.
    fn halt(&self, why: Halt) {
        self.halt.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
        self.stop.send_replace(true);
        self.recorded.notify_waiters();
    }

    fn is_stopped(&self) -> bool {
        *self.stop.borrow()
    }

    /// Waits until then, or until the run is stopped.
    async fn wait_until(&self, then: DateTime<Utc>) {
        let mut stop = self.stop.subscribe();
        tokio::select! {
            () = self.clock.wait_until(then) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what a letter came to, as a sign of how the relay takes all of them.
    fn judge(&self, decision: Decision, said: &str) {
        let Decision { delivery, sending } = decision;
        let now = self.clock.now();
        match delivery {
            // Nothing was said about the letter itself.
            Verdict::Requeued => {
                if sending == Course::SlowDown {
                    let mut unwilling = self.unwilling.lock().unwrap_or_else(PoisonError::into_inner);
                    let since = *unwilling.get_or_insert(now);
                    if !self.options.patience.reaches(now, since) {
                        self.halt(Halt::Unwilling(said.to_owned()));
                    }
                }
                return;
            }
            Verdict::InDoubt => {
                if self.unanswered.fetch_add(1, Ordering::AcqRel) + 1 >= UNANSWERED {
                    self.halt(Halt::Unanswered(said.to_owned()));
                }
                return;
            }
            Verdict::Sent | Verdict::Deferred | Verdict::Failed | Verdict::Bounced => {}
        }
        self.unanswered.store(0, Ordering::Release);
        *self.unwilling.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let rejected = if sending == Course::CountRejection { Rejected::Rejection } else { Rejected::Other };
        if self.breaker.lock().unwrap_or_else(PoisonError::into_inner).note(rejected) {
            self.halt(Halt::Rejected(said.to_owned()));
        }
    }

    /// Takes in what follows for the sending, but for the connection. `said` is what the relay said.
    fn follow(&self, course: Course, said: &str, measured: f64) {
        let now = self.clock.now();
        match course {
            Course::Steady | Course::CountRejection | Course::Reconnect => {}
            Course::SlowDown => self.pace().slow_down(measured, now),
            Course::AwaitQuota => {
                let until = self.pace().pause_for_quota(now);
                // What was paced already is not to be refused one by one.
                if !self.options.patience.reaches(until, now) {
                    self.halt(Halt::Quota(until));
                }
            }
            Course::Pause(cause) => self.halt(Halt::Paused(cause, said.to_owned())),
        }
    }

    /// Hands an outcome to whoever records it.
    async fn done(&self, record: Record) {
        if self.records.send(record).await.is_err() {
            self.halt(Halt::Ledger("outcomes cannot be recorded any more".to_owned()));
        }
    }

    /// Counts an intent as used by a connection, one way or another.
    fn took(&self) {
        if self.intended.fetch_sub(1, Ordering::SeqCst) <= self.few.load(Ordering::SeqCst) + 1 {
            self.hungry.notify_one();
        }
    }

    /// Gives back what was intended and not sent.
    async fn requeue(&self, going: Going) {
        self.uncount(1);
        self.done(going.open.requeue(going.intent)).await;
    }

    fn opened(&self, number: usize) {
        self.open.fetch_add(number, Ordering::AcqRel);
    }

    /// How many this run may still send, `most` at the most.
    fn allowed(&self, most: usize) -> usize {
        usize::try_from(self.allowance.load(Ordering::Acquire)).map_or(most, |left| left.min(most))
    }

    /// Counts letters as sent by this run, unless they come back.
    fn count(&self, number: usize) {
        if self.options.limit.is_some() {
            self.allowance.fetch_sub(u64::try_from(number).unwrap_or_default(), Ordering::AcqRel);
        }
    }

    /// What was not sent after all does not count.
    fn uncount(&self, number: usize) {
        if self.options.limit.is_some() {
            self.allowance.fetch_add(u64::try_from(number).unwrap_or_default(), Ordering::AcqRel);
        }
    }

    fn closed(&self, number: usize) {
        self.open.fetch_sub(number, Ordering::AcqRel);
        self.recorded.notify_waiters();
    }
}

#[cfg(test)]
mod simulation;
