//! The bytes of a message, known to be such as every server reads in the same way.

use std::borrow::Cow;

use memchr::{memchr, memchr2_iter, memmem};

use crate::message::{Lined, MAX_LINE};

/// A whole message: lines that end in CRLF, and no CR or LF anywhere else.
///
/// A lone CR or LF is where servers differ on what ends a line, and so on where a message ends:
/// what one takes for text another takes for commands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    text: Lined,
}

/// Why bytes are not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// A CR or LF stands alone.
    #[error("the message holds a CR or LF that stands alone, at byte {0}")]
    BareLineBreak(usize),
    /// The last line does not end.
    #[error("the message does not end in a line break")]
    Unended,
    /// A line is longer than servers need accept.
    #[error("the line of the message at byte {0} is longer than {MAX_LINE} bytes")]
    LongLine(usize),
    /// A NUL, which RFC 5321 forbids.
    #[error("the message holds a NUL, at byte {0}")]
    Nul(usize),
}

impl Content {
    /// Takes a message's bytes.
    ///
    /// # Errors
    /// When they could be read in two ways.
    pub fn new(text: impl Into<Lined>) -> Result<Self, ContentError> {
        let mut text = text.into();
        if !text.is_sound() {
            // A CRLF that two parts share is seen in the whole alone.
            text = Lined::from(text.into_bytes());
        }
        if text.is_sound() { Ok(Self { text }) } else { Err(fault(text.bytes())) }
    }

    /// The message as it was given.
    pub fn bytes(&self) -> &[u8] {
        self.text.bytes()
    }

    /// Its size in the sense of RFC 1870: every octet but those that dot-stuffing adds.
    pub fn size(&self) -> u64 {
        self.text.len() as u64
    }

    /// Whether it passes where 8BITMIME is not offered.
    pub fn is_ascii(&self) -> bool {
        self.text.is_ascii()
    }

    /// The message as it goes over the wire, with a dot before each dot that starts a line (RFC
    /// 5321 §4.5.2). Our own messages have none there, so that they are not copied.
    pub fn stuffed(&self) -> Cow<'_, [u8]> {
        let bytes = self.text.bytes();
        if !self.text.has_leading_dot() {
            return Cow::Borrowed(bytes);
        }
        let first = bytes.starts_with(b".");
        let dots = memmem::find_iter(bytes, b"\n.").map(|place| place + 1);
        let mut stuffed = Vec::with_capacity(bytes.len() + 64);
        let mut rest = bytes;
        let mut taken = 0;
        for place in first.then_some(0).into_iter().chain(dots) {
            if let Some((before, after)) = rest.split_at_checked(place - taken) {
                stuffed.extend_from_slice(before);
                stuffed.push(b'.');
                rest = after;
                taken = place;
            }
        }
        stuffed.extend_from_slice(rest);
        Cow::Owned(stuffed)
    }
}

/// What is wrong with bytes that can be read in two ways.
fn fault(bytes: &[u8]) -> ContentError {
    if !bytes.ends_with(b"\r\n") {
        return ContentError::Unended;
    }
    if let Some(place) = memchr(0, bytes) {
        return ContentError::Nul(place);
    }
    let mut start = 0;
    let mut breaks = memchr2_iter(b'\r', b'\n', bytes);
    while let Some(place) = breaks.next() {
        let pair = bytes.get(place..place + 2) == Some(b"\r\n") && breaks.next() == Some(place + 1);
        if !pair {
            return ContentError::BareLineBreak(place);
        }
        if place - start > MAX_LINE {
            return ContentError::LongLine(start);
        }
        start = place + 2;
    }
    ContentError::Unended
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Content, ContentError};

    fn content(text: &str) -> Result<Content, ContentError> {
        Content::new(text.as_bytes().to_vec())
    }

    #[test]
    fn a_cr_or_lf_alone_is_refused() {
        assert_eq!(content("a\n.\nb\r\n"), Err(ContentError::BareLineBreak(1)));
        assert_eq!(content("a\r.\r\n"), Err(ContentError::BareLineBreak(1)));
        assert_eq!(content("a\r\n\n.\r\n"), Err(ContentError::BareLineBreak(3)));
        assert_eq!(content("a\r\r\n"), Err(ContentError::BareLineBreak(1)));
        assert_eq!(content("a\n\r\n"), Err(ContentError::BareLineBreak(1)));
    }

    #[test]
    fn a_nul_a_long_line_and_an_open_end_are_refused() {
        assert_eq!(content("a\0\r\n"), Err(ContentError::Nul(1)));
        assert_eq!(content("a"), Err(ContentError::Unended));
        assert_eq!(content(""), Err(ContentError::Unended));
        assert_eq!(content(&format!("a\r\n{}\r\n", "x".repeat(999))), Err(ContentError::LongLine(3)));
        assert!(content(&format!("{}\r\n", "x".repeat(998))).is_ok());
    }

    #[test]
    fn dots_that_start_lines_are_doubled() {
        let stuffed = |text: &str| String::from_utf8(content(text).unwrap().stuffed().into_owned()).unwrap();
        assert_eq!(stuffed(".\r\n"), "..\r\n");
        assert_eq!(stuffed("a\r\n.\r\n..b\r\nc.d\r\n"), "a\r\n..\r\n...b\r\nc.d\r\n");
        assert!(matches!(content("a\r\nb.\r\n").unwrap().stuffed(), std::borrow::Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn what_is_sound_is_what_has_no_fault(text in "[\r\n\0.a]{0,12}") {
            let sound = text.replace("\r\n", "").find(['\r', '\n', '\0']).is_none() && text.ends_with("\r\n");
            prop_assert_eq!(content(&text).is_ok(), sound, "{:?}", text);
        }

        #[test]
        fn a_server_that_takes_the_dots_off_gets_the_same(lines in proptest::collection::vec("[.a ]{0,4}", 1..8)) {
            let text = lines.join("\r\n") + "\r\n";
            let stuffed = String::from_utf8(content(&text).unwrap().stuffed().into_owned()).unwrap();
            prop_assert!(!stuffed.starts_with(".\r\n") && !stuffed.contains("\r\n.\r\n"));
            let bare: String = stuffed.split_inclusive("\r\n").map(|line| line.strip_prefix('.').unwrap_or(line)).collect();
            prop_assert_eq!(bare, text);
        }
    }
}
