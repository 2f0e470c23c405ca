//! Blocks, as their elements end.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Span, code};
use crate::post::allow;
use crate::post::markdown::build::Builder;
use crate::post::markdown::build::frame::{Frame, FrameKind};
use crate::post::tree::{
    Block, BlockKind, Cell, Definition, Directive, Heading, Inline, InlineKind, List, ListItem, Table,
};

impl Builder<'_, '_, '_> {
    pub(super) fn finish(&mut self, frame: Frame) {
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

    pub(super) fn block(&mut self, range: &Range<usize>, kind: BlockKind) {
        let span = self.block_span(range);
        self.push_block(Block { span, kind });
    }

    pub(super) fn push_block(&mut self, block: Block) {
        if let Some(frame) = self.stack.last_mut() {
            frame.blocks.push(block);
        }
    }

    /// Makes a paragraph of inlines that stand in a block without one, as in a tight list.
    pub(super) fn flush(&mut self) {
        let Some(frame) = self.stack.last_mut().filter(|frame| frame.kind.holds_blocks()) else { return };
        if frame.inlines.is_empty() {
            return;
        }
        let inlines = std::mem::take(&mut frame.inlines);
        let span = inlines.iter().map(|inline| inline.span).reduce(Span::to).unwrap_or_default();
        frame.blocks.push(Block { span, kind: BlockKind::Paragraph(inlines) });
    }

    /// The place of a block without the blank space at its end.
    pub(super) fn block_span(&self, range: &Range<usize>) -> Span {
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
    pub(super) fn allows(&mut self, range: &Range<usize>) -> bool {
        let Some(allow) = allow::from_comment(self.prepared.map.span(range), self.source) else { return false };
        match allow {
            Ok(allow) => self.state.allow.push(allow),
            Err(found) => self.state.found.push(*found),
        }
        true
    }
}
