//! What every command takes.

use std::path::{Path, PathBuf};

use crate::cli::Failure;
use crate::cli::output::{Talk, When};
use crate::files::{Disk, RelPath};
use crate::publication::{self, POSTS, Selection, Wanted};

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Global {
    /// Use the publication in DIR instead of the nearest one upwards
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub(super) publication: Option<PathBuf>,
    /// Use colour
    #[arg(long, value_name = "WHEN", value_enum, default_value_t, global = true)]
    pub(super) color: When,
    /// Show results and findings alone
    #[arg(short, long, global = true)]
    quiet: bool,
}

/// The latest day that it is anywhere: a letter of a writer further east is not from the future.
pub(super) fn today() -> chrono::NaiveDate {
    (chrono::Utc::now() + chrono::TimeDelta::hours(14)).date_naive()
}

/// An opened publication's folder.
#[derive(Debug)]
pub(super) struct Place {
    /// Its files.
    pub(super) files: Disk,
    /// The folder that paths among the arguments start from.
    base: PathBuf,
    /// The folder that `-C` named.
    named: Option<PathBuf>,
}

impl Global {
    pub(super) fn talk(&self) -> Talk {
        if self.quiet { Talk::Quiet } else { Talk::Aloud }
    }

    /// The folder that paths among the arguments start from.
    pub(super) fn base(&self) -> Result<PathBuf, Failure> {
        let working = std::env::current_dir().map_err(Failure::WorkingFolder)?;
        Ok(self.publication.as_ref().map_or_else(|| working.clone(), |dir| working.join(dir)))
    }

    /// A command that works from the working folder, as `-C` made this one work.
    pub(super) fn command(&self, arguments: &str) -> String {
        command(self.publication.as_deref(), arguments)
    }

    /// The publication that was named.
    pub(super) fn named(&self) -> Option<PathBuf> {
        let working = std::env::current_dir().ok()?;
        self.publication.as_ref().map(|dir| working.join(dir))
    }

    /// Finds the publication.
    pub(super) fn open(&self) -> Result<Place, Failure> {
        let working = std::env::current_dir().map_err(Failure::WorkingFolder)?;
        let root = publication::find_root(self.publication.as_deref(), &working)?;
        let files = Disk::open(&root).map_err(|error| Failure::Open(root, error))?;
        Ok(Place { files, base: self.base()?, named: self.publication.clone() })
    }
}

impl Place {
    /// The top of the publication.
    pub(super) fn root(&self) -> &Path {
        self.files.root()
    }

    /// The way from the working folder to the publication, with `/`; empty where they are the same
    /// or the publication does not lie below.
    pub(super) fn folder(&self) -> String {
        let base = std::env::current_dir().and_then(|base| base.canonicalize());
        let relative = base.ok().and_then(|base| Some(self.root().strip_prefix(base).ok()?.to_owned()));
        relative.unwrap_or_default().to_string_lossy().replace('\\', "/")
    }

    /// A command that works from the working folder, as `-C` made this one work.
    pub(super) fn command(&self, arguments: &str) -> String {
        command(self.named.as_deref(), arguments)
    }

    /// A file of the publication as an argument of such a command.
    pub(super) fn argument(&self, path: &str) -> String {
        // After `-C` paths start from the publication.
        shell(&if self.named.is_some() { path.to_owned() } else { self.shown(&self.root().join(path)) })
    }

    /// A path among the arguments.
    pub(super) fn resolve(&self, path: &Path) -> PathBuf {
        self.base.join(path)
    }

    /// A path as the user would write it here: relative where it lies below.
    #[expect(clippy::unused_self, reason = "reads as the place's view of a path")]
    pub(super) fn shown(&self, path: &Path) -> String {
        let base = std::env::current_dir().and_then(|base| base.canonicalize());
        let relative = base.ok().and_then(|base| path.strip_prefix(base).ok().map(Path::to_owned));
        relative.unwrap_or_else(|| path.to_owned()).display().to_string()
    }

    /// The posts that the arguments name; all where they name none.
    pub(super) fn selection(&self, names: &[String]) -> Selection {
        if names.is_empty() {
            Selection::All
        } else {
            Selection::Only(names.iter().map(|name| self.wanted(name)).collect())
        }
    }

    /// The post, or posts, that an argument names.
    pub(super) fn wanted(&self, written: &str) -> Wanted {
        let places = [self.base.join(written), self.root().join(written)];
        let place = places.iter().find(|place| place.symlink_metadata().is_ok());
        let path = match place {
            Some(place) => self.inside(place),
            None => RelPath::new(written).ok(),
        };
        Wanted { written: written.to_owned(), path, exists: place.is_some() }
    }

    /// The place as a path in the publication; the last part may be a symbolic link.
    fn inside(&self, place: &Path) -> Option<RelPath> {
        let real = match (place.parent().map(Path::canonicalize), place.file_name()) {
            (Some(Ok(parent)), Some(name)) => parent.join(name),
            _ => place.canonicalize().ok()?,
        };
        let path = real.strip_prefix(self.root()).ok()?;
        // The top itself means all posts.
        if path.as_os_str().is_empty() { RelPath::new(POSTS).ok() } else { RelPath::new(path.to_str()?).ok() }
    }
}

fn command(named: Option<&Path>, arguments: &str) -> String {
    let named = named.map(|dir| format!(" -C {}", shell(&dir.to_string_lossy()))).unwrap_or_default();
    let space = if arguments.is_empty() { "" } else { " " };
    format!("newsletter{named}{space}{arguments}")
}

/// A path as a shell takes it.
pub(super) fn shell(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./@:,+".contains(c);
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::shell;

    #[test]
    fn a_path_with_spaces_is_quoted_for_the_shell() {
        assert_eq!(shell("posts/重庆.md"), "posts/重庆.md");
        assert_eq!(shell("posts/it's a.md"), "'posts/it'\\''s a.md'");
    }
}
