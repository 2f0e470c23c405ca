//! The parser's events to blocks and inlines.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag};

use crate::diagnostic::{Diagnostic, Source, Span, code};
use crate::post::allow;
use crate::post::cjk::is_set_solid;
use crate::post::directive::{self, FenceLine, Opening};
use crate::post::markdown::attributes;
use crate::post::markdown::prepare::Prepared;
use crate::post::markdown::{Note, State, include};
use crate::post::tree::{
    AlertKind, Alignment, Block, BlockKind, Cell, Definition, Directive, DirectiveKind, Heading, Image, Inline,
    InlineKind, List, ListItem, Table, plain_text,
};

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

#[derive(Debug)]
struct Frame {
    kind: FrameKind,
    range: Range<usize>,
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
}

impl Frame {
    fn new(kind: FrameKind, range: Range<usize>) -> Self {
        Self { kind, range, blocks: Vec::new(), inlines: Vec::new() }
    }
}

#[derive(Debug)]
enum FrameKind {
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
    fn is_inline_container(&self) -> bool {
        matches!(self, Self::Emphasis | Self::Strong | Self::Strikethrough | Self::Link { .. } | Self::Image { .. })
    }

    fn holds_blocks(&self) -> bool {
        matches!(
            self,
            Self::Root | Self::Quote(_) | Self::Item { .. } | Self::Note(_) | Self::Meaning | Self::Directive { .. }
        )
    }
}

/// What was started and not yet ended.
#[derive(Debug)]
enum Open {
    /// An element with a frame.
    Framed,
    /// An element whose content stands in its parent.
    Dissolved,
    /// A directive; whether it has a frame.
    Directive { colons: usize, line: Span, framed: bool },
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

    fn finish(&mut self, frame: Frame) {
        let Frame { kind, range, blocks, inlines } = frame;
        let span = self.prepared.map.span(&range);
        match kind {
            FrameKind::Root => {}
            FrameKind::Paragraph => self.block(&range, BlockKind::Paragraph(inlines)),
            FrameKind::Heading { level, id } => {
                let (id, explicit_id) = self.heading_id(id, self.block_span(&range));
                self.block(&range, BlockKind::Heading(Heading { level, id, explicit_id, content: inlines }));
            }
            FrameKind::Quote(None) => self.block(&range, BlockKind::Quote(blocks)),
            FrameKind::Quote(Some(alert)) => self.block(&range, BlockKind::Alert(alert, blocks)),
            FrameKind::List { start, tight, items } => {
                self.block(&range, BlockKind::List(List { start, tight, items }));
            }
            FrameKind::Item { task } => {
                let item = ListItem { span: self.block_span(&range), task, blocks };
                if let Some(FrameKind::List { items, .. }) = self.stack.last_mut().map(|frame| &mut frame.kind) {
                    items.push(item);
                }
            }
            FrameKind::Note(label) => {
                let (source, span) = (Arc::clone(self.source), self.block_span(&range));
                if let Some(note) = self.state.notes.get_mut(label).filter(|note| note.blocks.is_none()) {
                    (note.source, note.span, note.blocks) = (source, span, Some(blocks));
                }
            }
            FrameKind::Definitions(definitions) => self.block(&range, BlockKind::Definitions(definitions)),
            FrameKind::Term => self.definitions(|all| all.push(Definition { term: inlines, meanings: Vec::new() })),
            FrameKind::Meaning => self.definitions(|all| match all.last_mut() {
                Some(definition) => definition.meanings.push(blocks),
                None => all.push(Definition { term: Vec::new(), meanings: vec![blocks] }),
            }),
            FrameKind::Table { alignments, head, rows } => {
                let caption = self.caption();
                self.block(&range, BlockKind::Table(Table { alignments, caption, head, rows }));
            }
            FrameKind::Row { head: is_head, cells } => {
                if let Some(FrameKind::Table { head, rows, .. }) = self.stack.last_mut().map(|frame| &mut frame.kind) {
                    if is_head {
                        *head = cells;
                    } else {
                        rows.push(cells);
                    }
                }
            }
            FrameKind::Cell => {
                if let Some(FrameKind::Row { cells, .. }) = self.stack.last_mut().map(|frame| &mut frame.kind) {
                    cells.push(Cell { span, content: inlines });
                }
            }
            FrameKind::Emphasis => self.inline(span, InlineKind::Emphasis(inlines)),
            FrameKind::Strong => self.inline(span, InlineKind::Strong(inlines)),
            FrameKind::Strikethrough => self.inline(span, InlineKind::Strikethrough(inlines)),
            FrameKind::Link { url, title } => self.inline(span, InlineKind::Link { url, title, content: inlines }),
            FrameKind::Image { url, title, link } => self.image(&range, url, title, link, &inlines),
            FrameKind::Code { language, mut text } => {
                if text.ends_with('\n') {
                    text.pop();
                }
                self.block(&range, BlockKind::Code { language, text: self.prepared.visible(&text) });
            }
            FrameKind::Html(html) => self.html_block(&html, &range),
            FrameKind::Directive { kind, opening } => {
                let end = blocks.last().map_or(opening.end, |block| block.span.end);
                let end = end.max(span.end);
                let span = Span::new(opening.start, end);
                self.push_block(Block { span, kind: BlockKind::Directive(Directive { opening, kind, blocks }) });
            }
        }
    }

    fn definitions(&mut self, add: impl FnOnce(&mut Vec<Definition>)) {
        if let Some(FrameKind::Definitions(all)) = self.stack.last_mut().map(|frame| &mut frame.kind) {
            add(all);
        }
    }

    // Blocks.

    fn block(&mut self, range: &Range<usize>, kind: BlockKind) {
        let span = self.block_span(range);
        self.push_block(Block { span, kind });
    }

    fn push_block(&mut self, block: Block) {
        if let Some(frame) = self.stack.last_mut() {
            frame.blocks.push(block);
        }
    }

    /// Makes a paragraph of inlines that stand in a block without one, as in a tight list.
    fn flush(&mut self) {
        let Some(frame) = self.stack.last_mut().filter(|frame| frame.kind.holds_blocks()) else { return };
        if frame.inlines.is_empty() {
            return;
        }
        let inlines = std::mem::take(&mut frame.inlines);
        let span = inlines.iter().map(|inline| inline.span).reduce(Span::to).unwrap_or_default();
        frame.blocks.push(Block { span, kind: BlockKind::Paragraph(inlines) });
    }

    /// The place of a block without the blank space at its end.
    fn block_span(&self, range: &Range<usize>) -> Span {
        let text = self.prepared.text.get(range.clone()).unwrap_or_default();
        let len = text.trim_end_matches([' ', '\t', '\r', '\n']).len();
        self.prepared.map.span(&(range.start..range.start + len))
    }

    fn heading_id(&mut self, id: Option<String>, span: Span) -> (String, bool) {
        let Some(id) = id.filter(|id| !id.is_empty()) else { return (String::new(), false) };
        if self.state.explicit_ids.contains_key(&id) {
            let message = format!("another heading has the id `{id}` already");
            let text = self.source.slice(span);
            let place = text.rfind(&id).map_or(span, |at| Span::new(span.start + at, span.start + at + id.len()));
            let diagnostic = Diagnostic::new(code::DUPLICATE_ID, self.source, place, message);
            self.state.found.push(diagnostic.help("give it an id of its own: links lead to the first one"));
            return (id, false);
        }
        self.state.explicit_ids.insert(id.clone(), span);
        (id, true)
    }

    /// The caption of a table, when the block before it is one.
    fn caption(&mut self) -> Option<Vec<Inline>> {
        let blocks = &mut self.stack.last_mut()?.blocks;
        let BlockKind::Paragraph(inlines) = &blocks.last()?.kind else { return None };
        let InlineKind::Text(text) = &inlines.first()?.kind else { return None };
        let rest = ["Table:", "表：", "表:"].iter().find_map(|word| text.strip_prefix(word))?;
        let (rest, skipped) = (rest.trim_start().to_owned(), text.len() - rest.trim_start().len());
        let Some(Block { kind: BlockKind::Paragraph(mut inlines), .. }) = blocks.pop() else { return None };
        if rest.is_empty() {
            inlines.remove(0);
        } else if let Some(first) = inlines.first_mut() {
            let start = (first.span.start + skipped).min(first.span.end);
            let exact = self.source.slice(Span::new(start, first.span.end)) == rest;
            if exact {
                first.span.start = start;
            }
            first.kind = InlineKind::Text(rest);
        }
        Some(inlines)
    }

    fn html_block(&mut self, html: &str, range: &Range<usize>) {
        if let Some(line) = self.prepared.fence(html) {
            self.directive(line);
        } else if !self.allows(range) && self.state.reading.options.html {
            let html = self.markup(html);
            let html = html.strip_suffix('\n').unwrap_or(&html).to_owned();
            self.block(range, BlockKind::Html(html));
        }
    }

    /// Takes in a comment that lets a finding stand; readers need not see it.
    fn allows(&mut self, range: &Range<usize>) -> bool {
        let Some(allow) = allow::from_comment(self.prepared.map.span(range), self.source) else { return false };
        match allow {
            Ok(allow) => self.state.allow.push(allow),
            Err(found) => self.state.found.push(*found),
        }
        true
    }

    // Directives.

    fn directive(&mut self, line: Span) {
        let State { holes, found, .. } = &mut *self.state;
        let fence = directive::read(self.source, line, holes, found);
        match fence.line {
            FenceLine::Close => self.close(fence.colons, line),
            FenceLine::Leaf(Opening::Include(path, span)) => {
                self.flush();
                if let Some((kind, blocks)) = include::read(self.state, self.source, &path, span) {
                    let directive = Directive { opening: line, kind, blocks };
                    self.push_block(Block { span: line, kind: BlockKind::Directive(directive) });
                }
            }
            FenceLine::Leaf(Opening::Directive(kind)) => {
                self.flush();
                let directive = Directive { opening: line, kind, blocks: Vec::new() };
                self.push_block(Block { span: line, kind: BlockKind::Directive(directive) });
            }
            FenceLine::Leaf(Opening::Unreadable) => {}
            FenceLine::Open(Opening::Directive(kind))
                if self.stack.len() < MAX_DEPTH && !self.unsafe_target(&kind, line) =>
            {
                self.flush();
                self.placement(&kind, line);
                self.open.push(Open::Directive { colons: fence.colons, line, framed: true });
                self.stack.push(Frame::new(FrameKind::Directive { kind, opening: line }, 0..0));
            }
            FenceLine::Open(_) => {
                self.flush();
                self.open.push(Open::Directive { colons: fence.colons, line, framed: false });
            }
        }
    }

    /// Reports a column outside columns, and something else inside them.
    fn placement(&mut self, kind: &DirectiveKind, line: Span) {
        let inside = matches!(self.top(), Some(FrameKind::Directive { kind: DirectiveKind::Columns, .. }));
        let (message, help) = match (kind, inside) {
            (DirectiveKind::Column, false) => (
                "a `column` stands in `columns`",
                "put `::::columns` before the first column and `::::` after the last",
            ),
            (DirectiveKind::Column, true) | (_, false) => return,
            (_, true) => ("`columns` holds nothing but `column`s", "put this into a `:::column`"),
        };
        self.state.found.push(Diagnostic::new(code::DIRECTIVE_ARGUMENT, self.source, line, message).help(help));
    }

    fn unsafe_target(&mut self, kind: &DirectiveKind, line: Span) -> bool {
        match kind {
            DirectiveKind::Button { url, .. } | DirectiveKind::Video { url, .. } => {
                let at = self
                    .source
                    .slice(line)
                    .find(url.as_str())
                    .map_or(line, |at| Span::new(line.start + at, line.start + at + url.len()));
                self.report_unsafe(url, at)
            }
            _ => false,
        }
    }

    /// Ends the directive that a closing line means: the innermost with as many colons, else the
    /// innermost.
    fn close(&mut self, colons: usize, line: Span) {
        let mut directives = self.open.iter().rev().map_while(|open| match open {
            Open::Directive { colons, .. } => Some(*colons),
            _ => None,
        });
        let Some(depth) = directives.clone().position(|count| count == colons).or_else(|| directives.next().map(|_| 0))
        else {
            let diagnostic =
                Diagnostic::new(code::UNCLOSED_DIRECTIVE, self.source, line, "there is no directive to close here");
            let help = "remove this line; `divider`, `include` and `author` need none";
            self.state.found.push(diagnostic.help(help));
            return;
        };
        for _ in 0..depth {
            self.close_innermost(None);
        }
        self.close_innermost(Some(line));
    }

    /// Ends the directives that the innermost element left open.
    fn close_directives(&mut self) {
        while let Some(Open::Directive { .. }) = self.open.last() {
            self.close_innermost(None);
        }
    }

    fn close_innermost(&mut self, closing: Option<Span>) {
        self.flush();
        let Some(Open::Directive { line, framed, colons }) = self.open.pop() else { return };
        if closing.is_none() {
            let message = format!("`{}` is never closed", self.source.slice(line).trim_end());
            let diagnostic = Diagnostic::new(code::UNCLOSED_DIRECTIVE, self.source, line, message);
            let help = format!("put a line `{}` after what belongs to it", ":".repeat(colons));
            self.state.found.push(diagnostic.help(help));
        }
        if !framed {
            return;
        }
        let Some(Frame { kind: FrameKind::Directive { kind, opening }, blocks, .. }) = self.stack.pop() else { return };
        let end = closing.map_or_else(|| blocks.last().map_or(opening.end, |block| block.span.end), |line| line.end);
        if matches!(kind, DirectiveKind::Button { .. }) && blocks.is_empty() {
            let message = "this button has no label";
            let diagnostic = Diagnostic::new(code::DIRECTIVE_ARGUMENT, self.source, opening, message);
            self.state.found.push(diagnostic.help("put what it says on a line between `:::button` and `:::`"));
        }
        let span = Span::new(opening.start, end);
        self.push_block(Block { span, kind: BlockKind::Directive(Directive { opening, kind, blocks }) });
    }

    // Inlines.

    fn inline(&mut self, span: Span, kind: InlineKind) {
        let Some(frame) = self.stack.last_mut() else { return };
        if let (InlineKind::Text(more), Some(last)) = (&kind, frame.inlines.last_mut())
            && let InlineKind::Text(text) = &mut last.kind
        {
            text.push_str(more);
            last.span = last.span.to(span);
            return;
        }
        frame.inlines.push(Inline { span, kind });
    }

    fn text(&mut self, text: &str, mut range: Range<usize>) {
        if let Some(FrameKind::Code { .. }) = self.top() {
            let restored = self.prepared.restore(text, range, self.source.text());
            if let Some(FrameKind::Code { text, .. }) = self.stack.last_mut().map(|frame| &mut frame.kind) {
                text.push_str(&restored);
            }
            return;
        }
        if let Some(FrameKind::Html(html)) = self.stack.last_mut().map(|frame| &mut frame.kind) {
            // The indentation of a line of raw HTML.
            html.push_str(text);
            return;
        }
        let mut text = text;
        if range.start < self.skip_until {
            if range.end <= self.skip_until {
                return;
            }
            text = text.get(self.skip_until - range.start..).unwrap_or_default();
            range.start = self.skip_until;
        }
        let verbatim = text.len() == range.len();
        let prepared = self.prepared;
        if prepared.candidates.is_empty() {
            return self.plain(text, &range);
        }
        let mut from = 0;
        for (token, hole) in prepared.candidates.find(text) {
            let at = |offset: usize| if verbatim { range.start + offset } else { range.start };
            let before = from..token.start;
            self.plain(text.get(before.clone()).unwrap_or_default(), &(at(before.start)..at(before.end)));
            let end = if verbatim { range.start + token.end } else { range.end };
            self.state.holes.token(hole.clone());
            self.inline(prepared.map.span(&(at(token.start)..end)), InlineKind::Hole(hole.clone()));
            from = token.end;
        }
        let start = if verbatim { range.start + from } else { range.start };
        self.plain(text.get(from..).unwrap_or_default(), &(start..range.end));
    }

    fn plain(&mut self, text: &str, range: &Range<usize>) {
        let visible = self.prepared.visible(text);
        if !visible.is_empty() {
            let span = self.prepared.map.span(range);
            self.inline(span, InlineKind::Text(visible));
            if text.contains('[') || text.contains('^') {
                self.missing_note(range);
            }
        }
    }

    /// Reports a footnote's mark that is text because there is no such footnote.
    fn missing_note(&mut self, range: &Range<usize>) {
        let text = self.prepared.text.as_ref();
        let Some(start) = text.get(range.clone()).and_then(|part| part.find('[')).map(|at| range.start + at) else {
            return;
        };
        let rest = text.get(start..).unwrap_or_default();
        let Some(inner) = rest.strip_prefix("[^") else { return };
        let line = inner.split(['\n', ']', '[', ' ']).next().unwrap_or_default();
        let escaped = text.get(..start).is_some_and(|before| before.ends_with('\\'));
        if escaped
            || line.is_empty()
            || line.len() > 100
            || !inner.get(line.len()..).is_some_and(|r| r.starts_with(']'))
        {
            return;
        }
        let label = self.prepared.visible(line);
        let span = self.prepared.map.span(&(start..start + 2 + line.len() + 1));
        let message = format!("there is no footnote `[^{label}]`");
        let diagnostic = Diagnostic::new(code::MISSING_FOOTNOTE, self.source, span, message);
        let help = format!("write it on a line of its own: `[^{label}]: text`");
        self.state.found.push(diagnostic.help(help));
    }

    fn soft_break(&mut self, range: &Range<usize>) {
        let span = self.prepared.map.span(range);
        if self.state.reading.options.hard_breaks {
            return self.inline(span, InlineKind::HardBreak);
        }
        let mark =
            |c: char| matches!(c, ' ' | '\t' | '\r' | '\n' | '*' | '_' | '~') || Some(c) == self.prepared.invisible;
        let text = self.prepared.text.as_ref();
        let before = text.get(..range.start).and_then(|text| text.chars().rev().take(32).find(|&c| !mark(c)));
        let after = text.get(range.end..).and_then(|text| text.chars().take(32).find(|&c| c != '>' && !mark(c)));
        // Between Chinese characters a line's end is nothing; elsewhere it is a space.
        if !(before.is_some_and(is_set_solid) && after.is_some_and(is_set_solid)) {
            self.inline(span, InlineKind::SoftBreak);
        }
    }

    fn inline_html(&mut self, html: &CowStr<'_>, range: &Range<usize>) {
        if !self.allows(range) && self.state.reading.options.html {
            let html = self.markup(html);
            self.inline(self.prepared.map.span(range), InlineKind::Html(html));
        }
    }

    fn image(&mut self, range: &Range<usize>, url: String, title: Option<String>, link: LinkType, alt: &[Inline]) {
        let span = self.prepared.map.span(range);
        let url_span = if link == LinkType::Inline { destination(self.source, span) } else { span };
        let mut image = Image { url, url_span, alt: plain_text(alt), title, width: None, height: None };
        let span = self.image_attributes(range.end, &mut image).map_or(span, |end| Span::new(span.start, end));
        if self.top().is_some_and(|top| matches!(top, FrameKind::Image { .. })) {
            // An image in the description of another.
            return self.inline(span, InlineKind::Text(image.alt));
        }
        self.inline(span, InlineKind::Image(image));
    }

    /// Reads `{width=300 height=200}` at `at`; gives where it ends in the file.
    fn image_attributes(&mut self, at: usize, image: &mut Image) -> Option<usize> {
        let prepared = self.prepared;
        let (attributes, len) = attributes::read(prepared.text.get(at..)?)?;
        for attribute in &attributes {
            let pixels = attribute.value.and_then(attributes::pixels);
            let place = match attribute.name {
                "width" => &mut image.width,
                "height" => &mut image.height,
                // Other tools' classes and ids.
                name if name.starts_with(['.', '#']) => continue,
                name => {
                    let range = at + attribute.name_range.start..at + attribute.name_range.end;
                    let message = format!("an image has no attribute `{name}`");
                    let help = "it has `width` and `height`; its description stands in the square brackets";
                    self.image_finding(&range, message, help);
                    continue;
                }
            };
            *place = pixels;
            if pixels.is_none() {
                let value = if attribute.value.is_some() { &attribute.value_range } else { &attribute.name_range };
                let range = at + value.start..at + value.end;
                self.image_finding(
                    &range,
                    format!("`{}` is a number of pixels", attribute.name),
                    "write it as `{width=300}`",
                );
            }
        }
        self.skip_until = at + len;
        Some(prepared.map.end(at + len))
    }

    fn image_finding(&mut self, range: &Range<usize>, message: String, help: &str) {
        let span = self.prepared.map.span(range);
        self.state.found.push(Diagnostic::new(code::DIRECTIVE_ARGUMENT, self.source, span, message).help(help));
    }

    fn is_unsafe(&mut self, url: &str, range: &Range<usize>) -> bool {
        let span = destination(self.source, self.prepared.map.span(range));
        self.report_unsafe(url, span)
    }

    /// Whether an image lies on the writer's own disk; reports it. For links a rule says so.
    fn is_local(&mut self, url: &str, range: &Range<usize>) -> bool {
        let local = url.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("file:"));
        if local {
            let message = "no reader can open a `file:` address; the image is shown as text";
            let found = Diagnostic::new(code::UNSAFE_LINK, self.source, self.prepared.map.span(range), message);
            self.state.found.push(found.help("copy the image into the publication and write its path"));
        }
        local
    }

    fn report_unsafe(&mut self, url: &str, span: Span) -> bool {
        let Some(scheme) = dangerous_scheme(url) else { return false };
        let message = format!("no reader can open a `{scheme}:` address; it is shown as text");
        let diagnostic = Diagnostic::new(code::UNSAFE_LINK, self.source, span, message);
        self.state.found.push(diagnostic.help("lead to a web page (`https:`) or an address (`mailto:`)"));
        true
    }

    fn note(&mut self, label: &str, span: Span) -> usize {
        let label = self.prepared.visible(label);
        let notes = &mut self.state.notes;
        *self.labels.entry(label.to_lowercase()).or_insert_with(|| {
            notes.push(Note { label, source: Arc::clone(self.source), span, blocks: None });
            notes.len() - 1
        })
    }

    // Strings.

    /// Text that is not shown as inlines: holes become tokens of the document.
    fn markup(&mut self, text: &str) -> String {
        let visible = self.prepared.visible(text);
        if self.prepared.candidates.is_empty() {
            return visible;
        }
        let holes = &mut self.state.holes;
        self.prepared.candidates.replace(&visible, |hole| holes.token(hole.clone()))
    }

    fn string(&mut self, text: &CowStr<'_>) -> String {
        self.markup(text)
    }

    fn title(&mut self, title: &CowStr<'_>) -> Option<String> {
        (!title.is_empty()).then(|| self.markup(title))
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

/// Where the address of the inline link or image at `span` stands; all of `span` where it
/// cannot be told, as for references.
pub(crate) fn destination(source: &Source, span: Span) -> Span {
    let text = source.slice(span);
    let Some(at) = text.rfind("](").map(|at| at + 2) else { return span };
    let rest = text.get(at..).unwrap_or_default();
    let start = at + (rest.len() - rest.trim_start().len());
    let rest = text.get(start..).unwrap_or_default();
    let (start, len) = match rest.strip_prefix('<') {
        Some(inner) => (start + 1, inner.find('>').unwrap_or(0)),
        None => (start, rest.find(char::is_whitespace).unwrap_or(rest.len().saturating_sub(1))),
    };
    if len == 0 { span } else { Span::new(span.start + start, span.start + start + len) }
}

/// The scheme of an address that runs code or hides its content. Browsers skip control
/// characters and space in and before a scheme.
fn dangerous_scheme(url: &str) -> Option<&'static str> {
    let mut letters = url.chars().filter(|&c| !c.is_control() && !c.is_whitespace()).take(12);
    let start: String = letters.by_ref().map(|c| c.to_ascii_lowercase()).collect();
    let (scheme, _) = start.split_once(':')?;
    ["javascript", "vbscript", "data"].into_iter().find(|dangerous| *dangerous == scheme)
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
