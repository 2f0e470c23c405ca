//! The parser's events to blocks and inlines.

mod addresses;
mod blocks;
mod directives;
mod frame;
mod images;
mod inlines;

pub(crate) use addresses::destination;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, LinkType, Options, Parser, Tag};

use crate::diagnostic::{Diagnostic, Source, Span, code};
use crate::post::markdown::State;
use crate::post::markdown::build::frame::{Frame, FrameKind, Open};
use crate::post::markdown::prepare::Prepared;
use crate::post::tree::{AlertKind, Alignment, Block, BlockKind, InlineKind};

/// How deep blocks and inlines may nest; what is deeper stands in the deepest that is kept, so
/// that those who walk the tree need no more stack than this.
const MAX_DEPTH: usize = 40;

/// Reads the part `body` of `source`.
pub(super) fn blocks(state: &mut State<'_>, source: &Arc<Source>, body: Span) -> Vec<Block> {
    let prepared = Prepared::new(source.text(), body.range(), state.seed);
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM;
    // Straight quotes between Chinese characters do not show which way they turn, and who writes
    // Chinese has curly ones at hand.
    options.set(
        Options::ENABLE_SMART_PUNCTUATION,
        state.reading.options.smart_punctuation && !state.reading.language.is_cjk(),
    );
    let mut builder = Builder {
        state,
        source,
        prepared: &prepared,
        stack: vec![Frame::new(FrameKind::Root, 0..prepared.text.len())],
        open: Vec::new(),
        labels: BTreeMap::new(),
        code: Vec::new(),
        skip_until: 0,
    };
    for (event, range) in Parser::new_ext(&prepared.text, options).into_offset_iter() {
        builder.event(event, range);
    }
    builder.close_directives();
    builder.flush();
    builder.report_misuses();
    builder.stack.pop().map(|root| root.blocks).unwrap_or_default()
}

struct Builder<'a, 's, 'f> {
    state: &'a mut State<'s>,
    source: &'f Arc<Source>,
    prepared: &'a Prepared<'f>,
    stack: Vec<Frame>,
    open: Vec<Open>,
    labels: BTreeMap<String, usize>,
    /// Where code stands, in the order of the file.
    code: Vec<Span>,
    /// The end of attributes behind an image, which are no text.
    skip_until: usize,
}

impl Builder<'_, '_, '_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(_) => self.end(),
            Event::Text(text) => self.text(&text, range),
            Event::Code(code) => {
                let span = self.prepared.map.span(&range);
                self.code.push(span);
                let text = self.prepared.restore(&code, range, self.source.text());
                self.inline(span, InlineKind::Code(self.prepared.visible(&text)));
            }
            Event::Html(html) => match self.stack.last_mut().map(|frame| &mut frame.kind) {
                Some(FrameKind::Html(text)) => text.push_str(&html),
                _ => self.inline_html(&html, &range),
            },
            Event::InlineHtml(html) => self.inline_html(&html, &range),
            Event::FootnoteReference(label) => {
                let span = self.prepared.map.span(&range);
                let mark = self.note(&label, span);
                self.inline(span, InlineKind::FootnoteMark(mark));
            }
            Event::SoftBreak => self.soft_break(&range),
            Event::HardBreak => self.inline(self.prepared.map.span(&range), InlineKind::HardBreak),
            Event::Rule => {
                self.flush();
                self.block(&range, BlockKind::Divider);
            }
            Event::TaskListMarker(done) => {
                let item = self.stack.iter_mut().rev().find_map(|frame| match &mut frame.kind {
                    FrameKind::Item { task } => Some(task),
                    _ => None,
                });
                if let Some(task) = item {
                    *task = Some(done);
                }
            }
            // Not enabled; shown as text all the same.
            Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text, range),
        }
    }

    fn top(&self) -> Option<&FrameKind> {
        self.stack.last().map(|frame| &frame.kind)
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        let deep = self.stack.len() >= MAX_DEPTH;
        let kind = match tag {
            Tag::Paragraph => {
                if let Some(FrameKind::Item { .. }) = self.top() {
                    let list = self.stack.len().checked_sub(2).and_then(|index| self.stack.get_mut(index));
                    if let Some(FrameKind::List { tight, .. }) = list.map(|frame| &mut frame.kind) {
                        *tight = false;
                    }
                }
                FrameKind::Paragraph
            }
            Tag::Heading { level, id, .. } => {
                FrameKind::Heading { level: level as u8, id: id.map(|id| self.string(&id)) }
            }
            Tag::BlockQuote(_) | Tag::List(_) | Tag::DefinitionList if deep => return self.dissolve(),
            Tag::BlockQuote(kind) => FrameKind::Quote(kind.map(alert)),
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    CodeBlockKind::Fenced(info) => {
                        let info = self.string(&info);
                        info.split_whitespace().next().map(str::to_owned)
                    }
                    CodeBlockKind::Indented => None,
                };
                self.code.push(self.prepared.map.span(&range));
                FrameKind::Code { language, text: String::new() }
            }
            Tag::HtmlBlock => FrameKind::Html(String::new()),
            Tag::List(start) => FrameKind::List { start, tight: true, items: Vec::new() },
            Tag::Item => match self.top() {
                Some(FrameKind::List { .. }) => FrameKind::Item { task: None },
                _ => return self.dissolve(),
            },
            Tag::FootnoteDefinition(label) => {
                let span = self.block_span(&range);
                FrameKind::Note(self.note(&label, span))
            }
            Tag::DefinitionList => FrameKind::Definitions(Vec::new()),
            Tag::DefinitionListTitle | Tag::DefinitionListDefinition
                if !matches!(self.top(), Some(FrameKind::Definitions(_))) =>
            {
                return self.dissolve();
            }
            Tag::DefinitionListTitle => FrameKind::Term,
            Tag::DefinitionListDefinition => FrameKind::Meaning,
            Tag::Table(alignments) => FrameKind::Table {
                alignments: alignments.into_iter().map(alignment).collect(),
                head: Vec::new(),
                rows: Vec::new(),
            },
            Tag::TableHead => FrameKind::Row { head: true, cells: Vec::new() },
            Tag::TableRow => FrameKind::Row { head: false, cells: Vec::new() },
            Tag::TableCell => FrameKind::Cell,
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } if deep => {
                self.open.push(Open::Dissolved);
                return;
            }
            Tag::Emphasis => FrameKind::Emphasis,
            Tag::Strong => FrameKind::Strong,
            Tag::Strikethrough => FrameKind::Strikethrough,
            Tag::Link { dest_url, link_type: LinkType::Email, .. } => {
                FrameKind::Link { url: format!("mailto:{}", self.string(&dest_url)), title: None }
            }
            Tag::Link { dest_url, title, .. } => {
                if self.is_unsafe(&dest_url, &range) {
                    self.open.push(Open::Dissolved);
                    return;
                }
                FrameKind::Link { url: self.string(&dest_url), title: self.title(&title) }
            }
            Tag::Image { link_type, dest_url, title, .. } => {
                if self.is_unsafe(&dest_url, &range) || self.is_local(&dest_url, &range) {
                    self.open.push(Open::Dissolved);
                    return;
                }
                FrameKind::Image { url: self.string(&dest_url), title: self.title(&title), link: link_type }
            }
            Tag::Superscript | Tag::Subscript | Tag::MetadataBlock(_) => {
                self.open.push(Open::Dissolved);
                return;
            }
        };
        if !kind.is_inline_container() {
            self.flush();
        }
        self.open.push(Open::Framed);
        self.stack.push(Frame::new(kind, range));
    }

    /// Starts a block that is no node of its own: its content stands in its parent.
    fn dissolve(&mut self) {
        self.flush();
        self.open.push(Open::Dissolved);
    }

    fn end(&mut self) {
        self.close_directives();
        if self.top().is_some_and(FrameKind::holds_blocks) {
            self.flush();
        }
        if let Some(Open::Framed) = self.open.pop()
            && let Some(frame) = self.stack.pop()
        {
            self.finish(frame);
        }
    }

    /// Reports the wrong uses of `subscriber` that do not stand in code.
    fn report_misuses(&mut self) {
        for (span, misuse) in &self.prepared.misuses {
            let before = self.code.partition_point(|code| code.start <= span.start);
            let code = before.checked_sub(1).and_then(|index| self.code.get(index));
            if code.is_none_or(|code| span.start >= code.end) {
                let diagnostic = Diagnostic::new(code::FORBIDDEN_HOLE, self.source, *span, misuse.message.clone());
                self.state.found.push(diagnostic.help(misuse.help.clone()));
            }
        }
    }
}

fn alert(kind: BlockQuoteKind) -> AlertKind {
    match kind {
        BlockQuoteKind::Note => AlertKind::Note,
        BlockQuoteKind::Tip => AlertKind::Tip,
        BlockQuoteKind::Important => AlertKind::Important,
        BlockQuoteKind::Warning => AlertKind::Warning,
        BlockQuoteKind::Caution => AlertKind::Caution,
    }
}

fn alignment(alignment: pulldown_cmark::Alignment) -> Alignment {
    match alignment {
        pulldown_cmark::Alignment::None => Alignment::None,
        pulldown_cmark::Alignment::Left => Alignment::Left,
        pulldown_cmark::Alignment::Center => Alignment::Center,
        pulldown_cmark::Alignment::Right => Alignment::Right,
    }
}
