//! Files with secrets in them: for their owner's eyes alone, and never in a repository.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why a secret was not written.
#[derive(Debug, thiserror::Error)]
pub enum PrivateError {
    /// A file is there, and may hold a secret that is in use.
    #[error("`{}` is already there", .0.display())]
    Exists(PathBuf),
    /// Git has the file.
    #[error("`{}` is tracked by git, so whoever has the repository would have the key", .0.display())]
    Tracked(PathBuf),
    /// Git would take the file with the next `git add`.
    #[error("`{}` is in a git repository and not ignored, so it would be committed with the rest", .0.display())]
    NotIgnored(PathBuf),
    /// There is a repository, and git cannot be asked about it.
    #[error("`{}` is in a git repository, and git does not say whether it is ignored: {reason}", .path.display())]
    Unknown {
        /// The file.
        path: PathBuf,
        /// What happened.
        reason: String,
    },
    /// The disk refuses.
    #[error("cannot {act} `{}`: {error}", .path.display())]
    Io {
        /// What was tried.
        act: &'static str,
        /// With what.
        path: PathBuf,
        /// What the disk said.
        #[source]
        error: io::Error,
    },
}

impl PrivateError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Exists(_) => "name another file: a key that is lost cannot be made again".to_owned(),
            Self::Tracked(path) => {
                format!(
                    "take it out with `git rm --cached {0}` and add it to `.gitignore`, or name a place outside",
                    name(path)
                )
            }
            Self::NotIgnored(path) => {
                format!("add `{}` to `.gitignore`, or name a place outside the repository", name(path))
            }
            Self::Unknown { .. } => "name a place outside the repository".to_owned(),
            Self::Io { .. } => "check that the folder is there and that you may write to it".to_owned(),
        }
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Writes a secret to a new file that its owner alone may read (mode 0600), outside every git
/// repository or ignored there. The folders it stands in are made.
///
/// # Errors
/// When the file is there, a repository would take it, or the disk refuses.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), PrivateError> {
    let io = |act| {
        let path = path.to_owned();
        move |error| PrivateError::Io { act, path, error }
    };
    refuse_tracked(path)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(io("create the folder of"))?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => PrivateError::Exists(path.to_owned()),
        _ => io("write")(error),
    })?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|error| {
        drop(fs::remove_file(path));
        io("write")(error)
    })
}

/// Asks git about the file, where a repository is above it.
///
/// # Errors
/// When git has the file, would take it, or cannot be asked.
pub fn refuse_tracked(path: &Path) -> Result<(), PrivateError> {
    // The folders that are there already; the way on from there has no links.
    let there = path.ancestors().skip(1).find_map(|folder| folder.canonicalize().ok());
    let Some(there) = there.filter(|folder| folder.ancestors().any(|above| above.join(".git").exists())) else {
        return Ok(());
    };
    let unknown = |reason: String| PrivateError::Unknown { path: path.to_owned(), reason };
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        // As in a hook, where these name the repository that is being worked on.
        for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
            git.env_remove(variable);
        }
        let git = git.args(arguments).arg("--").arg(path).current_dir(&there).stdin(Stdio::null());
        git.output().map_err(|error| unknown(error.to_string()))
    };
    // Git says of a file that it has that it is not ignored, whatever `.gitignore` says.
    let ignored = git(&["check-ignore", "--quiet"])?;
    match ignored.status.code() {
        Some(0) => Ok(()),
        Some(1) if git(&["ls-files", "--error-unmatch"])?.status.success() => {
            Err(PrivateError::Tracked(path.to_owned()))
        }
        Some(1) => Err(PrivateError::NotIgnored(path.to_owned())),
        _ => {
            let said = String::from_utf8_lossy(&ignored.stderr);
            Err(unknown(said.lines().next().unwrap_or("it failed").to_owned()))
        }
    }
}
