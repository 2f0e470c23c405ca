//! Replies of a server, read from bytes that nobody vouches for.
//!
//! Servers write more than RFC 5321 allows: a bare `250`, lines that end in LF alone, Latin-1,
//! lines of any length. What has one clear meaning is read; all else is a [`ReplyError`], after
//! which nothing that the connection says can be matched to a command any more.

use std::fmt;

use memchr::memchr;

use super::enhanced::EnhancedCode;

/// The longest line that is read. RFC 5321 §4.5.3.1.5 allows 512 octets; some servers write more.
const MAX_LINE: usize = 2048;
/// The most lines of one reply.
const MAX_LINES: usize = 128;
/// The most characters of a reply that are shown to people.
const MAX_SHOWN: usize = 500;

/// What a server answered to one command (RFC 5321 §4.2).
///
/// Its text is safe to show: control characters and those that turn the direction of text are
/// replaced, and what is not UTF-8 is read as Latin-1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    code: u16,
    enhanced: Option<EnhancedCode>,
    lines: Vec<String>,
}

impl Reply {
    /// A reply by its code and the text of its lines, as a server would write them: `5.1.1` at
    /// the start of a line is its enhanced code where its class is that of the reply (RFC 2034).
    pub fn new<'a>(code: u16, lines: impl IntoIterator<Item = &'a str>) -> Self {
        Self::of(code, lines.into_iter().map(safe).collect())
    }

    fn of(code: u16, mut lines: Vec<String>) -> Self {
        let prefix = |line: &str| {
            let (enhanced, rest) = EnhancedCode::parse_prefix(line)?;
            (u16::from(enhanced.class) == code / 100).then(|| (enhanced, rest.to_owned()))
        };
        let enhanced = lines.iter().find_map(|line| Some(prefix(line)?.0));
        for line in &mut lines {
            match prefix(line) {
                Some((own, rest)) if Some(own) == enhanced => *line = rest,
                _ => {}
            }
        }
        Self { code, enhanced, lines }
    }

    /// Its three digits.
    pub fn code(&self) -> u16 {
        self.code
    }

    /// The code of RFC 3463, where the server gave one.
    pub fn enhanced(&self) -> Option<EnhancedCode> {
        self.enhanced
    }

    /// Its lines, without codes.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// Its words in one line, without codes, cut off where they go on for too long.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for word in self.lines.iter().flat_map(|line| line.split_whitespace()) {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
        if let Some((end, _)) = text.char_indices().nth(MAX_SHOWN) {
            text.truncate(end);
            text.push('…');
        }
        text
    }

    /// Whether the command was carried out (2xx).
    pub fn is_positive(&self) -> bool {
        self.code / 100 == 2
    }

    /// Whether the server waits for more (3xx).
    pub fn is_intermediate(&self) -> bool {
        self.code / 100 == 3
    }

    /// Whether the same may succeed later (4xx).
    pub fn is_transient(&self) -> bool {
        self.code / 100 == 4
    }

    /// Whether the same will fail again (5xx).
    pub fn is_permanent(&self) -> bool {
        self.code / 100 == 5
    }

    /// Whether the server said no, for now or for good.
    pub fn is_negative(&self) -> bool {
        self.is_transient() || self.is_permanent()
    }

    /// Whether the server is about to close the connection (421).
    pub fn is_shutdown(&self) -> bool {
        self.code == 421
    }
}

impl fmt::Display for Reply {
    /// The reply in one line: `550 5.1.1 no such user`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if let Some(enhanced) = self.enhanced {
            write!(f, " {enhanced}")?;
        }
        let text = self.text();
        if text.is_empty() { Ok(()) } else { write!(f, " {text}") }
    }
}

/// Why bytes are no reply.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// A line does not start with a code.
    #[error("`{0}` is not a reply")]
    NotAReply(String),
    /// The lines of one reply have different codes.
    #[error("the lines of one reply say {0} and {1}")]
    MixedCodes(u16, u16),
    /// A line does not end.
    #[error("a line of the reply is longer than {MAX_LINE} bytes")]
    LongLine,
    /// A reply does not end.
    #[error("the reply has more than {MAX_LINES} lines")]
    ManyLines,
}

/// Makes replies of bytes as they come. It holds at most one unfinished reply and what was fed
/// last, and nothing is lost where reading is cancelled between two feeds.
#[derive(Debug, Default)]
pub struct ReplyDecoder {
    bytes: Vec<u8>,
    code: Option<u16>,
    lines: Vec<String>,
}

impl ReplyDecoder {
    /// Takes bytes in.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Whether nothing is waiting: no byte and no part of a reply.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.lines.is_empty()
    }

    /// The next whole reply, if it is there.
    ///
    /// # Errors
    /// When the bytes cannot become a reply; the stream is of no use afterwards.
    pub fn next_reply(&mut self) -> Result<Option<Reply>, ReplyError> {
        loop {
            let end = memchr(b'\n', &self.bytes);
            if end.unwrap_or(self.bytes.len()) > MAX_LINE {
                return Err(ReplyError::LongLine);
            }
            let Some(end) = end else { return Ok(None) };
            let line: Vec<u8> = self.bytes.drain(..=end).collect();
            let (code, last, text) = parse_line(&line)?;
            let first = *self.code.get_or_insert(code);
            if first != code {
                return Err(ReplyError::MixedCodes(first, code));
            }
            if self.lines.len() == MAX_LINES {
                return Err(ReplyError::ManyLines);
            }
            self.lines.push(text);
            if last {
                self.code = None;
                return Ok(Some(Reply::of(code, std::mem::take(&mut self.lines))));
            }
        }
    }
}

/// One line with its end: the code, whether it is the last of its reply, and its text.
fn parse_line(line: &[u8]) -> Result<(u16, bool, String), ReplyError> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let parts = || {
        let (digits, rest) = line.split_first_chunk::<3>()?;
        if !matches!(digits, [b'2'..=b'5', b'0'..=b'9', b'0'..=b'9']) {
            return None;
        }
        let code = digits.iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
        match rest.split_first() {
            None => Some((code, true, decode(rest))),
            Some((b' ', rest)) => Some((code, true, decode(rest))),
            Some((b'-', rest)) => Some((code, false, decode(rest))),
            Some(_) => None,
        }
    };
    parts().ok_or_else(|| ReplyError::NotAReply(decode(line).chars().take(80).collect()))
}

/// The text of bytes: UTF-8, else Latin-1.
fn decode(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => safe(text),
        Err(_) => safe(&bytes.iter().copied().map(char::from).collect::<String>()),
    }
}

/// The text without what would steer a terminal or turn the words around it.
fn safe(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .map(|c| {
            if c == '\t' {
                ' '
            } else if steers(c) {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MAX_LINE, MAX_LINES, MAX_SHOWN, Reply, ReplyDecoder, ReplyError};

    fn all(bytes: &[u8]) -> (Vec<String>, Option<ReplyError>, bool) {
        let mut decoder = ReplyDecoder::default();
        decoder.feed(bytes);
        let mut replies = Vec::new();
        loop {
            match decoder.next_reply() {
                Ok(Some(reply)) => replies.push(reply.to_string()),
                Ok(None) => return (replies, None, decoder.is_empty()),
                Err(error) => return (replies, Some(error), false),
            }
        }
    }

    fn one(bytes: &[u8]) -> String {
        let (replies, error, empty) = all(bytes);
        assert_eq!((replies.len(), error, empty), (1, None, true));
        replies.into_iter().next().unwrap()
    }

    #[test]
    fn a_reply_has_a_code_an_enhanced_code_and_text() {
        assert_eq!(one(b"550 5.1.1 no such user\r\n"), "550 5.1.1 no such user");
        assert_eq!(
            one(b"550-5.1.1 The account\r\n550-5.1.1 does not\r\n550 5.1.1 exist\r\n"),
            "550 5.1.1 The account does not exist"
        );
        let reply = Reply::new(550, ["5.1.1 a", "b"]);
        assert_eq!(reply.lines(), ["a", "b"]);
        assert!(reply.is_permanent() && !reply.is_positive() && !reply.is_transient() && !reply.is_intermediate());
    }

    #[test]
    fn a_bare_code_is_a_reply() {
        assert_eq!(one(b"250\r\n"), "250");
        assert_eq!(one(b"250-a\r\n250\r\n"), "250 a");
        assert_eq!(one(b"250 \r\n"), "250");
    }

    #[test]
    fn a_line_may_end_in_lf_alone() {
        assert_eq!(one(b"250-a\n250 b\n"), "250 a b");
    }

    #[test]
    fn latin_1_is_read_and_utf_8_too() {
        assert_eq!(one(b"550 Bo\xeete pleine\r\n"), "550 Boîte pleine");
        assert_eq!(one("550 邮箱已满\r\n".as_bytes()), "550 邮箱已满");
    }

    #[test]
    fn what_steers_a_terminal_is_replaced() {
        assert_eq!(one(b"550 a\x1b[31m\tb\0\r\n"), "550 a\u{fffd}[31m b\u{fffd}");
        assert_eq!(one("550 a\u{202e}b\r\n".as_bytes()), "550 a\u{fffd}b");
        assert_eq!(one(b"250 a\rb\r\n"), "250 a\u{fffd}b");
    }

    #[test]
    fn a_long_text_is_cut_off() {
        let reply = Reply::new(550, ["x".repeat(600).as_str()]);
        assert_eq!(reply.text().chars().count(), MAX_SHOWN + 1);
    }

    #[test]
    fn an_enhanced_code_of_another_class_is_text() {
        let reply = Reply::new(554, ["4.4.7 expired"]);
        assert_eq!((reply.enhanced(), reply.text().as_str()), (None, "4.4.7 expired"));
    }

    #[test]
    fn garbage_is_no_reply() {
        for bytes in [
            &b"\r\n"[..],
            b"25\r\n",
            b"hello\r\n",
            b"2500 a\r\n",
            b"250\xa0a\r\n",
            b"150 a\r\n",
            b"999 a\r\n",
            b"+250 a\r\n",
        ] {
            assert!(matches!(all(bytes).1, Some(ReplyError::NotAReply(_))), "{bytes:?}");
        }
        assert_eq!(all(b"250-a\r\n550 b\r\n").1, Some(ReplyError::MixedCodes(250, 550)));
    }

    #[test]
    fn what_does_not_end_is_given_up() {
        assert_eq!(all(&[b'2'; MAX_LINE + 1]).1, Some(ReplyError::LongLine));
        assert_eq!(all("250-a\r\n".repeat(MAX_LINES + 1).as_bytes()).1, Some(ReplyError::ManyLines));
        assert_eq!(all(&[b'2'; MAX_LINE]).1, None);
    }

    #[test]
    fn two_replies_are_two() {
        let (replies, error, empty) = all(b"250 a\r\n354 b\r\n2");
        assert_eq!((replies.as_slice(), error, empty), (&["250 a".to_owned(), "354 b".to_owned()][..], None, false));
    }

    proptest! {
        #[test]
        fn any_bytes_give_the_same_in_any_pieces(bytes in proptest::collection::vec(any::<u8>(), 0..600), cut in 1usize..40) {
            let whole = all(&bytes);
            let mut decoder = ReplyDecoder::default();
            let mut replies = Vec::new();
            let mut error = None;
            'feeding: for piece in bytes.chunks(cut) {
                decoder.feed(piece);
                loop {
                    match decoder.next_reply() {
                        Ok(Some(reply)) => replies.push(reply.to_string()),
                        Ok(None) => break,
                        Err(found) => { error = Some(found); break 'feeding }
                    }
                }
            }
            prop_assert_eq!((&whole.0, &whole.1), (&replies, &error));
        }

        #[test]
        fn lines_of_any_text_are_shown_safely(text in "[^\r\n]{0,100}", code in 200u16..600) {
            let mut decoder = ReplyDecoder::default();
            decoder.feed(format!("{code}-{text}\r\n{code} {text}\r\n").as_bytes());
            let reply = decoder.next_reply().unwrap().unwrap();
            prop_assert_eq!(reply.code(), code);
            prop_assert!(decoder.is_empty());
            prop_assert!(!reply.to_string().chars().any(char::is_control));
        }
    }
}
