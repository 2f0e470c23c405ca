//! What differs by subscriber in a post, as the rules about it see it.

use std::borrow::Cow;
use std::sync::Arc;

use crate::diagnostic::{Source, Span};
use crate::post::Document;
use crate::post::hole_syntax::{Braces, uses};
use crate::post::tree::{BlockKind, Hole, InlineKind};
use crate::post::visit::{Node, visit};

/// One use of a subscriber's field.
#[derive(Clone, Debug)]
pub(super) struct Use<'a> {
    /// The field, and what stands there without it.
    pub(super) hole: Cow<'a, Hole>,
    /// The file it stands in.
    pub(super) source: &'a Arc<Source>,
    /// The braces; in an address or raw HTML, the whole of that.
    pub(super) span: Span,
    /// Whether it stands in running text.
    pub(super) in_text: bool,
}

impl Use<'_> {
    /// Where the field's name stands, if it can be told.
    pub(super) fn name(&self) -> Option<Span> {
        const BEFORE: &str = "subscriber.";
        let written = format!("{BEFORE}{}", self.hole.field);
        let text = self.source.slice(self.span);
        let at = self.span.start + text.find(&written)? + BEFORE.len();
        Some(Span::new(at, at + self.hole.field.len()))
    }
}

/// Shows every use of a subscriber's field in the post to `see`.
pub(super) fn each<'a>(document: &'a Document, see: &mut impl FnMut(Use<'a>)) {
    let header = &document.front_matter;
    for (key, text) in [("subject", &header.subject), ("preheader", &header.preheader)] {
        let source = &document.source;
        let value = header.places.get(key).copied().unwrap_or(header.title_span);
        let text = text.as_deref().unwrap_or_default();
        for (at, braces) in uses(text) {
            if let Braces::Hole(hole, len) = braces {
                // Within quotes of YAML it may be written in other signs.
                let written = text.get(at..at + len).and_then(|hole| Some((source.slice(value).find(hole)?, len)));
                let exact = written.map(|(at, len)| Span::new(value.start + at, value.start + at + len));
                let (span, in_text) = (exact.unwrap_or(value), exact.is_some());
                see(Use { hole: Cow::Owned(hole), source, span, in_text });
            }
        }
    }
    if document.holes.is_empty() {
        return;
    }
    visit(document, &mut |source, node| {
        let (span, text) = match node {
            Node::Inline(inline) => match &inline.kind {
                InlineKind::Hole(hole) => {
                    return see(Use { hole: Cow::Borrowed(hole), source, span: inline.span, in_text: true });
                }
                InlineKind::Link { url, .. } => (inline.span, url),
                InlineKind::Html(html) => (inline.span, html),
                _ => return,
            },
            Node::Block(block) => match &block.kind {
                BlockKind::Html(html) => (block.span, html),
                _ => return,
            },
        };
        document
            .holes
            .find(text)
            .for_each(|(_, hole)| see(Use { hole: Cow::Borrowed(hole), source, span, in_text: false }));
    });
}
