//! The archive in other forms: a book, ways out, so that nothing is kept here that cannot leave, and
//! rendered anew by today's templates.
//!
//! All of it is made of records, as the site is; the same archive gives the same bytes.

mod again;
mod epub;
mod error;
mod jsonl;
mod markdown;
mod mbox;
mod prose;
mod zip;

use chrono::Datelike as _;

use crate::archive::{Archive, Past};
use crate::config::Config;
use crate::post::front_matter::Visibility;

pub use again::{Again, AgainError, Change, Fate, again};
pub use error::ExportError;

/// The forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A JSON object a line.
    JsonLines,
    /// The messages as a mailbox (mboxrd).
    Mbox,
    /// Markdown files and pictures in a ZIP file.
    Markdown,
    /// A book (EPUB 3).
    Epub,
}

impl Form {
    /// Whether it is not for eyes.
    pub fn is_binary(self) -> bool {
        matches!(self, Self::Markdown | Self::Epub)
    }
}

/// Whether private issues go along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Private {
    /// They stay: what is exported is often handed on.
    Leave,
    /// They go along.
    Include,
}

/// What to export.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// The form.
    pub form: Form,
    /// The year whose issues it is to hold; all of them where there is none.
    pub year: Option<i32>,
    /// Whether private issues go along.
    pub private: Private,
}

/// An export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The bytes of its file.
    pub bytes: Vec<u8>,
    /// How many issues it holds.
    pub issues: usize,
    /// How many private ones were left out.
    pub left_out: usize,
}

/// Exports the issues of `archive`.
///
/// # Errors
/// When there is none to export, or a record cannot be read.
pub fn export(archive: &Archive, config: &Config, request: Request) -> Result<Exported, ExportError> {
    let all = archive.issues()?;
    let of_year = |issue: &Past| request.year.is_none() || issue.day().map(|day| day.year()) == request.year;
    let (mut issues, mut private) = (Vec::new(), 0);
    for issue in all.into_iter().filter(of_year) {
        if issue.about().visibility == Visibility::Private && request.private == Private::Leave {
            private += 1;
        } else {
            issues.push(issue);
        }
    }
    if issues.is_empty() {
        return Err(ExportError::Nothing { year: request.year, private });
    }
    let bytes = match request.form {
        Form::JsonLines => jsonl::write(&issues, config),
        Form::Mbox => mbox::write(&issues),
        Form::Markdown => markdown::write(&issues),
        Form::Epub => epub::write(&issues, config, request),
    }?;
    Ok(Exported { bytes, issues: issues.len(), left_out: private })
}
