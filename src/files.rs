//! The one door to the disk.
//!
//! Paths are [`RelPath`]s: relative to the publication, with `/`, never leading out of it.

pub mod private;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// A path inside the publication: relative, with `/`, without `.`, `..`, empty parts or NUL.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelPath(Arc<str>);

/// Why a path cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It starts at the root of the disk, a drive or a home folder.
    #[error("the path is absolute")]
    Absolute,
    /// Its `..` lead out of the publication.
    #[error("the path leads out of the publication")]
    Escapes,
    /// It holds a NUL or another control character.
    #[error("the path holds a control character")]
    Control,
    /// It names nothing.
    #[error("the path is empty")]
    Empty,
}

impl RelPath {
    /// Reads a path that a user wrote, relative to the folder `base` of the publication
    /// (empty for the top). A `\` counts as a separator, so that no platform reads more into it.
    ///
    /// # Errors
    /// When it is absolute, leads out of the publication, or cannot be a file's name.
    pub fn resolve(base: &str, path: &str) -> Result<Self, PathError> {
        if path.chars().any(char::is_control) {
            return Err(PathError::Control);
        }
        let drive = path.as_bytes().get(1) == Some(&b':') && path.starts_with(|c: char| c.is_ascii_alphabetic());
        if path.starts_with(['/', '\\', '~']) || drive {
            return Err(PathError::Absolute);
        }
        let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
        for part in path.split(['/', '\\']) {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop().ok_or(PathError::Escapes)?;
                }
                part => parts.push(part),
            }
        }
        if parts.is_empty() { Err(PathError::Empty) } else { Ok(Self(parts.join("/").into())) }
    }

    /// Reads a path relative to the publication's top.
    ///
    /// # Errors
    /// As [`RelPath::resolve`].
    pub fn new(path: &str) -> Result<Self, PathError> {
        Self::resolve("", path)
    }

    /// The path with `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder it stands in, without a `/` at the end; empty at the top.
    pub fn parent(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(parent, _)| parent)
    }

    /// Its last part.
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&*self.0, |(_, name)| name)
    }

    /// Its last part without the ending.
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        match name.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => name,
        }
    }

    /// Its ending in lower case, without the dot; empty where it has none.
    pub fn extension(&self) -> String {
        match self.file_name().rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => extension.to_lowercase(),
            _ => String::new(),
        }
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads the files of one publication.
pub trait Files: Sync {
    /// The bytes of a file. A symbolic link that leaves the publication is
    /// [`io::ErrorKind::PermissionDenied`].
    ///
    /// # Errors
    /// What the disk says.
    fn read(&self, path: &RelPath) -> io::Result<Vec<u8>>;

    /// Whether a file stands there.
    fn is_file(&self, path: &RelPath) -> bool;

    /// The files in a folder (empty for the top) and its subfolders, sorted; hidden ones
    /// (starting with `.`) are left out; a missing folder has none. A symbolic link is followed to
    /// a file, not to a folder; one that cannot be followed is listed, and reading it is an error,
    /// as it is for what has a name that is not UTF-8.
    ///
    /// # Errors
    /// What the disk says.
    fn list(&self, folder: &str) -> io::Result<Vec<RelPath>>;
}

/// When a file was last written, and how long it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    modified: Option<SystemTime>,
    len: u64,
}

impl Stamp {
    /// Whether the file was written at that time or later.
    pub fn is_since(&self, time: SystemTime) -> bool {
        self.modified.is_some_and(|modified| modified >= time)
    }
}

/// The disk, below one folder.
#[derive(Clone, Debug)]
pub struct Disk {
    root: PathBuf,
}

impl Disk {
    /// Opens the folder `root`.
    ///
    /// # Errors
    /// When it is not there.
    pub fn open(root: &Path) -> io::Result<Self> {
        Ok(Self { root: root.canonicalize()? })
    }

    /// The folder, absolute and without symbolic links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Writes a file anew in one step: after a crash it holds the old bytes or the new ones. Its
    /// permissions stay; a symbolic link stays one.
    ///
    /// # Errors
    /// What the disk says; [`io::ErrorKind::ResourceBusy`] where the file no longer holds `old`.
    pub fn replace(&self, path: &RelPath, old: &[u8], new: &[u8]) -> io::Result<()> {
        let place = self.locate(path)?;
        if std::fs::read(&place)? != old {
            return Err(io::Error::new(io::ErrorKind::ResourceBusy, "the file was changed meanwhile"));
        }
        let permissions = std::fs::metadata(&place)?.permissions();
        if permissions.readonly() {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file may not be written"));
        }
        let name = place.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let beside = place.with_file_name(format!(".{name}.{}.new", std::process::id()));
        let written = (|| {
            let mut file = std::fs::File::create_new(&beside)?;
            io::Write::write_all(&mut file, new)?;
            file.set_permissions(permissions)?;
            file.sync_all()?;
            std::fs::rename(&beside, &place)
        })();
        if written.is_err() {
            // The old file stands; what is left beside it is of no use.
            drop(std::fs::remove_file(&beside));
        }
        written
    }

    /// What tells that a file was written since; nothing where there is none.
    pub fn stamp(&self, path: &RelPath) -> Option<Stamp> {
        let found = std::fs::metadata(self.root.join(path.as_str())).ok()?;
        Some(Stamp { modified: found.modified().ok(), len: found.len() })
    }

    /// The place on the disk, with symbolic links followed, inside the root for certain.
    fn locate(&self, path: &RelPath) -> io::Result<PathBuf> {
        let place = self.root.join(path.as_str()).canonicalize()?;
        if place.starts_with(&self.root) {
            Ok(place)
        } else {
            Err(io::Error::new(io::ErrorKind::PermissionDenied, "the symbolic link leaves the publication"))
        }
    }

    fn walk(&self, folder: &str, depth: usize, found: &mut Vec<RelPath>) -> io::Result<()> {
        let entries = match self.root.join(folder).read_dir() {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let is_utf8 = name.to_str().is_some();
            let name = name.to_string_lossy();
            if name.starts_with('.') {
                continue;
            }
            let Ok(path) = RelPath::resolve(folder, &name) else { continue };
            let kind = entry.file_type()?;
            if !is_utf8 {
                // It cannot be written in a post or an address; reading it says so.
                found.push(path);
            } else if kind.is_dir() {
                if depth < 16 {
                    self.walk(path.as_str(), depth + 1, found)?;
                }
            } else if kind.is_file() || (kind.is_symlink() && self.locate(&path).map_or(true, |place| place.is_file()))
            {
                // A link that leads nowhere or out is listed too: reading it says so.
                found.push(path);
            }
        }
        Ok(())
    }
}

impl Files for Disk {
    fn read(&self, path: &RelPath) -> io::Result<Vec<u8>> {
        std::fs::read(self.locate(path)?)
    }

    fn is_file(&self, path: &RelPath) -> bool {
        self.locate(path).is_ok_and(|place| place.is_file())
    }

    fn list(&self, folder: &str) -> io::Result<Vec<RelPath>> {
        let mut found = Vec::new();
        self.walk(folder, 0, &mut found)?;
        found.sort();
        Ok(found)
    }
}

/// Files in memory, for tests and for the built-in publication.
#[derive(Clone, Debug, Default)]
pub struct Memory(BTreeMap<RelPath, Vec<u8>>);

impl Memory {
    /// Holds the given files; a path that cannot be used is left out.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        Self(files.into_iter().filter_map(|(path, bytes)| Some((RelPath::new(path).ok()?, bytes.to_vec()))).collect())
    }

    /// Writes one file.
    pub fn insert(&mut self, path: RelPath, bytes: impl Into<Vec<u8>>) {
        self.0.insert(path, bytes.into());
    }

    /// Takes one file away.
    pub fn remove(&mut self, path: &RelPath) {
        self.0.remove(path);
    }
}

impl Files for Memory {
    fn read(&self, path: &RelPath) -> io::Result<Vec<u8>> {
        self.0.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn is_file(&self, path: &RelPath) -> bool {
        self.0.contains_key(path)
    }

    fn list(&self, folder: &str) -> io::Result<Vec<RelPath>> {
        let inside = |path: &&RelPath| {
            folder.is_empty() || path.as_str().strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        };
        let hidden = |path: &&RelPath| path.as_str().split('/').any(|part| part.starts_with('.'));
        Ok(self.0.keys().filter(inside).filter(|path| !hidden(path)).cloned().collect())
    }
}

/// Files with some of them in other words, as an editor holds them before they are saved.
#[derive(Clone, Debug)]
pub struct Overlay<F> {
    below: F,
    texts: BTreeMap<RelPath, Vec<u8>>,
}

impl<F> Overlay<F> {
    /// Shows what is in `below`.
    pub fn new(below: F) -> Self {
        Self { below, texts: BTreeMap::new() }
    }

    /// What it lies over.
    pub fn below(&self) -> &F {
        &self.below
    }

    /// Shows `bytes` in the place of a file.
    pub fn insert(&mut self, path: RelPath, bytes: impl Into<Vec<u8>>) {
        self.texts.insert(path, bytes.into());
    }

    /// Shows a file again as it is.
    pub fn remove(&mut self, path: &RelPath) {
        self.texts.remove(path);
    }

    /// What is shown in the place of files, by path.
    pub fn texts(&self) -> impl Iterator<Item = (&RelPath, &[u8])> {
        self.texts.iter().map(|(path, bytes)| (path, bytes.as_slice()))
    }
}

impl<F: Files> Files for Overlay<F> {
    fn read(&self, path: &RelPath) -> io::Result<Vec<u8>> {
        self.texts.get(path).map_or_else(|| self.below.read(path), |bytes| Ok(bytes.clone()))
    }

    fn is_file(&self, path: &RelPath) -> bool {
        self.texts.contains_key(path) || self.below.is_file(path)
    }

    fn list(&self, folder: &str) -> io::Result<Vec<RelPath>> {
        let mut found = self.below.list(folder)?;
        let inside = |path: &&RelPath| {
            folder.is_empty() || path.as_str().strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        };
        let more: Vec<_> = self.texts.keys().filter(inside).filter(|path| !found.contains(path)).cloned().collect();
        found.extend(more);
        found.sort();
        Ok(found)
    }
}

impl<F: Files + ?Sized> Files for &F {
    fn read(&self, path: &RelPath) -> io::Result<Vec<u8>> {
        (**self).read(path)
    }

    fn is_file(&self, path: &RelPath) -> bool {
        (**self).is_file(path)
    }

    fn list(&self, folder: &str) -> io::Result<Vec<RelPath>> {
        (**self).list(folder)
    }
}

#[cfg(test)]
mod tests {
    use super::{PathError, RelPath};

    #[test]
    fn a_path_that_leaves_the_publication_is_refused() {
        assert_eq!(RelPath::resolve("posts", "../images/a.png").map(|p| p.to_string()), Ok("images/a.png".into()));
        assert_eq!(RelPath::resolve("posts", "../../a.png"), Err(PathError::Escapes));
        assert_eq!(RelPath::new("/etc/passwd"), Err(PathError::Absolute));
        assert_eq!(RelPath::new("C:\\x"), Err(PathError::Absolute));
        assert_eq!(RelPath::new("a\\..\\..\\b"), Err(PathError::Escapes));
        assert_eq!(RelPath::new("a\0b"), Err(PathError::Control));
        assert_eq!(RelPath::new("./."), Err(PathError::Empty));
    }
}
