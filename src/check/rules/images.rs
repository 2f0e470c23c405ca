//! The images of a post, as the rules about them see them.

use std::sync::Arc;

use crate::check::Context;
use crate::check::rules::markup::{raw, tags};
use crate::diagnostic::{Source, Span};
use crate::post::tree::{BlockKind, DirectiveKind, Image, InlineKind};
use crate::post::visit::Node;

/// How an image came into the text, and so how its words and size are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::check) enum Written {
    /// `![alt](url){width=…}`.
    Inline,
    /// By `:::figure` or `:::video`, with attributes.
    Directive,
}

/// Shows every image of the post to `see`, with the file it stands in.
pub(super) fn each<'a>(context: &'a Context<'_>, see: &mut impl FnMut(&'a Image, Written, &'a Arc<Source>)) {
    let images = context.images.get_or_init(|| collect(context));
    for (image, written, source) in images {
        see(image, *written, source);
    }
}

fn collect<'a>(context: &Context<'a>) -> Vec<(&'a Image, Written, &'a Arc<Source>)> {
    let mut images = Vec::new();
    context.nodes().for_each(|(source, node)| match node {
        Node::Inline(inline) => {
            if let InlineKind::Image(image) = &inline.kind {
                images.push((image, Written::Inline, source));
            }
        }
        Node::Block(block) => {
            if let BlockKind::Directive(directive) = &block.kind
                && let DirectiveKind::Figure(image) | DirectiveKind::Video { image: Some(image), .. } = &directive.kind
            {
                images.push((image, Written::Directive, source));
            }
        }
    });
    images
}

/// Shows the addresses of the images in the post's raw HTML to `see`, with their places.
pub(super) fn each_raw<'a>(context: &Context<'a>, see: &mut dyn FnMut(&str, Span, &'a Arc<Source>)) {
    raw(context, &mut |written| {
        for tag in tags(&written.text).iter().filter(|tag| tag.name == "img" && !tag.end) {
            if let Some(url) = tag.get("src") {
                see(written.slice(url.value), written.place(url.value), written.source);
            }
        }
    });
}

/// Where the alternative text stands, when it is written just as it reads.
pub(super) fn alt_place(image: &Image, source: &Source) -> Option<Span> {
    let text = source.text();
    let alt = &*image.alt;
    if alt.is_empty() {
        return None;
    }
    let before = text.get(..image.url_span.start)?.trim_end_matches('<').trim_end();
    if let Some(before) = before.strip_suffix("](")
        && before.ends_with(alt)
    {
        return Some(Span::new(before.len() - alt.len(), before.len()));
    }
    let line = text.get(image.url_span.end..)?.lines().next()?;
    let at = image.url_span.end + line.find(alt)?;
    Some(Span::new(at, at + alt.len()))
}

/// Whether an address is elsewhere, so that the tool never reads what is there.
pub(super) fn is_remote(url: &str) -> bool {
    ["http://", "https://", "//"].iter().any(|start| url.starts_with(start))
}

/// The last part of a long address.
pub(super) fn short(url: &str) -> &str {
    if url.len() <= 40 {
        return url;
    }
    let path = url.split(['?', '#']).next().unwrap_or(url);
    path.rsplit('/').find(|part| !part.is_empty()).unwrap_or(url)
}
