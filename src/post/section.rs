//! The parts of a document.

use crate::diagnostic::Span;
use crate::post::tree::{Block, BlockKind, Section};
use crate::post::words;

/// Cuts `blocks` at their headings. What stands before the first heading is a section too, when
/// it is not empty.
pub(super) fn sections(blocks: &[Block]) -> Vec<Section> {
    let heading = |block: &Block| matches!(block.kind, BlockKind::Heading(_));
    let headings: Vec<usize> =
        blocks.iter().enumerate().filter(|(_, block)| heading(block)).map(|(at, _)| at).collect();
    let starts = std::iter::once(0)
        .filter(|_| !blocks.is_empty() && headings.first() != Some(&0))
        .chain(headings.iter().copied());
    let ends: Vec<usize> = starts.clone().skip(1).chain([blocks.len()]).collect();
    starts
        .zip(ends)
        .map(|(start, end)| {
            let part = blocks.get(start..end).unwrap_or_default();
            let has_heading = part.first().is_some_and(heading);
            let span = part.iter().map(|block| block.span).reduce(Span::to).unwrap_or_default();
            let text = part.get(usize::from(has_heading)..).unwrap_or_default();
            Section { heading: has_heading.then_some(start), blocks: start..end, span, words: words::count(text) }
        })
        .collect()
}
