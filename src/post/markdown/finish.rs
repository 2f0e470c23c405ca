//! What can be said only when the whole text was read: the numbers of footnotes and the ids of
//! headings.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, code};
use crate::post::Slug;
use crate::post::markdown::State;
use crate::post::tree::{Block, BlockKind, Footnote, Heading, Inline, InlineKind, plain_text};

struct Finish {
    /// The number of each label, once it was marked, and how often.
    numbers: Vec<Option<(usize, usize)>>,
    /// The labels in the order of their numbers.
    order: Vec<usize>,
    ids: BTreeMap<String, usize>,
}

/// Numbers footnotes and names headings; gives the footnotes that are marked.
pub(super) fn finish(state: &mut State<'_>, blocks: &mut [Block]) -> Vec<Footnote> {
    let mut finish = Finish {
        numbers: vec![None; state.notes.len()],
        order: Vec::new(),
        ids: state.explicit_ids.keys().map(|id| (id.clone(), 1)).collect(),
    };
    finish.blocks(blocks);
    let mut footnotes = Vec::new();
    let mut next = 0;
    // A note may mark further notes.
    while let Some(&label) = finish.order.get(next) {
        next += 1;
        let Some(note) = state.notes.get_mut(label) else { continue };
        let mut blocks = note.blocks.take().unwrap_or_default();
        finish.blocks(&mut blocks);
        let source = Arc::clone(&note.source);
        footnotes.push(Footnote { number: next, source, span: note.span, marks: 0, blocks });
    }
    for (footnote, label) in footnotes.iter_mut().zip(&finish.order) {
        footnote.marks = finish.numbers.get(*label).copied().flatten().map_or(0, |(_, marks)| marks);
    }
    for note in state.notes.iter().filter(|note| note.blocks.is_some()) {
        let message = format!("the footnote `[^{}]` is never marked in the text and is left out", note.label);
        let help = format!("put `[^{}]` where it belongs, or remove the footnote", note.label);
        state.found.push(Diagnostic::new(code::UNUSED_FOOTNOTE, &note.source, note.span, message).help(help));
    }
    footnotes
}

impl Finish {
    fn blocks(&mut self, blocks: &mut [Block]) {
        for block in blocks {
            match &mut block.kind {
                BlockKind::Paragraph(content) => self.inlines(content),
                BlockKind::Heading(heading) => {
                    self.inlines(&mut heading.content);
                    self.name(heading);
                }
                BlockKind::List(list) => list.items.iter_mut().for_each(|item| self.blocks(&mut item.blocks)),
                BlockKind::Quote(blocks) | BlockKind::Alert(_, blocks) => self.blocks(blocks),
                BlockKind::Table(table) => {
                    let caption = table.caption.iter_mut().flatten();
                    caption.for_each(|inline| self.inline(inline));
                    let cells = table.head.iter_mut().chain(table.rows.iter_mut().flatten());
                    cells.for_each(|cell| self.inlines(&mut cell.content));
                }
                BlockKind::Definitions(definitions) => {
                    for definition in definitions {
                        self.inlines(&mut definition.term);
                        definition.meanings.iter_mut().for_each(|blocks| self.blocks(blocks));
                    }
                }
                BlockKind::Directive(directive) => self.blocks(&mut directive.blocks),
                BlockKind::Code { .. } | BlockKind::Divider | BlockKind::Html(_) => {}
            }
        }
    }

    fn inlines(&mut self, inlines: &mut [Inline]) {
        for inline in inlines {
            self.inline(inline);
        }
    }

    fn inline(&mut self, inline: &mut Inline) {
        match &mut inline.kind {
            InlineKind::FootnoteMark(mark) => {
                let next = self.order.len() + 1;
                let Some(number) = self.numbers.get_mut(*mark) else { return };
                if number.is_none() {
                    self.order.push(*mark);
                }
                let (number, marks) = number.get_or_insert((next, 0));
                *marks += 1;
                *mark = *number;
            }
            InlineKind::Emphasis(content)
            | InlineKind::Strong(content)
            | InlineKind::Strikethrough(content)
            | InlineKind::Superscript(content)
            | InlineKind::Subscript(content)
            | InlineKind::Link { content, .. } => self.inlines(content),
            InlineKind::Text(_)
            | InlineKind::Code(_)
            | InlineKind::Image(_)
            | InlineKind::SoftBreak
            | InlineKind::HardBreak
            | InlineKind::Html(_)
            | InlineKind::Hole(_) => {}
        }
    }

    /// Gives a heading an id of its own: the one it carries, the first time, else one made of
    /// its text with a number where others have it already.
    fn name(&mut self, heading: &mut Heading) {
        if heading.explicit_id {
            return;
        }
        let stem = if heading.id.is_empty() {
            Slug::from_text(&plain_text(&heading.content)).map_or_else(|| "section".into(), |slug| slug.to_string())
        } else {
            std::mem::take(&mut heading.id)
        };
        let mut number = self.ids.get(&stem).copied().unwrap_or(0);
        heading.id = loop {
            number += 1;
            let id = if number == 1 { stem.clone() } else { format!("{stem}-{number}") };
            if !self.ids.contains_key(&id) {
                break id;
            }
        };
        self.ids.insert(stem, number);
        self.ids.entry(heading.id.clone()).or_insert(1);
    }
}
