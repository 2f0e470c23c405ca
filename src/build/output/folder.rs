//! OUT: where it is, and whether it may be replaced.

use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::build::output::{Kind, OutputError, exchange};
use crate::publication::POSTS;

/// Folders of a publication that are never replaced, whatever is in them.
const RESERVED: [&str; 5] = [POSTS, "templates", "archive", ".git", ".github"];

/// An output folder that may be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// Absolute, without symbolic links.
    path: PathBuf,
    kind: Kind,
    holds: Holds,
}

/// What stands at the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::build) enum Holds {
    Nothing,
    EmptyFolder,
    LastBuild,
}

impl Folder {
    /// Looks whether `path` may be replaced by output of this kind, made of the publication at
    /// `root`.
    ///
    /// # Errors
    /// When it holds the publication, its files, or files that no build made.
    pub fn open(path: &Path, root: &Path, kind: Kind) -> Result<Self, OutputError> {
        let root = root.canonicalize().map_err(OutputError::io("find", root))?;
        let path = resolve(path)?;
        if root.starts_with(&path) {
            return Err(OutputError::HoldsPublication(path));
        }
        if RESERVED.iter().any(|name| path.starts_with(root.join(name))) {
            return Err(OutputError::Reserved(path));
        }
        let folder = Self { path, kind, holds: Holds::Nothing };
        exchange::recover(&folder.path, &folder.aside()).map_err(OutputError::io("bring back", &folder.path))?;
        let holds = look(&folder.path, kind)?;
        Ok(Self { holds, ..folder })
    }

    /// Where it is: absolute, without symbolic links.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file that marks it as ours.
    pub(crate) fn marker(&self) -> &'static str {
        self.kind.marker()
    }

    pub(in crate::build) fn holds(&self) -> Holds {
        self.holds
    }

    /// Whether output of its kind stands there.
    pub(crate) fn holds_build(&self) -> bool {
        self.holds == Holds::LastBuild
    }

    /// The folder that it stands in.
    pub(super) fn parent(&self) -> &Path {
        // It is no root of a disk: that would hold the publication.
        self.path.parent().unwrap_or(&self.path)
    }

    /// What the names of our folders beside it start with.
    pub(super) fn prefix(&self) -> OsString {
        let mut prefix = OsString::from(".");
        prefix.push(self.path.file_name().unwrap_or_default());
        prefix.push(".newsletter-");
        prefix
    }

    /// Where it stands for a moment on systems that cannot exchange two folders.
    pub(super) fn aside(&self) -> PathBuf {
        let mut name = self.prefix();
        name.push("last");
        self.parent().join(name)
    }
}

fn look(path: &Path, kind: Kind) -> Result<Holds, OutputError> {
    let Ok(metadata) = fs::symlink_metadata(path) else { return Ok(Holds::Nothing) };
    if !metadata.is_dir() {
        return Err(OutputError::NotAFolder(path.to_owned()));
    }
    if fs::symlink_metadata(path.join(kind.marker())).is_ok_and(|marker| marker.is_file()) {
        return Ok(Holds::LastBuild);
    }
    let mut entries = fs::read_dir(path).map_err(OutputError::io("read", path))?;
    if entries.next().is_none() { Ok(Holds::EmptyFolder) } else { Err(OutputError::Foreign(path.to_owned())) }
}

/// The absolute path without symbolic links; the part that is not there yet is taken as written.
fn resolve(path: &Path) -> Result<PathBuf, OutputError> {
    let path = std::path::absolute(path).map_err(OutputError::io("find", path))?;
    let mut resolved = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                resolved.pop();
            }
            Component::CurDir => {}
            part => {
                resolved.push(part);
                if let Ok(real) = resolved.canonicalize() {
                    resolved = real;
                }
            }
        }
    }
    Ok(resolved)
}

#[cfg(test)]
mod tests {
    use super::{Folder, Holds, Kind, OutputError};

    #[test]
    fn only_a_missing_an_empty_or_our_own_folder_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("letters");
        for folder in ["posts/2024", "templates", ".git", "empty", "ours", "full"] {
            std::fs::create_dir_all(root.join(folder)).unwrap();
        }
        std::fs::create_dir(root.join("site")).unwrap();
        std::fs::write(root.join("ours").join(Kind::Build.marker()), "").unwrap();
        std::fs::write(root.join("site").join(Kind::Site.marker()), "").unwrap();
        std::fs::write(root.join("full/letter.txt"), "").unwrap();
        std::fs::write(root.join("file"), "").unwrap();
        let open = |path: &str| Folder::open(&root.join(path), &root, Kind::Build).map(|folder| folder.holds());
        assert!(matches!(open("new"), Ok(Holds::Nothing)));
        assert!(matches!(open("new/deep"), Ok(Holds::Nothing)));
        assert!(matches!(open("empty"), Ok(Holds::EmptyFolder)));
        assert!(matches!(open("ours"), Ok(Holds::LastBuild)));
        assert!(matches!(open("../elsewhere"), Ok(Holds::Nothing)));
        assert!(matches!(open("site"), Err(OutputError::Foreign(_))));
        assert!(matches!(open("full"), Err(OutputError::Foreign(_))));
        assert!(matches!(open("file"), Err(OutputError::NotAFolder(_))));
        assert!(matches!(open("."), Err(OutputError::HoldsPublication(_))));
        assert!(matches!(open(".."), Err(OutputError::HoldsPublication(_))));
        assert!(matches!(open("/"), Err(OutputError::HoldsPublication(_))));
        assert!(matches!(open("posts"), Err(OutputError::Reserved(_))));
        assert!(matches!(open("posts/2024/new"), Err(OutputError::Reserved(_))));
        assert!(matches!(open("empty/../templates"), Err(OutputError::Reserved(_))));
        assert!(matches!(open("archive"), Err(OutputError::Reserved(_))));
        assert!(matches!(open(".git"), Err(OutputError::Reserved(_))));
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_hides_nothing() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("posts")).unwrap();
        std::os::unix::fs::symlink(dir.path().join("posts"), dir.path().join("out")).unwrap();
        assert!(matches!(
            Folder::open(&dir.path().join("out"), dir.path(), Kind::Build),
            Err(OutputError::Reserved(_))
        ));
    }
}
