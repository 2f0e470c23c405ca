//! Makes of the file's text one that the Markdown parser understands as we do: directives'
//! lines become comments, holes become tokens, and emphasis beside East Asian punctuation is
//! helped. Where a post has none of these, its own text is parsed as it is.

use std::borrow::Cow;
use std::ops::Range;

use crate::diagnostic::Span;
use crate::post::Holes;
use crate::post::cjk::{is_cjk, is_punctuation};
use crate::post::hole_syntax::{self, Braces, Misuse};
use crate::post::markdown::lines::{Line, Lines};
use crate::post::markdown::offsets::{OffsetMap, Piece};

/// Punctuation that nobody writes. One of them stands beside emphasis marks to tell the parser
/// that they may open or close there, and is taken out of the tree again.
const INVISIBLE: [char; 6] = ['\u{1091f}', '\u{10af6}', '\u{1056f}', '\u{1039f}', '\u{103d0}', '\u{10a7f}'];

/// A text ready to be parsed.
#[derive(Debug)]
pub(super) struct Prepared<'a> {
    /// What the parser reads.
    pub(super) text: Cow<'a, str>,
    /// Where it stands in the file.
    pub(super) map: OffsetMap,
    /// The directives' lines, in order, without their indentation.
    pub(super) fences: Vec<Span>,
    /// The holes that the text may have, by their tokens in it.
    pub(super) candidates: Holes,
    /// Uses of `subscriber` that are wrong unless they stand in code.
    pub(super) misuses: Vec<(Span, Misuse)>,
    /// The invisible punctuation in the text.
    pub(super) invisible: Option<char>,
    seed: u64,
}

impl<'a> Prepared<'a> {
    /// Prepares the part `body` of `source`. `seed` makes tokens that the text cannot hold.
    pub(super) fn new(source: &'a str, body: Range<usize>, seed: u64) -> Self {
        let text = source.get(body.clone()).unwrap_or_default();
        let mut scan = Scan {
            base: body.start,
            text,
            seed,
            invisible: INVISIBLE.into_iter().find(|&c| !text.contains(c)),
            edits: Vec::new(),
            fences: Vec::new(),
            candidates: Holes::new(seed),
            misuses: Vec::new(),
        };
        scan.run();
        let (prepared, map) = apply(text, body.start, &scan.edits);
        Self {
            text: prepared,
            map,
            fences: scan.fences,
            candidates: scan.candidates,
            misuses: scan.misuses,
            invisible: scan.invisible.filter(|_| !scan.edits.is_empty()),
            seed,
        }
    }

    /// The directive's line that an HTML block stands for.
    pub(super) fn fence(&self, html: &str) -> Option<Span> {
        if self.fences.is_empty() {
            return None;
        }
        let index = html.trim().strip_prefix(&marker_start(self.seed))?.strip_suffix("-->")?;
        self.fences.get(index.parse::<usize>().ok()?).copied()
    }

    /// `text` without the invisible punctuation.
    pub(super) fn visible(&self, text: &str) -> String {
        match self.invisible {
            Some(invisible) if text.contains(invisible) => text.replace(invisible, ""),
            _ => text.to_owned(),
        }
    }

    /// The text of code that was parsed from `range`, as it stands in the file.
    pub(super) fn restore(&self, text: &str, range: Range<usize>, source: &str) -> String {
        if self.map.is_identity() {
            return text.to_owned();
        }
        let mut restored = String::with_capacity(text.len());
        let mut rest = text;
        for (piece, span) in self.map.replaced(range) {
            let prepared = self.text.get(piece.start..piece.end.min(self.text.len())).unwrap_or_default().trim();
            if let Some((before, after)) = rest.split_once(prepared) {
                restored.push_str(before);
                restored.push_str(source.get(span.range()).unwrap_or_default());
                rest = after;
            }
        }
        restored.push_str(rest);
        restored
    }
}

fn marker_start(seed: u64) -> String {
    format!("<!--nldirective{seed:016x}:")
}

/// One replacement; `range` is in the body.
struct Edit {
    range: Range<usize>,
    text: String,
}

fn apply<'a>(text: &'a str, base: usize, edits: &[Edit]) -> (Cow<'a, str>, OffsetMap) {
    if edits.is_empty() {
        return (Cow::Borrowed(text), OffsetMap::identity(base));
    }
    let mut prepared = String::with_capacity(text.len() + edits.iter().map(|edit| edit.text.len()).sum::<usize>());
    let mut pieces = Vec::with_capacity(edits.len() * 2 + 1);
    let mut from = 0;
    let copy = |prepared: &mut String, pieces: &mut Vec<Piece>, range: Range<usize>| {
        let copied = text.get(range.clone()).unwrap_or_default();
        if !copied.is_empty() {
            let piece =
                Piece { prepared: prepared.len(), source: base + range.start, source_len: copied.len(), copied: true };
            pieces.push(piece);
            prepared.push_str(copied);
        }
    };
    for edit in edits {
        copy(&mut prepared, &mut pieces, from..edit.range.start);
        pieces.push(Piece {
            prepared: prepared.len(),
            source: base + edit.range.start,
            source_len: edit.range.len(),
            copied: false,
        });
        prepared.push_str(&edit.text);
        from = edit.range.end;
    }
    copy(&mut prepared, &mut pieces, from..text.len());
    (Cow::Owned(prepared), OffsetMap::new(base, pieces))
}

struct Scan<'a> {
    base: usize,
    text: &'a str,
    seed: u64,
    invisible: Option<char>,
    edits: Vec<Edit>,
    fences: Vec<Span>,
    candidates: Holes,
    misuses: Vec<(Span, Misuse)>,
}

impl Scan<'_> {
    fn run(&mut self) {
        let mut lines = Lines::default();
        let mut after_blank = true;
        let mut at = 0;
        while at < self.text.len() {
            let rest = self.text.get(at..).unwrap_or_default();
            let end = rest.bytes().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
            let (line, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            let next = at + end + if after.starts_with("\r\n") { 2 } else { usize::from(!after.is_empty()) };
            let kind = lines.read(line);
            match kind {
                Line::Code | Line::Blank => {}
                Line::Fence(indent) if is_fence(line.get(indent..).unwrap_or_default()) => {
                    self.fence(at, line, indent, after_blank);
                }
                Line::Fence(_) | Line::Text => self.line(at, line, next),
            }
            after_blank = kind == Line::Blank;
            at = next;
        }
    }

    /// Puts a comment in the place of a directive's line, after a blank line.
    fn fence(&mut self, at: usize, line: &str, indent: usize, after_blank: bool) {
        let range = at + indent..at + line.trim_end().len();
        let index = self.fences.len();
        let marker = format!("{}{index}-->", marker_start(self.seed));
        let prefix = line.get(..indent).unwrap_or_default();
        let text = if after_blank { marker } else { format!("\n{prefix}{marker}") };
        self.fences.push(Span::new(self.base + range.start, self.base + range.end));
        self.edits.push(Edit { range, text });
    }

    fn line(&mut self, at: usize, line: &str, next: usize) {
        let bytes = line.as_bytes();
        let mut from = 0;
        while let Some(found) = bytes.get(from..).and_then(|rest| rest.iter().position(|b| matches!(b, b'{' | b'*'))) {
            let place = from + found;
            from = if bytes.get(place) == Some(&b'*') {
                self.stars(at, line, place)
            } else {
                self.braces(at, line, place)
            };
        }
        let trimmed = line.trim_end();
        if trimmed.ends_with('}') && self.is_heading(line, next) && !ends_in_attributes(trimmed) {
            // The parser would take the braces for attributes and drop them.
            let end = at + trimmed.len();
            if self.edits.last().is_none_or(|edit| edit.range.end < end) {
                self.insert(end);
            }
        }
    }

    fn insert(&mut self, at: usize) {
        if let Some(invisible) = self.invisible {
            self.edits.push(Edit { range: at..at, text: invisible.to_string() });
        }
    }

    /// Reads a `{`; gives the place to go on from.
    fn braces(&mut self, at: usize, line: &str, place: usize) -> usize {
        let text = line.get(place..).unwrap_or_default();
        if !text.starts_with("{{") {
            return place + 1;
        }
        // Three braces are the most that mean something: a hole that asks not to be escaped.
        let run = text.len() - text.trim_start_matches('{').len();
        if run > 3 {
            return place + run - 3;
        }
        let before = line.get(..place).unwrap_or_default();
        let backslashes = before.len() - before.trim_end_matches('\\').len();
        if backslashes % 2 == 1 {
            return place + 2;
        }
        match hole_syntax::read(text) {
            Braces::Hole(hole, len) => {
                let text = self.candidates.token(hole);
                self.edits.push(Edit { range: at + place..at + place + len, text });
                place + len
            }
            Braces::Misused(misuse) => {
                let len = misuse.len;
                let start = self.base + at + place;
                self.misuses.push((Span::new(start, start + len), misuse));
                place + len.max(2)
            }
            // A third brace may start a hole: `{{{{subscriber.x}}`.
            Braces::Text => place + 1,
        }
    }

    /// Reads a run of `*`; gives the place after it.
    fn stars(&mut self, at: usize, line: &str, place: usize) -> usize {
        let run = line.get(place..).unwrap_or_default();
        let after = run.trim_start_matches('*');
        let end = place + run.len() - after.len();
        let before = line.get(..place).and_then(|text| text.chars().next_back());
        let (Some(before), Some(next)) = (before, after.chars().next()) else { return end };
        if before.is_ascii() && next.is_ascii() || before.is_whitespace() || next.is_whitespace() {
            return end;
        }
        let east_asian = |punctuation: char, other: char| is_cjk(punctuation) || is_cjk(other);
        match (is_punctuation(before), is_punctuation(next)) {
            (true, false) if east_asian(before, next) => self.insert(at + end),
            (false, true) if east_asian(next, before) => self.insert(at + place),
            _ => {}
        }
        end
    }

    fn is_heading(&self, line: &str, next: usize) -> bool {
        let content = line.trim_start_matches([' ', '\t', '>', '-', '+', '*', '.', ')']);
        let content = content.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches([' ', '.', ')']);
        let below = self.text.get(next..).unwrap_or_default();
        content.starts_with('#') || below.trim_start_matches([' ', '\t', '>']).starts_with(['=', '-'])
    }
}

/// Whether a line that starts with three colons opens or closes a directive.
fn is_fence(line: &str) -> bool {
    let name = line.trim_start_matches(':').trim_start_matches([' ', '\t']);
    let name_end = name.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_')).unwrap_or(name.len());
    let after = name.get(name_end..).unwrap_or_default();
    name.trim().is_empty()
        || name.starts_with(|c: char| c.is_ascii_alphabetic())
            && (after.is_empty() || after.starts_with([' ', '\t', '{']))
}

/// Whether a heading ends in `{#id}` or `{.class}`.
fn ends_in_attributes(line: &str) -> bool {
    let attributes = line.strip_suffix('}').and_then(|text| text.rsplit_once('{'));
    attributes.is_some_and(|(before, inner)| {
        let words = inner.split_ascii_whitespace();
        !inner.trim().is_empty() && !before.ends_with('{') && words.clone().all(|word| word.starts_with(['#', '.']))
    })
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "a test that cuts wrongly has failed")]
mod tests {
    use std::borrow::Cow;

    use super::Prepared;

    fn prepared(text: &str) -> String {
        let prepared = Prepared::new(text, 0..text.len(), 0);
        let text = prepared.text.replace("nldirective0000000000000000", "");
        prepared.invisible.map_or(text.clone(), |invisible| text.replace(invisible, "¦"))
    }

    #[test]
    fn ordinary_text_is_parsed_as_it_stands() {
        let text = "# A **bold** title\n\n* one: *two*\n\n`a` {{ x }} {% y %} \\{{subscriber.x}}\n";
        assert!(matches!(Prepared::new(text, 0..text.len(), 0).text, Cow::Borrowed(_)));
    }

    #[test]
    fn emphasis_marks_beside_east_asian_punctuation_get_a_neighbour() {
        assert_eq!(prepared("**粗体：**后面"), "**粗体：**¦后面");
        assert_eq!(prepared("前面**（粗体）**后面"), "前面¦**（粗体）**¦后面");
        assert_eq!(prepared("**\"引用\"**中文"), "**\"引用\"**¦中文");
        assert_eq!(prepared("**bold:**x and `**：**后`"), "**bold:**x and `**：**¦后`");
    }

    #[test]
    fn directives_become_comments_after_a_blank_line() {
        assert_eq!(prepared("a\n:::callout\nb\n:::\n"), "a\n\n<!--:0-->\nb\n\n<!--:1-->\n");
        assert_eq!(prepared("> a\n> :::divider\n"), "> a\n> \n> <!--:0-->\n");
        assert_eq!(prepared("::: :) hi\n"), "::: :) hi\n");
    }

    #[test]
    fn braces_at_the_end_of_a_heading_are_no_attributes() {
        assert_eq!(prepared("# The set {a}\n"), "# The set {a}¦\n");
        assert_eq!(prepared("# Title {#id .x}\n"), "# Title {#id .x}\n");
    }

    #[test]
    fn spans_lead_back_to_the_file() {
        let text = "前**（甲）**乙 {{subscriber.name}} end\n:::divider\nlast";
        let prepared = Prepared::new(text, 0..text.len(), 9);
        for word in ["甲", "end", "last"] {
            let at = prepared.text.find(word).unwrap();
            assert_eq!(&text[prepared.map.span(&(at..at + word.len())).range()], word);
        }
        let token = prepared.text.find("nlhole").unwrap();
        assert_eq!(&text[prepared.map.span(&(token..token + 27)).range()], "{{subscriber.name}}");
    }
}
