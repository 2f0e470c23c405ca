//! What differs by subscriber in a post, as the rules about it see it.

use std::borrow::Cow;
use std::sync::Arc;

use crate::check::Context;
use crate::config::Config;
use crate::diagnostic::{Source, Span, nearest};
use crate::post::Document;
use crate::post::front_matter::Status;
use crate::post::hole::{MAIL_TOKEN, TOKEN};
use crate::post::hole_syntax::{Braces, uses};
use crate::post::tree::{BlockKind, Hole, InlineKind};
use crate::post::visit::{Node, visit};

/// What every subscriber has.
pub(super) const ALWAYS: &[&str] = &["email", TOKEN, MAIL_TOKEN];

/// One use of a subscriber's field.
#[derive(Clone, Debug)]
pub(in crate::check) struct Use<'a> {
    /// The field, and what stands there without it.
    pub(in crate::check) hole: Cow<'a, Hole>,
    /// The file it stands in.
    pub(in crate::check) source: &'a Arc<Source>,
    /// The braces; in an address or raw HTML, the whole of that.
    pub(in crate::check) span: Span,
    /// Whether it stands in running text.
    pub(super) in_text: bool,
}

impl Use<'_> {
    /// Whether `send` has to refuse it, whoever the readers are: the post may go out, nothing stands
    /// in for the field, and nobody can have it.
    pub(super) fn is_empty_for_all(&self, context: &Context<'_>) -> bool {
        let is_ready = context.document.front_matter.status == Status::Ready;
        is_ready && self.hole.default.is_none() && !is_defined(&self.hole.field, context.config)
    }

    /// Where the field's name stands, if it can be told.
    pub(super) fn name(&self) -> Option<Span> {
        const BEFORE: &str = "subscriber.";
        let written = format!("{BEFORE}{}", self.hole.field);
        let text = self.source.slice(self.span);
        let at = self.span.start + text.find(&written)? + BEFORE.len();
        Some(Span::new(at, at + self.hole.field.len()))
    }
}

/// Whether a subscriber can have the field at all.
pub(in crate::check) fn is_defined(field: &str, config: &Config) -> bool {
    config.fields.contains_key(field) || ALWAYS.contains(&field)
}

/// The field that was probably meant by one that nobody can have.
pub(super) fn nearest_defined<'c>(field: &str, config: &'c Config) -> Option<&'c str> {
    nearest(field, config.fields.keys().map(String::as_str).chain(["email"]))
}

/// What to do about a field that nobody can have.
pub(in crate::check) fn undefined_help(field: &str, config: &Config) -> String {
    match nearest_defined(field, config) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!(
            "define it under `subscribers: {{fields: …}}` and import it, or write `{{{{default subscriber.{field} \"…\"}}}}`"
        ),
    }
}

/// Shows every use of a subscriber's field in the post to `see`.
pub(in crate::check) fn each<'a>(document: &'a Document, see: &mut impl FnMut(Use<'a>)) {
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
