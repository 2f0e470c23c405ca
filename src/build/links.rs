//! Links from one post to another, written as the path of its file: readers get its web page.

use std::sync::Arc;

use crate::files::RelPath;
use crate::post::Document;
use crate::post::tree::{Block, BlockKind, DirectiveKind, Inline, InlineKind};
use crate::publication::Publication;

/// The post with such links led to the pages of their posts; the same where there are none, or
/// where the publication has no web address.
pub(super) fn resolved(document: &Arc<Document>, publication: &Publication) -> Arc<Document> {
    if publication.config.base_url.is_none() {
        return Arc::clone(document);
    }
    // Nearly all posts have none, and are not copied.
    let text = document.source.text();
    if !text.contains(".md") && !text.contains(".markdown") {
        return Arc::clone(document);
    }
    let mut made = Document::clone(document);
    let folder = document.path.parent().to_owned();
    let mut lead = |url: &mut String| {
        if let Some(page) = page_of(url, &folder, publication) {
            *url = page;
        }
    };
    blocks(&mut made.blocks, &mut lead);
    for note in &mut made.footnotes {
        blocks(&mut note.blocks, &mut lead);
    }
    Arc::new(made)
}

/// The page of the post that `url` names by its file, beside the post or from the top.
fn page_of(url: &str, folder: &str, publication: &Publication) -> Option<String> {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let (path, rest) = url.split_at_checked(end)?;
    if path.is_empty() || path.contains("://") {
        return None;
    }
    let top = path.strip_prefix('/').unwrap_or(path);
    let paths = [RelPath::resolve(folder, path), RelPath::new(top)];
    let mut posts = paths.iter().flatten().filter_map(|path| publication.outlines.iter().find(|one| one.path == *path));
    posts.next().and_then(|post| Some(publication.config.page_url(post.slug.as_str())? + rest))
}

fn blocks(all: &mut [Block], lead: &mut impl FnMut(&mut String)) {
    for block in all {
        match &mut block.kind {
            BlockKind::Paragraph(content) => inlines(content, lead),
            BlockKind::Heading(heading) => inlines(&mut heading.content, lead),
            BlockKind::List(list) => list.items.iter_mut().for_each(|item| blocks(&mut item.blocks, lead)),
            BlockKind::Quote(inner) | BlockKind::Alert(_, inner) => blocks(inner, lead),
            BlockKind::Table(table) => {
                table.caption.iter_mut().for_each(|caption| inlines(caption, lead));
                let cells = table.head.iter_mut().chain(table.rows.iter_mut().flatten());
                cells.for_each(|cell| inlines(&mut cell.content, lead));
            }
            BlockKind::Definitions(definitions) => {
                for definition in definitions {
                    inlines(&mut definition.term, lead);
                    definition.meanings.iter_mut().for_each(|meaning| blocks(meaning, lead));
                }
            }
            BlockKind::Directive(directive) => {
                if let DirectiveKind::Button { url, .. } | DirectiveKind::Video { url, .. } = &mut directive.kind {
                    lead(url);
                }
                blocks(&mut directive.blocks, lead);
            }
            BlockKind::Code { .. } | BlockKind::Divider | BlockKind::Html(_) => {}
        }
    }
}

fn inlines(all: &mut [Inline], lead: &mut impl FnMut(&mut String)) {
    for inline in all {
        match &mut inline.kind {
            InlineKind::Link { url, content, .. } => {
                lead(url);
                inlines(content, lead);
            }
            InlineKind::Emphasis(inner)
            | InlineKind::Strong(inner)
            | InlineKind::Strikethrough(inner)
            | InlineKind::Superscript(inner)
            | InlineKind::Subscript(inner) => inlines(inner, lead),
            _ => {}
        }
    }
}
