//! Transfer encodings (RFC 2045 §6): bodies become ASCII lines of at most 76 columns, ended by
//! CRLF. A value that differs by subscriber stands between soft line breaks on lines of its own,
//! so that all else is encoded once.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::message::lined::Lined;
use crate::message::percent::digit;
use crate::message::personalize::{Differs, Node, Pattern, Piece, Place, Values, push_fields, push_missing};
use crate::post::tree::Hole;
use crate::render::scan::find;

/// The columns of a line at most (RFC 2045 §6.7 and §6.8).
const COLUMNS: usize = 76;

/// How a body is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Encoding {
    QuotedPrintable,
    Base64,
}

impl Encoding {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::QuotedPrintable => "quoted-printable",
            Self::Base64 => "base64",
        }
    }

    /// The shorter one for `text`.
    pub(super) fn for_text(text: &str) -> Self {
        // Counted in bytes as far as one can hold the number, which is many at a time.
        let special = |byte: &u8| u8::from(!(is_plain(*byte) || matches!(byte, b' ' | b'\n')));
        let chunks = text.as_bytes().chunks(255);
        let escaped: usize = chunks.map(|chunk| usize::from(chunk.iter().map(special).fold(0, u8::wrapping_add))).sum();
        let quoted = (text.len() + 2 * escaped) * 77 / 75;
        if quoted <= base64_len(text.len()) { Self::QuotedPrintable } else { Self::Base64 }
    }
}

/// A text body encoded once, to be filled many times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Body {
    pub(super) encoding: Encoding,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Part {
    /// Encoded already.
    Encoded(Lined),
    Hole(Hole, Place),
    Branch {
        field: String,
        yes: Vec<Part>,
        no: Vec<Part>,
    },
    /// To be encoded as a whole once it is filled: base64 leaves no gaps.
    Open(Pattern<'static>),
}

impl Body {
    /// Encodes `pattern`, whose lines end in LF and which ends in one; `sample` is the same text
    /// with any values, by which the encoding is chosen.
    pub(super) fn new(pattern: Pattern<'_>, sample: &str) -> Self {
        let encoding = Encoding::for_text(sample);
        let parts = match encoding {
            Encoding::QuotedPrintable => quoted_parts(pattern.pieces(), Tail::Last),
            Encoding::Base64 => match pattern.as_text() {
                Some(text) => {
                    let mut encoded = Vec::new();
                    push_base64(crlf(text).as_bytes(), &mut encoded);
                    vec![Part::Encoded(encoded.into())]
                }
                None => vec![Part::Open(pattern.into_owned())],
            },
        };
        Self { encoding, parts }
    }

    /// Writes the body for these values.
    pub(super) fn write(&self, values: Values<'_>, out: &mut Lined) {
        write_parts(&self.parts, values, &mut String::new(), out);
    }

    /// Adds the fields whose holes would stay empty.
    pub(super) fn push_missing<'p>(&'p self, values: Values<'_>, missing: &mut BTreeSet<&'p str>) {
        push_missing(&self.parts, values, missing);
    }

    /// Adds the fields that it shows or asks for.
    pub(super) fn push_fields(&self, fields: &mut BTreeSet<String>) {
        push_fields(&self.parts, fields);
    }

    /// Whether it is the same for everybody.
    pub(super) fn is_fixed(&self) -> bool {
        self.parts.iter().all(|part| matches!(part, Part::Encoded(_)))
    }

    /// About how many bytes it takes, found at once.
    pub(super) fn capacity(&self) -> usize {
        self.parts.iter().map(|part| if let Part::Encoded(bytes) = part { bytes.len() } else { 200 }).sum()
    }

    /// How many bytes it takes for a reader of whom nothing is known; of a branch the larger part.
    pub(super) fn len(&self) -> usize {
        len(&self.parts)
    }
}

fn len(parts: &[Part]) -> usize {
    let one = |part: &Part| match part {
        Part::Encoded(bytes) => bytes.len(),
        // A value and the lines that it stands on.
        Part::Hole(..) => 64,
        Part::Branch { yes, no, .. } => len(yes).max(len(no)),
        Part::Open(pattern) => base64_len(crlf(&pattern.fill(Values::Defaults)).len()),
    };
    parts.iter().map(one).sum()
}

fn write_parts(parts: &[Part], values: Values<'_>, scratch: &mut String, out: &mut Lined) {
    for part in parts {
        match part {
            Part::Encoded(bytes) => out.add(bytes),
            Part::Hole(hole, place) => {
                scratch.clear();
                place.escape(values.value(hole), scratch);
                out.write(|out| push_quoted(scratch, Tail::Hole, out));
            }
            Part::Branch { field, yes, no } => {
                write_parts(if values.has(field) { yes } else { no }, values, scratch, out);
            }
            Part::Open(pattern) => out.write(|out| push_base64(crlf(&pattern.fill(values)).as_bytes(), out)),
        }
    }
}

impl Differs for Part {
    fn node(&self) -> Node<'_, Self> {
        match self {
            Self::Encoded(_) => Node::Fixed,
            Self::Hole(hole, _) => Node::Hole(hole),
            Self::Branch { field, yes, no } => Node::Branch { field, yes, no },
            Self::Open(pattern) => Node::Pattern(pattern),
        }
    }
}

/// What follows a run of text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tail {
    /// A value, or text after one: the line is broken softly.
    Hole,
    /// Nothing.
    Last,
}

fn quoted_parts(pieces: &[Piece<'_>], tail: Tail) -> Vec<Part> {
    let last = pieces.len().saturating_sub(1);
    let parts = pieces.iter().enumerate().map(|(index, piece)| match piece {
        Piece::Text(text) => {
            let mut encoded = Vec::with_capacity(text.len() * 13 / 10);
            push_quoted(text, if index == last { tail } else { Tail::Hole }, &mut encoded);
            Part::Encoded(encoded.into())
        }
        Piece::Hole(hole, place) => Part::Hole(hole.clone(), *place),
        Piece::Branch { field, yes, no } => {
            Part::Branch { field: field.clone(), yes: quoted_parts(yes, Tail::Hole), no: quoted_parts(no, Tail::Hole) }
        }
    });
    parts.collect()
}

/// Whether a byte stands for itself in quoted-printable wherever it is.
fn is_plain(byte: u8) -> bool {
    matches!(byte, 33..=60 | 62..=126)
}

/// Writes `text` from the start of a line. A `.`, `F` or `-` at a line's start is encoded, for
/// SMTP, mailboxes and boundaries have their own mind about them; of spaces only single ones
/// inside a line stay, so that the bytes are already in DKIM's relaxed form (RFC 6376 §3.4.4).
fn push_quoted(text: &str, tail: Tail, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let spaces = if text.contains("  ") { Spaces::Several } else { Spaces::Single };
    let mut column = 0;
    let mut at = 0;
    while at < bytes.len() {
        if column > 1 {
            // Most text is words: take them and the single spaces between them up to the line's end
            // at once.
            let rest = bytes.get(at..).unwrap_or_default();
            let most = (COLUMNS - 1).saturating_sub(column).min(rest.len());
            let run = words(rest.get(..most).unwrap_or_default(), out.last(), spaces);
            out.extend_from_slice(run);
            column += run.len();
            at += run.len();
        }
        let Some(&byte) = bytes.get(at) else { break };
        if byte == b'\n' {
            out.extend_from_slice(b"\r\n");
            column = 0;
            at += 1;
            continue;
        }
        let next = bytes.get(at + 1).copied();
        let plain = match byte {
            b'.' | b'F' | b'-' => column > 0,
            // Not before a hard break, not at a line's start, not after another.
            b' ' => column > 0 && !matches!(next, Some(b'\n' | b' ') | None) && out.last() != Some(&b' '),
            byte => is_plain(byte),
        };
        let width = if plain { 1 } else { 3 };
        // The last column is for `=`, unless the line ends by itself.
        let room = if next == Some(b'\n') { COLUMNS } else { COLUMNS - 1 };
        if column + width > room {
            out.extend_from_slice(b"=\r\n");
            column = 0;
            continue;
        }
        if plain {
            out.push(byte);
        } else {
            out.extend_from_slice(&[b'=', digit(byte >> 4), digit(byte)]);
        }
        column += width;
        at += 1;
    }
    if tail == Tail::Hole && column > 0 {
        out.extend_from_slice(b"=\r\n");
    }
}

/// What spaces a text has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spaces {
    /// None that stands beside another.
    Single,
    /// Some that do.
    Several,
}

/// The start of `line` that stays as it is: words and single spaces between them. `before` stands
/// before it.
fn words<'l>(line: &'l [u8], before: Option<&u8>, spaces: Spaces) -> &'l [u8] {
    let end = find(line, |byte| byte == b'=' || !(b' '..=b'~').contains(&byte));
    let mut words = end.and_then(|end| line.get(..end)).unwrap_or(line);
    if spaces == Spaces::Several {
        if before == Some(&b' ') && words.first() == Some(&b' ') {
            return b"";
        }
        let mut pairs = words.iter().zip(words.get(1..).unwrap_or_default());
        let double = pairs.position(|pair| pair == (&b' ', &b' '));
        words = double.and_then(|end| words.get(..end)).unwrap_or(words);
    }
    // Whether a space stays at the end depends on what follows.
    words.strip_suffix(b" ").unwrap_or(words)
}

/// The bytes that base64 takes, line ends included.
pub(super) fn base64_len(len: usize) -> usize {
    len.div_ceil(3) * 4 * 78 / COLUMNS
}

/// Writes `bytes` as base64 in lines.
pub(super) fn push_base64(bytes: &[u8], out: &mut Vec<u8>) {
    out.reserve(base64_len(bytes.len()) + 4);
    let mut line = [0; COLUMNS];
    for chunk in bytes.chunks(COLUMNS / 4 * 3) {
        // A line holds what its bytes give; the length cannot be wrong.
        let len = STANDARD.encode_slice(chunk, &mut line).unwrap_or(0);
        out.extend_from_slice(line.get(..len).unwrap_or_default());
        out.extend_from_slice(b"\r\n");
    }
}

/// `text` with its line ends as mail wants them.
fn crlf(text: &str) -> String {
    text.replace('\n', "\r\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Body, Encoding, Tail, push_base64, push_quoted};
    use crate::message::lined::Lined;
    use crate::message::personalize::{Media, Pattern, Values};
    use crate::post::Holes;
    use crate::post::tree::Hole;

    #[test]
    fn a_body_with_values_is_weighed_as_it_is_sent() {
        for line in ["亲爱的读者，今天下了一整天的雨。\n", "Dear reader, it rained.\n"] {
            let mut holes = Holes::new(3);
            let hole = Hole { field: "n".to_owned(), default: Some("读者".to_owned()) };
            let token = holes.token(hole);
            let text = format!("{}{token}\n", line.repeat(200));
            let pattern = Pattern::parse(&text, Media::Text, &holes).unwrap();
            let sample = pattern.fill(Values::Defaults);
            let body = Body::new(pattern, &sample);
            let mut out = Lined::default();
            body.write(Values::Defaults, &mut out);
            assert!(body.len().abs_diff(out.len()) < 64, "{} is taken for {}", out.len(), body.len());
        }
    }

    fn quoted(text: &str) -> String {
        let mut out = Vec::new();
        push_quoted(text, Tail::Last, &mut out);
        String::from_utf8(out).unwrap()
    }

    /// Decodes quoted-printable as RFC 2045 §6.7 says, strictly.
    fn decode(text: &str) -> String {
        let mut bytes = Vec::new();
        let mut lines = text.split("\r\n").peekable();
        while let Some(line) = lines.next() {
            assert!(line.len() <= 76, "{line}");
            assert!(!line.ends_with(' '), "{line:?}");
            let soft = line.ends_with('=');
            let mut rest = line.strip_suffix('=').unwrap_or(line).bytes();
            while let Some(byte) = rest.next() {
                if byte == b'=' {
                    let hex = [rest.next().unwrap(), rest.next().unwrap()];
                    bytes.push(u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap());
                } else {
                    assert!((32..127).contains(&byte));
                    bytes.push(byte);
                }
            }
            if !soft && lines.peek().is_some() {
                bytes.push(b'\n');
            }
        }
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn line_starts_and_spaces_are_safe_on_the_wire() {
        assert_eq!(
            quoted(".\nFrom x\n--\na  b \n\tc=d\n"),
            "=2E\r\n=46rom x\r\n=2D-\r\na=20=20b=20\r\n=09c=3Dd\r\n".replace("a=20=20b", "a=20 b")
        );
        assert_eq!(quoted(&"x".repeat(76)), format!("{}=\r\nx", "x".repeat(75)));
        assert_eq!(quoted(&format!("{}\n", "x".repeat(76))), format!("{}\r\n", "x".repeat(76)));
    }

    #[test]
    fn the_shorter_encoding_is_taken() {
        assert_eq!(Encoding::for_text("Dear reader, café"), Encoding::QuotedPrintable);
        assert_eq!(Encoding::for_text("亲爱的读者"), Encoding::Base64);
    }

    #[test]
    fn a_value_stands_on_lines_of_its_own() {
        let mut holes = Holes::new(3);
        let token = holes.token(Hole { field: "n".into(), default: None });
        let text = format!("Dear {token}, hello.\n{token}\n");
        let pattern = Pattern::parse(&text, Media::Text, &holes).unwrap();
        let body = Body::new(pattern, "Dear, hello");
        let fields = [("n".to_owned(), "F. Ångström".to_owned())].into();
        let mut out = Lined::default();
        body.write(Values::Of(&fields), &mut out);
        let out = String::from_utf8(out.into_bytes()).unwrap();
        let name = "=46. =C3=85ngstr=C3=B6m=\r\n";
        assert_eq!(out, format!("Dear=20=\r\n{name}, hello.\r\n{name}\r\n"));
        assert_eq!(decode(&out), "Dear F. Ångström, hello.\nF. Ångström\n");
    }

    proptest! {
        #[test]
        fn quoted_printable_decodes_to_what_it_was(text in "([ -~\n\t.F=-]|[ .\n]|\\PC){0,300}") {
            let encoded = quoted(&text);
            prop_assert_eq!(decode(&encoded), text);
            for line in encoded.split("\r\n") {
                prop_assert!(!line.starts_with(['.', 'F', '-']) && !line.contains("  "));
            }
            prop_assert!(!encoded.replace("\r\n", "").contains(['\r', '\n']));
        }

        #[test]
        fn filling_an_encoded_body_is_encoding_the_filled_one(
            parts in prop::collection::vec("([a-z .=\n]|é|文){0,80}", 1..5),
            value in "([a-z .=]|é|文){0,120}",
            yes in any::<bool>(),
        ) {
            let mut holes = Holes::new(3);
            let token = holes.token(Hole { field: "n".into(), default: None });
            let branch = holes.token(Hole { field: "b".into(), default: None });
            let text = parts.join(&token);
            let text = format!("{text}<!--nlif {branch}-->{text}<!--nlelse {branch}-->no<!--nlend {branch}-->.\n");
            let pattern = Pattern::parse(&text, Media::Text, &holes).unwrap();
            let mut fields = std::collections::BTreeMap::from([("n".to_owned(), value)]);
            if yes {
                fields.insert("b".to_owned(), "1".to_owned());
            }
            let values = Values::Of(&fields);
            let filled = pattern.fill(values);
            let body = Body::new(pattern, &filled);
            let mut out = Lined::default();
            body.write(values, &mut out);
            let out = String::from_utf8(out.into_bytes()).unwrap();
            match body.encoding {
                Encoding::QuotedPrintable => prop_assert_eq!(decode(&out), filled),
                Encoding::Base64 => {
                    let mut expected = Vec::new();
                    push_base64(filled.replace('\n', "\r\n").as_bytes(), &mut expected);
                    prop_assert_eq!(out.as_bytes(), expected);
                }
            }
        }
    }
}
