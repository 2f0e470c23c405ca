//! By what an issue is known again under another name: what its author wrote.

use sha2::{Digest, Sha256};

use crate::post::Document;
use crate::post::tree::{Block, BlockKind, Directive, DirectiveKind, Image, Inline, InlineKind};
use crate::post::visit::{Node, visit};
use crate::render::Assets;

/// The hash of what the author wrote: titles, text, included files, pictures and attachments. Day,
/// number and slug are not in it, nor what templates and the configuration put round the text, so
/// that a copy under another name is the same.
pub fn content_hash(document: &Document, assets: &Assets) -> [u8; 32] {
    let front = &document.front_matter;
    let mut hash = Sha256::new();
    let mut add = |part: &[u8]| {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    };
    add(front.title.as_bytes());
    for line in [&front.subtitle, &front.subject, &front.preheader] {
        add(line.as_deref().unwrap_or_default().as_bytes());
    }
    let body = document.source.text().get(document.body.start..document.body.end).unwrap_or_default();
    add(text(body).as_bytes());
    let mut picture = |url: &str| {
        if let Some(asset) = assets.get(url) {
            add(&asset.bytes);
        }
    };
    if let Some(url) = &front.image {
        picture(url);
    }
    let mut included = Vec::new();
    visit(document, &mut |_, node| match node {
        Node::Inline(Inline { kind: InlineKind::Image(image), .. }) => picture(&image.url),
        Node::Block(Block { kind: BlockKind::Directive(Directive { kind, .. }), .. }) => match kind {
            DirectiveKind::Figure(Image { url, .. }) | DirectiveKind::Video { image: Some(Image { url, .. }), .. } => {
                picture(url);
            }
            DirectiveKind::Include { source } => included.push(text(source.text())),
            _ => {}
        },
        _ => {}
    });
    for text in included {
        add(text.as_bytes());
    }
    for attachment in assets.attachments() {
        add(attachment.name.as_bytes());
        add(&attachment.bytes);
    }
    hash.finalize().into()
}

/// Text whatever its lines end in, without empty lines around it.
fn text(written: &str) -> String {
    written.trim_start_matches('\u{feff}').replace("\r\n", "\n").trim().to_owned()
}
