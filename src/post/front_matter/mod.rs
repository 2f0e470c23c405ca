//! The front matter of a post: what is said about it above its text.

pub(crate) mod date;
mod fence;
mod read;
mod reference;
pub mod table;

pub use read::{day, from_name, read};
pub use reference::{FileKind, configuration_docs, json_schema};

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate};

use crate::config::ImagePolicy;
use crate::diagnostic::{Severity, Span};
use crate::language::Language;
use crate::post::former::Alias;
use crate::post::{Allow, Slug};

/// What the front matter says, with what the file's name adds.
#[derive(Clone, Debug, Default)]
pub struct FrontMatter {
    /// The title.
    pub title: String,
    /// Where the title stands, for findings about it.
    pub title_span: Span,
    /// The line under the title.
    pub subtitle: Option<String>,
    /// The subject, where it is not the title.
    pub subject: Option<String>,
    /// The line that inboxes show beside the subject.
    pub preheader: Option<String>,
    /// The folder and address of the post.
    pub slug: Slug,
    /// Where the slug stands; empty at 0 where it comes from the file's name.
    pub slug_span: Span,
    /// When it is dated.
    pub date: Option<PostDate>,
    /// Its number as an issue.
    pub number: Option<u32>,
    /// Ids of `authors` in the configuration, or names.
    pub authors: Vec<String>,
    /// Whether it may go out.
    pub status: Status,
    /// Its language, where it is not the newsletter's.
    pub language: Option<Language>,
    /// Tags.
    pub tags: Vec<String>,
    /// The series it belongs to.
    pub series: Option<String>,
    /// The segment it goes to; everybody where there is none.
    pub segment: Option<String>,
    /// Who can see it on the web; nobody, where it goes to a segment and does not say.
    pub visibility: Visibility,
    /// The picture that stands for it.
    pub image: Option<String>,
    /// Whether its images are hosted or embedded, where it is not as the newsletter says.
    pub images: Option<ImagePolicy>,
    /// Files that go with the mail.
    pub attachments: Vec<String>,
    /// Where it was first published.
    pub canonical_url: Option<String>,
    /// Other addresses that lead to it.
    pub aliases: Vec<Alias>,
    /// What it must have, by the configuration's `profiles`.
    pub profile: Option<String>,
    /// Its template, where it is not the newsletter's.
    pub template: Option<String>,
    /// Where the template stands.
    pub template_span: Span,
    /// Findings that are meant to be so.
    pub allow: Vec<Allow>,
    /// What the user's own templates read.
    pub extra: serde_json::Map<String, serde_json::Value>,
    /// Where each top-level key stands (the key itself).
    pub keys: BTreeMap<String, Span>,
    /// Where each value stands, by its keys: `title`, `extra.color`, `tags.0`.
    pub places: BTreeMap<String, Span>,
    /// The whole block, with its `---` lines.
    pub span: Span,
}

/// A date, with a time where one was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PostDate {
    /// The day in the newsletter's time zone, or as written.
    pub day: NaiveDate,
    /// The moment, where a time was given.
    pub at: Option<DateTime<FixedOffset>>,
}

/// Whether a post may go out. That it was sent is known by the ledger alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Still being written.
    #[default]
    Draft,
    /// May go out.
    Ready,
}

impl Status {
    /// How bad something is that a draft may still lack.
    pub fn severity(self) -> Severity {
        match self {
            Self::Draft => Severity::Warning,
            Self::Ready => Severity::Error,
        }
    }

    /// As the front matter says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Ready => "ready",
        }
    }
}

/// Who can see a post on the web.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Everybody.
    #[default]
    Public,
    /// Who knows its address.
    Unlisted,
    /// Nobody: it has no web page.
    Private,
}

impl Visibility {
    /// As the front matter says it; what goes to a part of the readers is not for everybody, unless it
    /// says so.
    pub fn of(written: Option<&str>, has_segment: bool) -> Self {
        match written {
            Some("unlisted") => Self::Unlisted,
            Some("private") => Self::Private,
            None if has_segment => Self::Private,
            _ => Self::Public,
        }
    }
}
