//! How a finding can be mended by the tool itself.

use crate::diagnostic::Span;

/// Whether a fix may be applied without a person's look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// The reader of the newsletter sees the same, or exactly what was meant.
    Safe,
    /// Probably right; may change the meaning.
    Unsafe,
}

/// One replacement in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced, in bytes of the file; empty for an insertion.
    pub span: Span,
    /// What stands there instead.
    pub text: String,
}

/// A set of edits to one file that mends one finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Whether `--fix` applies it.
    pub safety: Safety,
    /// In the order of the file, not overlapping.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// Mends by one replacement that cannot do harm.
    pub fn safe(span: Span, text: impl Into<String>) -> Self {
        Self { safety: Safety::Safe, edits: vec![Edit { span, text: text.into() }] }
    }

    /// Mends by one replacement that a person should look at.
    pub fn needs_a_look(span: Span, text: impl Into<String>) -> Self {
        Self { safety: Safety::Unsafe, edits: vec![Edit { span, text: text.into() }] }
    }

    /// Whether `--fix` applies it.
    pub fn is_safe(&self) -> bool {
        self.safety == Safety::Safe
    }
}
