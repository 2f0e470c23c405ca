//! What was answered lately, kept on the user's machine.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::web::{Address, Answer};

/// A change of the form that an older version could not read raises it.
const VERSION: u32 = 1;
/// How long the answer of a page that is there holds, in seconds.
const FINE: i64 = 24 * 60 * 60;
/// How long any other answer holds.
const OTHER: i64 = 10 * 60;

/// Answers with their age. Only what a server said is kept; a failure to reach it is asked again.
#[derive(Debug, Default)]
pub struct Cache {
    path: Option<PathBuf>,
    known: BTreeMap<String, Known>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Known {
    /// When it was asked, in seconds since 1970.
    at: i64,
    #[serde(flatten)]
    answer: Answer,
}

#[derive(Serialize, Deserialize)]
struct Saved {
    version: u32,
    answers: BTreeMap<String, Known>,
}

impl Known {
    fn holds(&self, now: i64) -> bool {
        let age = now - self.at;
        (0..if self.answer.is_fine() { FINE } else { OTHER }).contains(&age)
    }
}

impl Cache {
    /// Knows nothing and keeps nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// Reads what is kept in a file. What cannot be read is as good as nothing.
    pub fn open(path: PathBuf) -> Self {
        let saved = std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice::<Saved>(&bytes).ok());
        let known = saved.filter(|saved| saved.version == VERSION).map(|saved| saved.answers).unwrap_or_default();
        Self { path: Some(path), known }
    }

    /// What was answered lately; `now` in seconds since 1970.
    pub(super) fn get(&self, address: &Address, now: i64) -> Option<&Answer> {
        self.known.get(address.as_str()).filter(|known| known.holds(now)).map(|known| &known.answer)
    }

    pub(super) fn put(&mut self, address: &Address, answer: &Answer, now: i64) {
        if self.path.is_some() {
            self.known.insert(address.as_str().to_owned(), Known { at: now, answer: answer.clone() });
        }
    }

    /// Writes what still holds, in one step.
    ///
    /// # Errors
    /// What the disk says.
    pub fn save(&mut self, now: i64) -> io::Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        let mut answers = std::mem::take(&mut self.known);
        answers.retain(|_, known| known.holds(now));
        let saved = Saved { version: VERSION, answers };
        let text = serde_json::to_vec(&saved).map_err(io::Error::other);
        self.known = saved.answers;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let beside = path.with_extension(format!("{}.new", std::process::id()));
        let written = std::fs::write(&beside, text?).and_then(|()| std::fs::rename(&beside, path));
        if written.is_err() {
            // What is left of it is of no use.
            drop(std::fs::remove_file(&beside));
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use super::{Cache, FINE, OTHER};
    use crate::web::{Address, Answer};

    #[test]
    fn what_was_fine_holds_for_a_day_and_what_was_not_for_minutes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/links.json");
        let address = |path: &str| Address::parse(&format!("https://a.example/{path}")).unwrap();
        let answer = |status| Answer { status, redirects: Vec::new() };
        let mut cache = Cache::open(path.clone());
        cache.put(&address("fine"), &answer(200), 1_000);
        cache.put(&address("gone"), &answer(404), 1_000);
        cache.save(1_000).unwrap();
        let mut cache = Cache::open(path.clone());
        assert_eq!(cache.get(&address("fine"), 999 + FINE), Some(&answer(200)));
        assert_eq!(cache.get(&address("fine"), 1_000 + FINE), None);
        assert_eq!(cache.get(&address("gone"), 999 + OTHER), Some(&answer(404)));
        assert_eq!(cache.get(&address("gone"), 1_000 + OTHER), None);
        assert_eq!(cache.get(&address("fine"), 999), None, "a clock that was set back");
        cache.save(1_000 + OTHER).unwrap();
        assert!(!std::fs::read_to_string(&path).unwrap().contains("gone"));
    }

    #[test]
    fn a_cache_that_cannot_be_read_is_empty_and_one_without_a_place_keeps_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("links.json");
        std::fs::write(&path, "{").unwrap();
        let mut cache = Cache::open(path.clone());
        assert!(cache.known.is_empty());
        cache.save(0).unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().starts_with("{\"version\":1"));
        let mut none = Cache::none();
        let address = Address::parse("https://a.example/").unwrap();
        none.put(&address, &Answer { status: 200, redirects: Vec::new() }, 0);
        assert_eq!(none.get(&address, 0), None);
        none.save(0).unwrap();
    }
}
