//! What an inbox shows of a letter, and where it is written.

use crate::diagnostic::Span;
use crate::post::Document;

/// The subject as it goes out, and where it stands.
pub(super) fn subject(document: &Document) -> (&str, Span) {
    let header = &document.front_matter;
    match &header.subject {
        Some(subject) => (subject, header.places.get("subject").copied().unwrap_or(header.title_span)),
        None => (&header.title, header.title_span),
    }
}

/// The columns of a line: a Chinese character takes two.
pub(super) fn columns(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

/// What fits into `width` columns, cut where a phone would cut it.
pub(super) fn cut(text: &str, width: usize) -> &str {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if used > width {
            return text.get(..at).unwrap_or_default().trim_end();
        }
    }
    text
}
