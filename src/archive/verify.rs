//! Whether the archive is as it was written.

use std::collections::BTreeMap;
use std::path::Path;

use crate::archive::record::{File, MANIFEST, Manifest};
use crate::archive::seal::{SEAL, Seal};
use crate::archive::{Archive, ArchiveError, COUNTS, ERRATA, Erratum, FOLDER, Reach, disk};

/// The outcome of a look at the archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many records there are.
    pub records: usize,
    /// How many of them are sealed.
    pub sealed: usize,
    /// How many files were read.
    pub files: usize,
    /// What is not as it was written, in the order of paths.
    pub faults: Vec<Fault>,
}

/// A file that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file, from the publication's top.
    pub path: String,
    /// What is wrong with it.
    pub kind: FaultKind,
}

/// What is wrong with a file of the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Its content is another.
    Differs,
    /// It is named, and is not there.
    Missing,
    /// No record names it.
    Extra,
    /// It is no file that this tool wrote, or cannot be read.
    Unreadable,
    /// The seal before it is nowhere: its record was taken out, or is another.
    Unchained,
    /// Another seal names the same one before it.
    Forked,
}

impl FaultKind {
    /// What is wrong, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Differs => "is not what was written",
            Self::Missing => "is missing",
            Self::Extra => "belongs to no record",
            Self::Unreadable => "cannot be read",
            Self::Unchained => "follows a record that is not there",
            Self::Forked => "follows the same record as another one does",
        }
    }
}

impl Archive {
    /// Computes every hash again; with `Chain::Follow`, looks that each seal follows another, too.
    ///
    /// # Errors
    /// When the archive cannot be listed.
    pub fn verify(&self, chain: Chain) -> Result<Verified, ArchiveError> {
        let mut found = Verified::default();
        let mut seals = Vec::new();
        for slug in self.slugs()? {
            found.records += 1;
            let mut look = Look { folder: &self.place(&slug), slug: &slug, found: &mut found };
            if let Some(seal) = look.record()? {
                found.sealed += 1;
                seals.push((slug, seal));
            }
        }
        if chain == Chain::Follow {
            follow(&seals, &mut found.faults);
        }
        found.faults.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }
}

/// Whether to look at the order of records, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    /// Each record by itself.
    Leave,
    /// Each seal follows one that is there, and no two the same one.
    Follow,
}

struct Look<'a> {
    folder: &'a Path,
    slug: &'a str,
    found: &'a mut Verified,
}

impl Look<'_> {
    fn fault(&mut self, name: &str, kind: FaultKind) {
        let path = format!("{FOLDER}/{}/{name}", self.slug);
        self.found.faults.push(Fault { path, kind });
    }

    /// Looks at one record; gives its seal where it is sound.
    fn record(&mut self) -> Result<Option<Seal>, ArchiveError> {
        let mut there = disk::tree(self.folder)?;
        let manifest = if there.remove(MANIFEST) {
            self.manifest()
        } else {
            self.fault(MANIFEST, FaultKind::Missing);
            None
        };
        for (name, file) in manifest.iter().flat_map(|manifest| &manifest.files) {
            if there.remove(name) {
                self.file(name, file);
            } else {
                self.fault(name, FaultKind::Missing);
            }
        }
        if there.remove(ERRATA) {
            self.found.files += 1;
            let errata = disk::read(&self.folder.join(ERRATA)).ok();
            if errata.and_then(|bytes| serde_json::from_slice::<Vec<Erratum>>(&bytes).ok()).is_none() {
                self.fault(ERRATA, FaultKind::Unreadable);
            }
        }
        if there.remove(COUNTS) {
            self.found.files += 1;
            let counts = disk::read(&self.folder.join(COUNTS)).ok();
            if counts.and_then(|bytes| serde_json::from_slice::<Reach>(&bytes).ok()).is_none() {
                self.fault(COUNTS, FaultKind::Unreadable);
            }
        }
        let seal = if there.remove(SEAL) { self.seal(manifest.as_ref()) } else { None };
        // Without a manifest nothing tells what belongs to it.
        if manifest.is_some() {
            for name in &there {
                self.fault(name, FaultKind::Extra);
            }
        }
        Ok(seal)
    }

    fn manifest(&mut self) -> Option<Manifest> {
        self.found.files += 1;
        let bytes = disk::read(&self.folder.join(MANIFEST)).ok();
        let Some((bytes, manifest)) = bytes.and_then(|bytes| Manifest::parse(&bytes).map(|made| (bytes, made))) else {
            self.fault(MANIFEST, FaultKind::Unreadable);
            return None;
        };
        if manifest.hash() != manifest.hashed() || manifest.json() != bytes || manifest.slug() != self.slug {
            self.fault(MANIFEST, FaultKind::Differs);
        }
        Some(manifest)
    }

    fn file(&mut self, name: &str, file: &File) {
        self.found.files += 1;
        match disk::read(&self.folder.join(name)) {
            Ok(bytes) if File::of(&bytes) == *file => {}
            Ok(_) => self.fault(name, FaultKind::Differs),
            Err(_) => self.fault(name, FaultKind::Unreadable),
        }
    }

    fn seal(&mut self, manifest: Option<&Manifest>) -> Option<Seal> {
        self.found.files += 1;
        let bytes = disk::read(&self.folder.join(SEAL)).ok();
        let Some((bytes, seal)) = bytes.and_then(|bytes| Seal::parse(&bytes).map(|made| (bytes, made))) else {
            self.fault(SEAL, FaultKind::Unreadable);
            return None;
        };
        let is_of_it = manifest.is_none_or(|manifest| manifest.hash() == seal.record);
        if seal.hash() != seal.hashed() || seal.json() != bytes || !is_of_it {
            self.fault(SEAL, FaultKind::Differs);
        }
        Some(seal)
    }
}

/// Each seal follows one that is there, but for one; and no two follow the same.
fn follow(seals: &[(String, Seal)], faults: &mut Vec<Fault>) {
    let known: BTreeMap<&str, &str> = seals.iter().map(|(slug, seal)| (seal.hash(), slug.as_str())).collect();
    let mut followed = BTreeMap::new();
    let mut in_order: Vec<_> = seals.iter().collect();
    in_order.sort_by(|(_, a), (_, b)| a.moment().cmp(&b.moment()));
    for (slug, seal) in in_order {
        let path = format!("{FOLDER}/{slug}/{SEAL}");
        let previous = seal.previous.as_deref();
        if previous.is_some_and(|previous| !known.contains_key(previous)) {
            faults.push(Fault { path, kind: FaultKind::Unchained });
        } else if followed.insert(previous, slug).is_some() {
            faults.push(Fault { path, kind: FaultKind::Forked });
        }
    }
}
