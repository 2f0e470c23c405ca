//! One process alone runs a campaign: a lock of the operating system on a file beside the
//! database, which no crash leaves behind.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::campaign::ledger::LedgerError;
use crate::token::CampaignId;

/// Whoever only settles what a dead run left has it for a moment: so often, and so far apart, one
/// looks again.
const LOOKS: u32 = 4;
const PAUSE: Duration = Duration::from_millis(25);

/// The lock on a campaign, as long as it lives.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock, or says soon that another has it.
    pub(super) fn take(database: &Path, campaign: CampaignId) -> Result<Self, LedgerError> {
        let path = beside(database, campaign, "lock");
        let failed = |error| LedgerError::Beside { path: path.clone(), error };
        let mut looks = LOOKS;
        loop {
            let mut options = OpenOptions::new();
            options.create(true).truncate(false).write(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file = options.open(&path).map_err(failed)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) if looks == 0 => return Err(LedgerError::Busy),
                Err(TryLockError::WouldBlock) => {
                    looks -= 1;
                    std::thread::sleep(PAUSE);
                    continue;
                }
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
            // Whoever had it may have removed the file after we opened it.
            if is_at(&file, &path).map_err(failed)? {
                return Ok(Self { file, path });
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Elsewhere nobody could tell that the file is another by now.
        if cfg!(unix) && is_at(&self.file, &self.path).unwrap_or(false) {
            drop(std::fs::remove_file(&self.path));
        }
    }
}

/// Whether the file of that path is this one.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let own = file.metadata()?;
    match std::fs::metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (own.dev(), own.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

/// A campaign's file beside the database.
pub(super) fn beside(database: &Path, campaign: CampaignId, what: &str) -> PathBuf {
    let mut path = OsString::from(database);
    path.push(format!("-campaign-{campaign}.{what}"));
    path.into()
}

/// The files of that kind beside the database, by their campaigns.
pub(super) fn all_beside(database: &Path, what: &str) -> Result<Vec<(CampaignId, PathBuf)>, LedgerError> {
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = |error| LedgerError::Beside { path: folder.to_owned(), error };
    let start = database.file_name().unwrap_or_default().to_string_lossy() + "-campaign-";
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(&*start)?.strip_suffix(what)?.strip_suffix('.'));
        if let Some(id) = number.and_then(|number| number.parse().ok()) {
            found.push((CampaignId(id), entry.path()));
        }
    }
    found.sort();
    Ok(found)
}
