//! Claims deliveries, keeps the pace, and makes letters.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::campaign::ledger::{Claim, LedgerError};
use crate::campaign::pace::Turn;
use crate::campaign::run::{Halt, News, Ready, Shared, task};

/// How many are claimed at a time.
const BATCH: usize = 64;
/// How few letters are made together: signing as many takes a millisecond, handing them over none.
const LEAST: usize = 8;
/// How many may wait for their domain's turn before the others wait too.
const PARKED: usize = 4096;

/// Feeds the connections until nothing is left that may go now.
pub(super) async fn feed<T>(shared: Arc<Shared<T>>, ready: mpsc::Sender<Ready>)
where
    T: Fn(News) + Send + Sync + 'static,
{
    let mut feeder =
        Feeder { shared, ready, parked: BTreeMap::new(), number: 0, making: VecDeque::new(), makers: makers() };
    if let Err(error) = feeder.run().await {
        feeder.shared.halt(error.into());
    }
    feeder.hand_over(0).await;
    let parked = std::mem::take(&mut feeder.parked);
    feeder.give_back(parked.into_values().collect());
}

struct Feeder<T> {
    shared: Arc<Shared<T>>,
    ready: mpsc::Sender<Ready>,
    /// Claims whose domain has had enough, by when they may go.
    parked: BTreeMap<(DateTime<Utc>, u64), Claim>,
    number: u64,
    /// Letters that are being made.
    making: VecDeque<JoinHandle<Vec<Ready>>>,
    /// How many can be made at a time.
    makers: usize,
}

fn makers() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// What is next.
enum Next {
    /// These may be paced.
    Claims(Vec<Claim>),
    /// Nothing before then, or before an outcome is recorded.
    Wait(Option<DateTime<Utc>>),
    /// Nothing any more in this run.
    End(Option<Halt>),
}

impl<T: Fn(News) + Send + Sync + 'static> Feeder<T> {
    async fn run(&mut self) -> Result<(), LedgerError> {
        loop {
            // Before the look, so that nothing that happens after it is missed.
            let shared = Arc::clone(&self.shared);
            let recorded = shared.recorded.notified();
            tokio::pin!(recorded);
            recorded.as_mut().enable();
            if self.shared.is_stopped() {
                return Ok(());
            }
            let next = self.next()?;
            if !matches!(next, Next::Claims(_)) {
                self.hand_over(0).await;
            }
            match next {
                Next::Claims(claims) => self.send(claims).await,
                Next::End(halt) => {
                    if let Some(halt) = halt {
                        self.shared.halt(halt);
                    }
                    return Ok(());
                }
                Next::Wait(None) => recorded.await,
                Next::Wait(Some(then)) => {
                    if self.shared.open.load(Ordering::Acquire) == self.parked.len() {
                        (self.shared.tell)(News::Waiting(then));
                    }
                    tokio::select! {
                        () = self.shared.wait_until(then) => {}
                        () = recorded => {}
                    }
                }
            }
        }
    }

    fn next(&mut self) -> Result<Next, LedgerError> {
        let now = self.shared.clock.now();
        let options = &self.shared.options;
        let started = self.shared.run.campaign().started.unwrap_or(now);
        let due: Vec<_> = self.parked.range(..=(now, u64::MAX)).map(|(key, _)| *key).take(BATCH).collect();
        if !due.is_empty() {
            return Ok(Next::Claims(due.iter().filter_map(|key| self.parked.remove(key)).collect()));
        }
        let parked_until = self.parked.keys().next().map(|(then, _)| *then);
        let most = self.shared.allowed(BATCH);
        if most > 0 && self.parked.len() < PARKED {
            let claims = self.shared.run.claim(options.waves.allowed(started, now), most, now)?;
            if !claims.is_empty() {
                self.shared.count(claims.len());
                self.shared.opened(claims.len());
                return Ok(Next::Claims(claims));
            }
        }
        let open = self.shared.open.load(Ordering::Acquire);
        if parked_until.is_some() || open > 0 {
            // What is on the wire may come back.
            return Ok(Next::Wait(parked_until));
        }
        if most == 0 {
            return Ok(Next::End(Some(Halt::Limit)));
        }
        let times = [self.shared.run.next_due()?, options.waves.next(started, now).filter(|_| self.has_pending())];
        Ok(match times.into_iter().flatten().min() {
            None => Next::End(None),
            Some(then) if options.patience.reaches(then, now) => Next::Wait(Some(then)),
            Some(then) => Next::End(Some(Halt::Later(then))),
        })
    }

    fn has_pending(&self) -> bool {
        self.shared.run.counts().of(crate::campaign::ledger::DeliveryState::Pending) > 0
    }

    /// Sends claims on as their pace allows.
    async fn send(&mut self, claims: Vec<Claim>) {
        let mut paced = Vec::new();
        let mut claims = VecDeque::from(claims);
        while let Some(claim) = claims.pop_front() {
            if self.shared.is_stopped() {
                claims.push_front(claim);
                break;
            }
            let now = self.shared.clock.now();
            let domain = claim.address.rsplit_once('@').map_or("", |(_, domain)| domain);
            let turn = self.shared.pace().take(domain, now);
            let then = match turn {
                Turn::Go => {
                    paced.push(claim);
                    continue;
                }
                Turn::DomainUntil(then) => {
                    self.number += 1;
                    self.parked.insert((then, self.number), claim);
                    continue;
                }
                Turn::Until(then) => then,
                Turn::TomorrowAt(then) if self.shared.options.patience.reaches(then, now) => then,
                Turn::TomorrowAt(then) => {
                    claims.push_front(claim);
                    self.shared.halt(Halt::Quota(then));
                    break;
                }
            };
            // What may go does not wait for what may not.
            self.hand_on(std::mem::take(&mut paced)).await;
            self.hand_over(0).await;
            if then - now > TimeDelta::seconds(5) {
                (self.shared.tell)(News::Waiting(then));
            }
            claims.push_front(claim);
            self.shared.wait_until(then).await;
        }
        self.hand_on(paced).await;
        self.give_back(claims.into());
    }

    /// Has letters made, off the threads that talk, and hands on those that were asked for before:
    /// all processors make letters while others wait for connections.
    async fn hand_on(&mut self, claims: Vec<Claim>) {
        let paced = self.shared.pace().present();
        let mut claims = claims.into_iter();
        let part = claims.len().div_ceil(self.makers).max(LEAST);
        while claims.len() > 0 {
            let claims: Vec<_> = claims.by_ref().take(part).collect();
            let letters = self.shared.letters.clone();
            let ready = move |claim: Claim| Ready { letter: letters.letter(&claim), claim, paced };
            let made = task::spawn_blocking(|| claims.into_iter().map(ready).collect());
            self.making.push_back(made);
        }
        self.hand_over(self.makers).await;
    }

    /// Hands letters to the connections until no more than `left` parts of them are being made.
    async fn hand_over(&mut self, left: usize) {
        let mut stop = self.shared.stop.subscribe();
        while self.making.len() > left
            && let Some(making) = self.making.pop_front()
        {
            let Ok(made) = making.await else {
                self.shared.halt(Halt::Ledger("the letters could not be made".to_owned()));
                continue;
            };
            for one in made {
                let mut one = Some(one);
                tokio::select! {
                    biased;
                    _ = stop.wait_for(|stop| *stop) => {}
                    permit = self.ready.reserve() => {
                        if let (Ok(permit), Some(one)) = (permit, one.take()) {
                            permit.send(one);
                        }
                    }
                }
                if let Some(Ready { claim, .. }) = one {
                    self.give_back(vec![claim]);
                }
            }
        }
    }

    fn give_back(&self, claims: Vec<Claim>) {
        let number = claims.len();
        self.shared.run.release(claims);
        self.shared.uncount(number);
        self.shared.closed(number);
    }
}
