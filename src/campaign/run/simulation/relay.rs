//! A relay and the network to it, as bad as chance makes them.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use super::Fault;
use super::book::Book;
use super::chance::Chance;
use super::schedule::yield_once;
use crate::smtp::{Command, Connection, Dot, Letter, Outcome, Permit, Relay, Reply, SessionError, Stage, Turn};
use crate::store::by_hand::Hand;

/// How the relay and the network are disposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Weather {
    /// Of a hundred letters so many come to something else than a 250.
    pub(super) rough: usize,
    /// The longest that something takes, in milliseconds.
    pub(super) slow: usize,
    /// Letters that a connection takes.
    pub(super) letters: usize,
}

/// What all processes have in common: the world.
#[derive(Debug)]
pub(super) struct World {
    pub(super) chance: Chance,
    pub(super) book: Book,
    pub(super) weather: Weather,
    pub(super) fault: Option<Fault>,
    /// The process whose connections live.
    pub(super) process: u32,
    /// Looks at what is committed.
    pub(super) hand: Hand,
    connections: u64,
    /// Dots on their way to the relay, by connection: for which process and reader.
    flying: BTreeMap<u64, (u32, usize)>,
}

impl World {
    pub(super) fn new(chance: Chance, readers: usize, weather: Weather, fault: Option<Fault>, hand: Hand) -> Self {
        let book = Book::new(readers);
        Self { chance, book, weather, fault, process: 0, hand, connections: 0, flying: BTreeMap::new() }
    }

    /// All connections of a process break; what is on its way may still arrive.
    pub(super) fn sever(&mut self, process: u32) {
        let gone: Vec<_> = self.flying.extract_if(.., |_, (of, _)| *of == process).collect();
        for (_, (_, reader)) in gone {
            if self.chance.percent(50) {
                self.decide(reader);
            }
        }
    }

    /// What the relay does with a message that is whole.
    fn decide(&mut self, reader: usize) -> Option<Reply> {
        let rough = self.chance.percent(self.weather.rough);
        let number = if rough { self.chance.below(DOT.len()) } else { 0 };
        self.chance.turn(0x100 + u64::try_from(number).unwrap());
        let (code, text) = DOT[number];
        if code < 300 {
            self.book.taken(reader);
        }
        // Of some it is not heard what became of them.
        (code != 0).then(|| Reply::new(code, [text]))
    }
}

/// The process's side of the network.
#[derive(Clone, Debug)]
pub(super) struct Network {
    pub(super) world: Arc<Mutex<World>>,
    pub(super) process: u32,
}

/// What a relay says before a dot: at which stage, and what.
const BEFORE: [(Stage, u16, &str); 9] = [
    (Stage::Rcpt, 450, "4.2.1 greylisted"),
    (Stage::Rcpt, 452, "4.2.2 mailbox full"),
    (Stage::Rcpt, 550, "5.1.1 no such user"),
    (Stage::Rcpt, 550, "5.2.1 disabled"),
    (Stage::Rcpt, 454, "4.3.0 too fast"),
    (Stage::Mail, 421, "4.3.2 closing"),
    (Stage::Mail, 451, "4.3.0 not now"),
    (Stage::Data, 451, "4.3.0 not now"),
    (Stage::Data, 421, "4.3.2 closing"),
];
/// And to a dot. 0: it took the message, and says nothing.
const DOT: [(u16, &str); 6] = [
    (250, "2.0.0 ok: queued as A1"),
    (0, ""),
    (451, "4.3.0 not now"),
    (554, "5.6.0 not this message"),
    (421, "4.3.2 closing"),
    (550, "5.1.1 no such user"),
];

impl Network {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// Something takes its time; others go on.
    async fn takes_a_while(&self) {
        let (steps, milliseconds) = {
            let mut world = self.world();
            let slow = world.weather.slow;
            (world.chance.below(3), if slow > 0 { world.chance.below(slow) } else { 0 })
        };
        for _ in 0..steps {
            yield_once().await;
        }
        if milliseconds > 0 {
            tokio::time::sleep(Duration::from_millis(u64::try_from(milliseconds).unwrap())).await;
        }
    }

    fn is_severed(&self) -> bool {
        self.world().process != self.process
    }

    fn roll(&self) -> bool {
        let mut world = self.world();
        let rough = world.weather.rough;
        world.chance.percent(rough)
    }

    fn pick(&self, of: usize) -> usize {
        let mut world = self.world();
        let number = world.chance.below(of);
        world.chance.turn(0x200 + u64::try_from(number).unwrap());
        number
    }

    /// How a connection ends that is waiting for the answer to `command`.
    async fn breaks(&self, command: Command) -> SessionError {
        match self.pick(3) {
            0 => SessionError::Closed(command),
            1 => SessionError::Broken { command, error: io::ErrorKind::ConnectionReset.into() },
            _ => {
                let after = Duration::from_secs(if command == Command::Dot { 600 } else { 300 });
                tokio::time::sleep(after).await;
                SessionError::Timeout { command, after }
            }
        }
    }
}

impl Network {
    /// The connection ends while an answer to a dot is waited for.
    async fn unanswered<P>(&self, reader: usize) -> Turn<Line, P> {
        let error = self.breaks(Command::Dot).await;
        if !self.is_severed() {
            self.world().book.given_up(reader);
        }
        Line::lost(Dot::Written, error, None)
    }
}

impl Relay for Network {
    type Connection = Line;

    async fn connect(&self) -> Result<Line, SessionError> {
        self.takes_a_while().await;
        if self.is_severed() {
            return Err(SessionError::Closed(Command::Greeting));
        }
        if self.roll() {
            return Err(match self.pick(4) {
                0 => SessionError::UnexpectedReply {
                    command: Command::Greeting,
                    reply: Reply::new(421, ["4.3.2 closed for now"]),
                },
                _ => self.breaks(Command::Connect).await,
            });
        }
        let mut world = self.world();
        world.connections += 1;
        let (number, left) = (world.connections, world.weather.letters);
        Ok(Line { network: self.clone(), number, left, announced: None })
    }
}

/// A connection.
pub(super) struct Line {
    network: Network,
    number: u64,
    left: usize,
    announced: Option<Letter>,
}

impl Line {
    fn over<P>(outcome: Outcome, unspent: Option<P>) -> Turn<Self, P> {
        Turn { outcome, unspent, connection: None }
    }

    fn lost<P>(dot: Dot, error: SessionError, unspent: Option<P>) -> Turn<Self, P> {
        Self::over(Outcome::Lost { dot, error }, unspent)
    }

    /// How the letter comes to nothing before its dot, if it does.
    async fn before_the_dot(&self) -> Option<Outcome> {
        if !self.network.roll() {
            return None;
        }
        let unwritten = |error| Outcome::Lost { dot: Dot::Unwritten, error };
        let (stage, code, text) = match self.network.pick(BEFORE.len() + 2) {
            number if number < BEFORE.len() => BEFORE[number],
            number if number == BEFORE.len() => return Some(unwritten(self.network.breaks(Command::Body).await)),
            _ => return Some(unwritten(self.network.breaks(Command::Rcpt).await)),
        };
        let reply = Reply::new(code, [text]);
        let command = if stage == Stage::Mail { Command::Mail } else { Command::Data };
        Some(match code {
            421 => unwritten(SessionError::UnexpectedReply { command, reply }),
            _ => Outcome::Refused { stage, reply },
        })
    }
}

impl Connection for Line {
    async fn send<P: Permit>(mut self, letter: &Letter, permit: P, next: Option<&Letter>) -> Turn<Self, P> {
        let network = self.network.clone();
        let reader = reader(letter);
        if self.announced.take().is_some_and(|announced| announced != *letter) {
            return Self::lost(Dot::Unwritten, SessionError::Abandoned, Some(permit));
        }
        network.takes_a_while().await;
        if let Some(outcome) = self.before_the_dot().await {
            let connection = matches!(outcome, Outcome::Refused { .. }).then_some(self);
            return Turn { outcome, unspent: Some(permit), connection };
        }
        network.takes_a_while().await;
        if network.is_severed() {
            return Self::lost(Dot::Unwritten, SessionError::Closed(Command::Body), Some(permit));
        }
        self.left = self.left.saturating_sub(1);
        let late = network.world().fault == Some(Fault::NotedAfterTheDot);
        let mut permit = Some(permit);
        if !late && let Some(Err(withheld)) = permit.take().map(Permit::spend) {
            return Self::lost(Dot::Unwritten, SessionError::Withheld(withheld.error), Some(withheld.permit));
        }
        {
            let mut world = network.world();
            let hand = world.hand.clone();
            world.book.dot(reader, letter.content.bytes(), &hand);
            world.flying.insert(self.number, (network.process, reader));
        }
        network.takes_a_while().await;
        if let Some(permit) = permit {
            drop(permit.spend());
        }
        let arrived = !network.roll();
        let reply = {
            let mut world = network.world();
            // It arrived, or was lost, when the connection broke.
            let flies = world.flying.remove(&self.number).is_some();
            if flies && arrived { world.decide(reader) } else { None }
        };
        let Some(reply) = reply.filter(|_| arrived) else {
            return network.unanswered(reader).await;
        };
        network.takes_a_while().await;
        if network.roll() {
            // It was said, and not heard.
            return network.unanswered(reader).await;
        }
        if !network.is_severed() {
            network.world().book.answered(reader);
        }
        let shutdown = reply.is_shutdown();
        let outcome = if reply.is_positive() {
            Outcome::Sent { reply, relay_id: Some("A1".to_owned()) }
        } else {
            Outcome::Refused { stage: Stage::Dot, reply }
        };
        self.announced = next.filter(|_| self.left > 0).cloned();
        Turn { outcome, unspent: None, connection: (!shutdown).then_some(self) }
    }

    fn is_spent(&self) -> bool {
        self.left == 0
    }

    async fn quit(self) {
        self.network.takes_a_while().await;
    }
}

/// Which reader a letter is for: `reader3@example.org`.
fn reader(letter: &Letter) -> usize {
    let digits: String = letter.envelope.recipient().chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}
