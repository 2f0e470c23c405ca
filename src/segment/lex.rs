//! An expression as words and signs.

use crate::diagnostic::Span;
use crate::segment::{SegmentError, SegmentFault};

/// A word or a sign, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) span: Span,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// A name, a number, a day or a word of the language.
    Word(String),
    /// What stood between quotes.
    Text(String),
    /// An operator, a bracket or a comma.
    Sign(&'static str),
}

const SIGNS: [&str; 9] = ["!=", "<=", ">=", "=", "<", ">", "(", ")", ","];

/// What other languages, and keyboards, write.
const FOREIGN: [(&str, &str); 12] = [
    ("==", "="),
    ("<>", "!="),
    ("&&", "and"),
    ("||", "or"),
    ("&", "and"),
    ("|", "or"),
    ("≠", "!="),
    ("≤", "<="),
    ("≥", ">="),
    ("“", "\""),
    ("”", "\""),
    ("„", "\""),
];

pub(super) fn lex(text: &str) -> Result<Vec<Token>, SegmentError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let trimmed = rest.trim_start();
        at += rest.len() - trimmed.len();
        let Some(first) = trimmed.chars().next() else { return Ok(tokens) };
        let error = |len: usize, fault| Err(SegmentError { span: Span::new(at, at + len), fault });
        let foreign = FOREIGN.iter().find(|(written, _)| trimmed.starts_with(written));
        let (len, kind) = if let Some(&(written, meant)) = foreign {
            return error(written.len(), SegmentFault::Spelling { written: written.to_owned(), meant });
        } else if let Some(sign) = SIGNS.iter().find(|sign| trimmed.starts_with(**sign)) {
            (sign.len(), Kind::Sign(sign))
        } else if first == '!' {
            return error(1, SegmentFault::Spelling { written: "!".to_owned(), meant: "not" });
        } else if matches!(first, '"' | '\'') {
            match quoted(trimmed, first) {
                Some((len, inner)) => (len, Kind::Text(inner)),
                None => return error(trimmed.trim_end().len(), SegmentFault::OpenQuote),
            }
        } else {
            let letter = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '.' | ':');
            match trimmed.find(|c| !letter(c)).unwrap_or(trimmed.len()) {
                0 => {
                    let fault = SegmentFault::Unexpected { found: first.to_string(), expected: "a test" };
                    return error(first.len_utf8(), fault);
                }
                len => (len, Kind::Word(trimmed.get(..len).unwrap_or_default().to_owned())),
            }
        };
        tokens.push(Token { span: Span::new(at, at + len), kind });
        at += len;
    }
}

/// What stands between quotes, and how many bytes it takes with them.
fn quoted(text: &str, quote: char) -> Option<(usize, String)> {
    let mut inner = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => inner.push(chars.next()?.1),
            c if c == quote => return Some((at + c.len_utf8(), inner)),
            c => inner.push(c),
        }
    }
    None
}
