//! Why nothing could be written.

use std::io;
use std::path::{Path, PathBuf};

/// Why the output folder cannot be written; what stood there is as it was.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// Replacing it would remove the posts.
    #[error("`{0}` holds the publication itself")]
    HoldsPublication(PathBuf),
    /// A folder that the publication needs for something else.
    #[error("`{0}` belongs to the publication's own files")]
    Reserved(PathBuf),
    /// A file stands there.
    #[error("`{0}` is not a folder")]
    NotAFolder(PathBuf),
    /// It is not empty, and no build made it.
    #[error("`{0}` holds files that no build has made")]
    Foreign(PathBuf),
    /// The disk refused.
    #[error("cannot {act} `{path}`: {error}")]
    Io {
        /// What was tried.
        act: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        error: io::Error,
    },
}

impl OutputError {
    pub(in crate::build) fn io(act: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Io { act, path: path.to_owned(), error }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::HoldsPublication(_) | Self::Reserved(_) | Self::NotAFolder(_) => {
                "name a folder of its own with `--out DIR`".to_owned()
            }
            Self::Foreign(_) => "name a new or an empty folder with `--out DIR`".to_owned(),
            Self::Io { error, .. } => match error.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    "free some space and build again; the last good output is as it was".to_owned()
                }
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                    "make its folder writable, or name another one with `--out DIR`; the last good output is as it was"
                        .to_owned()
                }
                io::ErrorKind::ResourceBusy | io::ErrorKind::CrossesDevices => {
                    "a mounted folder cannot be replaced: name a folder inside it with `--out DIR`".to_owned()
                }
                _ => "the last good output is as it was".to_owned(),
            },
        }
    }
}
