//! Lines of at most so many columns: first fit over the breaks of UAX #14.
//!
//! Asking UAX #14 about every character costs more than all the rest of the plain text. A space
//! between an ordinary word's end and a letter or digit is a break whatever stands around it
//! ([`is_sure`]), so the text is cut there first, and only a piece that does not fit its line and
//! may have breaks inside is given to the segmenter. A law in the tests says that the outcome is
//! the same as with the segmenter alone.

use std::ops::Range;
use std::sync::LazyLock;

use icu_segmenter::options::LineBreakOptions;
use icu_segmenter::{LineSegmenter, LineSegmenterBorrowed};
use memchr::{memchr_iter, memrchr_iter};
use unicode_width::UnicodeWidthStr;

/// Running text that waits to be broken into lines. A line feed in it is a line end.
#[derive(Clone, Debug, Default)]
pub(super) struct Flow {
    /// The text, with single spaces.
    pub(super) text: String,
    /// Parts that stay on one line, in order, none overlapping.
    pub(super) held: Vec<Held>,
}

/// A part of a [`Flow`] that stays on one line.
#[derive(Clone, Debug)]
pub(super) struct Held {
    /// Its bytes.
    pub(super) range: Range<usize>,
    /// The columns it counts as, where these are not those of its characters.
    pub(super) width: Option<usize>,
}

impl Flow {
    /// Text without held parts.
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), held: Vec::new() }
    }

    /// Whether nothing would be seen.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Adds text to the end.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds text that stays on one line.
    pub(super) fn push_held(&mut self, text: &str, width: Option<usize>) {
        let start = self.text.len();
        self.text.push_str(text);
        self.held.push(Held { range: start..self.text.len(), width });
    }

    /// Keeps `range` on one line, together with the held parts that it touches.
    pub(super) fn hold(&mut self, range: Range<usize>) {
        let first = self.held.partition_point(|held| held.range.end <= range.start);
        let end = self.held.partition_point(|held| held.range.start < range.end).max(first);
        let touched = self.held.get(first..end).unwrap_or_default();
        let start = touched.first().map_or(range.start, |held| held.range.start.min(range.start));
        let stop = touched.last().map_or(range.end, |held| held.range.end.max(range.end));
        let width = touched.iter().any(|held| held.width.is_some()).then(|| self.width_of(start..stop));
        self.held.splice(first..end, [Held { range: start..stop, width }]);
    }

    /// Drops all from the byte `at`.
    pub(super) fn truncate(&mut self, at: usize) {
        self.text.truncate(at);
        self.held.truncate(self.held.partition_point(|held| held.range.start < at));
        if let Some(last) = self.held.last_mut() {
            last.range.end = last.range.end.min(at);
        }
    }

    /// Adds another flow.
    pub(super) fn append(&mut self, other: &Self) {
        let by = self.text.len();
        self.text.push_str(&other.text);
        let moved = |held: &Held| Held { range: held.range.start + by..held.range.end + by, width: held.width };
        self.held.extend(other.held.iter().map(moved));
    }

    /// Takes spaces and line ends off the end.
    pub(super) fn trim_end(&mut self) {
        self.truncate(self.text.trim_end_matches([' ', '\n']).len());
    }

    /// The columns it takes on one line.
    pub(super) fn width(&self) -> usize {
        self.width_of(0..self.text.len())
    }

    fn slice(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    fn width_of(&self, range: Range<usize>) -> usize {
        let mut width = columns(self.slice(range.clone()));
        if self.held.is_empty() {
            return width;
        }
        let first = self.held.partition_point(|held| held.range.end <= range.start);
        for held in self.held.iter().skip(first).take_while(|held| held.range.start < range.end) {
            if let Some(counted) = held.width
                && range.start <= held.range.start
                && held.range.end <= range.end
            {
                width = width.saturating_sub(columns(self.slice(held.range.clone()))) + counted;
            }
        }
        width
    }

    /// Whether a line may end before the byte `at` as far as held parts go.
    fn is_free(&self, at: usize) -> bool {
        let next = self.held.partition_point(|held| held.range.end <= at);
        self.held.get(next).is_none_or(|held| at <= held.range.start)
    }
}

/// The columns that `text` takes.
pub(super) fn columns(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// Breaks `flow` into lines of at most `first` columns and then `rest`, and gives each to `line`.
/// Only what has no break inside makes a line longer.
pub(super) fn wrap(flow: &Flow, first: usize, rest: usize, mut line: impl FnMut(&str)) {
    let mut limit = first;
    let mut start = 0;
    for part in flow.text.split('\n') {
        let end = start + part.len();
        let mut filler = Filler { flow, limit, rest, line: &mut line, from: None, to: start, width: 0, gap: 0 };
        filler.part(start..end);
        limit = rest;
        start = end + 1;
    }
}

struct Filler<'a, F> {
    flow: &'a Flow,
    /// Columns of the line being filled.
    limit: usize,
    /// Columns of the lines after it.
    rest: usize,
    line: &'a mut F,
    /// Where the line being filled starts; `None` before its first piece.
    from: Option<usize>,
    /// Where what is on the line ends, without the spaces after it.
    to: usize,
    /// The columns of `from..to`.
    width: usize,
    /// The spaces after `to`.
    gap: usize,
}

impl<F: FnMut(&str)> Filler<'_, F> {
    fn part(&mut self, part: Range<usize>) {
        let text = self.flow.slice(part.clone());
        // Where columns are bytes, all breaks but the last that fits a line may be passed over.
        let is_plain = text.is_ascii() && self.flow.held.iter().all(|held| held.width.is_none());
        let mut piece = 0;
        loop {
            let rest = text.get(piece..).unwrap_or_default();
            let room = if is_plain { self.room() } else { 0 };
            let Some(at) = last_break(rest, room).or_else(|| breaks(rest).next()) else { break };
            self.piece(part.start + piece..part.start + piece + at + 1);
            piece += at + 1;
        }
        self.piece(part.start + piece..part.end);
        let last = self.from.take().map_or("", |from| self.flow.slice(from..self.to));
        (self.line)(last);
    }

    /// Sets what stands between two sure breaks.
    fn piece(&mut self, range: Range<usize>) {
        let text = self.flow.slice(range.clone());
        let word = text.trim_end_matches(' ');
        let end = range.start + word.len();
        let width = self.flow.width_of(range.start..end);
        if self.fits(width) || is_whole(word) {
            self.set(range, end, width);
            return;
        }
        let mut from = 0;
        for at in SEGMENTER.segment_str(text).filter(|at| *at > 0) {
            if at < text.len() && !self.flow.is_free(range.start + at) {
                continue;
            }
            let word = text.get(from..at).unwrap_or_default().trim_end_matches(' ');
            let (start, end) = (range.start + from, range.start + from + word.len());
            let width = self.flow.width_of(start..end);
            self.set(start..range.start + at, end, width);
            from = at;
        }
    }

    /// The columns that this line has left, or the next one where it is full.
    fn room(&self) -> usize {
        if self.from.is_some() { self.limit.saturating_sub(self.width + self.gap) } else { self.limit }
    }

    fn fits(&self, width: usize) -> bool {
        self.from.is_some() && self.width + self.gap + width <= self.limit || self.from.is_none() && width <= self.limit
    }

    /// Sets what has no break inside, on this line or the next.
    fn set(&mut self, range: Range<usize>, end: usize, width: usize) {
        if end == range.start && self.from.is_none() {
            return;
        }
        match self.from {
            Some(_) if self.fits(width) => self.width += self.gap + width,
            before => {
                if let Some(from) = before {
                    (self.line)(self.flow.slice(from..self.to));
                    self.limit = self.rest;
                }
                self.from = Some(range.start);
                self.width = width;
            }
        }
        self.to = end;
        self.gap = range.end - end;
    }
}

/// The spaces of `text` that are breaks for sure.
fn breaks(text: &str) -> impl Iterator<Item = usize> {
    memchr_iter(b' ', text.as_bytes()).filter(|&at| is_break(text, at))
}

/// The last of them that ends what takes `room` columns at most, each a byte.
fn last_break(text: &str, room: usize) -> Option<usize> {
    let line = text.as_bytes().get(..=room).unwrap_or(text.as_bytes());
    memrchr_iter(b' ', line).find(|&at| is_break(text, at))
}

/// Whether the space at `at` is a break for sure: a letter or digit follows it.
fn is_break(text: &str, at: usize) -> bool {
    text.as_bytes().get(at + 1).is_some_and(u8::is_ascii_alphanumeric) && is_sure(text.get(..at).unwrap_or_default())
}

/// Whether a space after `before` is a break when a letter or digit of ASCII follows it: not
/// after opening punctuation and quotes (rules 14 and 15a of UAX #14), nor after what we do not know.
fn is_sure(before: &str) -> bool {
    match before.as_bytes().last() {
        Some(last) if last.is_ascii() => last.is_ascii_alphanumeric() || b".,;:!?)%".contains(last),
        _ => before.ends_with(['’', '”', '…']) && !before.ends_with(" ’") && !before.ends_with(" ”"),
    }
}

/// Whether `word` is plain and followed by closing punctuation alone, before which no line ends.
fn is_whole(word: &str) -> bool {
    let inner = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let tail = word.get(inner.len()..).unwrap_or_default();
    !inner.is_empty()
        && inner.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'\'')
        && tail.bytes().all(|b| b".,;:!?)".contains(&b))
}

/// UAX #14 in its strict form, which keeps small kana from the start of a line.
static SEGMENTER: LazyLock<LineSegmenterBorrowed<'static>> =
    LazyLock::new(|| LineSegmenter::new_for_non_complex_scripts(LineBreakOptions::default()));

/// The same with the segmenter alone: what [`wrap`] must give for text without held parts.
#[cfg(test)]
pub(super) fn reference(text: &str, limit: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut start, mut end) = (0, 0);
    for at in SEGMENTER.segment_str(text).filter(|at| *at > 0) {
        let line = text.get(start..at).unwrap_or_default().trim_end_matches(' ');
        if columns(line) > limit && end > start {
            lines.push(text.get(start..end).unwrap_or_default().trim_end_matches(' ').to_owned());
            start = end;
        }
        end = at;
    }
    lines.push(text.get(start..).unwrap_or_default().trim_end_matches(' ').to_owned());
    lines
}
