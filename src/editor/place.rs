//! Places as the protocol counts them: lines from 0, columns in UTF-16 units.

use lsp_types::{Position, Range};

use crate::diagnostic::Position as Place;
use crate::diagnostic::{Source, Span};

/// The place of a byte.
pub(super) fn position(source: &Source, offset: usize) -> Position {
    let line = source.position(offset).line;
    let start = source.line_span(line).start;
    let before = source.text().get(start..offset.max(start)).unwrap_or_default();
    let column = before.chars().filter(|&c| c != '\u{feff}').map(char::len_utf16).sum::<usize>();
    Position { line: number(line - 1), character: number(column) }
}

/// The places of a span.
pub(super) fn range(source: &Source, span: Span) -> Range {
    Range { start: position(source, span.start), end: position(source, span.end) }
}

/// The byte of a place; one beyond the line is its end.
pub(super) fn offset(source: &Source, position: Position) -> usize {
    let line = position.line as usize + 1;
    let start = source.offset(Place { line, column: 1 });
    let text = source.slice(source.line_span(line));
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut column = 0;
    for (at, c) in text.char_indices() {
        if column >= position.character as usize {
            return start + at;
        }
        column += c.len_utf16();
    }
    start + text.len()
}

fn number(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{offset, position};
    use crate::diagnostic::Source;

    #[test]
    fn a_place_comes_back_in_every_script_and_line_end() {
        for text in ["", "abc\ndef", "重庆👋a\r\nمرحبا\r\n", "\u{feff}x\ny"] {
            let source = Source::new("a.md", text);
            for (at, c) in text.char_indices().filter(|(_, c)| !matches!(c, '\r' | '\n' | '\u{feff}')) {
                assert_eq!(offset(&source, position(&source, at)), at, "{c} of {text:?}");
            }
        }
        let source = Source::new("a.md", "👋a");
        assert_eq!((position(&source, 4).line, position(&source, 4).character), (0, 2));
    }
}
