//! Links to a place in a post.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::links::{Link, decode, each, target};
use crate::diagnostic::{Diagnostic, Fix, Sink, Source, code, nearest};
use crate::files::RelPath;
use crate::post::tree::{BlockKind, InlineKind};
use crate::post::visit::{Node, visit};
use crate::post::{self, Document};

rule! {
    /// A link to a place in this post, or in another one, that is not there.
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
    let mut others = BTreeMap::new();
    each(context, &mut |link| {
        let Some((page, id)) = link.url.split_once('#').filter(|(_, id)| !matches!(*id, "" | "top")) else { return };
        if document.holes.find(link.url).next().is_some() {
            return;
        }
        // A place in the text that raw HTML names may stand in either spelling.
        let decoded = decode(id);
        let missing = |known: &BTreeSet<String>| !known.contains(&*decoded) && !known.contains(id);
        if page.is_empty() {
            let known = known.get_or_insert_with(|| ids(document));
            if missing(known) {
                let message = format!("nothing in this post has the id `{decoded}`");
                sink.push(report(&link, id, &decoded, known, message));
            }
        } else if let Some(post) = target(&link, context).filter(|_| !id.contains(':')) {
            // `#note:1` and its like are the page's own.
            let known = others.entry(&post.path).or_insert_with(|| read(context, &post.path));
            if let Some(known) = known.as_ref().filter(|known| missing(known)) {
                let message = format!("nothing in `{}` has the id `{decoded}`", post.path);
                sink.push(report(&link, id, &decoded, known, message));
            }
        }
    });
}

fn report(link: &Link<'_>, id: &str, decoded: &str, known: &BTreeSet<String>, message: String) -> Diagnostic {
    let mut found = Diagnostic::new(code::BROKEN_ANCHOR, link.source, link.address(), message);
    match nearest(decoded, known.iter().map(String::as_str)) {
        Some(meant) => {
            found.fix = link.part(&format!("#{id}")).map(|span| Fix::needs_a_look(span, format!("#{meant}")));
            found.help(format!("did you mean `#{meant}`?"))
        }
        None => found.help(format!("put `{{#{decoded}}}` behind the heading that is meant")),
    }
}

/// The ids of another post; nothing where it cannot be read.
fn read(context: &Context<'_>, path: &RelPath) -> Option<BTreeSet<String>> {
    let text = String::from_utf8(context.files.read(path).ok()?).ok()?;
    let source = Source::new(path.as_str(), text);
    post::parse(path, &source, context.config, context.files).document.map(|document| ids(&document))
}

/// The ids that a link can lead to: those of headings, and those in raw HTML.
fn ids(document: &Document) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    visit(document, &mut |_, node| match node {
        Node::Block(block) => match &block.kind {
            BlockKind::Heading(heading) => _ = ids.insert(heading.id.clone()),
            BlockKind::Html(html) => ids.extend(ids_of(html).map(str::to_owned)),
            _ => {}
        },
        Node::Inline(inline) => {
            if let InlineKind::Html(html) = &inline.kind {
                ids.extend(ids_of(html).map(str::to_owned));
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
