//! Where in a source text something stands.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// A half-open range of bytes in one [`Source`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl Span {
    /// Spans `start..end`; an `end` before `start` gives an empty span at `start`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// Spans nothing, at `at`.
    pub fn empty(at: usize) -> Self {
        Self { start: at, end: at }
    }

    /// The number of bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether it covers no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// As a range, to slice with.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// A place as people and editors count: both from 1, the column in Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1. LF, CRLF and a lone CR end a line.
    pub line: usize,
    /// The column, from 1, in Unicode scalar values. A byte order mark has no column.
    pub column: usize,
}

/// One text file of the publication as it was read, byte order mark and all.
#[derive(Debug)]
pub struct Source {
    path: String,
    text: String,
    lines: OnceLock<Vec<usize>>,
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path && self.text == other.text
    }
}

impl Eq for Source {}

impl Source {
    /// Keeps `text` under `path`, which is relative to the publication and uses `/`.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { path: path.into(), text: text.into(), lines: OnceLock::new() })
    }

    /// A copy for findings that must not show what stands at `span`: each character of it that is
    /// not a line end is an asterisk. Bytes and lines stay as they are.
    #[must_use]
    pub fn masked(&self, span: Span) -> Arc<Self> {
        let mask = |(at, c): (usize, char)| {
            let hidden = span.range().contains(&at) && !matches!(c, '\r' | '\n');
            // A wide character becomes several asterisks, for the bytes must stay.
            if hidden { "*".repeat(c.len_utf8()) } else { c.to_string() }
        };
        Self::new(self.path.clone(), self.text.char_indices().map(mask).collect::<String>())
    }

    /// The path relative to the publication, with `/`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text, as it stands in the file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text at `span`, or nothing where the span does not fit the text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The length of the byte order mark at the start: 0 or 3.
    pub fn bom_len(&self) -> usize {
        if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
    }

    /// The line and column of a byte. An offset inside a character counts as its start,
    /// one past the end as the end.
    pub fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let lines = self.line_starts();
        let line = lines.partition_point(|&start| start <= offset).max(1);
        let start = lines.get(line - 1).copied().unwrap_or_default();
        let before = self.text.get(start..offset).unwrap_or_default();
        Position { line, column: before.chars().count() - before.matches('\u{feff}').count() + 1 }
    }

    /// The byte of a line and column, both from 1; places outside the text are clamped.
    pub fn offset(&self, position: Position) -> usize {
        let lines = self.line_starts();
        let index = position.line.clamp(1, lines.len()) - 1;
        let start = lines.get(index).copied().unwrap_or_default();
        let end = lines.get(index + 1).copied().unwrap_or(self.text.len());
        let line = self.text.get(start..end).unwrap_or_default();
        line.char_indices()
            .filter(|&(_, c)| c != '\u{feff}')
            .nth(position.column.saturating_sub(1))
            .map_or(start + line.trim_end_matches(['\r', '\n']).len(), |(at, _)| start + at)
    }

    /// The span of the line (from 1) without its end.
    pub fn line_span(&self, line: usize) -> Span {
        let lines = self.line_starts();
        let index = line.clamp(1, lines.len()) - 1;
        let start = lines.get(index).copied().unwrap_or_default();
        let end = lines.get(index + 1).copied().unwrap_or(self.text.len());
        let text = self.text.get(start..end).unwrap_or_default();
        let start = if start == 0 { self.bom_len() } else { start };
        Span::new(start, start.max(end - (text.len() - text.trim_end_matches(['\r', '\n']).len())))
    }

    fn line_starts(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let mut starts = vec![0];
            for (at, &byte) in bytes.iter().enumerate() {
                let ends = byte == b'\n' || (byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
                if ends {
                    starts.push(at + 1);
                }
            }
            starts
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_not_the_byte_order_mark() {
        let source = Source::new("a.md", "\u{feff}ab\r\n重庆x\ry");
        assert_eq!(source.position(3), Position { line: 1, column: 1 });
        assert_eq!(source.position(4), Position { line: 1, column: 2 });
        assert_eq!(source.position(7), Position { line: 2, column: 1 });
        assert_eq!(source.position(13), Position { line: 2, column: 3 });
        assert_eq!(source.position(15), Position { line: 3, column: 1 });
        assert_eq!(source.position(99), Position { line: 3, column: 2 });
    }

    #[test]
    fn offset_is_the_inverse_of_position() {
        let source = Source::new("a.md", "\u{feff}ab\r\n重庆x\ny");
        for (offset, c) in source.text().char_indices() {
            if c != '\u{feff}' && c != '\r' && c != '\n' {
                assert_eq!(source.offset(source.position(offset)), offset, "{c:?}");
            }
        }
    }
}
