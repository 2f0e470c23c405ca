//! The ledger once more, in memory and as simple as it can be said; the real one is driven beside
//! it by random events, and a relay keeps count of what it was given.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use tokio::runtime::Runtime;

use crate::campaign::ledger::tests::{World, answer, public};
use crate::campaign::ledger::{
    Age, Answer, Claim, DeliveryState, DurableIntent, Intent, Ledger, LedgerError, Open, Outcome, Record, Resolution,
    Run, State, Suppress,
};
use crate::store::{Store, Value};

const READERS: u8 = 6;

/// What happens. Places are taken modulo what there is.
#[derive(Clone, Copy, Debug)]
enum Event {
    Start,
    Claim { most: usize, up_to: Option<u64> },
    Intend(usize),
    Release(usize),
    Spend(usize),
    Close(usize, End),
    Requeue(usize),
    Record,
    Leave(u8),
    Suppress(u8),
    Crash(Crash),
    End,
    Cancel,
    Resolve(Resolution),
    Retry,
    Wait(i64),
}

#[derive(Clone, Copy, Debug)]
enum End {
    Sent,
    /// The caller says that it was sent, but the code is none that says so.
    SaidSent,
    Deferred(i64),
    Failed(Suppress),
    InDoubt,
    /// It failed, and nobody said so.
    Silent,
}

#[derive(Clone, Copy, Debug)]
enum Crash {
    Process,
    /// In the middle of a note.
    Torn,
    /// With the machine: the journal's silence proves nothing. Losing it stands in for that.
    Machine,
}

/// A delivery of the reference machine.
#[derive(Clone, Debug)]
struct Entry {
    state: DeliveryState,
    date: Option<DateTime<Utc>>,
    attempts: u32,
    due: Option<DateTime<Utc>>,
    left: bool,
    suppressed: bool,
    /// What the journal says of the run that is on.
    dot: Dot,
    /// What the relay knows.
    relay: Relay,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Dot {
    None,
    Begun,
    Answered(Come),
}

/// What an outcome comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Come {
    state: DeliveryState,
    due: Option<DateTime<Utc>>,
    bounced: bool,
}

/// What a message that goes out now would be for its reader.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Relay {
    /// The first, or the first after a refusal, or one that the user has asked for.
    Welcome,
    /// A second one that nobody knows of.
    Twice,
}

struct Machine {
    entries: Vec<Entry>,
    state: State,
    // What only the process knows.
    next: usize,
    returned: BTreeSet<usize>,
    held: BTreeSet<usize>,
}

impl Machine {
    fn new() -> Self {
        let entry = Entry {
            state: DeliveryState::Pending,
            date: None,
            attempts: 0,
            due: None,
            left: false,
            suppressed: false,
            dot: Dot::None,
            relay: Relay::Welcome,
        };
        Self {
            entries: vec![entry; READERS.into()],
            state: State::Frozen,
            next: 0,
            returned: BTreeSet::new(),
            held: BTreeSet::new(),
        }
    }

    fn of(&self, state: DeliveryState) -> Vec<usize> {
        (0..self.entries.len()).filter(|place| self.entries[*place].state == state).collect()
    }

    /// The state that fits, once nothing is under way.
    fn fit(&mut self) {
        self.state = match self.state {
            State::Running | State::Paused if !self.left() => State::Finished,
            State::Running => State::Paused,
            State::Finished if self.left() => State::Paused,
            state => state,
        };
    }

    fn left(&self) -> bool {
        self.entries.iter().any(|entry| !entry.state.is_terminal())
    }

    fn settle(&mut self, now: DateTime<Utc>) {
        for place in self.of(DeliveryState::Sending) {
            match self.entries[place].dot {
                // Elsewhere there are no boot ids.
                Dot::None if cfg!(target_os = "linux") => self.requeue(place),
                Dot::Answered(come) => self.apply(place, come, now),
                Dot::None | Dot::Begun => {
                    self.apply(place, Come { state: DeliveryState::InDoubt, due: None, bounced: false }, now);
                }
            }
        }
    }

    fn requeue(&mut self, place: usize) {
        let cancelled = self.state == State::Cancelled;
        self.entries[place].state = if cancelled { DeliveryState::Cancelled } else { DeliveryState::Pending };
    }

    fn apply(&mut self, place: usize, come: Come, now: DateTime<Utc>) {
        let entry = &mut self.entries[place];
        entry.attempts += 1;
        entry.state = come.state;
        entry.due = come.due.map(|due| due.max(now + TimeDelta::seconds(1)));
        if come.bounced {
            entry.suppressed = true;
        }
        if come.state == DeliveryState::Deferred && self.state == State::Cancelled {
            entry.state = DeliveryState::Cancelled;
            entry.due = None;
        }
    }

    fn lose_memory(&mut self) {
        self.next = 0;
        self.returned.clear();
        self.held.clear();
    }

    fn claim(&mut self, most: usize, up_to: Option<u64>, now: DateTime<Utc>) -> Vec<usize> {
        let mut due = self.of(DeliveryState::Deferred);
        due.retain(|place| self.entries[*place].due.unwrap() <= now && !self.held.contains(place));
        due.sort_by_key(|place| (self.entries[*place].due, *place));
        let mut claimed: Vec<usize> = due.into_iter().take(most).collect();
        while claimed.len() < most
            && let Some(place) = self.returned.pop_first()
        {
            if self.entries[place].state == DeliveryState::Pending {
                claimed.push(place);
            }
        }
        let bound = up_to.map_or(self.entries.len(), |up_to| usize::try_from(up_to).unwrap().min(self.entries.len()));
        while claimed.len() < most && self.next < bound {
            if self.entries[self.next].state == DeliveryState::Pending {
                claimed.push(self.next);
            }
            self.next += 1;
        }
        self.held.extend(&claimed);
        claimed
    }

    fn give_back(&mut self, place: usize, state: DeliveryState) {
        self.held.remove(&place);
        if state == DeliveryState::Pending {
            self.returned.insert(place);
        }
    }
}

/// The real ledger and the machine beside it, and what the process holds in its hands.
struct Both {
    world: World,
    run: Option<Run>,
    claims: Vec<Held>,
    open: Vec<(usize, Option<DurableIntent>, Open)>,
    /// What it is to come to; none for one that goes back.
    records: Vec<(usize, Option<Come>, Record)>,
    runtime: Runtime,
    machine: Machine,
}

struct Held {
    place: usize,
    from: DeliveryState,
    date: DateTime<Utc>,
    claim: Claim,
}

fn pick<T>(things: &mut Vec<T>, place: usize) -> Option<T> {
    (!things.is_empty()).then(|| things.remove(place % things.len()))
}

impl Both {
    fn new() -> Self {
        Self {
            world: World::new(READERS),
            run: None,
            claims: Vec::new(),
            open: Vec::new(),
            records: Vec::new(),
            runtime: tokio::runtime::Builder::new_current_thread().build().unwrap(),
            machine: Machine::new(),
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Start => self.start(),
            Event::Claim { most, up_to } => self.claim(most, up_to),
            Event::Intend(most) => self.intend(most),
            Event::Release(place) => self.release(place),
            Event::Spend(place) => self.spend(place),
            Event::Close(place, end) => self.close(place, end),
            Event::Requeue(place) => self.requeue(place),
            Event::Record => self.record(),
            Event::Leave(reader) => {
                let public = Value::from(public(reader).0.to_vec());
                self.world.sql("UPDATE subscriber SET status = 'unsubscribed' WHERE public = ?", &[public]);
                self.machine.entries[usize::from(reader)].left = true;
            }
            Event::Suppress(reader) => {
                self.world.sql(
                    "INSERT INTO suppression (hash, reason, since) VALUES (?, 'manual', 0) ON CONFLICT DO NOTHING",
                    &[Value::from(vec![reader; 32])],
                );
                self.machine.entries[usize::from(reader)].suppressed = true;
            }
            Event::Crash(crash) => self.crash(crash),
            Event::End => self.end(),
            Event::Cancel => self.cancel(),
            Event::Resolve(resolution) => self.resolve(resolution),
            Event::Retry => self.retry(),
            Event::Wait(seconds) => self.world.now += TimeDelta::seconds(seconds),
        }
    }

    fn start(&mut self) {
        let started = self.world.ledger.start(self.world.campaign, Age::Check, self.world.now);
        if self.run.is_some() {
            assert!(matches!(started, Err(LedgerError::Busy)), "{started:?}");
        } else if self.machine.state.may_become(State::Running) {
            self.run = Some(started.unwrap());
            self.machine.settle(self.world.now);
            self.machine.state = State::Running;
        } else {
            assert!(matches!(started, Err(LedgerError::Illegal { .. })), "{started:?}");
        }
    }

    fn claim(&mut self, most: usize, up_to: Option<u64>) {
        let Some(run) = &self.run else { return };
        let claims = run.claim(up_to, most, self.world.now).unwrap();
        let places = self.machine.claim(most, up_to, self.world.now);
        assert_eq!(claims.iter().map(|claim| claim.rank).collect::<Vec<_>>(), ranks(&places));
        for (place, claim) in places.into_iter().zip(claims) {
            let entry = &self.machine.entries[place];
            let date = entry.date.unwrap_or(self.world.now);
            assert_eq!((claim.date, claim.attempts), (date, entry.attempts));
            self.claims.push(Held { place, from: entry.state, date, claim });
        }
    }

    fn intend(&mut self, most: usize) {
        let Some(run) = &self.run else { return };
        let held: Vec<Held> = self.claims.drain(..most.min(self.claims.len())).collect();
        if held.is_empty() {
            return;
        }
        let facts: Vec<_> = held.iter().map(|held| (held.place, held.from, held.date)).collect();
        let intents = self.runtime.block_on(run.record_intent(held.into_iter().map(|held| held.claim).collect()));
        let Ok(intents) = intents else {
            assert!(matches!(intents, Err(LedgerError::Stopped(State::Cancelled))), "{intents:?}");
            assert_eq!(self.machine.state, State::Cancelled);
            for (place, from, _) in facts {
                self.machine.give_back(place, from);
            }
            return;
        };
        assert_eq!(self.machine.state, State::Running);
        for ((place, _, date), intent) in facts.into_iter().zip(intents) {
            self.machine.held.remove(&place);
            let entry = &mut self.machine.entries[place];
            entry.date = Some(date);
            entry.due = None;
            entry.dot = Dot::None;
            let may_go = !entry.left && !entry.suppressed;
            entry.state = if may_go { DeliveryState::Sending } else { DeliveryState::Suppressed };
            match intent {
                Intent::Durable(intent, open) => {
                    assert!(may_go);
                    self.open.push((place, Some(intent), open));
                }
                Intent::Withheld => assert!(!may_go),
            }
        }
    }

    fn release(&mut self, place: usize) {
        if let (Some(run), Some(held)) = (&self.run, pick(&mut self.claims, place)) {
            run.release(vec![held.claim]);
            self.machine.give_back(held.place, held.from);
        }
    }

    fn spend(&mut self, place: usize) {
        if self.open.is_empty() {
            return;
        }
        let place = place % self.open.len();
        let (place, intent, _) = &mut self.open[place];
        if let Some(intent) = intent.take() {
            intent.spend().unwrap();
            let entry = &mut self.machine.entries[*place];
            assert_eq!(entry.relay, Relay::Welcome, "nobody gets it twice unknowingly");
            entry.relay = Relay::Twice;
            entry.dot = Dot::Begun;
        }
    }

    fn close(&mut self, place: usize, end: End) {
        let Some((place, intent, open)) = pick(&mut self.open, place) else { return };
        let spent = intent.is_none();
        let due = |seconds| self.world.now + TimeDelta::seconds(seconds);
        let (outcome, answer) = match end {
            End::Sent => (Outcome::Sent, answer(250)),
            End::SaidSent => (Outcome::Sent, answer(354)),
            End::Deferred(seconds) => (Outcome::Deferred { due: due(seconds) }, answer(451)),
            End::Failed(suppress) => (Outcome::Failed(suppress), answer(550)),
            End::InDoubt => (Outcome::InDoubt, Answer::default()),
            End::Silent => (Outcome::Failed(Suppress::Bounced), Answer::default()),
        };
        let come = |state| Come { state, due: None, bounced: false };
        let expected = match end {
            End::Sent if spent => come(DeliveryState::Sent),
            End::Deferred(seconds) => Come { due: Some(due(seconds)), ..come(DeliveryState::Deferred) },
            End::Failed(suppress) => Come { bounced: suppress == Suppress::Bounced, ..come(DeliveryState::Failed) },
            End::Silent if !spent => Come { bounced: true, ..come(DeliveryState::Failed) },
            _ => come(DeliveryState::InDoubt),
        };
        let entry = &mut self.machine.entries[place];
        if spent && expected.state != DeliveryState::InDoubt {
            entry.dot = Dot::Answered(expected);
            if expected.state != DeliveryState::Sent {
                entry.relay = Relay::Welcome;
            }
        }
        self.records.push((place, Some(expected), open.close(outcome, answer)));
    }

    fn requeue(&mut self, place: usize) {
        match pick(&mut self.open, place) {
            Some((place, Some(intent), open)) => self.records.push((place, None, open.requeue(intent))),
            Some(spent) => self.open.push(spent),
            None => {}
        }
    }

    fn record(&mut self) {
        let Some(run) = &self.run else { return };
        let mut records = Vec::new();
        for (place, come, record) in self.records.drain(..) {
            if let Some(come) = come {
                self.machine.apply(place, come, self.world.now);
            } else {
                self.machine.requeue(place);
                self.machine.give_back(place, self.machine.entries[place].state);
            }
            records.push(record);
        }
        self.runtime.block_on(run.record(records, self.world.now)).unwrap();
    }

    fn lose_memory(&mut self) -> Option<Run> {
        self.claims.clear();
        self.open.clear();
        self.records.clear();
        self.machine.lose_memory();
        self.run.take()
    }

    fn crash(&mut self, crash: Crash) {
        let Some(run) = self.lose_memory() else { return };
        drop(run);
        match crash {
            Crash::Process => {}
            Crash::Torn => {
                let mut bytes = std::fs::read(self.world.journal()).unwrap();
                bytes.extend(17_u16.to_le_bytes());
                std::fs::write(self.world.journal(), bytes).unwrap();
            }
            Crash::Machine => {
                std::fs::remove_file(self.world.journal()).unwrap();
                self.machine.entries.iter_mut().for_each(|entry| entry.dot = Dot::Begun);
            }
        }
        self.world.store = Store::open_existing(self.world.store.path()).unwrap();
        self.world.ledger = Ledger::new(self.world.store.clone());
    }

    fn end(&mut self) {
        let Some(run) = self.lose_memory() else { return };
        let (state, counts) = self.runtime.block_on(run.end("later", self.world.now)).unwrap();
        self.machine.settle(self.world.now);
        self.machine.fit();
        assert_eq!(state, self.machine.state);
        assert_eq!(counts.left() > 0, self.machine.left());
    }

    fn cancel(&mut self) {
        let cancelled = self.world.ledger.cancel(self.world.campaign, self.world.now);
        if self.machine.state == State::Finished {
            assert!(matches!(cancelled, Err(LedgerError::Illegal { .. })), "{cancelled:?}");
            return;
        }
        cancelled.unwrap();
        if self.run.is_none() {
            self.machine.settle(self.world.now);
        }
        self.machine.state = State::Cancelled;
        for entry in &mut self.machine.entries {
            if matches!(entry.state, DeliveryState::Pending | DeliveryState::Deferred) {
                entry.state = DeliveryState::Cancelled;
                entry.due = None;
            }
        }
    }

    fn resolve(&mut self, resolution: Resolution) {
        let decided = self.world.ledger.resolve(self.world.campaign, resolution, None, self.world.now);
        if self.run.is_some() {
            assert!(matches!(decided, Err(LedgerError::Busy)), "{decided:?}");
            return;
        }
        if resolution == Resolution::Resend && self.machine.state == State::Cancelled {
            assert!(matches!(decided, Err(LedgerError::Illegal { .. })), "{decided:?}");
            return;
        }
        self.machine.settle(self.world.now);
        let doubtful = self.machine.of(DeliveryState::InDoubt);
        assert_eq!(decided.unwrap().changed, u64::try_from(doubtful.len()).unwrap());
        for place in doubtful {
            let entry = &mut self.machine.entries[place];
            match resolution {
                Resolution::Resend => {
                    entry.state = DeliveryState::Pending;
                    entry.relay = Relay::Welcome;
                }
                Resolution::AssumeSent => entry.state = DeliveryState::Sent,
            }
        }
        self.machine.fit();
    }

    fn retry(&mut self) {
        let decided = self.world.ledger.retry_failed(self.world.campaign, self.world.now);
        if self.run.is_some() {
            assert!(matches!(decided, Err(LedgerError::Busy)), "{decided:?}");
            return;
        }
        if self.machine.state == State::Cancelled {
            assert!(matches!(decided, Err(LedgerError::Illegal { .. })), "{decided:?}");
            return;
        }
        decided.unwrap();
        self.machine.settle(self.world.now);
        for place in self.machine.of(DeliveryState::Failed) {
            if !self.machine.entries[place].suppressed {
                self.machine.entries[place].state = DeliveryState::Pending;
            }
        }
        self.machine.fit();
    }

    /// Both are in the same state, and the counts are right.
    fn compare(&self) {
        let world = &self.world;
        let real: Vec<_> = world.deliveries().iter().map(|it| (it.state, it.date, it.attempts, it.due)).collect();
        let machine: Vec<_> = self.machine.entries.iter().map(|it| (it.state, it.date, it.attempts, it.due)).collect();
        assert_eq!(real, machine);
        assert_eq!(world.ledger.campaign(world.campaign).unwrap().state, self.machine.state);
        let counts = world.ledger.counts(world.campaign).unwrap();
        assert_eq!(counts.total(), u64::from(READERS));
        for (state, count) in counts.iter() {
            assert_eq!(count, u64::try_from(self.machine.of(state).len()).unwrap(), "{state}");
        }
        assert!(self.machine.state != State::Finished || counts.left() == 0);
        if let Some(run) = self.run.as_ref().filter(|_| self.machine.state == State::Running) {
            assert_eq!(run.counts(), counts, "what a run knows is right until it is stopped");
        }
        let asked = world.ledger.asked_since(DateTime::UNIX_EPOCH).unwrap();
        let attempts: u64 = self.machine.entries.iter().map(|entry| u64::from(entry.attempts)).sum();
        assert_eq!(asked.iter().map(|(_, count)| count).sum::<u64>(), attempts, "every try is kept");
    }
}

fn ranks(places: &[usize]) -> Vec<u64> {
    places.iter().map(|place| u64::try_from(*place).unwrap()).collect()
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let place = || 0_usize..6;
    let suppress = || prop_oneof![Just(Suppress::Keep), Just(Suppress::Bounced)];
    let end = prop_oneof![
        4 => Just(End::Sent),
        1 => Just(End::SaidSent),
        3 => (0_i64..30).prop_map(End::Deferred),
        2 => suppress().prop_map(End::Failed),
        1 => Just(End::InDoubt),
        1 => Just(End::Silent),
    ];
    let crash = prop_oneof![3 => Just(Crash::Process), 1 => Just(Crash::Torn), 1 => Just(Crash::Machine)];
    let resolution = prop_oneof![Just(Resolution::Resend), Just(Resolution::AssumeSent)];
    let event = prop_oneof![
        6 => Just(Event::Start),
        10 => (0_usize..4, prop::option::of(0_u64..7)).prop_map(|(most, up_to)| Event::Claim { most, up_to }),
        10 => (1_usize..4).prop_map(Event::Intend),
        1 => place().prop_map(Event::Release),
        12 => place().prop_map(Event::Spend),
        10 => (place(), end).prop_map(|(place, end)| Event::Close(place, end)),
        2 => place().prop_map(Event::Requeue),
        8 => Just(Event::Record),
        1 => (0..READERS).prop_map(Event::Leave),
        1 => (0..READERS).prop_map(Event::Suppress),
        4 => crash.prop_map(Event::Crash),
        2 => Just(Event::End),
        1 => Just(Event::Cancel),
        3 => resolution.prop_map(Event::Resolve),
        2 => Just(Event::Retry),
        4 => (1_i64..20).prop_map(Event::Wait),
    ];
    prop::collection::vec(event, 1..80)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_ledger_does_what_the_reference_does(events in events()) {
        let mut both = Both::new();
        for event in events {
            both.happen(event);
            both.compare();
        }
    }
}
