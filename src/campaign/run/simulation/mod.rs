//! The whole of a run (tasks, ledger, journal, the writing of the store) in a world that a seed
//! decides: the order of every step, the network, the relay, the time, who leaves, and when the
//! process dies, the machine goes down or another process takes over.
//!
//! A campaign is sent to its end through all that. Meanwhile the [`Book`] knows what the relay was
//! really given, and compares it with the ledger at each commit, each dot and each beginning.

mod book;
mod chance;
mod fate;
mod relay;
pub(super) mod schedule;
mod stage;
mod tests;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;

use super::{Ended, Halt, News, Options, Patience, run};
use crate::campaign::clock::Clock;
use crate::campaign::ledger::{Age, DeliveryState, Ledger, LedgerError, Resolution, State};
use crate::campaign::pace::{Limits, Waves};
use crate::store::by_hand::{Promise, Step};
use crate::token::{CampaignId, KeyRing, ListId};

use book::{Silence, rows};
use chance::Chance;
use fate::{Death, Event};
use relay::{Network, Weather, World};
use schedule::{Schedule, yield_once};
use stage::Stage;

/// Runs until the world is kind, and until it must have come to an end.
const ROUGH_ROUNDS: u32 = 6;
const ROUNDS: u32 = 14;
/// So many steps of one run are too many.
const STEPS: usize = 20_000;
/// The number of the writer, among those of tasks.
const WRITER: usize = 6;

/// Something that is done wrong on purpose, to see that it is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// An intent counts before it is committed.
    IntentNotDurable,
    /// A run that takes over has the number of the one before, so that the outcomes of that count.
    StaleEpoch,
    /// The journal hears of a dot after it was written.
    NotedAfterTheDot,
    /// What was under way when a run died is taken for not begun.
    RecoveredAsPending,
    /// The silence of a journal counts although the machine went down.
    RebootUnnoticed,
    /// Whoever leaves is not looked for when an intent is made.
    LeaveUnseen,
    /// A message that is sent again is another.
    AnotherMessage,
}

/// Whether a world is told while it is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Story {
    Silent,
    Told,
}

/// What a world came to.
#[derive(Debug)]
struct Played {
    /// What tells this way from others.
    way: u64,
    violation: Option<String>,
    dots: u32,
    doubles: u32,
    deaths: u32,
    /// What was in doubt because of a death.
    doubts: u32,
    steps: usize,
}

/// A campaign in its world.
struct Play<'a> {
    stage: &'a Stage,
    world: Arc<Mutex<World>>,
    ledger: Ledger,
    clock: Clock,
    readers: usize,
    connections: usize,
    fault: Option<Fault>,
    process: u32,
    /// What the journal of the last run proves.
    silence: Silence,
    deaths: u32,
    steps: usize,
}

type Slot = Arc<Mutex<Option<Result<Ended, LedgerError>>>>;

/// Plays the world of a seed. What is wrong stays; the rest of it is not played.
fn play(stage: &Stage, seed: u64, fault: Option<Fault>, story: Story) -> Played {
    let mut chance = Chance::new(seed);
    let readers = 2 + chance.below(4);
    let connections = 1 + chance.below(3);
    let weather = Weather {
        rough: [0, 5, 15, 30][chance.below(4)],
        slow: [0, 0, 20, 2000][chance.below(4)],
        letters: [1, 3, 100][chance.below(3)],
    };
    stage.reset(readers, fault);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let _driven = Schedule::new();
    runtime.block_on(async {
        let world = Arc::new(Mutex::new(World::new(chance, readers, weather, story, stage.others.clone())));
        let mut play = Play {
            stage,
            world,
            ledger: Ledger::new(stage.store.clone()),
            clock: Clock::of_runtime(DateTime::from_timestamp(1_800_000_000, 0).unwrap()),
            readers,
            connections,
            fault,
            process: 0,
            silence: Silence::Proves,
            deaths: 0,
            steps: 0,
        };
        let long = Duration::from_hours(24 * 365);
        if tokio::time::timeout(long, Box::pin(play.play_out())).await.is_err() {
            play.wrong("it stands still");
        }
        let world = play.world();
        Played {
            way: world.chance.way(),
            violation: world.book.violation().map(str::to_owned),
            dots: world.book.dots,
            doubles: world.book.doubles(),
            deaths: play.deaths,
            doubts: world.book.doubts,
            steps: play.steps,
        }
    })
}

impl Play<'_> {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    fn wrong(&self, what: impl Into<String>) {
        self.world().book.wrong(what);
    }

    fn tell(&self, what: fmt::Arguments<'_>) {
        self.world().tell(what);
    }

    fn below(&self, bound: usize) -> usize {
        self.world().chance.below(bound)
    }

    fn percent(&self, percent: usize) -> bool {
        self.world().chance.percent(percent)
    }

    fn is_wrong(&self) -> bool {
        self.world().book.violation().is_some()
    }

    /// Sends, dies and sends on until nothing is left.
    async fn play_out(&mut self) {
        for round in 0..ROUNDS {
            let rough = round < ROUGH_ROUNDS;
            if !rough {
                self.world().weather = Weather { rough: 0, slow: 0, letters: 100 };
            }
            if self.is_over() || self.is_wrong() {
                return;
            }
            self.one_run(rough).await;
            if self.is_wrong() {
                return;
            }
            self.user_decides(rough);
            let due = Ledger::new(self.stage.other.clone()).standing(CampaignId(1)).unwrap().due;
            let pause = due.and_then(|due| (due - self.clock.now()).to_std().ok()).unwrap_or(Duration::from_hours(1));
            tokio::time::sleep(pause).await;
        }
        self.wrong("it comes to no end");
    }

    /// Whether nothing is left to do, and then, whether all is as it should be.
    fn is_over(&self) -> bool {
        let state = self.ledger.campaign(CampaignId(1)).unwrap().state;
        if state == State::Cancelled {
            // Once more settles what a run left that died after the first time; and there may be doubts.
            let before = rows(&self.stage.others);
            self.ledger.cancel(CampaignId(1), self.clock.now()).unwrap();
            self.world().book.begun(&before, &self.stage.others, self.silence, self.connections);
            self.user_decides(false);
        }
        if !matches!(state, State::Finished | State::Cancelled) {
            return false;
        }
        let counts = self.ledger.counts(CampaignId(1)).unwrap();
        if counts.left() > 0 {
            self.wrong(format!("it is over, and something is left: {counts:?}"));
        }
        true
    }

    /// Begins a run, which takes over what the one before left.
    fn begin(&mut self) -> Option<(Slot, watch::Sender<bool>)> {
        let hand = self.stage.others.clone();
        let before = rows(&hand);
        if self.fault == Some(Fault::RecoveredAsPending) {
            self.stage.sql("UPDATE delivery SET state = 'pending' WHERE state = 'sending'");
        }
        let begun = match self.ledger.start(CampaignId(1), Age::Check, self.clock.now()) {
            Ok(begun) => begun,
            Err(error) => {
                self.wrong(format!("it cannot go on: {error}"));
                return None;
            }
        };
        self.process += 1;
        self.tell(format_args!("run {} begins with {before:?}", self.process));
        {
            let mut world = self.world();
            world.process = self.process;
            world.book.begun(&before, &hand, self.silence, self.connections);
        }
        self.silence = if cfg!(target_os = "linux") { Silence::Proves } else { Silence::ProvesNothing };
        let slot = Slot::default();
        let (stop, stopped) = watch::channel(false);
        let network = Network { world: Arc::clone(&self.world), process: self.process, fault: self.fault };
        let tell = {
            let (world, readers) = (Arc::clone(&self.world), self.readers);
            move |news: News| {
                if let News::Counts(counts) = news
                    && counts.total() != u64::try_from(readers).unwrap()
                {
                    world.lock().unwrap().book.wrong(format!("the run has lost count: {counts:?}"));
                }
            }
        };
        let mut letters = self.stage.letters.clone();
        if self.fault == Some(Fault::AnotherMessage) {
            letters.mint = KeyRing::new([7; 32]).mint_of(ListId(u16::try_from(self.process).unwrap()));
        }
        let (options, clock, end) = (self.options(), self.clock.clone(), Arc::clone(&slot));
        schedule::begin(self.process, async move {
            let ended = run(begun, letters, Arc::new(network), options, clock, stopped, tell).await;
            *end.lock().unwrap() = Some(ended);
        });
        Some((slot, stop))
    }

    fn options(&self) -> Options {
        Options {
            connections: self.connections,
            limits: Limits { rate: self.percent(20).then_some(2.0), ..Limits::default() },
            waves: Waves::default(),
            retry_for: Duration::from_hours(if self.percent(50) { 48 } else { 1 }),
            limit: self.percent(10).then_some(2),
            patience: Patience::USUAL,
        }
    }

    /// One run, to its end or its death.
    async fn one_run(&mut self, rough: bool) {
        let Some((mut slot, mut stop)) = self.begin() else { return };
        let dies = rough && self.percent(70);
        let mut death_at = if dies { self.below(150) } else { usize::MAX };
        let mut events: Vec<(usize, Event)> = Vec::new();
        for _ in 0..self.below(3) {
            events.push((self.below(120), self.event()));
        }
        let lazy = self.below(WRITER * 2);
        for step in 0..STEPS {
            let ended = slot.lock().unwrap().take();
            if let Some(ended) = ended {
                self.ended(ended);
                break;
            }
            if self.is_wrong() {
                break;
            }
            if step >= death_at {
                let kinds = [Death::Kill, Death::Kill, Death::Torn, Death::Reboot, Death::Takeover];
                let death = kinds[self.below(kinds.len())];
                self.deaths += 1;
                self.world().chance.turn(0x300 + death as u64);
                self.tell(format_args!("{death:?}"));
                if death != Death::Takeover || !self.is_running() {
                    self.die(death);
                    break;
                }
                self.world().sever(self.process);
                std::fs::remove_file(self.stage.beside("lock")).unwrap();
                let Some(begun) = self.begin() else { break };
                (slot, stop) = begun;
                // The one that is over still writes into the journal, where it likes.
                self.silence = Silence::ProvesNothing;
                death_at = step + self.below(150);
            }
            for (_, event) in events.extract_if(.., |(at, _)| *at == step) {
                self.happen(event, &stop);
            }
            self.step(lazy).await;
            self.steps += 1;
            if step == STEPS - 1 {
                self.wrong("it goes round in circles");
            }
        }
        for process in 0..=self.process {
            schedule::kill(process);
        }
        self.stage.hand.die();
    }

    fn is_running(&self) -> bool {
        self.ledger.campaign(CampaignId(1)).unwrap().state == State::Running
    }

    /// One task or the writer goes one step; where none can, time passes.
    async fn step(&self, lazy: usize) {
        let ready = schedule::ready();
        let next = self.stage.hand.next();
        let number = ready.len() + usize::from(next.is_some());
        if number == 0 {
            return schedule::idle().await;
        }
        let kind = |picked: usize| ready.get(picked).map_or(WRITER, |id| id % WRITER);
        let mut picked = self.below(number);
        for _ in 0..3 {
            if kind(picked) == lazy {
                picked = self.below(number);
            }
        }
        if let Some(id) = ready.get(picked) {
            self.world().chance.turn(u64::try_from(*id).unwrap());
            schedule::step(*id);
        } else if next == Some(Step::Answer) {
            self.world().chance.turn(0x400);
            self.stage.hand.answer();
        } else {
            let most = 1 + self.below(4);
            let early = self.fault == Some(Fault::IntentNotDurable);
            self.world().chance.turn(0x401 + u64::try_from(most).unwrap());
            self.stage.hand.commit(most, if early { Promise::Early } else { Promise::Kept });
            self.world().book.look(&self.stage.others);
            self.tell(format_args!("committed: {:?}", rows(&self.stage.others)));
        }
        // What tokio has to pass on, it passes on now.
        yield_once().await;
    }

    /// A run came to its end by itself.
    fn ended(&self, ended: Result<Ended, LedgerError>) {
        self.tell(format_args!("it ends: {ended:?}"));
        self.world().book.look(&self.stage.others);
        let ended = match ended {
            Ok(ended) => ended,
            Err(error) => return self.wrong(format!("the run broke off: {error}")),
        };
        if let Some(Halt::Ledger(error)) = &ended.halt
            && ended.state != State::Cancelled
        {
            self.wrong(format!("the ledger refused something: {error}"));
        }
        let standing = self.ledger.standing(CampaignId(1)).unwrap();
        // It may be cancelled since.
        if standing.campaign.state == ended.state && standing.counts != ended.counts {
            self.wrong(format!("it ended with {:?}, and the ledger says {:?}", ended.counts, standing.counts));
        }
        if ended.counts.of(DeliveryState::Sending) > 0 {
            self.wrong("it ended with something under way");
        }
    }

    /// What is in doubt is settled by the user, sooner or later.
    fn user_decides(&self, rough: bool) {
        let now: DateTime<Utc> = self.clock.now();
        let cancelled = self.ledger.campaign(CampaignId(1)).unwrap().state == State::Cancelled;
        if rough && self.percent(30) {
            return;
        }
        let resend = !cancelled && self.percent(60);
        let resolution = if resend { Resolution::Resend } else { Resolution::AssumeSent };
        // What a dead run left under way is settled by this too.
        let before = rows(&self.stage.others);
        if before.iter().any(|row| row.state == DeliveryState::Sending) {
            return;
        }
        match self.ledger.resolve(CampaignId(1), resolution, None, now) {
            Ok(decided) => {
                self.tell(format_args!("the user decides: {resolution:?}, {decided:?}"));
                self.world().book.resolved(&before, resend);
            }
            Err(error) => self.wrong(format!("the user cannot decide: {error}")),
        }
        if !cancelled && self.percent(20) {
            drop(self.ledger.retry_failed(CampaignId(1), now));
        }
    }
}
