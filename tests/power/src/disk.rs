//! What is on a disk for sure, and what may be.

use std::collections::BTreeMap;

use crate::record::Event;

/// A disk writes this much at once, or nothing of it.
const SECTOR: usize = 512;

/// A folder on a disk that may lose power.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    /// The files as they are for sure, by number.
    files: Vec<Vec<u8>>,
    /// The names that there are for sure.
    names: BTreeMap<String, usize>,
    /// What was done and not synced, in order.
    pending: Vec<Event>,
}

/// What becomes of something that was not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It reached the disk all the same.
    Kept,
    /// It did not.
    Lost,
    /// Of its sectors those did that this says bit by bit, from the lowest. What is no write is
    /// lost.
    Torn(u64),
}

impl Disk {
    /// Takes in what happened next.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Sync { file: synced } => self.settle(|event| file(event) == Some(*synced)),
            Event::SyncFolder => self.settle(|event| file(event).is_none()),
            event => self.pending.push(event.clone()),
        }
    }

    /// How many things were not synced.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// The folder after a loss of power: what each file holds. `fate` says what becomes of each
    /// thing that was not synced, by its number.
    pub fn after(&self, fate: impl Fn(usize) -> Fate) -> BTreeMap<String, Vec<u8>> {
        let mut left = Self { files: self.files.clone(), names: self.names.clone(), pending: Vec::new() };
        for (number, event) in self.pending.iter().enumerate() {
            left.reach(event, fate(number));
        }
        let files = &left.files;
        left.names.into_iter().map(|(name, file)| (name, files.get(file).cloned().unwrap_or_default())).collect()
    }

    fn settle(&mut self, is_settled: impl Fn(&Event) -> bool) {
        let (settled, pending) = std::mem::take(&mut self.pending).into_iter().partition(is_settled);
        self.pending = pending;
        let settled: Vec<Event> = settled;
        for event in &settled {
            self.reach(event, Fate::Kept);
        }
    }

    /// Something reaches the disk, as far as it does.
    fn reach(&mut self, event: &Event, fate: Fate) {
        match event {
            Event::Write { file, at, bytes } => {
                let kept = |sector: usize| match fate {
                    Fate::Kept => true,
                    Fate::Lost => false,
                    Fate::Torn(sectors) => sectors >> (sector % 64) & 1 == 1,
                };
                let content = self.file(*file);
                let mut from = *at;
                let end = at + bytes.len();
                while from < end {
                    let to = (from / SECTOR + 1).saturating_mul(SECTOR).min(end);
                    if kept((from - at).div_ceil(SECTOR)) {
                        if content.len() < to {
                            content.resize(to, 0);
                        }
                        content[from..to].copy_from_slice(&bytes[from - at..to - at]);
                    }
                    from = to;
                }
            }
            _ if fate != Fate::Kept => {}
            Event::Truncate { file, to } => self.file(*file).truncate(*to),
            Event::Create { file, name } => drop(self.names.insert(name.clone(), *file)),
            Event::Remove { name } => drop(self.names.remove(name)),
            Event::Sync { .. } | Event::SyncFolder => {}
        }
    }

    fn file(&mut self, file: usize) -> &mut Vec<u8> {
        if self.files.len() <= file {
            self.files.resize(file + 1, Vec::new());
        }
        &mut self.files[file]
    }
}

/// The file that an event is about; none where it is about names.
fn file(event: &Event) -> Option<usize> {
    match event {
        Event::Write { file, .. } | Event::Truncate { file, .. } | Event::Sync { file } => Some(*file),
        Event::Create { .. } | Event::Remove { .. } | Event::SyncFolder => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(at: usize, byte: u8, length: usize) -> Event {
        Event::Write { file: 0, at, bytes: vec![byte; length] }
    }

    /// A disk with a synced file of 1,024 times `a`.
    fn disk() -> Disk {
        let mut disk = Disk::default();
        let create = Event::Create { file: 0, name: "db".to_owned() };
        for event in [create, write(0, b'a', 1024), Event::Sync { file: 0 }, Event::SyncFolder] {
            disk.apply(&event);
        }
        assert_eq!(disk.pending(), 0);
        disk
    }

    fn content(disk: &Disk, fate: Fate) -> Vec<u8> {
        disk.after(|_| fate).remove("db").unwrap()
    }

    #[test]
    fn what_is_synced_stays_and_the_rest_may_go() {
        let mut disk = disk();
        disk.apply(&write(0, b'b', 4));
        assert_eq!(content(&disk, Fate::Kept)[..5], *b"bbbba");
        assert_eq!(content(&disk, Fate::Lost), [b'a'; 1024]);
        disk.apply(&Event::Sync { file: 0 });
        assert_eq!(content(&disk, Fate::Lost)[..5], *b"bbbba");
    }

    #[test]
    fn a_write_is_torn_at_sectors() {
        let mut disk = disk();
        disk.apply(&write(500, b'b', 600));
        let torn = content(&disk, Fate::Torn(0b01));
        assert_eq!((torn[499], torn[500], torn[511], torn[512], torn.len()), (b'a', b'b', b'b', b'a', 1024));
        // The last sector alone reaches beyond the old end.
        let torn = content(&disk, Fate::Torn(0b100));
        assert_eq!((torn[511], torn[1023], torn[1024], torn.len()), (b'a', b'a', b'b', 1100));
    }

    #[test]
    fn a_later_write_may_arrive_without_an_earlier_one() {
        let mut disk = disk();
        disk.apply(&write(2048, b'b', 1));
        disk.apply(&write(2049, b'c', 1));
        let left = disk.after(|number| if number == 0 { Fate::Lost } else { Fate::Kept }).remove("db").unwrap();
        assert_eq!((left[1024], left[2048], left[2049]), (0, 0, b'c'));
    }

    #[test]
    fn a_name_stays_until_its_going_is_synced() {
        let mut disk = disk();
        disk.apply(&Event::Remove { name: "db".to_owned() });
        disk.apply(&Event::Sync { file: 0 });
        assert!(disk.after(|_| Fate::Lost).contains_key("db"));
        assert!(!disk.after(|_| Fate::Kept).contains_key("db"));
        disk.apply(&Event::SyncFolder);
        assert!(!disk.after(|_| Fate::Lost).contains_key("db"));
    }
}
