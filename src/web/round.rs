//! Many addresses, a few hosts at once.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::web::{Address, Answer, AskError, Cache, Limits, Web};

/// What was answered, by address.
#[derive(Clone, Debug, Default)]
pub struct Answers(BTreeMap<Address, Result<Answer, AskError>>);

impl Answers {
    /// What an address answered; nothing where it was not asked.
    pub fn get(&self, address: &Address) -> Option<&Result<Answer, AskError>> {
        self.0.get(address)
    }

    /// Takes in what an address answered.
    pub fn insert(&mut self, address: Address, answer: Result<Answer, AskError>) {
        self.0.insert(address, answer);
    }
}

/// What a round of asking will come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Addresses that have to be asked.
    pub asked: usize,
    /// Their hosts.
    pub hosts: usize,
    /// Addresses whose answer is known from the cache.
    pub known: usize,
}

type Queue = VecDeque<Vec<Address>>;

/// Asks every address of `wanted` that `answers` does not hold yet, once; `now` in seconds since
/// 1970 is for the cache. Before anything is asked, `before` learns how much that will be.
pub fn ask_all(
    wanted: &BTreeSet<Address>,
    limits: Limits,
    answers: &mut Answers,
    cache: &mut Cache,
    now: i64,
    before: &mut dyn FnMut(Round),
) {
    let mut by_host: BTreeMap<&str, Vec<Address>> = BTreeMap::new();
    let mut round = Round::default();
    for address in wanted {
        // A network that was not there may be by now.
        if answers.get(address).is_some_and(|answer| *answer != Err(AskError::Offline)) {
            continue;
        }
        if let Some(answer) = cache.get(address, now) {
            round.known += 1;
            answers.insert(address.clone(), Ok(answer.clone()));
        } else {
            round.asked += 1;
            by_host.entry(address.host()).or_default().push(address.clone());
        }
    }
    round.hosts = by_host.len();
    before(round);
    if by_host.is_empty() {
        return;
    }
    let workers = limits.hosts.min(by_host.len()).max(1);
    let queue: Mutex<Queue> = Mutex::new(by_host.into_values().collect());
    let web = Web::new(limits);
    let mut got = work(&web, &queue, workers, Instant::now());
    let is_lost = |answer: &Result<Answer, AskError>| matches!(answer, Err(AskError::UnknownHost(_)));
    if got.iter().all(|(_, answer)| is_lost(answer)) && !web.is_online() {
        for (_, answer) in &mut got {
            *answer = Err(AskError::Offline);
        }
    }
    for (address, answer) in got {
        if let Ok(answer) = &answer {
            cache.put(&address, answer, now);
        }
        answers.insert(address, answer);
    }
}

fn work(web: &Web, queue: &Mutex<Queue>, workers: usize, start: Instant) -> Vec<(Address, Result<Answer, AskError>)> {
    let got = Mutex::new(Vec::new());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let worker = || {
        while let Some(of_one_host) = next() {
            for address in of_one_host {
                let late = start.elapsed() >= web.limits.round;
                let answer = if late { Err(AskError::OutOfTime) } else { web.ask(address.as_str()) };
                got.lock().unwrap_or_else(PoisonError::into_inner).push((address, answer));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(worker);
        }
    });
    got.into_inner().unwrap_or_else(PoisonError::into_inner)
}
