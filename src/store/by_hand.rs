//! A store without a thread of its own: a test says when what waits is written.
//!
//! Several at one place are as many processes at one database.

use std::collections::VecDeque;
use std::fmt;
use std::path::Path;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::writer::{Group, Job, Writer};
use super::{Inner, Store, StoreError, Tx, migrations};

/// Does the jobs of a store. Clones share it.
#[derive(Clone)]
pub(crate) struct Hand(Arc<Mutex<Held>>);

struct Held {
    connection: Connection,
    jobs: Receiver<Job>,
    /// Jobs that were asked for.
    waiting: VecDeque<Job>,
    /// Jobs whose askers do not know yet that they were done.
    group: Option<Group>,
}

/// Where the database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    /// At its path, as always.
    Disk,
    /// In memory, under a name. Whoever reads is refused while somebody writes.
    Memory(&'a str),
}

/// One of the two things that a writer does in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// To write what waits.
    Commit,
    /// To tell whoever asked for it.
    Answer,
}

/// When whoever asked for a job hears of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Promise {
    /// Once it is committed.
    Kept,
    /// Before; a planted fault.
    Early,
}

impl fmt::Debug for Hand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hand").finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the database, and makes it where there is none.
    pub(crate) fn by_hand(place: Place<'_>, path: &Path) -> Result<(Self, Hand), StoreError> {
        let mut connection = connect(place, path)?;
        migrations::run(&mut connection, path)?;
        let (writer, hand) = Writer::by_hand(connection);
        let inner = Inner { path: path.to_owned(), writer, reader: Mutex::new(connect(place, path)?) };
        Ok((Self { inner: Arc::new(inner) }, hand))
    }
}

fn connect(place: Place<'_>, path: &Path) -> Result<Connection, StoreError> {
    let connection = match place {
        Place::Disk => {
            super::make(path)?;
            super::connect(path)?
        }
        Place::Memory(name) => {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
                | OpenFlags::SQLITE_OPEN_CREATE
                | OpenFlags::SQLITE_OPEN_URI
                | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(format!("file:/{name}?vfs=memdb"), flags)?;
            connection.query_row("PRAGMA journal_mode = MEMORY", [], |_| Ok(()))?;
            connection.pragma_update(None, "foreign_keys", true)?;
            connection.set_prepared_statement_cache_capacity(64);
            connection
        }
    };
    // All is one thread: nobody lets go of it meanwhile.
    connection.busy_timeout(Duration::ZERO)?;
    Ok(connection)
}

impl Hand {
    pub(super) fn new(connection: Connection, jobs: Receiver<Job>) -> Self {
        Self(Arc::new(Mutex::new(Held { connection, jobs, waiting: VecDeque::new(), group: None })))
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is to be done next, where there is something.
    pub(crate) fn next(&self) -> Option<Step> {
        let mut held = self.held();
        held.collect();
        if held.group.is_some() {
            Some(Step::Answer)
        } else if held.connection.is_autocommit() {
            (!held.waiting.is_empty()).then_some(Step::Commit)
        } else {
            Some(Step::Commit)
        }
    }

    /// Commits the first jobs, at most so many.
    pub(crate) fn commit(&self, most: usize, promise: Promise) {
        self.held().commit(most, promise);
    }

    /// Tells whoever asked for what was committed last.
    pub(crate) fn answer(&self) {
        let group = self.held().group.take();
        if let Some(group) = group {
            group.answer();
        }
    }

    /// Does the job that was asked for last, before all others: whoever asked waits in this thread.
    pub(super) fn finish(&self) {
        let group = {
            let mut held = self.held();
            held.collect();
            let Some(job) = held.waiting.pop_back() else { return };
            if !held.connection.is_autocommit() {
                held.connection.execute_batch("COMMIT").unwrap();
            }
            Group::commit(&held.connection, std::iter::once(job))
        };
        group.answer();
    }

    /// What a process leaves that dies now: what it committed.
    pub(crate) fn die(&self) {
        let mut held = self.held();
        held.collect();
        held.waiting.clear();
        held.group = None;
        if !held.connection.is_autocommit() {
            held.connection.execute_batch("ROLLBACK").unwrap();
        }
    }

    /// Looks at what is committed, or changes it at once.
    pub(crate) fn at_once<T>(&self, job: impl FnOnce(&Tx<'_>) -> T) -> T {
        let held = self.held();
        job(&Tx { connection: &held.connection })
    }
}

impl Held {
    fn collect(&mut self) {
        self.waiting.extend(self.jobs.try_iter());
    }

    fn commit(&mut self, most: usize, promise: Promise) {
        self.collect();
        if !self.connection.is_autocommit() {
            // What was promised early.
            return self.connection.execute_batch("COMMIT").unwrap();
        }
        let number = most.min(self.waiting.len());
        let jobs = self.waiting.drain(..number);
        self.group = Some(match promise {
            Promise::Kept => Group::commit(&self.connection, jobs),
            Promise::Early => {
                self.connection.execute_batch("BEGIN IMMEDIATE").unwrap();
                Group { answers: jobs.map(|job| job(Ok(&self.connection))).collect(), committed: Ok(()) }
            }
        });
    }
}
