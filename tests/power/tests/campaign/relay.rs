//! A relay that keeps what it heard, and answers each reader in a way of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, MutexGuard};

use newsletter::smtp::{
    Command, Connection, Dot, Letter, Outcome, Permit, Relay, Reply, SessionError, Stage, Turn, Withheld,
};

use crate::reader::{Manner, manner};

/// Something that the relay heard of a reader's message.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    /// How many events of the disk there were.
    pub(crate) at: usize,
    pub(crate) address: String,
    pub(crate) what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// The recipient, and said no.
    Refused,
    /// The final dot of a message with this hash.
    Dot { message: u64, taken: bool },
}

/// What the outside world knows.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    pub(crate) heard: Vec<Heard>,
    /// How often the user was told of a doubt about a reader and had it sent again.
    pub(crate) resent: BTreeMap<String, usize>,
    /// Who left and was told so: no dot of theirs may come any more.
    pub(crate) left: BTreeSet<String>,
    /// What must never happen, and did.
    pub(crate) faults: Vec<String>,
}

impl Sink {
    /// What is known of a reader's message.
    pub(crate) fn of<'a>(&'a self, address: &'a str) -> impl Iterator<Item = What> + 'a {
        self.heard.iter().filter(move |heard| heard.address == address).map(|heard| heard.what)
    }

    /// How many final dots came.
    pub(crate) fn dots(&self, address: &str) -> usize {
        self.of(address).filter(|what| matches!(what, What::Dot { .. })).count()
    }

    /// How many messages were taken.
    pub(crate) fn taken(&self, address: &str) -> usize {
        self.of(address).filter(|what| matches!(what, What::Dot { taken: true, .. })).count()
    }

    fn dot(&mut self, at: usize, address: &str, message: u64, taken: bool) {
        if self.taken(address) > self.resent.get(address).copied().unwrap_or_default() {
            self.faults.push(format!("{address} gets it again, and no doubt was reported"));
        }
        if self.left.contains(address) {
            self.faults.push(format!("{address} gets it after they left"));
        }
        let is_other = |what: What| matches!(what, What::Dot { message: other, .. } if other != message);
        if self.of(address).any(is_other) {
            self.faults.push(format!("{address} gets other bytes than before"));
        }
        self.heard.push(Heard { at, address: address.to_owned(), what: What::Dot { message, taken } });
    }
}

/// The relay. `now` tells how many events of the disk there were.
pub(crate) struct Fake<N> {
    pub(crate) sink: Arc<Mutex<Sink>>,
    pub(crate) now: N,
    /// Hears the number of each dot.
    pub(crate) tell: Box<dyn Fn(usize) + Send + Sync>,
}

pub(crate) struct Line<N> {
    relay: Arc<Fake<N>>,
    /// How many it took.
    taken: u32,
}

/// The relay, as it is handed to a run.
pub(crate) struct Door<N>(pub(crate) Arc<Fake<N>>);

impl<N: Fn() -> usize + Send + Sync + 'static> Relay for Door<N> {
    type Connection = Line<N>;

    async fn connect(&self) -> Result<Line<N>, SessionError> {
        tokio::task::yield_now().await;
        Ok(Line { relay: Arc::clone(&self.0), taken: 0 })
    }
}

impl<N: Fn() -> usize + Send + Sync + 'static> Line<N> {
    fn sink(&self) -> MutexGuard<'_, Sink> {
        self.relay.sink.lock().unwrap()
    }
}

impl<N: Fn() -> usize + Send + Sync + 'static> Connection for Line<N> {
    async fn send<P: Permit>(mut self, letter: &Letter, permit: P, _: Option<&Letter>) -> Turn<Self, P> {
        let address = letter.envelope.recipient();
        let refused = |stage, code, words| Outcome::Refused { stage, reply: Reply::new(code, [words]) };
        tokio::task::yield_now().await;
        let before = self.sink().of(address).count();
        let manner = manner(address);
        if manner == Manner::RefusedAtOnce || manner == Manner::Disabled {
            let words = if manner == Manner::Disabled { "5.2.1 disabled" } else { "5.1.1 no such user" };
            let at = (self.relay.now)();
            self.sink().heard.push(Heard { at, address: address.to_owned(), what: What::Refused });
            return Turn { outcome: refused(Stage::Rcpt, 550, words), unspent: Some(permit), connection: Some(self) };
        }
        if let Err(Withheld { permit, error }) = permit.spend() {
            let outcome = Outcome::Lost { dot: Dot::Unwritten, error: SessionError::Withheld(error) };
            return Turn { outcome, unspent: Some(permit), connection: None };
        }
        let mut hasher = DefaultHasher::new();
        letter.content.bytes().hash(&mut hasher);
        // A run that lost a connection without having sent anything over it waits for time to pass.
        let may_break = before == 0 && self.taken > 0;
        let (taken, outcome) = match manner {
            Manner::DeferredOnce if before == 0 => (false, refused(Stage::Dot, 452, "4.2.2 mailbox full")),
            Manner::RefusedLate => (false, refused(Stage::Dot, 550, "5.1.1 no such user")),
            Manner::LostAndTaken | Manner::LostAndNotTaken if may_break => {
                let error = SessionError::Closed(Command::Dot);
                (manner == Manner::LostAndTaken, Outcome::Lost { dot: Dot::Written, error })
            }
            _ => {
                let reply = Reply::new(250, ["2.0.0 queued"]);
                (true, Outcome::Sent { reply, relay_id: Some("Q".to_owned()) })
            }
        };
        let number = {
            let at = (self.relay.now)();
            let mut sink = self.sink();
            sink.dot(at, address, hasher.finish(), taken);
            sink.heard.len()
        };
        (self.relay.tell)(number);
        tokio::task::yield_now().await;
        let connection = (!matches!(outcome, Outcome::Lost { .. })).then(|| {
            self.taken += u32::from(taken);
            self
        });
        Turn { outcome, unspent: None, connection }
    }

    fn is_spent(&self) -> bool {
        self.taken >= 20
    }

    async fn quit(self) {}
}
