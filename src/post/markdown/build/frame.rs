//! What was started and not yet ended.

use std::ops::Range;

use pulldown_cmark::LinkType;

use crate::diagnostic::Span;
use crate::post::tree::{AlertKind, Alignment, Block, Cell, Definition, DirectiveKind, Inline, ListItem};

#[derive(Debug)]
pub(super) struct Frame {
    pub(super) kind: FrameKind,
    pub(super) range: Range<usize>,
    pub(super) blocks: Vec<Block>,
    pub(super) inlines: Vec<Inline>,
}

impl Frame {
    pub(super) fn new(kind: FrameKind, range: Range<usize>) -> Self {
        Self { kind, range, blocks: Vec::new(), inlines: Vec::new() }
    }
}

#[derive(Debug)]
pub(super) enum FrameKind {
    Root,
    Paragraph,
    Heading { level: u8, id: Option<String> },
    Quote(Option<AlertKind>),
    List { start: Option<u64>, tight: bool, items: Vec<ListItem> },
    Item { task: Option<bool> },
    Note(usize),
    Definitions(Vec<Definition>),
    Term,
    Meaning,
    Table { alignments: Vec<Alignment>, head: Vec<Cell>, rows: Vec<Vec<Cell>> },
    Row { head: bool, cells: Vec<Cell> },
    Cell,
    Emphasis,
    Strong,
    Strikethrough,
    Link { url: String, title: Option<String> },
    Image { url: String, title: Option<String>, link: LinkType },
    Code { language: Option<String>, text: String },
    Html(String),
    Directive { kind: DirectiveKind, opening: Span },
}

impl FrameKind {
    pub(super) fn is_inline_container(&self) -> bool {
        matches!(self, Self::Emphasis | Self::Strong | Self::Strikethrough | Self::Link { .. } | Self::Image { .. })
    }

    pub(super) fn holds_blocks(&self) -> bool {
        matches!(
            self,
            Self::Root | Self::Quote(_) | Self::Item { .. } | Self::Note(_) | Self::Meaning | Self::Directive { .. }
        )
    }
}

/// What was started and not yet ended.
#[derive(Debug)]
pub(super) enum Open {
    /// An element with a frame.
    Framed,
    /// An element whose content stands in its parent.
    Dissolved,
    /// A directive; whether it has a frame.
    Directive { colons: usize, line: Span, framed: bool },
}
