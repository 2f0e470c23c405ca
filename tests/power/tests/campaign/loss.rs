//! Losing power: at which event, and what of that which was not synced.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;

use newsletter_power::{Disk, Fate, Options, Recorder};

use crate::campaign::{DATABASE, JOURNAL, Recorded};
use crate::verdict::judge;

/// How thoroughly it is looked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    /// Of so many events one is a cut, by chance; each is at 1.
    pub(crate) one_in: u64,
    /// How many subsets of what was not synced are lost or torn by chance at each cut.
    pub(crate) subsets: u64,
    /// How many single losses and tears there are at a cut at most.
    pub(crate) singles: usize,
    /// Of so many folders one loses power again while it is sent on, by chance; none at 0.
    pub(crate) again: usize,
    /// Which start of the machine the journal finds itself in.
    pub(crate) boot: Boot,
}

/// Which start of the machine it is after a loss of power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Boot {
    /// Another one, as it is.
    Another,
    /// The same one, for a journal that is believed too much.
    Same,
}

/// What was looked at, and what was found.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) cuts: usize,
    /// Ways to lose power.
    pub(crate) losses: usize,
    /// Folders that differed, or of which more had been told: each was sent on to its end.
    pub(crate) folders: usize,
    /// How many of these lost power a second time.
    pub(crate) again: usize,
    pub(crate) faults: Vec<String>,
}

/// What of that which was not synced is lost.
#[derive(Clone, Copy, Debug)]
enum Loss {
    Nothing,
    All,
    /// The one of this number.
    One(usize),
    /// The one of this number is torn.
    Tear(usize),
    /// By chance.
    Some,
}

/// Numbers by chance, the same ones for the same seed (splitmix64).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }

    fn fate(&mut self) -> Fate {
        [Fate::Kept, Fate::Lost, Fate::Torn(self.next())][self.below(3)]
    }
}

/// Loses power as planned, on all processors.
pub(crate) fn lose(recorded: &Recorded, plan: Plan) -> Report {
    let found = Found::default();
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for worker in 0..workers {
            let found = &found;
            scope.spawn(move || found.walk(recorded, plan, |turn| turn % workers == worker));
        }
    });
    found.report.into_inner().unwrap()
}

#[derive(Default)]
struct Found {
    report: Mutex<Report>,
    seen: Mutex<BTreeSet<u64>>,
}

impl Found {
    /// Goes through a recording, and loses power at those of its cuts that are `ours`.
    fn walk(&self, recorded: &Recorded, plan: Plan, ours: impl Fn(usize) -> bool) {
        let mut disk = Disk::holding(&recorded.recording.before);
        let mut turn = 0;
        for (cut, event) in recorded.recording.events.iter().enumerate() {
            let mut chance = Chance(plan.seed ^ (cut as u64) << 20);
            if chance.next().is_multiple_of(plan.one_in) {
                turn += 1;
                if ours(turn) {
                    self.lose_at(recorded, plan, cut, &disk, &mut chance);
                }
            }
            disk.apply(event);
        }
    }

    fn lose_at(&self, recorded: &Recorded, plan: Plan, cut: usize, disk: &Disk, chance: &mut Chance) {
        let pending = disk.pending();
        let singles: Vec<usize> = if pending <= plan.singles {
            (0..pending).collect()
        } else {
            (0..plan.singles).map(|_| chance.below(pending)).collect()
        };
        let losses = [Loss::Nothing, Loss::All]
            .into_iter()
            .chain(singles.iter().flat_map(|one| [Loss::One(*one), Loss::Tear(*one)]))
            .chain((0..plan.subsets).map(|_| Loss::Some));
        self.report.lock().unwrap().cuts += 1;
        let told = recorded.tale.iter().filter(|(at, _)| *at <= cut).count()
            + recorded.sink.heard.iter().filter(|heard| heard.at <= cut).count();
        for loss in losses {
            let fates: Vec<Fate> = (0..pending).map(|number| loss.fate(number, chance)).collect();
            let left = Left {
                files: disk.after(|number| fates[number]),
                journal: journal(recorded, plan.boot, cut, loss, chance),
                told,
            };
            self.report.lock().unwrap().losses += 1;
            let mut hasher = DefaultHasher::new();
            left.hash(&mut hasher);
            // The same folder, of which the same was told, comes to the same.
            if !self.seen.lock().unwrap().insert(hasher.finish()) {
                continue;
            }
            self.report.lock().unwrap().folders += 1;
            let again = plan.again > 0 && chance.below(plan.again) == 0;
            match left.sent_on(recorded, cut, again, chance) {
                Ok(None) => {}
                Ok(Some(next)) => {
                    self.report.lock().unwrap().again += 1;
                    let one_in = (next.recording.events.len() as u64 / 3).max(1);
                    self.walk(&next, Plan { one_in, subsets: 2, singles: 1, again: 0, ..plan }, |_| true);
                }
                Err(fault) => {
                    let kept = left.keep(cut);
                    let fault = format!("seed {}, cut {cut}, {loss:?} of {pending} lost: {fault} ({kept})", plan.seed);
                    self.report.lock().unwrap().faults.push(fault);
                }
            }
        }
    }
}

impl Loss {
    fn fate(self, number: usize, chance: &mut Chance) -> Fate {
        match self {
            Self::All => Fate::Lost,
            Self::One(one) if one == number => Fate::Lost,
            Self::Tear(one) if one == number => Fate::Torn(chance.next()),
            Self::Nothing | Self::One(_) | Self::Tear(_) => Fate::Kept,
            Self::Some => chance.fate(),
        }
    }
}

/// What is left after a loss of power, and how much was told before.
#[derive(Hash)]
struct Left {
    files: BTreeMap<String, Vec<u8>>,
    journal: Option<Vec<u8>>,
    told: usize,
}

impl Left {
    fn write(&self, folder: &Path) -> io::Result<()> {
        let files = self.files.iter().map(|(name, bytes)| (name.as_str(), bytes));
        for (name, bytes) in files.chain(self.journal.iter().map(|journal| (JOURNAL, journal))) {
            std::fs::write(folder.join(name), bytes)?;
        }
        Ok(())
    }

    /// Sends the campaign on, and judges; `again` records it.
    fn sent_on(
        &self,
        recorded: &Recorded,
        cut: usize,
        again: bool,
        chance: &mut Chance,
    ) -> Result<Option<Recorded>, String> {
        let folder = tempfile::tempdir().unwrap();
        self.write(folder.path()).unwrap();
        // What was shared memory may be found as a file, with anything in it.
        if self.files.contains_key(DATABASE) && chance.below(2) == 0 {
            let noise: Vec<u8> = (0..4096).flat_map(|_| chance.next().to_le_bytes()).collect();
            std::fs::write(folder.path().join(format!("{DATABASE}-shm")), noise).unwrap();
        }
        let journal = folder.path().join(JOURNAL);
        let options = Options { checkpoint: Some(40), ..Options::default() };
        let recorder = again.then(|| Recorder::start(folder.path(), &journal, options));
        let judged = catch_unwind(AssertUnwindSafe(|| judge(folder.path(), recorded, cut, recorder.clone())));
        let recording = recorder.map(|recorder| recorder.stop());
        let (sink, tale) = judged.unwrap_or_else(|panic| {
            let said = panic.downcast_ref::<String>().map(String::as_str);
            Err(said.or(panic.downcast_ref::<&str>().copied()).unwrap_or("a panic").to_owned())
        })?;
        Ok(recording.map(|recording| Recorded { recording, sink, tale }))
    }

    /// Keeps a folder that something is wrong with, to be looked at.
    fn keep(&self, cut: usize) -> String {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("power-{cut}"));
        let kept = std::fs::create_dir_all(&folder).and_then(|()| self.write(&folder));
        kept.map_or_else(|error| error.to_string(), |()| folder.display().to_string())
    }
}

/// What is left of the journal, which is never synced, under another boot of the machine.
fn journal(recorded: &Recorded, boot: Boot, cut: usize, loss: Loss, chance: &mut Chance) -> Option<Vec<u8>> {
    let whole = recorded.recording.watched(cut).map(<[u8]>::to_vec);
    let left = match loss {
        Loss::Nothing => whole,
        Loss::All => None,
        Loss::One(_) | Loss::Tear(_) | Loss::Some => match chance.below(5) {
            0 => whole,
            1 => None,
            2 => whole.map(|mut bytes| {
                bytes.truncate(chance.below(bytes.len() + 1));
                bytes
            }),
            // Its length reached the disk, and its last bytes did not.
            3 => whole.map(|mut bytes| {
                let length = bytes.len();
                bytes[chance.below(length + 1).min(length)..].fill(0);
                bytes
            }),
            _ => recorded.recording.watched(chance.below(cut + 1)).map(<[u8]>::to_vec),
        },
    };
    if boot == Boot::Same { left } else { left.map(rebooted) }
}

/// The journal of a machine that was started once more: its head tells of another start. The test
/// itself runs in the same one all the time.
fn rebooted(mut bytes: Vec<u8>) -> Vec<u8> {
    const BOOT: std::ops::Range<usize> = 15..31;
    if bytes.len() >= 35 && bytes[BOOT].iter().any(|byte| *byte != 0) {
        assert!(bytes.starts_with(b"NLTRJ1"), "the journal has another head by now");
        let sound = bytes[31..35] == crc(&bytes[..31]).to_le_bytes();
        bytes[BOOT].fill(0xB0);
        if sound {
            let check = crc(&bytes[..31]).to_le_bytes();
            bytes[31..35].copy_from_slice(&check);
        }
    }
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes
        .iter()
        .fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 * (crc & 1))))
}
