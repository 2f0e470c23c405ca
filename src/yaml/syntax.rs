//! What is wrong with text that is not YAML, in the writer's words: the parser's complaint is often
//! about the line after the mistake.

use std::sync::Arc;

use serde_yaml::granit_parser::{ErrorKind, ScanError};

use crate::diagnostic::{Diagnostic, Fix, Source, Span, code};

/// The finding for what the parser met in `block`.
pub(super) fn diagnostic(source: &Arc<Source>, block: Span, error: &ScanError) -> Diagnostic {
    let at = (block.start + error.marker().byte_offset().unwrap_or_default()).min(block.end);
    let lines = Lines::around(source.slice(block), at - block.start);
    for line in lines.suspects() {
        if let Some(found) = suspect(source, block, line) {
            return found;
        }
    }
    let (message, help) = explain(error.kind());
    let span =
        Span::new(at, at + source.text().get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8));
    Diagnostic::new(code::INVALID_YAML, source, span, message).help(help)
}

/// The line of an error and the lines before it, nearest first.
struct Lines<'a> {
    before: Vec<Line<'a>>,
}

#[derive(Clone, Copy)]
struct Line<'a> {
    start: usize,
    text: &'a str,
}

impl<'a> Lines<'a> {
    fn around(text: &'a str, at: usize) -> Self {
        let mut before = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            if start > at {
                break;
            }
            before.push(Line { start, text: line.trim_end() });
            start += line.len();
        }
        before.reverse();
        Self { before }
    }

    /// The line itself, and the nearest one before it that says something.
    fn suspects(&self) -> impl Iterator<Item = Line<'a>> + '_ {
        let own = self.before.first().copied();
        let earlier = self.before.iter().skip(1).copied().find(|line| !line.text.trim().is_empty());
        own.into_iter().chain(earlier)
    }
}

/// The usual slips of one line.
fn suspect(source: &Arc<Source>, block: Span, line: Line<'_>) -> Option<Diagnostic> {
    let start = block.start + line.start;
    let found = |from: usize, to: usize, message: String| {
        Diagnostic::new(code::INVALID_YAML, source, Span::new(start + from, start + to), message)
    };
    let indent = line.text.len() - line.text.trim_start_matches([' ', '\t']).len();
    let indentation = line.text.get(..indent).unwrap_or_default();
    if indentation.contains('\t') {
        let spaces = indentation.replace('\t', "  ");
        return Some(
            found(0, indent, "a tab indents this line".to_owned())
                .help("YAML is indented by spaces, two for each step")
                .fix(Fix::needs_a_look(Span::new(start, start + indent), spaces)),
        );
    }
    let content = line.text.get(indent..).unwrap_or_default();
    if content.starts_with('#') {
        return None;
    }
    let (key_len, value) = match key_end(content) {
        Some(colon) => (colon + 1, content.get(colon + 1..).unwrap_or_default()),
        None => (0, content),
    };
    let dash = if key_len == 0 { value.strip_prefix("- ").map_or(0, |_| 2) } else { 0 };
    let value = value.get(dash..).unwrap_or_default();
    let from = indent + key_len + dash + (value.len() - value.trim_start().len());
    let value = value.trim();
    let to = from + value.len();
    let name = content.get(..key_len.saturating_sub(1)).unwrap_or_default().trim_start_matches("- ").trim();
    let quote = |found: Diagnostic| {
        let span = Span::new(start + from, start + to);
        found.help(format!("put it in quotes: {}", quoted(value))).fix(Fix::safe(span, quoted(value)))
    };
    match value.chars().next()? {
        mark @ ('"' | '\'') => {
            let close = closing_quote(value, mark);
            match close {
                None => Some(
                    found(from, to, format!("the quote {mark} is never closed"))
                        .help(format!("end the text with {mark}"))
                        .fix(Fix::needs_a_look(Span::empty(start + to), mark.to_string())),
                ),
                Some(close) => {
                    let rest = value.get(close..).unwrap_or_default().trim_start();
                    if rest.is_empty() || rest.starts_with(['#', ',', ']', '}', ':']) {
                        return None;
                    }
                    Some(quote(found(from + close, to, format!("text stands after the closing {mark}"))))
                }
            }
        }
        '[' | '{' => {
            let (open, close) = if value.starts_with('[') { ('[', ']') } else { ('{', '}') };
            let end = value.find(close);
            match end {
                Some(end) if name.is_empty() || value.get(end + 1..).is_none_or(|rest| rest.trim().is_empty()) => None,
                Some(_) => {
                    Some(quote(found(from, to, format!("a value that starts with `{open}` is a list or a mapping"))))
                }
                None => Some(
                    found(from, to, format!("`{open}` is never closed"))
                        .help(format!("close it with `{close}`, or put the value in quotes if it is text")),
                ),
            }
        }
        mark @ ('@' | '`' | '%' | '*' | '&' | '!' | '|' | '>' | ']' | '}' | ',') if !name.is_empty() => {
            Some(quote(found(from, to, format!("a value without quotes cannot start with `{mark}` here"))))
        }
        _ if !name.is_empty() => {
            let colon = value.find(": ").or_else(|| value.strip_suffix(':').map(str::len))?;
            Some(quote(found(from + colon, from + colon + 1, format!("the value of `{name}` holds a colon"))))
        }
        _ => None,
    }
}

/// Where the colon stands that ends the key of a line.
fn key_end(line: &str) -> Option<usize> {
    if line.starts_with(['"', '\'', '[', '{']) {
        return None;
    }
    line.find(": ").or_else(|| line.find(":\t")).or_else(|| line.strip_suffix(':').map(str::len))
}

/// The byte after the quote that closes the one `value` starts with.
fn closing_quote(value: &str, mark: char) -> Option<usize> {
    let mut chars = value.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && mark == '"' {
            chars.next();
        } else if c == mark {
            if mark == '\'' && chars.peek().is_some_and(|&(_, next)| next == '\'') {
                chars.next();
                continue;
            }
            return Some(at + 1);
        }
    }
    None
}

/// `value` as YAML in double quotes.
pub(super) fn quoted(value: &str) -> String {
    let mut text = String::from("\"");
    for c in value.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\t' => text.push_str("\\t"),
            c => text.push(c),
        }
    }
    text.push('"');
    text
}

/// The parser's complaints that are not the slips above.
fn explain(kind: &ErrorKind) -> (String, &'static str) {
    let (message, help) = match kind {
        ErrorKind::UnknownAnchor => ("this alias names nothing", "text that starts with `*` stands in quotes"),
        ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => {
            ("a quote is opened above and never closed", "close it at the end of the text")
        }
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping => {
            ("a `[` or `{` is opened above and never closed", "close it, or put the text in quotes")
        }
        ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::ExpectedFlowSequenceSeparator => {
            ("a `,` or the closing bracket is missing before this", "put a comma between two values")
        }
        ErrorKind::MisplacedFlowCollectionEnd | ErrorKind::MismatchedFlowCollectionEnd { .. } => {
            ("this bracket closes nothing", "remove it, or put the text in quotes")
        }
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInPlainScalar
        | ErrorKind::TabAtBlockScalarStart => ("a tab stands where only spaces may", "replace it by spaces"),
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidUnicodeEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate => {
            ("this `\\` starts no known escape", "write `\\\\` for a backslash, or use single quotes")
        }
        ErrorKind::InvalidSimpleKey | ErrorKind::SimpleKeyExpected | ErrorKind::ExpectedBlockMappingKey => (
            "this line is neither `key: value` nor the rest of the line above",
            "put a colon and a space after the key",
        ),
        ErrorKind::InvalidIndentation
        | ErrorKind::InvalidBlockScalarIndent
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::InvalidFlowScalarIndent
        | ErrorKind::MappingKeyNotAllowed
        | ErrorKind::BlockSequenceEntryNotAllowed
        | ErrorKind::ExpectedBlockSequenceEntry => (
            "this line is indented differently from the lines it belongs to",
            "keys of one mapping start in one column",
        ),
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => {
            ("a colon stands where no key can be", "put text that holds a colon in quotes")
        }
        ErrorKind::RecursionLimitExceeded => ("too many values inside each other", "write it flatter"),
        ErrorKind::UnexpectedCharacter { .. } => ("this character cannot start a value", "put the text in quotes"),
        other => {
            return (
                format!("this is not YAML: {}", first_lower(&other.to_string())),
                "text with unusual signs stands in quotes",
            );
        }
    };
    (message.to_owned(), help)
}

fn first_lower(text: &str) -> String {
    let mut chars = text.trim_end_matches('.').chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
