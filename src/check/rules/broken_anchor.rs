//! Links within a post.

use std::collections::BTreeSet;

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::links::{decode, each};
use crate::diagnostic::{Diagnostic, Fix, Sink, code, nearest};
use crate::post::Document;
use crate::post::tree::{BlockKind, InlineKind};
use crate::post::visit::{Node, visit};

rule! {
    /// A link to a place in the post that is not there.
    ///
    /// The reader who follows it stays where they are and thinks that the letter is broken. A heading's id is made of
    /// its words, or written behind it as `{#id}`, which stays when the words change.
    ///
    /// ## Example
    ///
    /// ```md
    /// What it cost is [told below](#the-costs).
    ///
    /// ## What it cost {#the-cost}
    ///
    /// More than was planned.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// What it cost is [told below](#the-cost).
    ///
    /// ## What it cost {#the-cost}
    ///
    /// More than was planned.
    /// ```
    BROKEN_ANCHOR, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let document = context.document;
    let mut known = None;
    each(context, &mut |link| {
        let Some(id) = link.url.strip_prefix('#').filter(|id| !id.is_empty() && *id != "top") else { return };
        // A place in the text that raw HTML names may stand in either spelling.
        let decoded = decode(id);
        let known = known.get_or_insert_with(|| ids(document));
        if known.contains(&*decoded) || known.contains(id) || document.holes.find(id).next().is_some() {
            return;
        }
        let message = format!("nothing in this post has the id `{decoded}`");
        let mut found = Diagnostic::new(code::BROKEN_ANCHOR, link.source, link.address(), message);
        found = match nearest(&decoded, known.iter().copied()) {
            Some(meant) => {
                found.fix = link.part(id).map(|span| Fix::needs_a_look(span, meant));
                found.help(format!("did you mean `#{meant}`?"))
            }
            None => found.help(format!("put `{{#{decoded}}}` behind the heading that is meant")),
        };
        sink.push(found);
    });
}

/// The ids that a link can lead to: those of headings, and those in raw HTML.
fn ids(document: &Document) -> BTreeSet<&str> {
    let mut ids = BTreeSet::new();
    visit(document, &mut |_, node| match node {
        Node::Block(block) => match &block.kind {
            BlockKind::Heading(heading) => _ = ids.insert(heading.id.as_str()),
            BlockKind::Html(html) => ids.extend(ids_of(html)),
            _ => {}
        },
        Node::Inline(inline) => {
            if let InlineKind::Html(html) = &inline.kind {
                ids.extend(ids_of(html));
            }
        }
    });
    ids
}

/// The values of `id` and `name` in raw HTML.
fn ids_of(html: &str) -> impl Iterator<Item = &str> {
    ["id=", "name="].into_iter().flat_map(move |attribute| {
        html.match_indices(attribute).filter_map(move |(at, _)| {
            let value = html.get(at + attribute.len()..)?;
            match value.strip_prefix(['"', '\'']) {
                Some(quoted) => quoted.split(['"', '\'']).next(),
                None => value.split([' ', '>', '\n', '/']).next(),
            }
        })
    })
}
