//! The images of a post, as the rules about them see them.

use std::sync::Arc;

use crate::diagnostic::Source;
use crate::post::Document;
use crate::post::tree::{BlockKind, DirectiveKind, Image, InlineKind};
use crate::post::visit::{Node, visit};

/// How an image came into the text, and so how its words and size are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// `![alt](url){width=…}`.
    Inline,
    /// By `:::figure` or `:::video`, with attributes.
    Directive,
}

/// Shows every image of the post to `see`, with the file it stands in.
pub(super) fn each<'a>(document: &'a Document, see: &mut impl FnMut(&'a Image, Written, &'a Arc<Source>)) {
    visit(document, &mut |source, node| match node {
        Node::Inline(inline) => {
            if let InlineKind::Image(image) = &inline.kind {
                see(image, Written::Inline, source);
            }
        }
        Node::Block(block) => {
            if let BlockKind::Directive(directive) = &block.kind
                && let DirectiveKind::Figure(image) | DirectiveKind::Video { image: Some(image), .. } = &directive.kind
            {
                see(image, Written::Directive, source);
            }
        }
    });
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
