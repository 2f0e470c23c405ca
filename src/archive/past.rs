//! The issues of an archive, to be shown again.
//!
//! Who may see an issue is decided here, once: a [`Past`] is all that is kept, a [`Shown`] has a
//! page, and a [`Listed`] may be named elsewhere, too. What makes pages takes `Shown`, what makes
//! lists, feeds and the like takes `Listed`, so that none of them can forget to ask.

use std::ops::Deref;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use rayon::prelude::*;

use crate::archive::record::{CONTENT, EMAIL, IMAGES, MANIFEST, MESSAGE, Manifest, POST, TEXT};
use crate::archive::seal::{SEAL, Seal};
use crate::archive::{Archive, ArchiveError, Erratum, Reach, disk};
use crate::post::front_matter::Visibility;
use crate::render::{About, Letter};

/// An issue that is kept. Its files are read when they are asked for.
#[derive(Clone, Debug)]
pub struct Past {
    manifest: Manifest,
    /// The corrections, in the order in which they were written.
    pub errata: Vec<Erratum>,
    /// How many it went to, where that is noted.
    pub reach: Option<Reach>,
    /// When it was sealed; nothing for an open record.
    pub sealed: Option<DateTime<Utc>>,
    place: PathBuf,
}

/// An issue that has a page: it is public or unlisted.
#[derive(Clone, Debug)]
pub struct Shown(Past);

/// An issue that may be named in lists, feeds, search and cards: it is public.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a>(&'a Past);

impl Deref for Shown {
    type Target = Past;

    fn deref(&self) -> &Past {
        &self.0
    }
}

impl Deref for Listed<'_> {
    type Target = Past;

    fn deref(&self) -> &Past {
        self.0
    }
}

impl<'a> Listed<'a> {
    /// The issue, for as long as the archive's list is there.
    pub fn past(self) -> &'a Past {
        self.0
    }
}

impl Shown {
    /// The issue, where others may name it.
    pub fn listed(&self) -> Option<Listed<'_>> {
        (self.0.about().visibility == Visibility::Public).then_some(Listed(&self.0))
    }
}

impl Archive {
    /// All issues, private ones too, from the oldest to the latest: by day, time, number, seal
    /// and slug. One without a day has that of its seal.
    ///
    /// # Errors
    /// When a record cannot be read.
    pub fn issues(&self) -> Result<Vec<Past>, ArchiveError> {
        let read = |slug: String| {
            let place = self.place(&slug);
            let manifest = read_manifest(&place)?;
            // A folder that was renamed is no other issue.
            if manifest.slug() != slug {
                return Err(ArchiveError::Unreadable(place.join(MANIFEST)));
            }
            let seal = place.join(SEAL);
            let sealed = match disk::read_if_there(&seal)? {
                Some(bytes) => {
                    let at = Seal::parse(&bytes).and_then(|seal| seal.at());
                    Some(at.ok_or(ArchiveError::Unreadable(seal))?)
                }
                None => None,
            };
            Ok(Past { manifest, errata: self.errata(&slug)?, reach: self.reach(&slug)?, sealed, place })
        };
        let mut issues = self.slugs()?.into_par_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        // An open record without a day is about to go out.
        issues.sort_by(|a, b| {
            let key = |issue: &Past| {
                let (day, about) = (issue.day(), issue.about());
                (day.is_none(), day, about.moment(), about.number, issue.sealed.is_none(), issue.sealed)
            };
            key(a).cmp(&key(b)).then_with(|| a.manifest.slug().cmp(b.manifest.slug()))
        });
        Ok(issues)
    }

    /// The issues that have a page, in the same order. Nothing of a private one goes further.
    ///
    /// # Errors
    /// When a record cannot be read.
    pub fn shown(&self) -> Result<Vec<Shown>, ArchiveError> {
        let issues = self.issues()?.into_iter();
        Ok(issues.filter(|issue| issue.about().visibility != Visibility::Private).map(Shown).collect())
    }
}

/// What the record in the folder `place` says of itself.
pub(super) fn read_manifest(place: &Path) -> Result<Manifest, ArchiveError> {
    let path = place.join(MANIFEST);
    Manifest::parse(&disk::read(&path)?).ok_or(ArchiveError::Unreadable(path))
}

impl Past {
    /// What is told of it.
    pub fn about(&self) -> &About {
        &self.manifest.issue
    }

    /// The hash that stands for all of its files.
    pub fn hash(&self) -> &str {
        self.manifest.hash()
    }

    /// Its day: that of the post, or of its seal.
    pub fn day(&self) -> Option<NaiveDate> {
        self.about().day().or_else(|| self.sealed.map(|at| at.date_naive()))
    }

    /// The letter of its web page, images beside it in `images/`.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn letter(&self) -> Result<Letter, ArchiveError> {
        let content = self.read_text(CONTENT)?;
        self.manifest.letter(&content).ok_or_else(|| ArchiveError::Unreadable(self.place.join(CONTENT)))
    }

    /// The mail's text.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn text(&self) -> Result<String, ArchiveError> {
        self.read_text(TEXT)
    }

    /// The mail's HTML.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn email(&self) -> Result<String, ArchiveError> {
        self.read_text(EMAIL)
    }

    /// The post as it was sent.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn post(&self) -> Result<String, ArchiveError> {
        self.read_text(POST)
    }

    /// The message, without whatever differs by reader.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn message(&self) -> Result<Vec<u8>, ArchiveError> {
        disk::read(&self.place.join(MESSAGE))
    }

    /// The names of its pictures, in order.
    pub fn images(&self) -> impl Iterator<Item = &str> {
        self.manifest.files.keys().filter_map(|path| path.strip_prefix(IMAGES)).filter(|name| !name.contains('/'))
    }

    /// Where a picture stands on the disk.
    pub fn image_path(&self, name: &str) -> PathBuf {
        self.place.join(IMAGES).join(name)
    }

    /// One of its pictures.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn image(&self, name: &str) -> Result<Vec<u8>, ArchiveError> {
        disk::read(&self.image_path(name))
    }

    fn read_text(&self, name: &str) -> Result<String, ArchiveError> {
        let place = self.place.join(name);
        String::from_utf8(disk::read(&place)?).map_err(|_| ArchiveError::Unreadable(place))
    }
}
