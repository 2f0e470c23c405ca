//! Layouts and partials: the user's `templates/`, before the same files built in.

use crate::diagnostic::Sink;
use crate::files::Files;

/// The compiled templates of a publication.
#[derive(Debug, Default)]
pub struct Templates {}

/// Why a template could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// No template has this name.
    #[error("there is no template `{0}`")]
    Unknown(String),
}

impl Templates {
    /// Reads and checks `templates/`; findings name the file and the line.
    pub fn load(_files: &dyn Files, _sink: &mut Sink) -> Self {
        Self::default()
    }
}
