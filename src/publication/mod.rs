//! The whole folder as one snapshot: configuration, templates, posts.

mod load;
mod names;
mod outline;
pub mod scaffold;
mod select;
mod slugs;
mod update;

pub use load::find_root;
pub use outline::Outline;
pub use select::{SelectError, Selection, Wanted};
pub use update::Reach;

use std::sync::Arc;

use chrono::NaiveDate;

use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::files::RelPath;
use crate::post::Document;
use crate::render::Templates;
use crate::web::Answers;

/// The folder of a publication that holds its posts.
pub const POSTS: &str = "posts";

/// A publication at one moment. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Publication {
    /// `newsletter.yaml`.
    pub config: Arc<Config>,
    /// Layouts and partials: the user's before the built-in ones.
    pub templates: Arc<Templates>,
    /// The posts that were read, by path, with what was found wrong while reading them.
    pub posts: Vec<Post>,
    /// What all posts are called, by path, also of those that were not read.
    pub outlines: Vec<Outline>,
    /// What was found wrong outside posts, at its configured level: configuration and templates.
    pub diagnostics: Vec<Diagnostic>,
    /// Those of them that reading showed, before levels are applied.
    pub read: Vec<Diagnostic>,
    /// The day on which it is looked at; nothing for who makes output, which may not depend on it.
    pub today: Option<NaiveDate>,
    /// What the addresses in it answered, where they were asked: by `check --online` alone.
    pub answers: Option<Arc<Answers>>,
    /// The SHA-256 of what all posts share: configuration and templates.
    pub shared: [u8; 32],
}

/// A file of `posts/`.
#[derive(Clone, Debug)]
pub struct Post {
    /// Where it is.
    pub path: RelPath,
    /// What it says, unless its header cannot be read.
    pub document: Option<Arc<Document>>,
    /// What was found wrong while reading it, before levels are applied.
    pub diagnostics: Vec<Diagnostic>,
}

/// Why a publication cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// No `newsletter.yaml` here or above.
    #[error("no `newsletter.yaml` in `{0}` or above it")]
    NotFound(std::path::PathBuf),
    /// No `newsletter.yaml` in the folder that was named.
    #[error("no `newsletter.yaml` in `{0}`")]
    NotHere(std::path::PathBuf),
    /// The disk refused.
    #[error("cannot read `{path}`: {error}")]
    Io {
        /// What was read.
        path: String,
        /// What the disk said.
        #[source]
        error: std::io::Error,
    },
    /// The configuration cannot be used; the findings say why.
    #[error("`newsletter.yaml` cannot be used")]
    Config(Vec<Diagnostic>),
    /// Posts were named that are not there.
    #[error(transparent)]
    Select(#[from] SelectError),
}

impl LoadError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NotFound(_) | Self::NotHere(_) => {
                Some("start a publication with `newsletter init DIR`, or name one with `-C DIR`".to_owned())
            }
            Self::Select(error) => Some(error.help()),
            Self::Io { .. } => Some("check that the file is there and that you may read it".to_owned()),
            Self::Config(_) => Some("`newsletter build` shows what is wrong with it".to_owned()),
        }
    }
}

impl Publication {
    /// Whether the configuration says what its author meant: with an error in it, no post can be
    /// made as it should be.
    pub fn is_usable(&self) -> bool {
        let config = self.config.source.path();
        !self.diagnostics.iter().any(|found| found.is_error() && found.source.path() == config)
    }
}
