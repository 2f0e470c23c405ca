//! By what an issue is known again under another name: what its author wrote.

use sha2::{Digest, Sha256};

use crate::post::Document;
use crate::post::tree::{Block, BlockKind, Directive, DirectiveKind, Image, Inline, InlineKind};
use crate::post::visit::{Node, visit};
use crate::render::Assets;

/// How much of the text counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// What a reader can see: no comments, no blanks at the ends of lines, and of pictures what they
    /// show, not what their files are called.
    Seen,
    /// Every letter, as earlier versions had it.
    Written,
}

/// The hash of what the author wrote: titles, text, included files, pictures and attachments. Day,
/// number and slug are not in it, nor what templates and the configuration put round the text, so
/// that a copy under another name is the same.
pub fn content_hash(document: &Document, assets: &Assets, form: Form) -> [u8; 32] {
    let front = &document.front_matter;
    let mut pictures: Vec<&str> = front.image.as_deref().into_iter().collect();
    let mut included = Vec::new();
    visit(document, &mut |_, node| match node {
        Node::Inline(Inline { kind: InlineKind::Image(image), .. }) => pictures.push(&image.url),
        Node::Block(Block { kind: BlockKind::Directive(Directive { kind, .. }), .. }) => match kind {
            DirectiveKind::Figure(Image { url, .. }) | DirectiveKind::Video { image: Some(Image { url, .. }), .. } => {
                pictures.push(url);
            }
            DirectiveKind::Include { source } => included.push(source.text()),
            _ => {}
        },
        _ => {}
    });
    // Those that are elsewhere are known by their names alone.
    pictures.retain(|url| assets.get(url).is_some());
    let text = |written: &str| match form {
        Form::Seen => seen(&text(written), &pictures),
        Form::Written => text(written),
    };
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
    for asset in pictures.iter().filter_map(|url| assets.get(url)) {
        add(&asset.bytes);
    }
    for included in included {
        add(text(included).as_bytes());
    }
    for attachment in assets.attachments() {
        add(attachment.name.as_bytes());
        add(&attachment.bytes);
    }
    hash.finalize().into()
}

/// What of a text can be seen.
fn seen(text: &str, pictures: &[&str]) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("<!--") {
        shown.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    shown.push_str(rest);
    for url in pictures {
        shown = shown.replace(url, "");
    }
    let lines: Vec<_> = shown.lines().map(str::trim_end).collect();
    lines.join("\n").trim().to_owned()
}

/// Text whatever its lines end in, without empty lines around it.
fn text(written: &str) -> String {
    written.trim_start_matches('\u{feff}').replace("\r\n", "\n").trim().to_owned()
}
