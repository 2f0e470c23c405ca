//! The numbered references: one number for each address of an issue.

use std::collections::BTreeMap;

use crate::post::Document;
use crate::post::tree::{Block, BlockKind, DirectiveKind, Inline, InlineKind};

/// The addresses met so far and those still to be listed.
#[derive(Debug, Default)]
pub(super) struct References {
    numbers: BTreeMap<String, usize>,
    waiting: Vec<(usize, String)>,
}

impl References {
    /// The number of `url`, a new one where it has none yet.
    pub(super) fn number(&mut self, url: &str) -> usize {
        if let Some(number) = self.numbers.get(url) {
            return *number;
        }
        let number = self.numbers.len() + 1;
        self.numbers.insert(url.to_owned(), number);
        self.waiting.push((number, url.to_owned()));
        number
    }

    /// The references that no list has shown yet.
    pub(super) fn take(&mut self) -> Vec<(usize, String)> {
        std::mem::take(&mut self.waiting)
    }
}

/// The address as it is shown, when `text` is nothing but the address of its link.
pub(super) fn is_address(text: &str, url: &str) -> bool {
    text == url || url.strip_prefix("mailto:").is_some_and(|address| address == text)
}

/// Whether an address leads somewhere within the issue itself.
pub(super) fn is_inside(url: &str) -> bool {
    url.is_empty() || url.starts_with('#')
}

/// The addresses of all links that Markdown and directives make, in their order, with
/// repetitions, but for those that lead to a heading of the issue itself. The plain text shows
/// every one of them; what is only in HTML is left out.
pub fn links(document: &Document) -> Vec<&str> {
    let mut found = Vec::new();
    in_blocks(&document.blocks, &mut found);
    for footnote in &document.footnotes {
        in_blocks(&footnote.blocks, &mut found);
    }
    found.retain(|url| !is_inside(url));
    found
}

fn in_blocks<'a>(blocks: &'a [Block], found: &mut Vec<&'a str>) {
    for block in blocks {
        match &block.kind {
            BlockKind::Paragraph(content) => in_inlines(content, found),
            BlockKind::Heading(heading) => in_inlines(&heading.content, found),
            BlockKind::List(list) => list.items.iter().for_each(|item| in_blocks(&item.blocks, found)),
            BlockKind::Quote(blocks) | BlockKind::Alert(_, blocks) => in_blocks(blocks, found),
            BlockKind::Table(table) => {
                table.caption.iter().for_each(|caption| in_inlines(caption, found));
                let cells = table.head.iter().chain(table.rows.iter().flatten());
                cells.for_each(|cell| in_inlines(&cell.content, found));
            }
            BlockKind::Definitions(definitions) => {
                for definition in definitions {
                    in_inlines(&definition.term, found);
                    definition.meanings.iter().for_each(|blocks| in_blocks(blocks, found));
                }
            }
            BlockKind::Directive(directive) => {
                match &directive.kind {
                    DirectiveKind::HtmlOnly => continue,
                    DirectiveKind::Button { url, .. } | DirectiveKind::Video { url, .. } => found.push(url),
                    _ => {}
                }
                in_blocks(&directive.blocks, found);
            }
            BlockKind::Code { .. } | BlockKind::Divider | BlockKind::Html(_) => {}
        }
    }
}

fn in_inlines<'a>(inlines: &'a [Inline], found: &mut Vec<&'a str>) {
    for inline in inlines {
        match &inline.kind {
            InlineKind::Link { url, content, .. } => {
                in_inlines(content, found);
                found.push(url);
            }
            InlineKind::Emphasis(inner)
            | InlineKind::Strong(inner)
            | InlineKind::Strikethrough(inner)
            | InlineKind::Superscript(inner)
            | InlineKind::Subscript(inner) => in_inlines(inner, found),
            _ => {}
        }
    }
}
