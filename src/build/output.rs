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
pub(super) use staging::Staging;

/// The file that marks a folder as ours to replace. It also holds what the index page tells, so
/// that a build of one post can make the whole page again.
pub const MARKER: &str = ".newsletter-build";
