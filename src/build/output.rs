//! The one door to the output folder.
//!
//! A build writes into a folder of its own beside OUT, which takes OUT's place at the end, in one
//! step where the system has one. Whatever happens before that leaves the last good OUT. What a
//! killed build leaves behind is removed by the next one.

mod error;
mod exchange;
mod folder;
mod staging;

pub use error::OutputError;
pub use folder::Folder;
pub(crate) use staging::{LastBuild, Staging};

/// What is written to an output folder; one kind does not replace the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What `build` makes, to be looked at.
    Build,
    /// The archive's site.
    Site,
    /// The archive's issues, rendered anew.
    Again,
}

impl Kind {
    /// The file that marks a folder as ours to replace. It also holds what the next build wants to
    /// know of this one.
    pub fn marker(self) -> &'static str {
        match self {
            Self::Build => ".newsletter-build",
            Self::Site => ".newsletter-site",
            Self::Again => ".newsletter-render",
        }
    }
}
