//! What is wrong with text that is not YAML, in the writer's words: the parser's complaint is often
//! about the line after the mistake.

use std::sync::Arc;

use serde_yaml::granit_parser::{ErrorKind, ScanError};

use crate::diagnostic::{Diagnostic, Fix, Source, Span, code};

/// The finding for what the parser met in `block`.
pub(super) fn diagnostic(source: &Arc<Source>, block: Span, error: &ScanError) -> Diagnostic {
    let at = (block.start + error.marker().byte_offset().unwrap_or_default()).min(block.end);
    let rest = source.text().get(at..).unwrap_or_default();
    let found = |from: usize, message: String, help: &'static str| {
        let len = rest.get(from..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        Diagnostic::new(code::INVALID_YAML, source, Span::new(at + from, at + from + len), message).help(help)
    };
    // No slip, whatever else is on the line.
    let line = rest.split(['\n', '\r']).next().unwrap_or_default();
    if let Some((from, control)) = line.char_indices().find(|(_, c)| c.is_control() && !matches!(c, '\t' | '\u{85}')) {
        let message = format!("the control character U+{:04X} cannot stand in YAML", u32::from(control));
        return found(from, message, "remove it; nobody sees it");
    }
    let slip = match error.kind() {
        ErrorKind::RecursionLimitExceeded => None,
        kind => slip(source, block, at, Some(kind)),
    };
    slip.unwrap_or_else(|| {
        let (message, help) = explain(error.kind());
        found(0, message, help)
    })
}

/// The usual slip, if there is one, in the line of `at` or its neighbours.
pub(super) fn slip(source: &Arc<Source>, block: Span, at: usize, kind: Option<&ErrorKind>) -> Option<Diagnostic> {
    let lines = Lines::around(source.slice(block), at.saturating_sub(block.start));
    let finder = Finder { source, block };
    finder
        .tab(&lines)
        .or_else(|| finder.earlier(at.saturating_sub(block.start), kind?))
        .or_else(|| lines.suspects().find_map(|line| finder.value(line)))
        .or_else(|| finder.indentation(&lines, kind?))
}

/// The line of an error with its neighbours.
struct Lines<'a> {
    own: Option<Line<'a>>,
    /// The nearest line before it that says something.
    before: Option<Line<'a>>,
    after: Option<Line<'a>>,
}

#[derive(Clone, Copy)]
struct Line<'a> {
    start: usize,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn indentation(self) -> &'a str {
        let content = self.text.trim_start_matches([' ', '\t']);
        self.text.get(..self.text.len() - content.len()).unwrap_or_default()
    }

    fn content(self) -> &'a str {
        self.text.trim_start_matches([' ', '\t'])
    }
}

impl<'a> Lines<'a> {
    fn around(text: &'a str, at: usize) -> Self {
        let mut lines = Self { own: None, before: None, after: None };
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let this = Line { start, text: line.trim_end() };
            if start > at {
                lines.after = Some(this);
                break;
            }
            if let Some(own) = lines.own.filter(|own| !own.text.trim().is_empty()) {
                lines.before = Some(own);
            }
            lines.own = Some(this);
            start += line.len();
        }
        lines
    }

    fn suspects(&self) -> impl Iterator<Item = Line<'a>> {
        [self.own, self.before].into_iter().flatten()
    }
}

/// Looks for one kind of slip after the other.
struct Finder<'a> {
    source: &'a Arc<Source>,
    block: Span,
}

impl Finder<'_> {
    fn found(&self, line: Line<'_>, from: usize, to: usize, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code::INVALID_YAML, self.source, self.span(line, from, to), message)
    }

    fn span(&self, line: Line<'_>, from: usize, to: usize) -> Span {
        let start = self.block.start + line.start;
        Span::new(start + from, start + to)
    }

    fn tab(&self, lines: &Lines<'_>) -> Option<Diagnostic> {
        let mut all = [lines.own, lines.after, lines.before].into_iter().flatten();
        let line = all.find(|line| line.indentation().contains('\t') && !line.content().is_empty())?;
        let indentation = line.indentation();
        Some(
            self.found(line, 0, indentation.len(), "a tab indents this line")
                .help("YAML is indented by spaces, two for each step")
                .fix(Fix::needs_a_look(self.span(line, 0, indentation.len()), indentation.replace('\t', "  "))),
        )
    }

    /// The first line up to the error that cannot be meant with the line that follows it: the
    /// parser reads on, as far as a quote or a bracket lets it.
    fn earlier(&self, at: usize, kind: &ErrorKind) -> Option<Diagnostic> {
        let mut start = 0;
        let mut lines = Vec::new();
        for text in self.source.slice(self.block).split_inclusive('\n') {
            let line = Line { start, text: text.trim_end() };
            if start <= at && !line.content().is_empty() && !line.content().starts_with('#') {
                lines.push(line);
            }
            start += text.len();
        }
        // What stands below `key: |` is text, whatever it looks like.
        let mut text_below = None;
        let mut above: Option<Line<'_>> = None;
        for pair in lines.windows(2) {
            let [line, next] = *pair else { continue };
            let indent = line.indentation().len();
            if text_below.is_some_and(|key| indent > key) {
                continue;
            }
            text_below = starts_text(line).then_some(indent);
            let is_key = key_of(next).is_some_and(is_word);
            let found = self
                .unclosed(line, next)
                .filter(|_| is_key)
                .or_else(|| self.no_colon(line, next).filter(|_| is_key && text_below.is_none()))
                .or_else(|| self.outdented(above?, line, next).filter(|_| is_about_columns(kind)));
            if found.is_some() {
                return found;
            }
            above = Some(line);
        }
        None
    }

    /// A quote or a bracket that its line does not close, before a line that is a key.
    fn unclosed(&self, line: Line<'_>, next: Line<'_>) -> Option<Diagnostic> {
        let colon = key_end(line.content())?;
        let rest = line.content().get(colon + 1..)?;
        let from = line.indentation().len() + colon + 1 + (rest.len() - rest.trim_start().len());
        let value = rest.trim();
        if next.indentation().len() > line.indentation().len() {
            return None;
        }
        match value.chars().next()? {
            mark @ ('"' | '\'') if closing_quote(value, mark).is_none() => self.quote(line, from, value, mark),
            '[' | '{' if !value.contains([']', '}']) => self.value(line),
            _ => None,
        }
    }

    /// A line of words where a key belongs: the next one is a key, in its column or below it.
    fn no_colon(&self, line: Line<'_>, next: Line<'_>) -> Option<Diagnostic> {
        let content = line.content();
        let (from, to) = (line.indentation().len(), next.indentation().len());
        let is_bare = content.starts_with(char::is_alphabetic) && !content.contains(':') && !content.contains('：');
        let word = content.split(' ').next().unwrap_or_default();
        if !is_bare || !is_word(word) || to < from || (to > from && word != content) {
            return None;
        }
        let help = format!("put a colon behind `{word}`");
        let found = self.found(line, from, from + content.len(), "a colon is missing in this line").help(help);
        let end = self.span(line, from + word.len(), from + word.len());
        Some(found.fix(Fix::needs_a_look(end, ":")))
    }

    /// A key that slid out of the mapping above it, whose other keys stand below.
    fn outdented(&self, above: Line<'_>, line: Line<'_>, next: Line<'_>) -> Option<Diagnostic> {
        let (outer, own) = (key_of(above)?, key_of(line)?);
        let (from, to) = (line.indentation().len(), next.indentation().len());
        let has_value = !line.content().ends_with(':');
        let is_open = above.content().ends_with(':') && above.indentation().len() == from;
        if !is_open || !has_value || to <= from || key_of(next).is_none() {
            return None;
        }
        let message = format!("`{own}` stands beside `{outer}`, and what belongs to it below");
        let spaces = " ".repeat(to - from);
        let gap = self.span(line, from, from);
        let found = self.found(line, from, from + own.len(), message);
        Some(found.help("indent it as the line below").fix(Fix::needs_a_look(gap, spaces)))
    }

    /// A value that needs quotes, or has one too many.
    fn value(&self, line: Line<'_>) -> Option<Diagnostic> {
        let content = line.content();
        if content.starts_with('#') {
            return None;
        }
        if let Some(found) = self.colon(line) {
            return Some(found);
        }
        let indent = line.indentation().len();
        let (key_len, rest) = match key_end(content) {
            Some(colon) => (colon + 1, content.get(colon + 1..).unwrap_or_default()),
            None => (0, content),
        };
        let dash = if key_len == 0 { rest.strip_prefix("- ").map_or(0, |_| 2) } else { 0 };
        let rest = rest.get(dash..).unwrap_or_default();
        let from = indent + key_len + dash + (rest.len() - rest.trim_start().len());
        let value = rest.trim();
        let name = content.get(..key_len.saturating_sub(1)).unwrap_or_default().trim_start_matches("- ").trim();
        if let Some(mark @ ('"' | '\'')) = value.chars().next() {
            return self.quote(line, from, value, mark);
        }
        // A comment is not part of the value.
        let value = value.split(" #").next().unwrap_or_default().trim_end();
        let to = from + value.len();
        let quote = |found: Diagnostic| Self::in_quotes(found, self.span(line, from, to), value);
        match value.chars().next()? {
            open @ ('[' | '{') => {
                let close = if open == '[' { ']' } else { '}' };
                let end = value.find(close);
                let template = value.starts_with("{{") || value.starts_with("{%");
                match end.map(|end| value.get(end + 1..).unwrap_or_default().trim()) {
                    Some(rest) if !template && (name.is_empty() || rest.is_empty()) => None,
                    Some(_) => Some(quote(self.found(
                        line,
                        from,
                        to,
                        format!("a value that starts with `{open}` is a list or a mapping"),
                    ))),
                    None => Some(
                        self.found(line, from, to, format!("`{open}` is never closed"))
                            .help(format!("close it with `{close}`, or put the value in quotes if it is text")),
                    ),
                }
            }
            '`' if !name.is_empty() => {
                Some(quote(self.found(line, from, to, "a value without quotes cannot start with a backtick")))
            }
            '>' | '|' if value.trim_start_matches(['>', '|', '+', '-']).bytes().all(|byte| byte.is_ascii_digit()) => {
                None
            }
            mark @ ('@' | '%' | '*' | '&' | '!' | '|' | '>' | ']' | '}' | ',') if !name.is_empty() => Some(quote(
                self.found(line, from, to, format!("a value without quotes cannot start with `{mark}` here")),
            )),
            _ if !name.is_empty() => {
                let colon = value.find(": ").or_else(|| value.strip_suffix(':').map(str::len))?;
                Some(quote(self.found(
                    line,
                    from + colon,
                    from + colon + 1,
                    format!("the value of `{name}` holds a colon"),
                )))
            }
            _ => None,
        }
    }

    /// `key:value` and `key：value`.
    fn colon(&self, line: Line<'_>) -> Option<Diagnostic> {
        let content = line.content();
        let indent = line.indentation().len();
        let at = content.find([':', '：'])?;
        let key = content.get(..at).unwrap_or_default();
        let word = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
        if !word {
            return None;
        }
        let rest = content.get(at..).unwrap_or_default();
        if rest.strip_prefix('：').is_some() {
            let span = self.span(line, indent + at, indent + at + '：'.len_utf8());
            let found = self.found(line, indent + at, indent + at + '：'.len_utf8(), "a full-width colon ends no key");
            return Some(found.help(format!("write `{key}: ` with a colon and a space")).fix(Fix::safe(span, ": ")));
        }
        let value = rest.strip_prefix(':')?;
        if value.is_empty() || value.starts_with([' ', '\t', '/', ':']) {
            return None;
        }
        let found = self.found(line, indent, indent + at + 1, format!("a space is missing after `{key}:`"));
        let gap = self.span(line, indent + at + 1, indent + at + 1);
        Some(found.help("put a space after the colon").fix(Fix::safe(gap, " ")))
    }

    fn quote(&self, line: Line<'_>, from: usize, value: &str, mark: char) -> Option<Diagnostic> {
        let to = from + value.len();
        let Some(close) = closing_quote(value, mark) else {
            return Some(
                self.found(line, from, to, format!("the quote {mark} is never closed"))
                    .help(format!("end the text with {mark}"))
                    .fix(Fix::needs_a_look(self.span(line, to, to), mark.to_string())),
            );
        };
        let inside = value.get(..close).unwrap_or_default();
        if let Some(at) = unknown_escape(inside).filter(|_| mark == '"') {
            let escape = inside.get(at + 1..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
            let found = self.found(line, from + at, from + at + 1 + escape, "this `\\` starts no known escape");
            return Some(
                found
                    .help("write `\\\\` for a backslash")
                    .fix(Fix::needs_a_look(self.span(line, from + at, from + at), "\\")),
            );
        }
        let rest = value.get(close..).unwrap_or_default().trim_start();
        if rest.is_empty() || rest.starts_with(['#', ',', ']', '}', ':']) {
            return None;
        }
        let found = self.found(line, from + close, to, format!("text stands after the closing {mark}"));
        // 'It's here' lost an apostrophe to the quotes around it.
        let whole = value.strip_prefix(mark).and_then(|value| value.strip_suffix(mark)).filter(|_| rest.len() > 1);
        Some(Self::in_quotes(found, self.span(line, from, to), whole.unwrap_or(value)))
    }

    fn in_quotes(found: Diagnostic, span: Span, value: &str) -> Diagnostic {
        let quoted = quoted(value);
        found.help(format!("put it in quotes: {quoted}")).fix(Fix::safe(span, quoted))
    }

    /// A key in another column than its neighbours.
    fn indentation(&self, lines: &Lines<'_>, kind: &ErrorKind) -> Option<Diagnostic> {
        let (own, before) = (lines.own?, lines.before?);
        let key = key_of(own)?;
        let (from, to) = (own.indentation().len(), before.indentation().len());
        if !is_about_columns(kind) || from == to {
            return None;
        }
        let found = self.found(
            own,
            from,
            from + key.len(),
            format!("`{key}` starts in another column than the keys it belongs to"),
        );
        let help = match key_of(before) {
            Some(above) if from > to => format!("start it below `{above}`, which has a value of its own"),
            _ => "keys of one mapping start in one column".to_owned(),
        };
        let found = found.help(help);
        let whole = key_of(before).is_some() && from > to;
        let spaces = " ".repeat(to);
        Some(if whole { found.fix(Fix::needs_a_look(self.span(own, 0, from), spaces)) } else { found })
    }
}

/// Whether a key in another column is what the parser may have met.
fn is_about_columns(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::MappingValueNotAllowed
            | ErrorKind::InvalidColonPlacement
            | ErrorKind::ExpectedBlockMappingKey
            | ErrorKind::ExpectedDocumentStart
            | ErrorKind::InvalidIndentation
            | ErrorKind::MappingKeyNotAllowed
            | ErrorKind::SimpleKeyExpected
            | ErrorKind::InvalidSimpleKey
    )
}

/// Whether the lines below are text, as after `key: |`.
fn starts_text(line: Line<'_>) -> bool {
    let value = key_end(line.content()).and_then(|colon| line.content().get(colon + 1..)).unwrap_or_default().trim();
    let sign = value.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-'));
    matches!(sign, "|" | ">")
}

/// Whether a key is one word, as those of our files are.
fn is_word(key: &str) -> bool {
    let key = key.trim_start_matches("- ");
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

fn key_of(line: Line<'_>) -> Option<&str> {
    line.content().get(..key_end(line.content())?)
}

/// Where the colon stands that ends the key of a line.
fn key_end(line: &str) -> Option<usize> {
    let start = line.trim_start_matches("- ");
    if start.starts_with(['"', '\'', '[', '{']) {
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

/// Where a backslash stands in double quotes that starts no escape of YAML.
fn unknown_escape(value: &str) -> Option<usize> {
    let mut chars = value.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == '\\' {
            let (_, next) = chars.next()?;
            let hex = |digits: usize| {
                let rest = value.get(at + 2..).unwrap_or_default().bytes().take(digits);
                rest.filter(u8::is_ascii_hexdigit).count() == digits
            };
            let known = match next {
                'x' => hex(2),
                'u' => hex(4),
                'U' => hex(8),
                next => "0abt\tnvfre \"/\\N_LP".contains(next),
            };
            if !known {
                return Some(at);
            }
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
        | ErrorKind::ExpectedDocumentStart
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

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::diagnostic::{Diagnostic, Sink, Source, Span, human};
    use crate::yaml::{Node, parse};

    fn finding(text: &str) -> Diagnostic {
        let source = Source::new("a.yaml", text);
        let mut sink = Sink::new();
        let node = parse(&source, Span::new(source.bom_len(), text.len()), &mut sink);
        assert_eq!(node, None, "{text:?}");
        sink.into_found().remove(0)
    }

    fn mended(text: &str) -> Node {
        let fix = finding(text).fix.unwrap_or_else(|| panic!("{text:?} has no fix"));
        let edit = &fix.edits[0];
        let mut mended = text.to_owned();
        mended.replace_range(edit.span.range(), &edit.text);
        let source = Source::new("a.yaml", mended.as_str());
        let mut sink = Sink::new();
        parse(&source, Span::new(source.bom_len(), mended.len()), &mut sink)
            .unwrap_or_else(|| panic!("{mended:?}: {:?}", sink.found()))
    }

    #[test]
    fn the_finding_is_at_the_slip_and_the_fix_gives_what_was_meant() {
        for (text, words, title) in [
            ("title: Foo: bar\nb: 1\n", ":", "Foo: bar"),
            ("title: Foo: bar # note\n", ":", "Foo: bar"),
            ("\u{feff}b: 1\r\ntitle: 重庆: 西部\r\n", ":", "重庆: 西部"),
            ("title: see https://example.org: there\n", ":", "see https://example.org: there"),
            ("title: \"Foo\" bar\n", " bar", "\"Foo\" bar"),
            ("title: 'It's here'\n", "s here'", "It's here"),
            ("title: *Foo* bar\n", "*Foo* bar", "*Foo* bar"),
            ("title: @foo\n", "@foo", "@foo"),
            ("title: `foo`\n", "`foo`", "`foo`"),
            ("title: %foo\n", "%foo", "%foo"),
            ("title: > 5 \"things\"\n", "> 5 \"things\"", "> 5 \"things\""),
            ("title: & more\n", "& more", "& more"),
            ("title: [Foo] bar\n", "[Foo] bar", "[Foo] bar"),
            ("title: {{ page.title }}\n", "{{ page.title }}", "{{ page.title }}"),
            ("title: \"Foo\nb: 1\n", "\"Foo", "Foo"),
            ("title: 'Foo\nb: 1\n", "'Foo", "Foo"),
            ("title: \"a\\Users\"\n", "\\U", "a\\Users"),
            ("title:Foo\nb: 1\n", "title:", "Foo"),
            ("b: 1\ntitle:Foo\n", "title:", "Foo"),
            ("b: 1\ntitle：全角\n", "：", "全角"),
            ("b: 1\n  title: Foo\n", "title", "Foo"),
        ] {
            let found = finding(text);
            assert_eq!(found.source.slice(found.span), words, "{text:?}");
            assert_eq!(mended(text).get("title").and_then(Node::text), Some(title), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_slip_is_told_as_it_is() {
        let found = finding("b: 1\ntitle: a\u{7}b\n");
        assert_eq!((found.source.slice(found.span), found.message.contains("U+0007")), ("\u{7}", true));
        let found = finding(&format!("title: {}{}\n", "[".repeat(2000), "]".repeat(2000)));
        assert_eq!(found.message, "too many values inside each other");
    }

    #[test]
    fn tabs_become_spaces() {
        assert_eq!(mended("a:\n\tb: x\n").to_json()["a"]["b"], "x");
        assert_eq!(mended("a:\n  b: x\n\tc: y\n").to_json()["a"]["c"], "y");
    }

    #[test]
    fn a_finding_shows_line_and_remedy() {
        let shown = |text| human::render([&finding(text)], human::Options::default());
        assert_snapshot!(shown("name: x\ntags: [a, b\nfrom: y\n"), @r"
        error[invalid-yaml]: `[` is never closed
         --> a.yaml:2:7
          |
        2 | tags: [a, b
          |       ^^^^^
          |
          = help: close it with `]`, or put the value in quotes if it is text
        ");
        assert_snapshot!(shown("a: 1\njust text\nb: 2\n"), @r"
        error[invalid-yaml]: this line is neither `key: value` nor the rest of the line above
         --> a.yaml:2:1
          |
        2 | just text
          | ^
          |
          = help: put a colon and a space after the key
        ");
    }
}
