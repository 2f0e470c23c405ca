//! A walk over all of a document, included files and footnotes too.

use std::sync::Arc;

use crate::diagnostic::Source;
use crate::post::Document;
use crate::post::tree::{Block, BlockKind, DirectiveKind, Inline, InlineKind};

/// A node of the tree.
#[derive(Clone, Copy, Debug)]
pub enum Node<'a> {
    /// A block; what it holds follows.
    Block(&'a Block),
    /// An inline; what it holds follows.
    Inline(&'a Inline),
}

/// Shows every node to `see`, in the order of the text, with the file it stands in; footnotes
/// come last.
pub fn visit<'a>(document: &'a Document, see: &mut impl FnMut(&'a Arc<Source>, Node<'a>)) {
    blocks(&document.blocks, &document.source, see);
    for footnote in &document.footnotes {
        blocks(&footnote.blocks, &footnote.source, see);
    }
}

fn blocks<'a, F: FnMut(&'a Arc<Source>, Node<'a>)>(all: &'a [Block], source: &'a Arc<Source>, see: &mut F) {
    for block in all {
        see(source, Node::Block(block));
        match &block.kind {
            BlockKind::Paragraph(content) => inlines(content, source, see),
            BlockKind::Heading(heading) => inlines(&heading.content, source, see),
            BlockKind::List(list) => list.items.iter().for_each(|item| blocks(&item.blocks, source, see)),
            BlockKind::Quote(inner) | BlockKind::Alert(_, inner) => blocks(inner, source, see),
            BlockKind::Table(table) => {
                inlines(table.caption.as_deref().unwrap_or_default(), source, see);
                let cells = table.head.iter().chain(table.rows.iter().flatten());
                cells.for_each(|cell| inlines(&cell.content, source, see));
            }
            BlockKind::Definitions(definitions) => {
                for definition in definitions {
                    inlines(&definition.term, source, see);
                    definition.meanings.iter().for_each(|meaning| blocks(meaning, source, see));
                }
            }
            BlockKind::Directive(directive) => match &directive.kind {
                DirectiveKind::Include { source } => blocks(&directive.blocks, source, see),
                _ => blocks(&directive.blocks, source, see),
            },
            BlockKind::Code { .. } | BlockKind::Divider | BlockKind::Html(_) => {}
        }
    }
}

fn inlines<'a, F: FnMut(&'a Arc<Source>, Node<'a>)>(all: &'a [Inline], source: &'a Arc<Source>, see: &mut F) {
    for inline in all {
        see(source, Node::Inline(inline));
        match &inline.kind {
            InlineKind::Emphasis(content)
            | InlineKind::Strong(content)
            | InlineKind::Strikethrough(content)
            | InlineKind::Superscript(content)
            | InlineKind::Subscript(content)
            | InlineKind::Link { content, .. } => inlines(content, source, see),
            _ => {}
        }
    }
}
