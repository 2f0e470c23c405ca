//! Why the archive cannot be read or written.

use std::io;
use std::path::{Path, PathBuf};

/// Why the archive cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The disk.
    #[error("cannot {doing} `{path}`: {error}")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system says.
        #[source]
        error: io::Error,
    },
    /// A file of the archive is not what this tool wrote.
    #[error("`{0}` cannot be read")]
    Unreadable(PathBuf),
    /// A record stays as it is.
    #[error("the record `archive/{0}` is sealed")]
    Sealed(String),
    /// Another record stands there.
    #[error("`archive/{0}` holds another record than this post makes")]
    Differs(String),
    /// There is no such record.
    #[error("there is no record `archive/{0}`")]
    NotThere(String),
}

impl ArchiveError {
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Io { doing, path: path.to_owned(), error }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Io { .. } => "check that there is space and that you may write there; no record was changed",
            Self::Unreadable(_) => "bring it back from git; `newsletter archive verify` names all that differs",
            Self::Sealed(_) | Self::Differs(_) => {
                "what was archived is not changed; `newsletter archive correct SLUG TEXT` adds a correction to it"
            }
            Self::NotThere(_) => "`newsletter archive add POST` archives a post",
        }
    }
}
