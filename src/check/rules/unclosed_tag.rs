//! Tags of raw HTML that do not pair.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::check::rule::rule;
use crate::check::rules::markup::{Tag, tags, templates, written};
use crate::check::rules::unshown_html::{WORD, is_removed};
use crate::check::{Context, Shared};
use crate::diagnostic::{Diagnostic, Fix, Sink, Source, Span, code};
use crate::post::tree::{Block, BlockKind, DirectiveKind, Inline, InlineKind};
use crate::render::needs_end;

rule! {
    /// A tag of raw HTML or of a template that is never closed, is closed in the wrong order, or closes nothing.
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
    UNCLOSED_TAG, Both(check_post, check_templates)
}

fn check_post(context: &Context<'_>, sink: &mut Sink) {
    let document = context.document;
    blocks(&document.blocks, &document.source, sink);
    for footnote in &document.footnotes {
        blocks(&footnote.blocks, &footnote.source, sink);
    }
}

/// A tag of a template that nothing in its file, or in the branch that it stands in, pairs with.
struct Alone<'a> {
    tag: Tag,
    source: &'a Arc<Source>,
}

/// What one file opens another may close, and so may one branch what two opened: only a tag without
/// a partner anywhere is a fault.
fn check_templates(shared: &Shared<'_>, sink: &mut Sink) {
    let mut alone = Vec::new();
    templates(shared, &mut |written| {
        let unpaired = unpaired(&tags(&written.text), written.source.text());
        alone.extend(unpaired.into_iter().map(|tag| Alone { tag, source: written.source }));
    });
    let names = |end: bool| -> BTreeSet<String> {
        alone.iter().filter(|one| one.tag.end == end).map(|one| one.tag.name.clone()).collect()
    };
    let (opened, closed) = (names(false), names(true));
    for Alone { tag, source } in &alone {
        let name = &tag.name;
        let (message, help) = match tag.end {
            true if opened.contains(name) => continue,
            false if closed.contains(name) => continue,
            true => (format!("`</{name}>` closes nothing"), "take it out, or write its start".to_owned()),
            false => (format!("`<{name}>` is never closed"), format!("end it with `</{name}>`")),
        };
        sink.push(Diagnostic::new(code::UNCLOSED_TAG, source, tag.span, message).help(help));
    }
}

/// The tags that have no partner in their branch of a template's blocks.
fn unpaired(tags: &[Tag], text: &str) -> Vec<Tag> {
    let mut unpaired = Vec::new();
    let mut branches: Vec<Vec<Tag>> = vec![Vec::new()];
    let mut tags = tags.iter().filter(|tag| is_paired(tag)).peekable();
    let ends = text.match_indices("{{").map(|(at, _)| Some(at)).chain([None]);
    for at in ends {
        while let Some(tag) = tags.next_if(|tag| at.is_none_or(|at| tag.span.start < at)) {
            let open =
                branches.last_mut().map(|branch| (branch.iter().rposition(|open| open.name == tag.name), branch));
            match open {
                Some((_, branch)) if !tag.end => branch.push(tag.clone()),
                Some((Some(open), branch)) => _ = branch.remove(open),
                _ => unpaired.push(tag.clone()),
            }
        }
        let inner = at.and_then(|at| text.get(at + 2..)).unwrap_or_default().trim_start_matches('~').trim_start();
        if inner.starts_with('#') {
            branches.push(Vec::new());
        } else if inner.starts_with('/') && branches.len() > 1 {
            unpaired.extend(branches.pop().unwrap_or_default());
        } else if inner.starts_with("else") || inner.starts_with('^') {
            unpaired.extend(branches.last_mut().map(std::mem::take).unwrap_or_default());
        }
    }
    unpaired.extend(branches.into_iter().flatten());
    unpaired
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

#[cfg(test)]
mod tests {
    use super::unpaired;
    use crate::check::rules::markup::tags;

    fn alone(text: &str) -> Vec<String> {
        let shown = |end| if end { "/" } else { "" };
        unpaired(&tags(text), text).iter().map(|tag| format!("{}{}", shown(tag.end), tag.name)).collect()
    }

    #[test]
    fn tags_pair_within_a_branch() {
        assert_eq!(alone("<div>{{#if a}}<b>x</b>{{else}}<i>{{/if}}</div><br><img>"), ["i"]);
        assert_eq!(alone("{{#if a}}<a>{{else}}<a>{{/if}}</a>"), ["a", "a", "/a"]);
        assert_eq!(alone("<h1>{{issue.title}}<table></table>"), ["h1"]);
        assert_eq!(alone("<a {{#if x}}class=\"b\"{{/if}}>x</a>"), Vec::<String>::new());
    }
}
