//! Bytes whose lines are known: what is the same for everybody is looked through once, and what is
//! put together of such bytes not again.

use memchr::{memchr, memchr_iter};
use serde::{Deserialize, Serialize};

/// The longest line without its end (RFC 5321 §4.5.3.1.6).
pub const MAX_LINE: usize = 998;

/// Bytes, and what is known of their lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Lined {
    bytes: Vec<u8>,
    lines: Lines,
}

/// What a run of bytes is, so far as it takes to know it of two runs put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Lines {
    /// The bytes before the first CRLF; all where there is none.
    head: usize,
    /// The bytes after the last CRLF; all where there is none.
    tail: usize,
    broken: bool,
    /// Whether it can be read in one way alone: no CR or LF but in a CRLF that is whole in the
    /// run, no NUL, and no long line between two CRLFs.
    sound: bool,
    ascii: bool,
    /// Whether a dot stands at the run's start, and whether one stands after a CRLF.
    starts_with_dot: bool,
    dot_after_break: bool,
}

impl Default for Lines {
    fn default() -> Self {
        Self::of(b"")
    }
}

impl Lines {
    /// Every byte that differs by reader passes here, so that it goes from line to line.
    fn of(bytes: &[u8]) -> Self {
        let (mut sound, mut dot_after_break, mut lines) = (memchr(0, bytes).is_none(), false, 0);
        let (mut head, mut start) = (None, 0);
        for place in memchr_iter(b'\n', bytes) {
            let line = place.checked_sub(1).filter(|&end| bytes.get(end) == Some(&b'\r')).map(|end| end - start);
            sound &= line.is_some_and(|line| lines == 0 || line <= MAX_LINE);
            head.get_or_insert(line.unwrap_or_default());
            start = place + 1;
            lines += 1;
            dot_after_break |= bytes.get(start) == Some(&b'.');
        }
        // Before each LF stands a CR: where there are more, one stands alone.
        sound &= memchr_iter(b'\r', bytes).count() == lines;
        Self {
            head: head.unwrap_or(bytes.len()),
            tail: bytes.len() - start,
            broken: lines > 0,
            sound,
            ascii: bytes.is_ascii(),
            starts_with_dot: bytes.starts_with(b"."),
            dot_after_break,
        }
    }

    fn is_empty(self) -> bool {
        !self.broken && self.tail == 0
    }

    /// This run and `next` behind it.
    fn then(self, next: Self) -> Self {
        let seam = self.tail + next.head;
        let inner = self.broken && next.broken;
        let starts_line = self.broken && self.tail == 0;
        Self {
            head: if self.broken { self.head } else { seam },
            tail: if next.broken { next.tail } else { self.tail + next.tail },
            broken: self.broken || next.broken,
            sound: self.sound && next.sound && (!inner || seam <= MAX_LINE),
            ascii: self.ascii && next.ascii,
            starts_with_dot: if self.is_empty() { next.starts_with_dot } else { self.starts_with_dot },
            dot_after_break: self.dot_after_break || next.dot_after_break || (starts_line && next.starts_with_dot),
        }
    }
}

impl From<Vec<u8>> for Lined {
    fn from(bytes: Vec<u8>) -> Self {
        let lines = Lines::of(&bytes);
        Self { bytes, lines }
    }
}

impl From<String> for Lined {
    fn from(text: String) -> Self {
        text.into_bytes().into()
    }
}

impl From<Lined> for String {
    fn from(lined: Lined) -> Self {
        // Encoded bytes are text.
        Self::from_utf8(lined.bytes).unwrap_or_default()
    }
}

impl Lined {
    /// An empty one with room.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), lines: Lines::default() }
    }

    /// Adds what is known already.
    pub fn add(&mut self, more: &Self) {
        self.bytes.extend_from_slice(&more.bytes);
        self.lines = self.lines.then(more.lines);
    }

    /// Adds what `write` adds, of which nothing is known yet.
    pub(super) fn write(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.bytes.len();
        write(&mut self.bytes);
        self.lines = self.lines.then(Lines::of(self.bytes.get(start..).unwrap_or_default()));
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Whether every server reads them in the same way: lines of no more than [`MAX_LINE`] bytes
    /// that end in CRLF, the last one too, no CR or LF anywhere else, and no NUL.
    pub fn is_sound(&self) -> bool {
        let Lines { head, tail, broken, sound, .. } = self.lines;
        sound && broken && tail == 0 && head <= MAX_LINE
    }

    /// Whether all are ASCII.
    pub fn is_ascii(&self) -> bool {
        self.lines.ascii
    }

    /// Whether a dot starts a line.
    pub fn has_leading_dot(&self) -> bool {
        self.lines.starts_with_dot || self.lines.dot_after_break
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Lined, MAX_LINE};

    /// What the bytes are, looked at as slowly as it is written down.
    fn is_sound(bytes: &[u8]) -> bool {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let Some(lines) = text.strip_suffix("\r\n") else { return false };
        !text.contains('\0') && lines.split("\r\n").all(|line| line.len() <= MAX_LINE && !line.contains(['\r', '\n']))
    }

    fn joined(parts: &[String]) -> Lined {
        let mut joined = Lined::default();
        for (at, part) in parts.iter().enumerate() {
            if at % 2 == 0 {
                joined.add(&Lined::from(part.clone()));
            } else {
                joined.write(|out| out.extend_from_slice(part.as_bytes()));
            }
        }
        joined
    }

    proptest! {
        #[test]
        fn what_is_put_together_is_known_as_if_it_was_looked_through(
            parts in prop::collection::vec(prop_oneof![
                "[.a\0é]{0,3}", "([.a]{0,3}\r\n){0,3}", "[\r\n.a]{0,4}", Just("x".repeat(500)), Just("x".repeat(998)),
            ], 0..6),
        ) {
            let (joined, whole) = (joined(&parts), parts.concat());
            prop_assert_eq!(joined.bytes(), whole.as_bytes());
            // A CRLF that is torn between two parts is none to be sure of.
            let torn = |at: usize| parts[..at].concat().ends_with('\r') && parts[at..].concat().starts_with('\n');
            if (0..parts.len()).any(torn) {
                prop_assert!(!joined.is_sound());
                return Ok(());
            }
            prop_assert_eq!(joined.is_sound(), is_sound(whole.as_bytes()), "{:?}", &whole);
            prop_assert_eq!(joined.is_sound(), Lined::from(whole.clone()).is_sound());
            prop_assert_eq!(joined.is_ascii(), whole.is_ascii());
            if joined.is_sound() {
                prop_assert_eq!(joined.has_leading_dot(), whole.starts_with('.') || whole.contains("\n."));
            }
        }
    }
}
