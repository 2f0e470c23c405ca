//! Findings about what the user wrote: what is wrong, where, why it matters and how to mend it.
//!
//! A mistake in a post, the configuration or a template is a [`Diagnostic`], collected in a
//! [`Sink`] so that one run shows them all. A failure of the world (a disk, a server) is an
//! error of the module that met it, never a diagnostic.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

pub mod code;
pub mod fix;
pub mod github;
pub mod human;
pub mod json;
pub mod sarif;
mod sink;
mod span;
mod suggest;
mod uri;

pub use code::Code;
pub use fix::{Edit, Fix, Safety, Which};
pub use sink::{Counts, Levels, Sink};
pub use span::{Position, Source, Span};
pub use suggest::nearest;
pub use uri::{percent_decode, uri};

use std::sync::Arc;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing need be done.
    Note,
    /// Readers may be served badly; the post still builds.
    Warning,
    /// The post cannot go out like this.
    Error,
}

impl Severity {
    /// The word that people, JSON and the configuration use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One finding at one place.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Which fault it is.
    pub code: &'static Code,
    /// How bad it is; the code's default until the configuration says otherwise.
    pub severity: Severity,
    /// The text it is about.
    pub source: Arc<Source>,
    /// The words it is about, in bytes of `source`.
    pub span: Span,
    /// What is wrong: lower case, no full stop, names in backticks.
    pub message: String,
    /// What the underlined words are or do, shown under them.
    pub label: Option<String>,
    /// How to mend it.
    pub help: Option<String>,
    /// The same as edits, where the tool can tell.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// Reports `code` at `span` of `source` at the code's default severity.
    pub fn new(code: &'static Code, source: &Arc<Source>, span: impl Into<Span>, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity,
            source: Arc::clone(source),
            span: span.into(),
            message: message.into(),
            label: None,
            help: None,
            fix: None,
        }
    }

    /// Says under the underlined words why they matter.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Gives the mending as edits.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Reports at another severity than the code's default, as where a draft is judged mildly.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Whether it stops its post.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Orders by file, place and code: the order of every report.
    pub fn sort_key(&self) -> (&str, usize, usize, &str, &str) {
        (self.source.path(), self.span.start, self.span.end, self.code.id, &self.message)
    }
}

/// A path below a folder, which may be the top.
fn below(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}
