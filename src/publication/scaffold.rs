//! What a new publication and a new post start with.

mod draft;
mod first;

pub use draft::{Draft, draft};
pub use first::init;

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::post::front_matter::{FileKind, json_schema};

/// Whether a file that is there may be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and writing is an error.
    Keep,
    /// It is written anew.
    Replace,
}

/// Why something could not be started.
#[derive(Debug, thiserror::Error)]
pub enum ScaffoldError {
    /// The file is there.
    #[error("`{0}` is there already")]
    Exists(PathBuf),
    /// The folder holds files.
    #[error("`{0}` is not empty")]
    NotEmpty(PathBuf),
    /// The title has no letter.
    #[error("the title `{0}` has no letter or digit")]
    NoLetters(String),
    /// No profile has this name.
    #[error("there is no profile `{written}`")]
    UnknownProfile {
        /// As the user wrote it.
        written: String,
        /// The one that was probably meant.
        nearest: Option<String>,
        /// Those there are.
        known: Vec<String>,
    },
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

impl ScaffoldError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Exists(_) => "choose another title, or edit what is there".to_owned(),
            Self::NotEmpty(_) => "name a new or an empty folder".to_owned(),
            Self::NoLetters(_) => "a post's address is made of its title: give it a word".to_owned(),
            Self::UnknownProfile { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::UnknownProfile { known, .. } if known.is_empty() => {
                "`profiles` in `newsletter.yaml` names what a kind of post must have".to_owned()
            }
            Self::UnknownProfile { known, .. } => format!("there are: {}", known.join(", ")),
            Self::Io { error, .. } if error.kind() == io::ErrorKind::StorageFull => "free some space".to_owned(),
            Self::Io { .. } => "check that you may write there".to_owned(),
        }
    }
}

impl ScaffoldError {
    /// The arguments of the command to run next.
    pub fn next(&self) -> String {
        match self {
            Self::Exists(_) | Self::Io { .. } => "list".to_owned(),
            Self::NotEmpty(_) => "init my-newsletter".to_owned(),
            Self::NoLetters(_) => "new \"My first letter\"".to_owned(),
            Self::UnknownProfile { nearest, known, .. } => {
                let profile = nearest.as_ref().or(known.first()).map(|name| format!(" --profile {name}"));
                format!("new \"My first letter\"{}", profile.unwrap_or_default())
            }
        }
    }
}

/// Writes a file and the folders that it stands in. A file that cannot be written to its end is
/// removed: half a file would be in the way of the next try.
///
/// # Errors
/// When it is there and to be kept, or the disk refuses.
pub fn write(path: &Path, bytes: &[u8], existing: Existing) -> Result<(), ScaffoldError> {
    let io = |act, path: &Path| {
        let path = path.to_owned();
        move |error| ScaffoldError::Io { act, path, error }
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(io("create", folder))?;
    }
    let mut options = OpenOptions::new();
    match existing {
        Existing::Keep => options.write(true).create_new(true),
        Existing::Replace => options.write(true).create(true).truncate(true),
    };
    let mut file = options.open(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => ScaffoldError::Exists(path.to_owned()),
        _ => io("write", path)(error),
    })?;
    file.write_all(bytes).map_err(|error| {
        drop(file);
        drop(fs::remove_file(path));
        io("write", path)(error)
    })
}

/// The JSON Schema of `newsletter.yaml`.
pub fn config_schema() -> String {
    schema(FileKind::Config)
}

/// The JSON Schema of a post's front matter.
pub fn post_schema() -> String {
    schema(FileKind::Post)
}

fn schema(kind: FileKind) -> String {
    format!("{:#}\n", json_schema(kind))
}
