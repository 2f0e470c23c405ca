//! Markdown to the tree of [`crate::post::tree`].

pub(crate) mod attributes;
mod build;
mod finish;
mod include;
mod lines;
mod offsets;
mod prepare;

pub(crate) use build::destination;

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::config::MarkdownOptions;
use crate::diagnostic::{Diagnostic, Source, Span};
use crate::files::{Files, RelPath};
use crate::language::Language;
use crate::post::tree::{Block, Footnote};
use crate::post::{Allow, Holes};

/// The text of a post, read.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) blocks: Vec<Block>,
    pub(super) footnotes: Vec<Footnote>,
    pub(super) allow: Vec<Allow>,
    pub(super) holes: Holes,
    pub(super) hash: [u8; 32],
}

/// How text is read.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) options: MarkdownOptions,
    pub(super) language: &'a Language,
    pub(super) files: &'a dyn Files,
}

/// What holds across the files of one post.
struct State<'a> {
    reading: Reading<'a>,
    post: &'a RelPath,
    seed: u64,
    allow: Vec<Allow>,
    holes: Holes,
    notes: Vec<Note>,
    explicit_ids: BTreeMap<String, Span>,
    /// The files being read, outermost first.
    open: Vec<RelPath>,
    /// The digests of what was included.
    included: Sha256,
    included_files: usize,
    included_bytes: usize,
    found: Vec<Diagnostic>,
}

/// A footnote by the order of its label's first appearance in the text, be it mark or note.
#[derive(Debug)]
struct Note {
    label: String,
    source: Arc<Source>,
    span: Span,
    blocks: Option<Vec<Block>>,
}

/// Reads the part `body` of the post `source`.
pub(super) fn read(
    path: &RelPath,
    source: &Arc<Source>,
    body: Span,
    reading: Reading<'_>,
    found: &mut Vec<Diagnostic>,
) -> Body {
    let digest: [u8; 32] = Sha256::digest(source.text().as_bytes()).into();
    let seed = digest.iter().take(8).fold(0, |seed, &byte| seed << 8 | u64::from(byte));
    let mut state = State {
        reading,
        post: path,
        seed,
        allow: Vec::new(),
        holes: Holes::new(seed),
        notes: Vec::new(),
        explicit_ids: BTreeMap::new(),
        open: vec![path.clone()],
        included: Sha256::new_with_prefix(digest),
        included_files: 0,
        included_bytes: 0,
        found: std::mem::take(found),
    };
    let mut blocks = build::blocks(&mut state, source, body);
    let footnotes = finish::finish(&mut state, &mut blocks);
    let hash = if state.included_files == 0 { digest } else { state.included.finalize().into() };
    *found = state.found;
    Body { blocks, footnotes, allow: state.allow, holes: state.holes, hash }
}
