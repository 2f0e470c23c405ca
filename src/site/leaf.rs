//! The files of a site, each of which knows what it is made of: one whose inputs are those of the
//! last build is kept, so that a rebuild makes what changed and no more.

use std::collections::BTreeSet;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::archive::hex;
use crate::build::output::{Folder, LastBuild, OutputError, Staging};
use crate::files::RelPath;
use crate::site::SiteError;

/// The version of what is made of the same inputs; a change of the pages' code raises it.
const VERSION: u32 = 3;

/// Makes the bytes of a file.
type Make<'a> = Box<dyn Fn() -> Result<Vec<u8>, SiteError> + Send + Sync + 'a>;

/// One file of the site.
pub(super) struct Leaf<'a> {
    path: RelPath,
    /// The digest of the path and the inputs.
    made_of: String,
    make: Make<'a>,
}

/// Counts what became of the files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    /// How many there are.
    pub(super) files: usize,
    /// How many of them are those of the last build.
    pub(super) kept: usize,
}

/// What the marker of the folder holds.
#[derive(Default, Serialize, Deserialize)]
struct Marker {
    about: String,
    version: u32,
    /// What stands for each file with what it was made of. It names none, for the folder goes on the
    /// web, and not all pages are for all eyes.
    files: BTreeSet<String>,
    /// What stands for the path of each file, whatever it is made of.
    #[serde(default)]
    paths: BTreeSet<String>,
    /// What stands for each letter without a link into the site, which need not be looked for again.
    #[serde(default)]
    plain: BTreeSet<String>,
}

/// The last build of a site, as far as this one can use it.
pub(super) struct Last {
    build: Option<LastBuild>,
    marker: Marker,
}

impl Last {
    pub(super) fn of(folder: &Folder) -> Self {
        let build = LastBuild::of(folder);
        let marker = build.as_ref().and_then(|build| serde_json::from_slice::<Marker>(&build.marker).ok());
        Self { build, marker: marker.filter(|marker| marker.version == VERSION).unwrap_or_default() }
    }

    /// The files in `folder` that neither the last build made nor this one makes: somebody put them
    /// there, and replacing the folder would lose them.
    pub(super) fn foreign(&self, folder: &Folder, leaves: &[Leaf<'_>]) -> Result<Vec<String>, SiteError> {
        if self.marker.paths.is_empty() {
            return Ok(Vec::new());
        }
        let own: BTreeSet<_> = leaves.iter().map(Leaf::path).collect();
        let mut foreign = LastBuild::tree(folder)?;
        // What file managers leave behind is nobody's work.
        foreign.retain(|path| {
            let is_known = own.contains(path.as_str()) || self.marker.paths.contains(&mark(path));
            !is_known && ![".DS_Store", "Thumbs.db"].iter().any(|name| path.ends_with(name))
        });
        Ok(foreign)
    }

    /// Whether a letter was found to have no link into the site.
    pub(super) fn is_plain(&self, letter: &str) -> bool {
        self.marker.plain.contains(letter)
    }
}

impl<'a> Leaf<'a> {
    /// The file at `path`, made of `inputs` alone.
    pub(super) fn new(
        path: &str,
        inputs: &Inputs,
        make: impl Fn() -> Result<Vec<u8>, SiteError> + Send + Sync + 'a,
    ) -> Result<Self, SiteError> {
        let path = RelPath::new(path).map_err(|error| SiteError::Path { path: path.to_owned(), error })?;
        let made_of = inputs.clone().with(path.as_str()).digest();
        Ok(Self { path, made_of, make: Box::new(make) })
    }

    pub(super) fn path(&self) -> &str {
        self.path.as_str()
    }

    /// A file that is there already.
    pub(super) fn of(path: &str, bytes: Vec<u8>) -> Result<Self, SiteError> {
        let inputs = Inputs::new().with(&bytes);
        Self::new(path, &inputs, move || Ok(bytes.clone()))
    }
}

/// What a file is made of.
#[derive(Clone)]
pub(super) struct Inputs(Sha256);

impl Inputs {
    pub(super) fn new() -> Self {
        Self(Sha256::new())
    }

    pub(super) fn with(mut self, part: impl AsRef<[u8]>) -> Self {
        self.0.update((part.as_ref().len() as u64).to_le_bytes());
        self.0.update(part);
        self
    }

    pub(super) fn digest(self) -> String {
        let digest = self.0.finalize();
        // Half of it tells a million files apart.
        hex(digest.get(..16).unwrap_or(&digest))
    }
}

/// What stands for a path.
fn mark(path: &str) -> String {
    Inputs::new().with(path).digest()
}

/// Writes all files beside `folder`, and puts them in its place.
pub(super) fn write(
    leaves: &[Leaf<'_>],
    plain: BTreeSet<String>,
    last: &Last,
    folder: &Folder,
) -> Result<Written, SiteError> {
    let staging = Staging::beside(folder)?;
    let kept = leaves
        .par_iter()
        .map(|leaf| {
            if let Some(last) = last.build.as_ref().filter(|_| last.marker.files.contains(&leaf.made_of))
                && staging.keep_path(&leaf.path, last)?
            {
                return Ok(1);
            }
            staging.write_path(&leaf.path, &(leaf.make)()?)?;
            Ok(0)
        })
        .sum::<Result<usize, SiteError>>()?;
    let marker = Marker {
        about: "made by `newsletter archive build`, which replaces this folder".to_owned(),
        version: VERSION,
        files: leaves.iter().map(|leaf| leaf.made_of.clone()).collect(),
        paths: leaves.iter().map(|leaf| mark(leaf.path())).collect(),
        plain,
    };
    finish(&staging, folder, &marker)?;
    staging.replace_all()?;
    Ok(Written { files: leaves.len(), kept })
}

/// Writes the marker, after everything else.
fn finish(staging: &Staging<'_>, folder: &Folder, marker: &Marker) -> Result<(), OutputError> {
    let mut json = serde_json::to_vec(marker).unwrap_or_default();
    json.push(b'\n');
    staging.write_file(folder.marker(), &json)
}
