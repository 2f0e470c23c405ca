//! What the marker of an output folder remembers of each post, so that a build of one post can
//! make the page of all cards again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::build::Built;
use crate::build::index::{Card, Views};
use crate::build::output::Kind;
use crate::diagnostic::{Diagnostic, Severity, Source, Span, code};
use crate::files::{Files, RelPath};
use crate::language::Language;
use crate::post::Slug;
use crate::post::front_matter::Status;
use crate::publication::Publication;

const VERSION: u32 = 1;

/// The marker's content.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Record {
    version: u32,
    /// By path.
    posts: BTreeMap<String, Entry>,
}

/// One post.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    slug: String,
    title: String,
    template: String,
    language: String,
    status: Option<String>,
    day: Option<String>,
    words: usize,
    html_bytes: usize,
    /// Whether its folder is there, perhaps from an earlier build.
    pub(super) built: bool,
    findings: Vec<Finding>,
}

/// A finding, whose source is read again when it is shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Finding {
    code: String,
    severity: String,
    file: String,
    start: usize,
    end: usize,
    message: String,
    help: Option<String>,
}

impl Record {
    /// What the last build left in `out`; nothing where it cannot be read.
    pub(super) fn load(out: &Path) -> Self {
        let record = std::fs::read(out.join(Kind::Build.marker()))
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        record.filter(|record| record.version == VERSION).unwrap_or_default()
    }

    pub(super) fn json(&self) -> Vec<u8> {
        let record = serde_json::json!({
            "about": "made by `newsletter build`, which replaces this folder",
            "version": VERSION,
            "posts": self.posts,
        });
        let mut bytes = serde_json::to_vec(&record).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    pub(super) fn get(&self, path: &RelPath) -> Option<&Entry> {
        self.posts.get(path.as_str())
    }

    pub(super) fn insert(&mut self, path: &RelPath, entry: Entry) {
        self.posts.insert(path.as_str().to_owned(), entry);
    }

    /// Forgets posts that are no longer there.
    pub(super) fn keep_only(&mut self, publication: &Publication) {
        let here: BTreeSet<_> = publication.outlines.iter().map(|outline| outline.path.as_str()).collect();
        self.posts.retain(|path, _| here.contains(path.as_str()));
    }

    /// Whether a post's folder has this name.
    pub(super) fn has_folder(&self, slug: &Slug) -> bool {
        self.posts.values().any(|entry| entry.built && entry.slug == slug.as_str())
    }

    /// All posts with their findings, whose sources are read from `files` unless the post is among
    /// those `fresh`ly built.
    pub(super) fn shown(&self, fresh: &BTreeMap<String, Vec<Diagnostic>>, files: &dyn Files) -> Vec<Shown<'_>> {
        let mut sources = BTreeMap::new();
        let mut found = |path: &str, entry: &Entry| match fresh.get(path) {
            Some(found) => found.clone(),
            None => entry.findings.iter().filter_map(|finding| finding.restore(&mut sources, files)).collect(),
        };
        let posts = self.posts.iter();
        posts
            .map(|(path, entry)| Shown {
                path,
                entry,
                language: Language::new(&entry.language).or_else(|| Language::new("en")),
                diagnostics: found(path, entry),
            })
            .collect()
    }
}

impl Entry {
    /// What is to be remembered of a post. `slug` is that of its folder.
    pub(super) fn new(built: &Built, slug: &Slug, folder: bool, publication: &Publication) -> Self {
        let config = &publication.config;
        let header = built.document.as_ref().map(|document| &document.front_matter);
        let text = |value: &Option<String>| value.clone();
        Self {
            slug: slug.to_string(),
            title: header.map(|header| header.title.clone()).unwrap_or_default(),
            template: header.and_then(|header| text(&header.template)).unwrap_or_else(|| config.template.clone()),
            language: built.document.as_ref().map_or(&config.language, |document| &document.language).to_string(),
            status: header.map(|header| header.status.as_str().to_owned()),
            day: header.and_then(|header| header.date).map(|date| date.day.to_string()),
            words: built.document.as_ref().map_or(0, |document| document.words),
            html_bytes: built.html_bytes,
            built: folder,
            findings: built.diagnostics.iter().map(Finding::new).collect(),
        }
    }

    pub(super) fn slug(&self) -> Option<Slug> {
        Slug::from_text(&self.slug).filter(|slug| slug.as_str() == self.slug)
    }
}

/// What a card borrows.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    pub(super) path: &'a str,
    entry: &'a Entry,
    language: Option<Language>,
    diagnostics: Vec<Diagnostic>,
}

impl Shown<'_> {
    /// The card; nothing where the record holds no language, which no build writes.
    pub(super) fn card<'s>(&'s self, views: Option<Views<'s>>) -> Option<Card<'s>> {
        let status = match self.entry.status.as_deref() {
            Some("ready") => Some(Status::Ready),
            Some(_) => Some(Status::Draft),
            None => None,
        };
        let slug = &*self.entry.slug;
        let folder = match (self.entry.built, self.diagnostics.iter().any(Diagnostic::is_error)) {
            (true, false) => Views::Folder(slug),
            (true, true) => Views::Earlier(slug),
            (false, _) => Views::None,
        };
        Some(Card {
            title: &self.entry.title,
            path: self.path,
            template: &self.entry.template,
            language: self.language.as_ref()?,
            status,
            day: self.entry.day.as_ref().and_then(|day| day.parse().ok()),
            words: self.entry.words,
            html_bytes: self.entry.html_bytes,
            diagnostics: &self.diagnostics,
            views: views.unwrap_or(folder),
        })
    }
}

impl Finding {
    fn new(found: &Diagnostic) -> Self {
        Self {
            code: found.code.id.to_owned(),
            severity: found.severity.as_str().to_owned(),
            file: found.source.path().to_owned(),
            start: found.span.start,
            end: found.span.end,
            message: found.message.clone(),
            help: found.help.clone(),
        }
    }

    fn restore(&self, sources: &mut BTreeMap<String, Arc<Source>>, files: &dyn Files) -> Option<Diagnostic> {
        let source = sources.entry(self.file.clone()).or_insert_with(|| {
            let bytes = RelPath::new(&self.file).ok().and_then(|path| files.read(&path).ok()).unwrap_or_default();
            Source::new(self.file.clone(), String::from_utf8_lossy(&bytes))
        });
        let severity = match self.severity.as_str() {
            "error" => Severity::Error,
            "warning" => Severity::Warning,
            _ => Severity::Note,
        };
        let span = Span::new(self.start, self.end);
        let mut found = Diagnostic::new(code::find(&self.code)?, source, span, self.message.clone()).severity(severity);
        found.help.clone_from(&self.help);
        Some(found)
    }
}
