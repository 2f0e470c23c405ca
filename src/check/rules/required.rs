//! Finds the sections that a profile asks for.

use std::ops::Range;

use crate::check::Context;
use crate::config::{RequiredSection, SectionKind};
use crate::diagnostic::Span;
use crate::post::tree::{Block, BlockKind, Section, plain_text};
use crate::post::words;

/// The most words of a sign-off.
const SIGN_OFF_WORDS: usize = 60;

/// A required section that is there.
pub(super) struct Found<'a> {
    /// Its blocks, without its heading.
    pub(super) blocks: &'a [Block],
    /// Its heading, or its first block.
    pub(super) span: Span,
    /// The index of its first block, heading included.
    pub(super) start: usize,
}

impl Found<'_> {
    pub(super) fn words(&self) -> usize {
        words::count(self.blocks)
    }

    /// The items of its longest list.
    pub(super) fn items(&self) -> usize {
        let items = |block: &Block| match &block.kind {
            BlockKind::List(list) => list.items.len(),
            _ => 0,
        };
        self.blocks.iter().map(items).max().unwrap_or(0)
    }
}

/// The section that `required` means, if the post has it.
pub(super) fn find<'a>(context: &Context<'a>, required: &RequiredSection) -> Option<Found<'a>> {
    let document = context.document;
    match required.kind {
        SectionKind::Greeting => {
            let section = document.sections.first().filter(|section| section.heading.is_none())?;
            let found = found(document.blocks.get(section.blocks.clone())?, 0, 0)?;
            found.blocks.iter().any(|block| matches!(block.kind, BlockKind::Paragraph(_))).then_some(found)
        }
        SectionKind::SignOff => {
            let text = |block: &Block| !matches!(block.kind, BlockKind::Divider | BlockKind::Html(_));
            let last = document.blocks.iter().rposition(text)?;
            let found = found(document.blocks.get(last..=last)?, last, 0)?;
            let paragraph = matches!(found.blocks, [Block { kind: BlockKind::Paragraph(_), .. }]);
            (paragraph && found.words() <= SIGN_OFF_WORDS).then_some(found)
        }
        SectionKind::Heading => {
            let names: Vec<_> = required.any_of.iter().chain([&required.id]).map(|name| bare(name)).collect();
            let section = document.sections.iter().position(|section| {
                heading(context, section).is_some_and(|(id, text)| id == required.id || names.contains(&bare(&text)))
            })?;
            let blocks = extent(context, section)?;
            found(document.blocks.get(blocks.clone())?, blocks.start, 1)
        }
    }
}

fn found(all: &[Block], start: usize, headings: usize) -> Option<Found<'_>> {
    Some(Found { blocks: all.get(headings..)?, span: all.first()?.span, start })
}

fn heading<'a>(context: &Context<'a>, section: &Section) -> Option<(&'a str, String)> {
    match &context.document.blocks.get(section.heading?)?.kind {
        BlockKind::Heading(heading) => Some((&heading.id, plain_text(&heading.content))),
        _ => None,
    }
}

/// The blocks of a section with those of the sections below it.
fn extent(context: &Context<'_>, index: usize) -> Option<Range<usize>> {
    let document = context.document;
    let level = |section: &Section| match section.heading.and_then(|at| document.blocks.get(at)).map(|b| &b.kind) {
        Some(BlockKind::Heading(heading)) => heading.level,
        _ => 0,
    };
    let section = document.sections.get(index)?;
    let below = document.sections.get(index + 1..)?.iter().take_while(|other| level(other) > level(section));
    let end = below.last().unwrap_or(section).blocks.end;
    Some(section.blocks.start..end)
}

/// A heading without case, outer punctuation and doubled space.
pub(super) fn bare(text: &str) -> String {
    let inner = text.trim_matches(|c: char| !c.is_alphanumeric());
    inner.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How a section is called in messages.
pub(super) fn title(required: &RequiredSection) -> String {
    if let Some(name) = required.any_of.first() {
        return name.clone();
    }
    let words = required.id.replace(['-', '_'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
