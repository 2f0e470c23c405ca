//! The one thread that writes.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use crate::store::{StoreError, Tx};

/// How many jobs share a commit at most: the first of them waits for the last.
const GROUP: usize = 256;

/// Tells whoever asked how the commit went.
pub(super) type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
/// Does its work in the transaction, or learns that there is none.
pub(super) type Job = Box<dyn FnOnce(Result<&Connection, StoreError>) -> Answer + Send>;

/// The thread's door. When it is dropped all jobs are done, and the thread has closed its
/// connection: two that closed at the same time waited for each other for ever in SQLite 3.51.1.
#[derive(Debug)]
pub(super) struct Writer {
    /// There until it is dropped.
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    /// Who does the jobs where no thread does.
    #[cfg(test)]
    hand: Option<super::by_hand::Hand>,
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        // A job that has the last clone of its own store cannot wait for itself.
        if let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != std::thread::current().id()) {
            drop(thread.join());
        }
    }
}

impl Writer {
    pub(super) fn start(connection: Connection) -> Self {
        let (jobs, receiver) = channel();
        let thread = std::thread::spawn(move || serve(&connection, &receiver));
        Self {
            jobs: Some(jobs),
            thread: Some(thread),
            #[cfg(test)]
            hand: None,
        }
    }

    /// One whose jobs a test does when it likes.
    #[cfg(test)]
    pub(super) fn by_hand(connection: Connection) -> (Self, super::by_hand::Hand) {
        let (jobs, receiver) = channel();
        let hand = super::by_hand::Hand::new(connection, receiver);
        (Self { jobs: Some(jobs), thread: None, hand: Some(hand.clone()) }, hand)
    }

    /// Sees to it that a job is done although whoever asked holds up the only thread.
    #[cfg(test)]
    pub(super) fn hurry(&self) {
        if let Some(hand) = &self.hand {
            hand.finish();
        }
    }

    /// Queues `job`; `answer` hears its result once that is durable.
    pub(super) fn run<T, E, J>(&self, job: J, answer: impl FnOnce(Result<T, E>) + Send + 'static)
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        J: FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let job = move |connection: Result<&Connection, StoreError>| -> Answer {
            let result = connection.map_err(E::from).and_then(|connection| alone(connection, job));
            Box::new(move |committed: Result<(), StoreError>| {
                answer(result.and_then(|value| committed.map(|()| value).map_err(E::from)));
            })
        };
        // When the thread is gone, the answer is dropped with the job, which tells whoever waits.
        drop(self.jobs.as_ref().map(|jobs| jobs.send(Box::new(job))));
    }
}

/// A job that fails takes back what it did, and nothing of others'.
fn alone<T, E: From<StoreError>>(connection: &Connection, job: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
    connection.execute_batch("SAVEPOINT job").map_err(StoreError::from)?;
    let result = job(&Tx { connection });
    // Some errors, as of a full disk, end the whole transaction.
    if !connection.is_autocommit() {
        let end = if result.is_ok() { "RELEASE job" } else { "ROLLBACK TO job; RELEASE job" };
        connection.execute_batch(end).map_err(StoreError::from)?;
    }
    result
}

fn serve(connection: &Connection, jobs: &Receiver<Job>) {
    while let Ok(first) = jobs.recv() {
        Group::commit(connection, std::iter::once(first).chain(jobs.try_iter()).take(GROUP)).answer();
    }
}

/// Jobs that shared a transaction, and how that ended.
pub(super) struct Group {
    pub(super) answers: Vec<Answer>,
    pub(super) committed: Result<(), StoreError>,
}

impl Group {
    /// Does the jobs and commits.
    pub(super) fn commit(connection: &Connection, jobs: impl Iterator<Item = Job>) -> Self {
        let mut open = connection.execute_batch("BEGIN IMMEDIATE").map_err(StoreError::from);
        let mut answers = Vec::new();
        for job in jobs {
            answers.push(job(open.clone().map(|()| connection)));
            if open.is_ok() && connection.is_autocommit() {
                // With it went what the jobs before had done.
                open = Err(StoreError::RolledBack);
            }
        }
        let committed = open.and_then(|()| connection.execute_batch("COMMIT").map_err(StoreError::from));
        if !connection.is_autocommit() {
            drop(connection.execute_batch("ROLLBACK"));
        }
        Self { answers, committed }
    }

    /// Tells whoever asked.
    pub(super) fn answer(self) {
        for answer in self.answers {
            answer(self.committed.clone());
        }
    }
}
