//! One Markdown file: its front matter, and its text as a tree with places.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

mod allow;
pub(crate) mod cjk;
pub mod directive;
pub mod former;
pub mod front_matter;
pub mod hole;
pub(crate) mod hole_syntax;
mod markdown;
mod section;
mod slug;
mod summary;
pub mod tree;
pub mod visit;
pub mod words;

pub use allow::{Allow, Scope};
pub use front_matter::FrontMatter;
pub use hole::Holes;
pub(crate) use hole_syntax::{substitute, with_defaults};
pub(crate) use markdown::destination;
pub use slug::Slug;

use std::sync::Arc;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Sink, Source, Span};
use crate::files::{Files, RelPath};
use crate::language::Language;
use tree::{Block, Footnote, Section};

/// A post as read.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its file.
    pub path: RelPath,
    /// Its text as it stands in the file.
    pub source: Arc<Source>,
    /// What its header says.
    pub front_matter: FrontMatter,
    /// Its text below the front matter.
    pub body: Span,
    /// The text as a tree.
    pub blocks: Vec<Block>,
    /// Its footnotes, in the order of their first marks.
    pub footnotes: Vec<Footnote>,
    /// Its sections, in order; together they cover all blocks.
    pub sections: Vec<Section>,
    /// What its comments let stand.
    pub allow: Vec<Allow>,
    /// What differs by subscriber.
    pub holes: Holes,
    /// Its language, or the newsletter's.
    pub language: Language,
    /// Its words; a Chinese character counts as one.
    pub words: usize,
    /// The SHA-256 of its text and of all it includes.
    pub hash: [u8; 32],
}

impl Document {
    /// Minutes to read it, at least 1: 230 words or 400 Chinese characters a minute.
    pub fn reading_minutes(&self) -> usize {
        let speed = if self.language.is_cjk() { 400 } else { 230 };
        self.words.div_ceil(speed).max(1)
    }
}

/// What reading a post gives: the document, unless its header cannot be read, and the findings.
#[derive(Debug)]
pub struct Parsed {
    /// The post; nothing where its header cannot be read or lacks what it must have.
    pub document: Option<Document>,
    /// What is wrong with it, before levels are applied.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the post `source`, including the files that it includes.
pub fn parse(path: &RelPath, source: &Arc<Source>, config: &Config, files: &dyn Files) -> Parsed {
    let mut sink = Sink::new();
    let Some((front_matter, body_start)) = front_matter::read(source, config, path, &mut sink) else {
        return Parsed { document: None, diagnostics: sink.into_found() };
    };
    let span = Span::new(body_start, source.text().len());
    let language = front_matter.language.clone().unwrap_or_else(|| config.language.clone());
    let mut diagnostics = sink.into_found();
    let reading = markdown::Reading { options: config.markdown, language: &language, files };
    let body = markdown::read(path, source, span, reading, &mut diagnostics);
    let sections = section::sections(&body.blocks);
    // A section's words are counted without its heading.
    let heading = |section: &Section| section.heading.and_then(|at| body.blocks.get(at..=at)).map_or(0, words::count);
    let document = Document {
        path: path.clone(),
        source: Arc::clone(source),
        front_matter,
        body: span,
        words: sections.iter().map(|section| section.words + heading(section)).sum(),
        sections,
        blocks: body.blocks,
        footnotes: body.footnotes,
        allow: body.allow,
        holes: body.holes,
        language,
        hash: body.hash,
    };
    Parsed { document: Some(document), diagnostics }
}
