//! `remote-image-size` and `image-without-alt`.

use std::sync::Arc;

use crate::check::Context;
use crate::diagnostic::{Diagnostic, Sink, Source, code};
use crate::post::tree::{BlockKind, DirectiveKind, Image, InlineKind};
use crate::post::visit::{Node, visit};

pub(in crate::check) fn check(context: &Context<'_>, sink: &mut Sink) {
    visit(context.document, &mut |source, node| match node {
        Node::Inline(inline) => {
            if let InlineKind::Image(image) = &inline.kind {
                check_image(image, "![what it shows](…)", "![…](…){width=600 height=400}", source, sink);
            }
        }
        Node::Block(block) => {
            if let BlockKind::Directive(directive) = &block.kind
                && let DirectiveKind::Figure(image) | DirectiveKind::Video { image: Some(image), .. } = &directive.kind
            {
                check_image(image, "{alt=\"what it shows\"}", "{width=600 height=400}", source, sink);
            }
        }
    });
}

fn check_image(image: &Image, alt: &str, size: &str, source: &Arc<Source>, sink: &mut Sink) {
    if image.alt.trim().is_empty() {
        let message = format!("`{}` has no alternative text", short(&image.url));
        let found = Diagnostic::new(code::IMAGE_WITHOUT_ALT, source, image.url_span, message);
        sink.push(found.help(format!("say what it shows, as `{alt}`")));
    }
    let remote = ["http://", "https://", "//"].iter().any(|start| image.url.starts_with(start));
    if remote && (image.width.is_none() || image.height.is_none()) {
        let message = format!("the size of `{}` is not known", short(&image.url));
        let found = Diagnostic::new(code::REMOTE_IMAGE_SIZE, source, image.url_span, message);
        sink.push(found.help(format!("give it, as `{size}`, or put the image beside the post")));
    }
}

/// The last part of a long address.
fn short(url: &str) -> &str {
    if url.len() <= 40 {
        return url;
    }
    let path = url.split(['?', '#']).next().unwrap_or(url);
    path.rsplit('/').find(|part| !part.is_empty()).unwrap_or(url)
}
