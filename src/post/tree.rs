//! A post's text as a tree: what all renditions are made from.
//!
//! Every node carries its place in the source. Foreign parser types stop at `markdown.rs`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Source, Span};

/// A block of text.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: BlockKind,
}

/// The kinds of block.
#[derive(Clone, Debug, PartialEq)]
pub enum BlockKind {
    /// Running text.
    Paragraph(Vec<Inline>),
    /// A heading.
    Heading(Heading),
    /// A list.
    List(List),
    /// A quotation.
    Quote(Vec<Block>),
    /// A GFM alert, `> [!NOTE]`.
    Alert(AlertKind, Vec<Block>),
    /// Code, with the language it names.
    Code {
        /// The first word of the info string.
        language: Option<String>,
        /// The code, its last line end removed.
        text: String,
    },
    /// A table.
    Table(Table),
    /// A thematic break.
    Divider,
    /// Raw HTML, as written.
    Html(String),
    /// Terms and what they mean.
    Definitions(Vec<Definition>),
    /// A directive of ours.
    Directive(Directive),
}

/// A heading of level 1 to 6.
#[derive(Clone, Debug, PartialEq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its id, unique in the document: `{#id}` or made of its text.
    pub id: String,
    /// Whether the id was written by the user.
    pub explicit_id: bool,
    /// Its text.
    pub content: Vec<Inline>,
}

/// A list.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// The first number of an ordered list.
    pub start: Option<u64>,
    /// Whether its items are set close: no paragraph stands in them.
    pub tight: bool,
    /// Its items.
    pub items: Vec<ListItem>,
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListItem {
    /// Where it stands.
    pub span: Span,
    /// Whether it is a task, and done.
    pub task: Option<bool>,
    /// What it holds. In a tight list bare text is a `Paragraph` all the same.
    pub blocks: Vec<Block>,
}

/// GFM's alerts, in the order of [`crate::language::Words::alerts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertKind {
    /// Worth knowing even when skimming.
    Note,
    /// Advice.
    Tip,
    /// Needed to succeed.
    Important,
    /// Needs attention at once.
    Warning,
    /// Has consequences.
    Caution,
}

/// How a column is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alignment {
    /// As the script runs.
    #[default]
    None,
    /// To the left.
    Left,
    /// In the middle.
    Center,
    /// To the right.
    Right,
}

/// A table. A paragraph directly before it that reads `Table: text` is its caption.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// One for each column.
    pub alignments: Vec<Alignment>,
    /// What stands over it.
    pub caption: Option<Vec<Inline>>,
    /// The header's cells.
    pub head: Vec<Cell>,
    /// The rows below, each as wide as the header.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// Where it stands.
    pub span: Span,
    /// What it holds.
    pub content: Vec<Inline>,
}

/// Terms and what they mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// The term.
    pub term: Vec<Inline>,
    /// Its meanings.
    pub meanings: Vec<Vec<Block>>,
}

/// A directive: `:::name argument {key=value}` … `:::`.
#[derive(Clone, Debug, PartialEq)]
pub struct Directive {
    /// The opening line.
    pub opening: Span,
    /// What it is, with its arguments read.
    pub kind: DirectiveKind,
    /// What stands between its lines.
    pub blocks: Vec<Block>,
}

/// The directives.
#[derive(Clone, Debug, PartialEq)]
pub enum DirectiveKind {
    /// A call to action: `:::button https://… `, the label inside. At most one is solid in a
    /// view; `secondary` ones are outlined.
    Button {
        /// Where it leads; may hold hole tokens (see [`Hole`]).
        url: String,
        /// Whether it is outlined.
        secondary: bool,
    },
    /// A box set apart, with an optional title.
    Callout {
        /// Its first line.
        title: Option<String>,
    },
    /// A sentence of the text, set large.
    PullQuote {
        /// Who said it.
        by: Option<String>,
    },
    /// An image with what stands inside as its caption.
    Figure(Image),
    /// `::::columns` holding `:::column`s, at most three, which stack on phones.
    Columns,
    /// One of the columns.
    Column,
    /// The card of an author of the configuration.
    Author {
        /// The author's id.
        id: String,
    },
    /// A line between parts; more space than a thematic break.
    Divider,
    /// A video, shown as a thumbnail that leads to it.
    Video {
        /// Where it plays.
        url: String,
        /// The thumbnail, with its alternative text.
        image: Option<Image>,
    },
    /// Another file's text, already parsed; its spans are in `source`.
    Include {
        /// The file's text.
        source: Arc<Source>,
    },
    /// Only in plain text.
    TextOnly,
    /// Only in HTML (mail and web).
    HtmlOnly,
}

/// An image.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// The path or address as written.
    pub url: String,
    /// The path or address alone, for findings.
    pub url_span: Span,
    /// What it shows, as text.
    pub alt: String,
    /// Its title.
    pub title: Option<String>,
    /// The width it is to be shown at, in CSS pixels, when given: `![…](…){width=300}`.
    pub width: Option<u32>,
    /// Its height in CSS pixels, when given.
    pub height: Option<u32>,
}

/// A piece of running text.
#[derive(Clone, Debug, PartialEq)]
pub struct Inline {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: InlineKind,
}

/// The kinds of inline text.
#[derive(Clone, Debug, PartialEq)]
pub enum InlineKind {
    /// Text, as the reader is to see it.
    Text(String),
    /// Emphasised.
    Emphasis(Vec<Inline>),
    /// Strongly emphasised.
    Strong(Vec<Inline>),
    /// Struck out.
    Strikethrough(Vec<Inline>),
    /// Raised.
    Superscript(Vec<Inline>),
    /// Lowered.
    Subscript(Vec<Inline>),
    /// Code.
    Code(String),
    /// A link.
    Link {
        /// Where it leads; may hold hole tokens (see [`Hole`]).
        url: String,
        /// Its title.
        title: Option<String>,
        /// What the reader sees.
        content: Vec<Inline>,
    },
    /// An image in running text.
    Image(Image),
    /// The mark of a footnote; the number that readers see, from 1 in the order of first marks.
    FootnoteMark(usize),
    /// A line end that is a space.
    SoftBreak,
    /// A line end that is one.
    HardBreak,
    /// Raw HTML, as written.
    Html(String),
    /// What differs by subscriber.
    Hole(Hole),
}

/// A place that each subscriber's own value fills: `{{subscriber.name}}` or
/// `{{default subscriber.name "reader"}}`. In addresses it stands as a token made by
/// [`Holes::token`](crate::post::Holes::token).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hole {
    /// The field's name, without `subscriber.`.
    pub field: String,
    /// What stands there when the subscriber has no value, and on web pages.
    pub default: Option<String>,
}

/// A footnote.
#[derive(Clone, Debug, PartialEq)]
pub struct Footnote {
    /// The number that readers see, from 1.
    pub number: usize,
    /// The file it stands in: the post, or one that it includes.
    pub source: Arc<Source>,
    /// Where it stands.
    pub span: Span,
    /// How often it is marked in the text.
    pub marks: usize,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A part of the document: a heading at the top level and what stands under it, or what stands
/// before the first heading.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The index of its heading among the document's blocks; `None` for the greeting.
    pub heading: Option<usize>,
    /// Its blocks, heading included, as indices of the document's blocks.
    pub blocks: std::ops::Range<usize>,
    /// Where it stands.
    pub span: Span,
    /// Its words without the heading's; a Chinese character counts as one.
    pub words: usize,
}

/// The text of inlines without marks, as for ids, alternative texts and previews.
pub fn plain_text(inlines: &[Inline]) -> String {
    let mut text = String::new();
    push_plain(inlines, &mut text);
    text
}

fn push_plain(inlines: &[Inline], text: &mut String) {
    for inline in inlines {
        match &inline.kind {
            InlineKind::Text(t) | InlineKind::Code(t) => text.push_str(t),
            InlineKind::Emphasis(inner)
            | InlineKind::Strong(inner)
            | InlineKind::Strikethrough(inner)
            | InlineKind::Superscript(inner)
            | InlineKind::Subscript(inner)
            | InlineKind::Link { content: inner, .. } => push_plain(inner, text),
            InlineKind::Image(image) => text.push_str(&image.alt),
            InlineKind::SoftBreak | InlineKind::HardBreak => text.push(' '),
            InlineKind::Hole(hole) => text.push_str(hole.default.as_deref().unwrap_or_default()),
            InlineKind::FootnoteMark(_) | InlineKind::Html(_) => {}
        }
    }
}
