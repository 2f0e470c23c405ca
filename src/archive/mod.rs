//! What was sent, as records that do not change: a folder per issue under `archive/`, which its
//! author keeps in git.
//!
//! A record is *open* from the freeze to the first message that a server took, and may be withdrawn
//! till then. After that it is *sealed*: its seal names the seal before it, so that a record that
//! was changed, taken out or put between others is seen.

mod disk;
mod error;
mod past;
mod record;
mod seal;
mod verify;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

pub use error::ArchiveError;
pub use past::{Listed, Past, Shown};
pub(crate) use record::hex;
pub use record::{MANIFEST, Manifest, Record};
pub use seal::{SEAL, Seal};
pub use verify::{Chain, Fault, FaultKind, Verified};

/// The folder of a publication that holds its archive.
pub const FOLDER: &str = "archive";

/// What is corrected after the fact, beside what the hashes cover.
pub const ERRATA: &str = "errata.json";

/// A publication's archive.
#[derive(Clone, Debug)]
pub struct Archive {
    folder: PathBuf,
}

/// How the record of an issue stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is none.
    Missing,
    /// It may be withdrawn.
    Open,
    /// It stays.
    Sealed,
}

/// A correction that is shown beside an issue, which itself stays as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erratum {
    /// The day on which it was written, as `2024-04-26`.
    pub date: String,
    /// What is right.
    pub text: String,
}

impl Archive {
    /// The archive of the publication at `root`, which may have none yet.
    pub fn of(root: &Path) -> Self {
        Self { folder: root.join(FOLDER) }
    }

    fn place(&self, slug: &str) -> PathBuf {
        self.folder.join(slug)
    }

    /// How the record of an issue stands. What cannot be read counts as sealed: nobody may write
    /// over it.
    pub fn standing(&self, slug: &str) -> Standing {
        let place = self.place(slug);
        if place.symlink_metadata().is_err() {
            Standing::Missing
        } else if place.join(SEAL).symlink_metadata().is_ok() || self.manifest(slug).is_err() {
            Standing::Sealed
        } else {
            Standing::Open
        }
    }

    /// What a record says of itself.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn manifest(&self, slug: &str) -> Result<Manifest, ArchiveError> {
        // A name that a user wrote may be a path.
        if !self.slugs()?.iter().any(|known| known == slug) {
            return Err(ArchiveError::NotThere(slug.to_owned()));
        }
        past::read_manifest(&self.place(slug))
    }

    /// Writes an open record, in one step. The same record again changes nothing; an open one of
    /// other content, which a cancelled campaign left, gives way.
    ///
    /// # Errors
    /// When a sealed one of other content stands there, or the disk fails.
    pub fn write(&self, record: &Record) -> Result<(), ArchiveError> {
        let _lock = self.lock()?;
        let slug = record.manifest.slug();
        let standing = self.standing(slug);
        if standing != Standing::Missing && self.manifest(slug).is_ok_and(|old| old == record.manifest) {
            return Ok(());
        }
        match standing {
            Standing::Sealed => return Err(ArchiveError::Sealed(slug.to_owned())),
            Standing::Open => disk::remove(&self.folder, &self.place(slug))?,
            Standing::Missing => {}
        }
        disk::write_folder(&self.folder, &self.place(slug), &record.files())
    }

    /// Writes the record of an old issue, and seals it. Says whether anything changed.
    ///
    /// # Errors
    /// When a record of other content stands there, or the disk fails.
    pub fn add(&self, record: &Record, now: DateTime<Utc>) -> Result<bool, ArchiveError> {
        let slug = record.manifest.slug();
        let standing = self.standing(slug);
        if standing != Standing::Missing && self.manifest(slug).map_or(true, |old| old != record.manifest) {
            return Err(ArchiveError::Differs(slug.to_owned()));
        }
        self.write(record)?;
        self.seal(slug, now)?;
        Ok(standing != Standing::Sealed)
    }

    /// Seals a record, after which it stays. One that is sealed stays as it is.
    ///
    /// # Errors
    /// When there is none, another seal cannot be read, or the disk fails.
    pub fn seal(&self, slug: &str, now: DateTime<Utc>) -> Result<(), ArchiveError> {
        let _lock = self.lock()?;
        let manifest = self.manifest(slug)?;
        let place = self.place(slug).join(SEAL);
        if place.symlink_metadata().is_ok() {
            return Ok(());
        }
        let seals = self.seals()?;
        let last = seal::last(seals.iter().map(|(_, seal)| seal));
        disk::write_file(&place, &Seal::new(&manifest, last, now).json())
    }

    /// Takes a record back that nobody has got. Says whether there was one.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn withdraw(&self, slug: &str) -> Result<bool, ArchiveError> {
        if self.standing(slug) != Standing::Open {
            return Ok(false);
        }
        let _lock = self.lock()?;
        disk::remove(&self.folder, &self.place(slug))?;
        Ok(true)
    }

    /// Adds a correction to an issue.
    ///
    /// # Errors
    /// When the issue is not there, what was corrected before cannot be read, or the disk fails.
    pub fn correct(&self, slug: &str, erratum: Erratum) -> Result<(), ArchiveError> {
        self.manifest(slug)?;
        let _lock = self.lock()?;
        let mut errata = self.errata(slug)?;
        errata.push(erratum);
        let json = serde_json::to_string_pretty(&errata).unwrap_or_default() + "\n";
        disk::write_file(&self.place(slug).join(ERRATA), json.as_bytes())
    }

    /// The corrections of an issue, in the order in which they were written.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn errata(&self, slug: &str) -> Result<Vec<Erratum>, ArchiveError> {
        let place = self.place(slug).join(ERRATA);
        match disk::read_if_there(&place)? {
            Some(bytes) => serde_json::from_slice(&bytes).map_err(|_| ArchiveError::Unreadable(place)),
            None => Ok(Vec::new()),
        }
    }

    /// The names of the records, in order. Hidden folders are none.
    fn slugs(&self) -> Result<Vec<String>, ArchiveError> {
        disk::names(&self.folder)
    }

    fn seals(&self) -> Result<Vec<(String, Seal)>, ArchiveError> {
        let mut seals = Vec::new();
        for slug in self.slugs()? {
            let place = self.place(&slug).join(SEAL);
            if place.symlink_metadata().is_ok() {
                let seal = Seal::parse(&disk::read(&place)?).ok_or(ArchiveError::Unreadable(place))?;
                seals.push((slug, seal));
            }
        }
        Ok(seals)
    }

    /// Keeps other processes from writing as long as it lives.
    fn lock(&self) -> Result<Option<std::fs::File>, ArchiveError> {
        disk::lock(&self.folder)
    }
}
