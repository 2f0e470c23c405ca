//! The side journal: which final dots were begun, and what was answered.
//!
//! The ledger alone knows that a message was about to go out, not whether its dot did. So each dot
//! is noted here just before it is written, and each reply just after it is read. A note is one
//! plain `write(2)` without a sync: it outlives the process, not the machine. Therefore the head
//! carries the machine's boot id, and after a reboot the journal's silence proves nothing.
//!
//! A process that is killed may leave the last note cut short. That note was then never followed
//! by its dot. Anything else that cannot be read is damage, and the silence of a damaged journal
//! proves nothing either.

mod note;
#[cfg(test)]
pub(super) mod tests;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use note::{Head, Note};

/// What the relay answered, as far as it is noted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answered {
    /// What the ledger makes of it.
    pub(super) outcome: u8,
    /// When a deferred one is due, in seconds since 1970.
    pub(super) due: i64,
    pub(super) code: u16,
    pub(super) enhanced: String,
    pub(super) reply: String,
    pub(super) relay_id: String,
}

/// One try of one delivery: how many came before it tells it from others of the same run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Try {
    pub(super) delivery: i64,
    pub(super) before: u32,
}

/// A journal that is being written, by one run of one campaign.
#[derive(Debug)]
pub struct Journal {
    /// What the system said, once a note could not be written whole: what came after it could not be
    /// found again.
    file: Mutex<Result<File, String>>,
}

impl Journal {
    /// Begins a journal anew in `path`, for the run `epoch` of a campaign.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(path: &Path, campaign: u32, epoch: u32) -> io::Result<Self> {
        let mut file = private().create(true).truncate(true).open(path)?;
        file.write_all(&Head { campaign, epoch, boot: boot() }.encode())?;
        Ok(Self { file: Mutex::new(Ok(file)) })
    }

    /// Forgets what the ledger knows by now. The head stays: a database that is put back to an
    /// earlier state is told by it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn settled(path: &Path) -> io::Result<()> {
        private().open(path)?.set_len(note::HEAD)
    }

    /// Notes that the dot of a message is about to be written.
    ///
    /// # Errors
    /// When it cannot be noted. The dot must not be written then.
    pub(super) fn about_to_write(&self, tried: Try) -> io::Result<()> {
        self.note(&Note::Begun { tried })
    }

    /// Notes what the relay answered.
    ///
    /// # Errors
    /// When it cannot be noted: a crash before the ledger knows leaves the delivery in doubt.
    pub(super) fn reply(&self, tried: Try, answered: Answered) -> io::Result<()> {
        self.note(&Note::Answered { tried, answered })
    }

    fn note(&self, note: &Note) -> io::Result<()> {
        let bytes = note.encode();
        // The lock keeps a note that fails half-way the last one.
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(open) = file.as_mut()
            && let Err(error) = open.write_all(&bytes)
        {
            *file = Err(error.to_string());
        }
        let refused = |said: &mut String| {
            let remedy = "see that there is room, and that it may be written";
            io::Error::other(format!("the journal beside the database cannot be written: {said}; {remedy}"))
        };
        file.as_mut().map(|_| ()).map_err(refused)
    }
}

/// What a journal says of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Evidence {
    /// No dot was written.
    NoDot,
    /// A dot may have been written, and it is not known what was answered.
    Unknown,
    /// This was answered.
    Answered(Answered),
}

/// A journal that a run left behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Left {
    head: Option<Head>,
    /// Whether what it does not say did not happen.
    complete: bool,
    /// Of each try whose dot was begun the reply, where one came.
    begun: BTreeMap<Try, Option<Answered>>,
}

impl Left {
    /// Reads what a run left in `path`; nothing where there is no file.
    ///
    /// # Errors
    /// When there is one that cannot be read.
    pub(super) fn read(path: &Path) -> io::Result<Self> {
        match std::fs::read(path) {
            Ok(bytes) => Ok(Self::parse(&bytes, boot())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// What these bytes say on a machine that runs since `boot`. Any bytes say something.
    fn parse(bytes: &[u8], boot: Option<[u8; 16]>) -> Self {
        let Some((head, mut rest)) = Head::decode(bytes) else { return Self::default() };
        let mut left = Self { head: Some(head), complete: boot.is_some() && head.boot == boot, begun: BTreeMap::new() };
        loop {
            match Note::decode(rest) {
                note::Decoded::End => return left,
                note::Decoded::Damaged => {
                    left.complete = false;
                    return left;
                }
                note::Decoded::Note(note, after) => {
                    rest = after;
                    match note {
                        Note::Begun { tried } => drop(left.begun.insert(tried, None)),
                        Note::Answered { tried, answered } => {
                            // Only what was begun has an answer.
                            if let Some(last) = left.begun.get_mut(&tried) {
                                *last = Some(answered);
                            }
                        }
                    }
                }
            }
        }
    }

    /// Which run of the campaign it is of.
    pub(super) fn epoch(&self, campaign: u32) -> Option<u32> {
        self.head.filter(|head| head.campaign == campaign).map(|head| head.epoch)
    }

    /// What it says of a try that a run of a campaign had under way.
    pub(super) fn evidence(&self, campaign: u32, epoch: u32, tried: Try) -> Evidence {
        if self.epoch(campaign) != Some(epoch) {
            return Evidence::Unknown;
        }
        match self.begun.get(&tried) {
            Some(Some(answered)) => Evidence::Answered(answered.clone()),
            Some(None) => Evidence::Unknown,
            None if self.complete => Evidence::NoDot,
            None => Evidence::Unknown,
        }
    }
}

/// A file that its owner alone may read: replies name recipients.
fn private() -> std::fs::OpenOptions {
    let mut options = std::fs::OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// What names this run of the machine, where the system tells.
fn boot() -> Option<[u8; 16]> {
    let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let digits: String = text.trim().chars().filter(|c| *c != '-').collect();
    u128::from_str_radix(&digits, 16).ok().map(u128::to_be_bytes)
}
