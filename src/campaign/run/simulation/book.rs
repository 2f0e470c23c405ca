//! What the world knows that the ledger may not: which messages the relay has, who has left. And
//! what may never be, by both.

use std::collections::BTreeMap;

use crate::campaign::ledger::{DeliveryState, LedgerError};
use crate::store::by_hand::Hand;

/// A delivery in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) state: DeliveryState,
    pub(super) epoch: u32,
}

/// One reader and the message to it.
#[derive(Clone, Debug, Default)]
struct Reader {
    /// The relay took it, since the user last asked for another.
    has: bool,
    /// How often the relay took it.
    copies: u32,
    /// The user said that it was sent.
    assumed: bool,
    /// The message as it was first ended by a dot.
    message: Option<Vec<u8>>,
    /// Has left or must not be written to; and whether its message was on its way by then.
    gone: Option<bool>,
}

/// The truth.
#[derive(Debug)]
pub(super) struct Book {
    readers: Vec<Reader>,
    /// Whose dot was written by the living process and not answered to its knowledge, and whether it
    /// waits for that yet.
    unanswered: BTreeMap<usize, Hope>,
    /// The run that may write.
    epoch: u32,
    /// Attempts of earlier runs; nobody adds to them.
    stale: u64,
    /// What was wrong first.
    violation: Option<String>,
    /// Dots that were written.
    pub(super) dots: u32,
    /// Deliveries that were in doubt because a process died or lost its campaign.
    pub(super) doubts: u32,
}

/// Whether a process waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hope {
    Waiting,
    GivenUp,
}

impl Book {
    pub(super) fn new(readers: usize) -> Self {
        Self {
            readers: vec![Reader::default(); readers],
            unanswered: BTreeMap::new(),
            epoch: 0,
            stale: 0,
            violation: None,
            dots: 0,
            doubts: 0,
        }
    }

    /// Notes that something is wrong.
    pub(super) fn wrong(&mut self, what: impl Into<String>) {
        self.violation.get_or_insert_with(|| what.into());
    }

    pub(super) fn violation(&self) -> Option<&str> {
        self.violation.as_deref()
    }

    /// How many copies reached the relay beyond one for each reader.
    pub(super) fn doubles(&self) -> u32 {
        self.readers.iter().map(|reader| reader.copies.saturating_sub(1)).sum()
    }

    /// Somebody leaves or is suppressed, at this moment.
    pub(super) fn leaves(&mut self, reader: usize, hand: &Hand) {
        let on_its_way = rows(hand)[reader].state == DeliveryState::Sending;
        self.readers[reader].gone.get_or_insert(on_its_way);
    }

    /// A dot is written.
    pub(super) fn dot(&mut self, reader: usize, message: &[u8], hand: &Hand) {
        self.dots += 1;
        self.unanswered.insert(reader, Hope::Waiting);
        let row = rows(hand)[reader];
        if row.state != DeliveryState::Sending || row.epoch != self.epoch {
            self.wrong(format!("the dot for reader {reader} is written while it is {row:?} in run {}", self.epoch));
        }
        let known = &mut self.readers[reader];
        if known.message.get_or_insert_with(|| message.to_vec()) != message {
            self.wrong(format!("reader {reader} is sent another message than before"));
        }
        if self.readers[reader].gone == Some(false) {
            self.wrong(format!("reader {reader} had left before the intent"));
        }
    }

    /// What was sent came back with an answer, which the journal knows by now.
    pub(super) fn answered(&mut self, reader: usize) {
        self.unanswered.remove(&reader);
    }

    /// What was sent is not waited for any more.
    pub(super) fn given_up(&mut self, reader: usize) {
        self.unanswered.entry(reader).and_modify(|hope| *hope = Hope::GivenUp);
    }

    /// The relay takes a message.
    pub(super) fn taken(&mut self, reader: usize) {
        let known = &mut self.readers[reader];
        known.copies += 1;
        if std::mem::replace(&mut known.has, true) {
            self.wrong(format!("reader {reader} gets the message twice, and nobody knew"));
        }
    }

    /// A run begins, or takes a campaign over that went over so many connections: what may be in
    /// doubt by it was unanswered.
    pub(super) fn begun(&mut self, before: &[Row], hand: &Hand, silence: Silence, connections: usize) {
        let rows = rows(hand);
        let mut waiting = 0;
        for (reader, (before, now)) in before.iter().zip(&rows).enumerate() {
            if now.state == DeliveryState::Sending {
                self.wrong(format!("reader {reader} is being sent to, and nobody is there who does it"));
            }
            if now.state != DeliveryState::InDoubt || before.state == DeliveryState::InDoubt {
                continue;
            }
            self.doubts += 1;
            match self.unanswered.get(&reader) {
                Some(Hope::Waiting) => waiting += 1,
                Some(Hope::GivenUp) => {}
                None if silence == Silence::Proves => {
                    self.wrong(format!("reader {reader} is in doubt although the journal knows better"));
                }
                None => {}
            }
        }
        if silence == Silence::Proves && waiting > connections {
            self.wrong(format!("{waiting} are in doubt, and there were {connections} connections"));
        }
        self.unanswered.clear();
        (self.epoch, self.stale) = hand.at_once(|tx| {
            let epoch = tx.first("SELECT epoch FROM campaign", &[], |row| Ok::<_, LedgerError>(row.get::<u32>(0)?));
            (epoch.unwrap().unwrap(), stale(tx))
        });
        self.look(hand);
    }

    /// The user decides about all that is in doubt.
    pub(super) fn resolved(&mut self, before: &[Row], resent: bool) {
        for (reader, row) in self.readers.iter_mut().zip(before) {
            if row.state == DeliveryState::InDoubt {
                (reader.has, reader.assumed) = (false, !resent);
            }
        }
    }

    /// Looks at what is committed.
    pub(super) fn look(&mut self, hand: &Hand) {
        let rows = rows(hand);
        if rows.len() != self.readers.len() {
            self.wrong(format!("{} deliveries are there, of {}", rows.len(), self.readers.len()));
        }
        for (reader, row) in rows.into_iter().enumerate() {
            let known = &mut self.readers[reader];
            let Reader { has, assumed, .. } = *known;
            if row.state != DeliveryState::Sending && known.gone == Some(true) {
                known.gone = Some(false);
            }
            match row.state {
                DeliveryState::Sent if !has && !assumed => {
                    self.wrong(format!("reader {reader} is lost: it is `sent`, and the relay has nothing"));
                }
                DeliveryState::Sent | DeliveryState::InDoubt => {}
                DeliveryState::Sending if row.epoch == self.epoch || self.epoch == 0 => {}
                DeliveryState::Sending => self.wrong(format!("reader {reader} is being sent to by a run that is over")),
                state if has => {
                    self.wrong(format!("reader {reader} is `{state}`, and the relay has the message"));
                }
                _ => {}
            }
        }
        if hand.at_once(stale) != self.stale {
            self.wrong("an outcome of a run that is over was taken in");
        }
    }
}

/// Whether what the journal does not say did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Silence {
    /// The process died, and nothing else.
    Proves,
    /// The machine went down, or another process wrote into the journal.
    ProvesNothing,
}

/// The deliveries as they are committed.
pub(super) fn rows(hand: &Hand) -> Vec<Row> {
    let all = "SELECT state, epoch FROM delivery ORDER BY id";
    hand.at_once(|tx| {
        tx.all(all, &[], |row| Ok::<_, LedgerError>(Row { state: row.get(0)?, epoch: row.get(1)? })).unwrap()
    })
}

/// How many attempts there are of runs before the last.
fn stale(tx: &crate::store::Tx<'_>) -> u64 {
    let count = "SELECT count(*) FROM attempt WHERE epoch < (SELECT epoch FROM campaign)";
    tx.first(count, &[], |row| Ok::<_, LedgerError>(row.get::<u64>(0)?)).unwrap().unwrap()
}
