//! Where a byte of the prepared text stands in the file.

use std::ops::Range;

use crate::diagnostic::Span;

/// A stretch of the prepared text and what it was in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Its first byte in the prepared text.
    pub(super) prepared: usize,
    /// Its first byte in the file.
    pub(super) source: usize,
    /// Its length in the file.
    pub(super) source_len: usize,
    /// Whether the prepared text says the same, byte for byte.
    pub(super) copied: bool,
}

/// Leads from the prepared text back to the file. Without pieces the prepared text is the file's
/// from `base` on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct OffsetMap {
    base: usize,
    pieces: Vec<Piece>,
}

impl OffsetMap {
    /// Maps a text that is the file's from `base` on.
    pub(super) fn identity(base: usize) -> Self {
        Self { base, pieces: Vec::new() }
    }

    /// Maps by `pieces`, which follow each other without a gap and are not empty when prepared.
    pub(super) fn new(base: usize, pieces: Vec<Piece>) -> Self {
        Self { base, pieces }
    }

    /// Whether every byte is the file's.
    pub(super) fn is_identity(&self) -> bool {
        self.pieces.is_empty()
    }

    fn piece(&self, at: usize) -> Option<&Piece> {
        self.pieces.get(self.pieces.partition_point(|piece| piece.prepared <= at).checked_sub(1)?)
    }

    /// The place in the file of something that starts at `at`.
    pub(super) fn start(&self, at: usize) -> usize {
        match self.piece(at) {
            Some(piece) if piece.copied => piece.source + (at - piece.prepared).min(piece.source_len),
            Some(piece) => piece.source,
            None => self.base + at,
        }
    }

    /// The place in the file of the end of something that ends at `at`.
    pub(super) fn end(&self, at: usize) -> usize {
        match at.checked_sub(1).and_then(|last| self.piece(last)) {
            Some(piece) if piece.copied => piece.source + (at - piece.prepared).min(piece.source_len),
            Some(piece) => piece.source + piece.source_len,
            None => self.base + at,
        }
    }

    /// The place in the file of a range of the prepared text.
    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        if range.is_empty() {
            Span::empty(self.start(range.start))
        } else {
            Span::new(self.start(range.start), self.end(range.end))
        }
    }

    /// The pieces that are not the file's own text and start inside `range`: each with its range
    /// in the prepared text and its place in the file.
    pub(super) fn replaced(&self, range: Range<usize>) -> impl Iterator<Item = (Range<usize>, Span)> + '_ {
        let first = self.pieces.partition_point(|piece| piece.prepared < range.start);
        let tail = self.pieces.get(first..).unwrap_or_default();
        tail.iter()
            .enumerate()
            .take_while(move |(_, piece)| piece.prepared < range.end)
            .filter(|(_, piece)| !piece.copied)
            .map(move |(index, piece)| {
                let end = tail.get(index + 1).map_or(usize::MAX, |next| next.prepared);
                (piece.prepared..end, Span::new(piece.source, piece.source + piece.source_len))
            })
    }
}
