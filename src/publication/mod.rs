//! The whole folder as one snapshot: configuration, templates, posts.

use std::sync::Arc;

use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::files::{Files, RelPath};
use crate::post::Document;
use crate::render::Templates;

/// A publication at one moment. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Publication {
    /// `newsletter.yaml`.
    pub config: Arc<Config>,
    /// Layouts and partials: the user's before the built-in ones.
    pub templates: Arc<Templates>,
    /// The posts by path, with what was found wrong while reading them.
    pub posts: Vec<Post>,
    /// What was found wrong outside posts: configuration and templates.
    pub diagnostics: Vec<Diagnostic>,
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
}

impl Publication {
    /// Reads all of it. Posts are read in parallel; their mistakes are findings, not errors.
    ///
    /// # Errors
    /// When the configuration or the folder itself cannot be read.
    pub fn load(_files: &dyn Files) -> Result<Self, LoadError> {
        Err(LoadError::Config(Vec::new()))
    }
}
