//! What happened to the files of a folder, in order.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One thing that happened. Files go by number: a file that was removed and made anew is another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A file came to be.
    Create {
        /// Its number.
        file: usize,
        /// Its name in the folder.
        name: String,
    },
    /// A file was removed.
    Remove {
        /// Its name.
        name: String,
    },
    /// Bytes were written.
    Write {
        /// Into which file.
        file: usize,
        /// Where.
        at: usize,
        /// Which.
        bytes: Vec<u8>,
    },
    /// A file was cut.
    Truncate {
        /// Which.
        file: usize,
        /// To how many bytes.
        to: usize,
    },
    /// A file's content is on the disk.
    Sync {
        /// Which.
        file: usize,
    },
    /// The folder is on the disk: which names there are.
    SyncFolder,
}

/// How databases in a recorded folder differ from others.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// What `PRAGMA synchronous` is set to, whatever the program asks for.
    pub synchronous: Option<i32>,
    /// After how many pages the WAL is written back; SQLite's own 1000 are more than a small
    /// campaign writes.
    pub checkpoint: Option<i32>,
}

/// A recorder of one folder.
#[derive(Debug)]
pub struct Recorder {
    folder: PathBuf,
    watched: PathBuf,
    pub(crate) options: Options,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    recording: Recording,
    names: BTreeMap<String, usize>,
    files: usize,
}

/// What was recorded.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    /// What happened.
    pub events: Vec<Event>,
    /// What the watched file held before each event; nothing where there was none.
    watched: Vec<Option<Arc<[u8]>>>,
}

static RECORDERS: Mutex<Vec<Arc<Recorder>>> = Mutex::new(Vec::new());

impl Recorder {
    /// Records what SQLite does in an empty folder from now on. Beside it, `watched` is a file that
    /// is written without SQLite and never synced.
    pub fn start(folder: &Path, watched: &Path, options: Options) -> Arc<Self> {
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let recorder = Arc::new(Self { folder, watched: watched.to_owned(), options, state: Mutex::default() });
        recorders().push(Arc::clone(&recorder));
        recorder
    }

    /// Ends the recording.
    pub fn stop(&self) -> Recording {
        recorders().retain(|other| !std::ptr::eq(other.as_ref(), self));
        std::mem::take(&mut self.state().recording)
    }

    /// How many events there were: what is said now is known wherever the power fails from there
    /// on.
    pub fn now(&self) -> usize {
        self.state().recording.events.len()
    }

    /// The recorder of a file's folder.
    pub(crate) fn of(path: &Path) -> Option<Arc<Self>> {
        let recorders = recorders();
        if recorders.is_empty() {
            return None;
        }
        let folder = path.parent()?.canonicalize().ok()?;
        recorders.iter().find(|recorder| recorder.folder == folder).cloned()
    }

    /// The number of a file that was opened, which comes to be by that where it is not known.
    pub(crate) fn opened(&self, path: &Path) -> usize {
        let mut state = self.state();
        let name = name(path);
        if let Some(file) = state.names.get(&name) {
            return *file;
        }
        let file = state.files;
        state.files += 1;
        state.names.insert(name.clone(), file);
        self.push(&mut state, Event::Create { file, name });
        file
    }

    pub(crate) fn removed(&self, path: &Path) {
        let mut state = self.state();
        let name = name(path);
        if state.names.remove(&name).is_some() {
            self.push(&mut state, Event::Remove { name });
        }
    }

    pub(crate) fn note(&self, event: Event) {
        self.push(&mut self.state(), event);
    }

    fn push(&self, state: &mut State, event: Event) {
        // A note is one write, so that a look from outside never sees half of one.
        let bytes = std::fs::read(&self.watched).ok();
        let watched = &mut state.recording.watched;
        let last = watched.last().cloned().flatten();
        watched.push(bytes.map(|bytes| match last {
            Some(last) if *last == *bytes => last,
            _ => bytes.into(),
        }));
        state.recording.events.push(event);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recording {
    /// What the watched file held before the event `cut`.
    pub fn watched(&self, cut: usize) -> Option<&[u8]> {
        self.watched.get(cut)?.as_deref()
    }
}

fn recorders() -> MutexGuard<'static, Vec<Arc<Recorder>>> {
    RECORDERS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
