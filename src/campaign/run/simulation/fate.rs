//! What happens beside the sending, and how a run dies.

use std::io::Write as _;
use std::path::Path;

use tokio::sync::watch;

use super::book::Silence;
use super::{Fault, Play, schedule};
use crate::campaign::journal::tests::reboot;
use crate::campaign::ledger::{Age, Ledger, LedgerError, Resolution};
use crate::token::CampaignId;

/// How a run ends before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Death {
    /// The process dies.
    Kill,
    /// It dies in the middle of a note.
    Torn,
    /// The machine goes down.
    Reboot,
    /// Another process begins as if there were no lock, and this one has lost its network.
    Takeover,
}

/// What happens beside the sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    Leave(usize),
    Suppress(usize),
    SecondRun,
    Decision,
    Interrupt,
    Cancel,
}

impl Play<'_> {
    /// Something that may happen.
    pub(super) fn event(&self) -> Event {
        let reader = self.below(self.readers);
        match self.below(12) {
            0..=3 => Event::Leave(reader),
            4..=6 => Event::Suppress(reader),
            7 | 8 => Event::SecondRun,
            9 => Event::Decision,
            10 => Event::Interrupt,
            _ => Event::Cancel,
        }
    }

    /// Lets it happen.
    pub(super) fn happen(&self, event: Event, stop: &watch::Sender<bool>) {
        let now = self.clock.now();
        let other = Ledger::new(self.stage.other.clone());
        match event {
            Event::Leave(reader) | Event::Suppress(reader) => {
                if self.stage.leave(reader, event) {
                    let hand = &self.stage.others;
                    self.world().book.leaves(reader, hand);
                }
            }
            Event::SecondRun => {
                let second = other.start(CampaignId(1), Age::Check, now);
                if !matches!(second, Err(LedgerError::Busy)) {
                    self.wrong(format!("a second run is not refused: {second:?}"));
                }
            }
            Event::Decision => {
                let decided = other.resolve(CampaignId(1), Resolution::Resend, None, now);
                if !matches!(decided, Err(LedgerError::Busy)) {
                    self.wrong(format!("a decision is not refused while it is sent: {decided:?}"));
                }
            }
            Event::Interrupt => drop(stop.send(true)),
            // Where the fault holds the database, it is not to be had.
            Event::Cancel => drop(other.cancel(CampaignId(1), now)),
        }
    }

    /// The process dies, and what it had on the network breaks.
    pub(super) fn die(&mut self, death: Death) {
        for process in 0..=self.process {
            schedule::kill(process);
        }
        self.stage.hand.die();
        self.world().sever(self.process);
        let journal = self.stage.beside("journal");
        match death {
            Death::Kill | Death::Takeover => {}
            Death::Torn => tear(&journal, self.below(20)),
            Death::Reboot if self.fault == Some(Fault::RebootUnnoticed) => {
                cut(&journal, self.below(200));
            }
            Death::Reboot => {
                self.silence = Silence::ProvesNothing;
                if journal.exists() {
                    reboot(&journal, self.below(200));
                }
            }
        }
        self.world().book.look(&self.stage.others);
    }
}

/// Leaves a note at a journal's end that was not written whole.
fn tear(journal: &Path, bytes: usize) {
    if let Ok(mut file) = std::fs::OpenOptions::new().append(true).open(journal) {
        let mut note = 17_u16.to_le_bytes().to_vec();
        note.extend((!17_u16).to_le_bytes());
        note.resize(20, 1);
        note.truncate(bytes);
        file.write_all(&note).unwrap();
    }
}

/// Leaves a journal's head and at most so many bytes after it.
fn cut(journal: &Path, bytes: usize) {
    if let Ok(file) = std::fs::OpenOptions::new().write(true).open(journal) {
        let length = file.metadata().unwrap().len();
        file.set_len(length.min(35 + u64::try_from(bytes).unwrap())).unwrap();
    }
}
