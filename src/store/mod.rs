//! The database: subscribers and deliveries in one SQLite file, so that a list and its ledger
//! change in one transaction.
//!
//! All writing is done by one thread, which runs what waits for it in one transaction and commits
//! once for all: the more is asked of it, the larger its groups become. What [`Store::write`]
//! returned is on the disk (`synchronous=FULL`). Nobody else knows SQLite.

mod migrations;
mod value;
mod writer;

pub(crate) use value::values;
pub use value::{Column, Row, Value};

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use writer::Writer;

/// How long another process may hold the database.
const PATIENCE: Duration = Duration::from_secs(30);
/// What Unix says where a process has as many files open as it may (`EMFILE`).
const TOO_MANY_FILES: i32 = 24;
/// Marks a file as ours (`PRAGMA application_id`): `NLTR`.
const APPLICATION: i32 = 0x4E4C_5452;

/// Why the database did not do what it was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be made or opened.
    #[error("cannot open the database `{path}`: {error}")]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        error: Arc<std::io::Error>,
    },
    /// It is a database of another program, or no database.
    #[error("`{0}` is not a database of subscribers")]
    Foreign(PathBuf),
    /// It was made by a newer version of this tool.
    #[error("the database `{0}` was made by a newer version of `newsletter`")]
    Newer(PathBuf),
    /// The disk is full.
    #[error("the disk that holds the database is full")]
    Full,
    /// The disk fails.
    #[error("the disk that holds the database fails: {0}")]
    Disk(String),
    /// It may not be written.
    #[error("the database may not be written")]
    ReadOnly,
    /// Another process holds it.
    #[error("another process holds the database")]
    Busy,
    /// It holds what it should not.
    #[error("the database is damaged: {0}")]
    Corrupt(String),
    /// An error of another writer in the same group, as of a full disk, took this one's work along.
    #[error("the database took the transaction back")]
    RolledBack,
    /// Whoever writes has ended.
    #[error("the database was closed by an earlier error")]
    Closed,
    /// Anything else.
    #[error("the database says: {0}")]
    Other(String),
}

impl StoreError {
    /// What to do where a process has as many files open as it may.
    pub const MORE_FILES: &str = "raise the limit of open files, as by `ulimit -n 1024`";

    /// Whether it is that.
    pub fn is_out_of_files(error: &std::io::Error) -> bool {
        error.raw_os_error() == Some(TOO_MANY_FILES)
    }

    /// Whether the same may succeed a little later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy)
    }

    /// What to do about it. What was noted before is there in each case.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Open { error, .. } if Self::is_out_of_files(error) => Self::MORE_FILES,
            Self::Open { .. } | Self::ReadOnly => {
                "check that the file is there and that you may write it and its folder"
            }
            Self::Foreign(_) => "move the file away: it is not ours",
            Self::Newer(_) => "update `newsletter`",
            Self::Full => "make room there, and run it again",
            Self::Disk(_) => "see what the system's log says of it, and copy the database while it can be read",
            Self::Busy => "wait until the other process is done",
            Self::Corrupt(_) => "put the last copy of `newsletter subscribers backup` in its place",
            Self::RolledBack | Self::Closed | Self::Other(_) => {
                "run it again; `newsletter doctor` looks at the database"
            }
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::SystemIoFailure) => Self::Disk(error.to_string()),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt(error.to_string()),
            _ => Self::Other(error.to_string()),
        }
    }
}

/// The open database. Clones share it; the last one to go ends the writing thread.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    // Before the reader, so that it is dropped first.
    writer: Writer,
    reader: Mutex<Connection>,
}

/// What can be asked within one transaction.
#[derive(Debug)]
pub struct Tx<'a> {
    connection: &'a Connection,
}

impl Store {
    /// Opens the database, and makes it where there is none: readable by its owner alone.
    ///
    /// # Errors
    /// When it cannot be opened, is not ours, or is newer than this tool.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        make(path)?;
        Self::open_existing(path)
    }

    /// Opens the database where there is one.
    ///
    /// # Errors
    /// As [`Store::open`], and where there is none.
    pub fn open_existing(path: &Path) -> Result<Self, StoreError> {
        let mut connection = connect(path)?;
        migrations::run(&mut connection, path)?;
        let reader = Mutex::new(connect(path)?);
        let inner = Inner { path: path.to_owned(), writer: Writer::start(connection), reader };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Looks whether there is a database of ours that this version can use, and changes nothing: not
    /// its shape, and no file beside it. It may be one that cannot be written.
    ///
    /// # Errors
    /// As [`Store::open_existing`].
    pub fn look(path: &Path) -> Result<(), StoreError> {
        let connection = look(path)?;
        connection.busy_timeout(PATIENCE)?;
        migrations::check(&connection, path)?;
        Ok(())
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Runs `job` in a transaction and waits until it is durable. Where it returns an error,
    /// nothing that it did stays.
    ///
    /// # Errors
    /// Those of `job`, and when the database cannot write.
    pub fn write<T, E, J>(&self, job: J) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        J: FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (sender, receiver) = std::sync::mpsc::sync_channel(1);
        self.inner.writer.run(job, move |result| drop(sender.send(result)));
        #[cfg(test)]
        self.inner.writer.hurry();
        receiver.recv().unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }

    /// As [`Store::write`], without holding up the thread.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn write_async<T, E, J>(&self, job: J) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        J: FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        self.inner.writer.run(job, move |result| drop(sender.send(result)));
        receiver.await.unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }

    /// Looks at what was committed, all of one moment. Writing in it is an error.
    ///
    /// # Errors
    /// Those of `look`, and when the database cannot be read.
    pub fn read<T, E: From<StoreError>>(&self, look: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let connection = self.inner.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.unchecked_transaction().map_err(StoreError::from)?;
        connection.pragma_update(None, "query_only", true).map_err(StoreError::from)?;
        look(&Tx { connection: &transaction })
    }

    /// Writes a consistent copy to `to`, which must not be there; it holds the token keys too, and
    /// is readable by its owner alone. Others may write meanwhile.
    ///
    /// # Errors
    /// When the copy cannot be written.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let failed = |error: std::io::Error| StoreError::Open { path: to.to_owned(), error: Arc::new(error) };
        private().create_new(true).open(to).map_err(failed)?;
        let copied = (|| {
            let from = connect(&self.inner.path)?;
            let mut copy = Connection::open(to)?;
            rusqlite::backup::Backup::new(&from, &mut copy)?.run_to_completion(1024, Duration::ZERO, None)?;
            copy.pragma_update(None, "journal_mode", "DELETE")?;
            copy.close().map_err(|(_, error)| StoreError::from(error))
        })();
        if copied.is_err() {
            // Half a copy would be taken for one.
            drop(std::fs::remove_file(to));
        }
        copied
    }
}

impl Store {
    /// Writes the database anew and empties its journal, so that nothing of what was deleted stays:
    /// SQLite leaves copies in the pages that it splits. Where somebody reads meanwhile, the next one
    /// empties the journal.
    ///
    /// # Errors
    /// When the database cannot be opened, or somebody else writes for too long.
    pub fn settle(&self) -> Result<(), StoreError> {
        let connection = connect(&self.inner.path)?;
        connection.execute_batch("VACUUM")?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }
}

/// Makes the file, where there is none; SQLite gives what it writes beside it the same mode.
fn make(path: &Path) -> Result<(), StoreError> {
    match private().create_new(true).open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(StoreError::Open { path: path.to_owned(), error: Arc::new(error) })
        }
        _ => Ok(()),
    }
}

/// A new file that its owner alone may read.
fn private() -> std::fs::OpenOptions {
    let mut options = std::fs::OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A connection that only reads. Where nobody has written what is not in the file itself, SQLite
/// takes the file for one that nobody changes; else it would make files beside it to read it.
fn look(path: &Path) -> Result<Connection, StoreError> {
    is_there(path)?;
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if std::fs::metadata(log).is_ok_and(|log| log.len() > 0) {
        return Ok(Connection::open_with_flags(path, flags)?);
    }
    let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or_default();
    let bytes = path.as_os_str().as_encoded_bytes();
    let name: String = bytes.iter().flat_map(|byte| ['%', digit(byte >> 4), digit(byte & 15)]).collect();
    Ok(Connection::open_with_flags(format!("file:{name}?immutable=1"), flags | OpenFlags::SQLITE_OPEN_URI)?)
}

fn is_there(path: &Path) -> Result<(), StoreError> {
    let there = std::fs::metadata(path);
    there.map(drop).map_err(|error| StoreError::Open { path: path.to_owned(), error: Arc::new(error) })
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    is_there(path)?;
    prepared(path).map_err(|error| reason(error, path))
}

fn prepared(path: &Path) -> rusqlite::Result<Connection> {
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(PATIENCE)?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    // NORMAL may lose what was committed when the power goes.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Why a database cannot be opened. SQLite keeps to itself what the system said, so it is asked again.
fn reason(error: rusqlite::Error, path: &Path) -> StoreError {
    use rusqlite::ErrorCode::{CannotOpen, NotADatabase, ReadOnly, SystemIoFailure};
    let asked = || std::fs::OpenOptions::new().write(true).open(path).err();
    match error.sqlite_error_code() {
        // What is no database at all is not ours.
        Some(NotADatabase) => StoreError::Foreign(path.to_owned()),
        Some(CannotOpen | ReadOnly | SystemIoFailure) => match asked() {
            Some(said) => StoreError::Open { path: path.to_owned(), error: Arc::new(said) },
            None => error.into(),
        },
        _ => error.into(),
    }
}

impl Tx<'_> {
    /// Runs a statement; how many rows it changed.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn run(&self, sql: &str, values: &[Value<'_>]) -> Result<usize, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.execute(rusqlite::params_from_iter(values))?)
    }

    /// Shows `look` every row of a question, one by one.
    ///
    /// # Errors
    /// Those of `look`, and when the database refuses.
    pub fn each<E: From<StoreError>>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut look: impl FnMut(&Row<'_, '_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut statement = self.connection.prepare_cached(sql).map_err(StoreError::from)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values)).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            look(&Row::new(row))?;
        }
        Ok(())
    }

    /// What `read` makes of every row.
    ///
    /// # Errors
    /// As [`Tx::each`].
    pub fn all<T, E: From<StoreError>>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_, '_>) -> Result<T, E>,
    ) -> Result<Vec<T>, E> {
        let mut found = Vec::new();
        self.each(sql, values, |row| {
            found.push(read(row)?);
            Ok::<_, E>(())
        })?;
        Ok(found)
    }

    /// What `read` makes of the first row, where there is one.
    ///
    /// # Errors
    /// As [`Tx::each`].
    pub fn first<T, E: From<StoreError>>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnOnce(&Row<'_, '_>) -> Result<T, E>,
    ) -> Result<Option<T>, E> {
        let mut statement = self.connection.prepare_cached(sql).map_err(StoreError::from)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values)).map_err(StoreError::from)?;
        rows.next().map_err(StoreError::from)?.map(|row| read(&Row::new(row))).transpose()
    }

    /// The id of the row that was added last.
    pub fn last_id(&self) -> i64 {
        self.connection.last_insert_rowid()
    }
}

#[cfg(test)]
pub(crate) mod by_hand;
#[cfg(test)]
mod tests;
