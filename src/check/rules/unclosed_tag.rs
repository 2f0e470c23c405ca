//! Tags of raw HTML that do not pair.

use std::sync::Arc;

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::markup::{Tag, tags, written};
use crate::check::rules::unshown_html::{WORD, is_removed};
use crate::diagnostic::{Diagnostic, Fix, Sink, Source, Span, code};
use crate::post::tree::{Block, BlockKind, DirectiveKind, Inline, InlineKind};
use crate::render::needs_end;

rule! {
    /// A tag of raw HTML that is never closed, is closed in the wrong order, or closes nothing.
    ///
    /// What is left open is closed where the paragraph, list item or box ends, and an end tag without its start is left
    /// out: the letter stays whole, but what was meant to be bold or boxed is so for too long or not at all.
    ///
    /// ## Example
    ///
    /// ```md
    /// It <b>rained.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// It <b>rained</b>.
    /// ```
    UNCLOSED_TAG, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let document = context.document;
    blocks(&document.blocks, &document.source, sink);
    for footnote in &document.footnotes {
        blocks(&footnote.blocks, &footnote.source, sink);
    }
}

/// The elements that raw HTML has opened in one part of the text, as the renderers keep them.
#[derive(Default)]
struct Open(Vec<(String, Span)>);

impl Open {
    fn read(&mut self, source: &Arc<Source>, html: &str, whole: Span, sink: &mut Sink) {
        let written = written(source, html, whole);
        for tag in tags(html).into_iter().filter(is_paired) {
            let place = written.place(tag.span);
            if !tag.end {
                self.0.push((tag.name, place));
                continue;
            }
            let Some(at) = self.0.iter().rposition(|(name, _)| *name == tag.name) else {
                let message = format!("`</{}>` closes nothing", tag.name);
                let found = Diagnostic::new(code::UNCLOSED_TAG, source, place, message);
                let found = found.help("take it out, or write its start in the same paragraph or box");
                sink.push(match written.exact(tag.span) {
                    Some(span) => found.fix(Fix::needs_a_look(span, "")),
                    None => found,
                });
                continue;
            };
            for (name, place) in self.0.drain(at..).skip(1) {
                let message = format!("`<{name}>` is still open where `</{}>` closes", tag.name);
                let found = Diagnostic::new(code::UNCLOSED_TAG, source, place, message);
                sink.push(found.help(format!("write `</{name}>` before `</{}>`", tag.name)));
            }
        }
    }

    fn end(self, source: &Arc<Source>, sink: &mut Sink) {
        for (name, place) in self.0 {
            let found = Diagnostic::new(code::UNCLOSED_TAG, source, place, format!("`<{name}>` is never closed"));
            let is_word = source.slice(place).contains(|c: char| c.is_ascii_uppercase());
            sink.push(found.help(if is_word && !source.slice(place).contains('=') {
                WORD.to_owned()
            } else {
                format!("end it with `</{name}>` in the same paragraph or box")
            }));
        }
    }
}

/// Whether a tag opens what must be closed, or closes it. Of what mail clients take out another
/// rule speaks.
fn is_paired(tag: &Tag) -> bool {
    needs_end(&tag.name) && (tag.end || !tag.closed) && !is_removed(&tag.name)
}

fn blocks(all: &[Block], source: &Arc<Source>, sink: &mut Sink) {
    let mut open = Open::default();
    for block in all {
        match &block.kind {
            BlockKind::Html(html) => open.read(source, html, block.span, sink),
            BlockKind::Paragraph(content) => inlines(content, source, sink),
            BlockKind::Heading(heading) => inlines(&heading.content, source, sink),
            BlockKind::List(list) => list.items.iter().for_each(|item| blocks(&item.blocks, source, sink)),
            BlockKind::Quote(inner) | BlockKind::Alert(_, inner) => blocks(inner, source, sink),
            BlockKind::Table(table) => {
                inlines(table.caption.as_deref().unwrap_or_default(), source, sink);
                let cells = table.head.iter().chain(table.rows.iter().flatten());
                cells.for_each(|cell| inlines(&cell.content, source, sink));
            }
            BlockKind::Definitions(definitions) => {
                for definition in definitions {
                    inlines(&definition.term, source, sink);
                    definition.meanings.iter().for_each(|meaning| blocks(meaning, source, sink));
                }
            }
            BlockKind::Directive(directive) => match &directive.kind {
                DirectiveKind::Include { source } => blocks(&directive.blocks, source, sink),
                _ => blocks(&directive.blocks, source, sink),
            },
            BlockKind::Code { .. } | BlockKind::Divider => {}
        }
    }
    open.end(source, sink);
}

fn inlines(all: &[Inline], source: &Arc<Source>, sink: &mut Sink) {
    let mut open = Open::default();
    each(all, source, &mut open, sink);
    open.end(source, sink);
}

fn each(all: &[Inline], source: &Arc<Source>, open: &mut Open, sink: &mut Sink) {
    for inline in all {
        match &inline.kind {
            InlineKind::Html(html) => open.read(source, html, inline.span, sink),
            InlineKind::Emphasis(content)
            | InlineKind::Strong(content)
            | InlineKind::Strikethrough(content)
            | InlineKind::Superscript(content)
            | InlineKind::Subscript(content)
            | InlineKind::Link { content, .. } => each(content, source, open, sink),
            _ => {}
        }
    }
}
