//! Losing power: at which event, and what of that which was not synced.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::sync::Mutex;

use newsletter_power::{Disk, Fate};

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
}

/// What was looked at, and what was found.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) cuts: usize,
    /// Ways to lose power.
    pub(crate) losses: usize,
    /// Folders that differed, or of which more had been told: each was sent on to its end.
    pub(crate) folders: usize,
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
    let (report, seen) = (Mutex::new(Report::default()), Mutex::new(BTreeSet::new()));
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for worker in 0..workers {
            let (report, seen) = (&report, &seen);
            scope.spawn(move || {
                let mut disk = Disk::default();
                let mut turn = 0;
                for (cut, event) in recorded.recording.events.iter().enumerate() {
                    let mut chance = Chance(plan.seed ^ (cut as u64) << 20);
                    if chance.next().is_multiple_of(plan.one_in) {
                        turn += 1;
                        if turn % workers == worker {
                            lose_at(recorded, plan, cut, &disk, &mut chance, report, seen);
                        }
                    }
                    disk.apply(event);
                }
            });
        }
    });
    report.into_inner().unwrap()
}

fn lose_at(
    recorded: &Recorded,
    plan: Plan,
    cut: usize,
    disk: &Disk,
    chance: &mut Chance,
    report: &Mutex<Report>,
    seen: &Mutex<BTreeSet<u64>>,
) {
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
    report.lock().unwrap().cuts += 1;
    let told = recorded.tale.iter().filter(|(at, _)| *at <= cut).count()
        + recorded.sink.heard.iter().filter(|heard| heard.at <= cut).count();
    for loss in losses {
        let fates: Vec<Fate> = (0..pending)
            .map(|number| match loss {
                Loss::All => Fate::Lost,
                Loss::One(one) if one == number => Fate::Lost,
                Loss::Tear(one) if one == number => Fate::Torn(chance.next()),
                Loss::Nothing | Loss::One(_) | Loss::Tear(_) => Fate::Kept,
                Loss::Some => chance.fate(),
            })
            .collect();
        let files = disk.after(|number| fates[number]);
        let journal = journal(recorded, cut, loss, chance);
        let mut hasher = DefaultHasher::new();
        (&files, &journal, told).hash(&mut hasher);
        let is_new = seen.lock().unwrap().insert(hasher.finish());
        let mut fault = None;
        if is_new {
            let folder = tempfile::tempdir().unwrap();
            let put = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
            for (name, bytes) in &files {
                put(name, bytes);
            }
            if let Some(journal) = &journal {
                put(JOURNAL, journal);
            }
            // What was shared memory may be found as a file, with anything in it.
            if files.contains_key(DATABASE) && chance.below(2) == 0 {
                let noise: Vec<u8> = (0..4096).flat_map(|_| chance.next().to_le_bytes()).collect();
                put(&format!("{DATABASE}-shm"), &noise);
            }
            let judged = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| judge(folder.path(), recorded, cut)));
            let judged = judged.unwrap_or_else(|panic| {
                let said = panic.downcast_ref::<String>().map(String::as_str);
                Err(said.or(panic.downcast_ref::<&str>().copied()).unwrap_or("a panic").to_owned())
            });
            fault = judged.err().map(|fault| {
                let kept = keep(cut, &files, journal.as_deref());
                format!("seed {}, cut {cut}, {loss:?} of {pending} lost: {fault} ({kept})", plan.seed)
            });
        }
        let mut report = report.lock().unwrap();
        report.losses += 1;
        report.folders += usize::from(is_new);
        report.faults.extend(fault);
    }
}

/// What is left of the journal, which is never synced, under another boot of the machine.
fn journal(recorded: &Recorded, cut: usize, loss: Loss, chance: &mut Chance) -> Option<Vec<u8>> {
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
    left.map(rebooted)
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

/// Keeps a folder that something is wrong with, to be looked at.
fn keep(cut: usize, files: &std::collections::BTreeMap<String, Vec<u8>>, journal: Option<&[u8]>) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("power-{cut}"));
    let mut kept = std::fs::create_dir_all(&folder);
    for (name, bytes) in
        files.iter().map(|(name, bytes)| (name.as_str(), &**bytes)).chain(journal.map(|j| (JOURNAL, j)))
    {
        kept = kept.and_then(|()| std::fs::write(folder.join(name), bytes));
    }
    kept.map_or_else(|error| error.to_string(), |()| folder.display().to_string())
}
