//! Which files a look at a post asks for: what its findings depend on.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Mutex, PoisonError};

use crate::files::{Files, RelPath};

/// The files that were asked for, there or not.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) paths: BTreeSet<RelPath>,
    /// Whether a folder was looked through, as for the name of a file that is not there.
    pub(super) listed: bool,
}

/// Files that remember what of them was asked for.
pub(super) struct Traced<'a> {
    below: &'a dyn Files,
    asked: Mutex<Asked>,
}

impl<'a> Traced<'a> {
    pub(super) fn new(below: &'a dyn Files) -> Self {
        Self { below, asked: Mutex::default() }
    }

    pub(super) fn finish(self) -> Asked {
        self.asked.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, path: &RelPath) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).paths.insert(path.clone());
    }
}

impl Files for Traced<'_> {
    fn read(&self, path: &RelPath) -> io::Result<Vec<u8>> {
        self.note(path);
        self.below.read(path)
    }

    fn is_file(&self, path: &RelPath) -> bool {
        self.note(path);
        self.below.is_file(path)
    }

    fn list(&self, folder: &str) -> io::Result<Vec<RelPath>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).listed = true;
        self.below.list(folder)
    }
}
