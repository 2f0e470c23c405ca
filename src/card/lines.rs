//! Texts in lines: as few as the size allows, and each as long as the others.

use std::ops::Range;

use icu_segmenter::LineSegmenter;
use icu_segmenter::options::LineBreakOptions;

use crate::card::Fonts;
use crate::card::draw;
use crate::card::text::Text;

/// How a text may be set: the first of several that it fits is taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fit {
    /// The size of the letters in pixels.
    pub(super) size: f32,
    /// The width of the lines in pixels.
    pub(super) width: f32,
    /// How many lines there may be.
    pub(super) lines: usize,
}

/// A text in lines.
#[derive(Debug)]
pub(super) struct Block<'a> {
    pub(super) text: Text<'a>,
    pub(super) size: f32,
    pub(super) lines: Vec<Range<usize>>,
}

/// What stands between two places where a line may end.
struct Piece {
    range: Range<usize>,
    /// Its width at size 100, and that without the spaces at its end.
    full: f32,
    seen: f32,
}

/// Sets a text by the first fit that holds it; the last one cuts it.
pub(super) fn set<'a>(text: &Text<'a>, fits: &[Fit], fonts: &Fonts) -> Option<Block<'a>> {
    if text.words.trim().is_empty() {
        return None;
    }
    let whole = pieces(text, fonts);
    if let Some((fit, lines)) = fits.iter().find_map(|fit| Some((fit, lines(&whole, fit)?))) {
        return Some(Block { text: text.clone(), size: fit.size, lines });
    }
    let fit = fits.last()?;
    // The longest beginning that fits.
    let (mut low, mut high) = (1, text.words.chars().count());
    let mut best = None;
    while low < high {
        let middle = low.midpoint(high);
        let cut = text.cut(middle, fonts);
        match lines(&pieces(&cut, fonts), fit) {
            Some(lines) => {
                best = Some(Block { text: cut, size: fit.size, lines });
                low = middle + 1;
            }
            None => high = middle,
        }
    }
    best
}

/// The lines of `fit`, balanced; nothing where they are too many or one is too wide.
fn lines(pieces: &[Piece], fit: &Fit) -> Option<Vec<Range<usize>>> {
    let limit = fit.width / fit.size * 100.0;
    let widest = pieces.iter().map(|piece| piece.seen).fold(0.0, f32::max);
    let lines = fill(pieces, limit);
    if widest > limit || lines.len() > fit.lines {
        return None;
    }
    // The narrowest measure of as many lines.
    let (mut low, mut high) = (widest, limit);
    for _ in 0..16 {
        let middle = low.midpoint(high);
        if fill(pieces, middle).len() > lines.len() { low = middle } else { high = middle }
    }
    Some(fill(pieces, high))
}

/// First fit.
fn fill(pieces: &[Piece], limit: f32) -> Vec<Range<usize>> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    let mut width = 0.0;
    for piece in pieces {
        match lines.last_mut() {
            Some(line) if width + piece.seen <= limit => line.end = piece.range.end,
            _ => {
                lines.push(piece.range.clone());
                width = 0.0;
            }
        }
        width += piece.full;
    }
    lines
}

fn pieces(text: &Text<'_>, fonts: &Fonts) -> Vec<Piece> {
    let segmenter = LineSegmenter::new_for_non_complex_scripts(LineBreakOptions::default());
    let breaks: Vec<_> = segmenter.segment_str(&text.words).collect();
    let ranges: Vec<_> = breaks.windows(2).filter_map(|pair| Some(*pair.first()?..*pair.last()?)).collect();
    let seen = |range: &Range<usize>| {
        let part = text.words.get(range.clone()).unwrap_or_default();
        range.start..range.start + part.trim_end().len()
    };
    let parts: Vec<_> = ranges.iter().cloned().chain(ranges.iter().map(seen)).collect();
    let widths = draw::widths(text, &parts, fonts);
    let (full, seen) = widths.split_at_checked(ranges.len()).unwrap_or_default();
    let pieces = ranges.into_iter().zip(full).zip(seen);
    pieces.map(|((range, &full), &seen)| Piece { range, full, seen }).collect()
}
