//! Running text: inlines as a [`Flow`].
//!
//! Strong text carries no marks: it opens list items and paragraphs, where its place says the
//! same, and stars around whole sentences only disturb. Emphasis changes the sense of a sentence
//! and is rare, so it keeps `*…*`, but not in Chinese and Japanese, which know no italics. What
//! is struck out would say the opposite without marks: `~~…~~`. Code keeps its backticks, which
//! show where a command ends.
//!
//! A footnote's mark is `[^1]`: the number of the HTML rendition, searchable, and with a caret
//! that no link's `[1]` has.

use memchr::memmem;

use crate::language::Words;
use crate::post::Holes;
use crate::post::tree::{Image, Inline, InlineKind};
use crate::render::absolute;
use crate::render::scan;
use crate::render::text::html::{self, Token};
use crate::render::text::links::{References, is_address, is_inside};
use crate::render::text::wrap::{Flow, columns};

/// The columns that a subscriber's value counts as.
const HOLE_COLUMNS: usize = 8;

/// What all running text of an issue shares.
pub(super) struct Issue<'a> {
    /// The words of its language.
    pub(super) words: &'static Words,
    /// Where its web site stands.
    pub(super) base_url: Option<&'a str>,
    /// Whether its script knows italics.
    pub(super) italics: bool,
    /// What differs by subscriber.
    pub(super) holes: &'a mut Holes,
    /// The numbered addresses.
    pub(super) references: References,
}

impl Issue<'_> {
    /// Running text of inlines.
    pub(super) fn flow(&mut self, inlines: &[Inline]) -> Flow {
        let mut run = Run::new(self);
        // A whole paragraph in italics is a matter of looks.
        match inlines {
            [Inline { kind: InlineKind::Emphasis(inner), .. }] => run.inlines(inner),
            _ => run.inlines(inlines),
        }
        run.finish()
    }

    /// Running text of raw HTML.
    pub(super) fn html(&mut self, markup: &str) -> Flow {
        let mut run = Run::new(self);
        run.html(markup);
        run.finish()
    }

    /// Running text of words alone.
    pub(super) fn text(&mut self, text: &str) -> Flow {
        let mut run = Run::new(self);
        run.text(text);
        run.finish()
    }

    /// What stands for an image: nothing where it only decorates.
    pub(super) fn image(&mut self, image: &Image) -> Flow {
        let mut run = Run::new(self);
        run.image(&image.alt);
        run.finish()
    }

    /// `text`, then its address in sight.
    pub(super) fn with_address(&mut self, text: &Flow, url: &str) -> Flow {
        let mut flow = text.clone();
        if is_inside(url) {
            return flow;
        }
        if !flow.is_blank() {
            flow.push(self.words.colon);
        }
        self.push_address(&mut flow, url);
        flow
    }

    /// An address, which is never broken; holes in it count as what they may become.
    pub(super) fn push_address(&self, flow: &mut Flow, url: &str) {
        let url = absolute(url, self.base_url);
        let tokens: Vec<usize> = self.holes.find(&url).map(|(range, _)| range.len()).collect();
        let width = columns(&url) + tokens.len() * HOLE_COLUMNS - tokens.iter().sum::<usize>();
        flow.push_held(&url, Some(width));
    }
}

/// Running text in the making.
struct Run<'i, 'a> {
    issue: &'i mut Issue<'a>,
    flow: Flow,
    /// A space is due before the next character.
    space: bool,
    /// The space that is due is a line end of the source, which is none between ideographs.
    soft: bool,
    /// The raw `<a>`s that are open: their address and where their text starts.
    anchors: Vec<(String, usize)>,
    /// The raw element whose content is not for readers.
    hidden: Option<String>,
}

impl<'i, 'a> Run<'i, 'a> {
    fn new(issue: &'i mut Issue<'a>) -> Self {
        Self { issue, flow: Flow::default(), space: false, soft: false, anchors: Vec::new(), hidden: None }
    }

    fn finish(mut self) -> Flow {
        while let Some((url, start)) = self.anchors.pop() {
            self.link_end(&url, start);
        }
        self.flow.trim_end();
        self.flow
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            self.inline(&inline.kind);
        }
    }

    fn inline(&mut self, kind: &InlineKind) {
        if self.hidden.is_some() && !matches!(kind, InlineKind::Html(_)) {
            return;
        }
        match kind {
            InlineKind::Text(text) => self.text(text),
            InlineKind::Emphasis(inner) if self.issue.italics => self.marked("*", |run| run.inlines(inner)),
            InlineKind::Emphasis(inner) | InlineKind::Strong(inner) => self.inlines(inner),
            InlineKind::Strikethrough(inner) => self.marked("~~", |run| run.inlines(inner)),
            InlineKind::Superscript(inner) => self.shifted(inner, SUPERSCRIPTS),
            InlineKind::Subscript(inner) => self.shifted(inner, SUBSCRIPTS),
            InlineKind::Code(code) if code.contains('`') => self.text(code),
            InlineKind::Code(code) => self.marked("`", |run| run.text(code)),
            InlineKind::Link { url, content, .. } => {
                let start = self.start();
                self.inlines(content);
                self.link_end(url, start);
            }
            InlineKind::Image(image) => self.image(&image.alt),
            InlineKind::FootnoteMark(number) => self.glued(&format!("[^{number}]")),
            InlineKind::SoftBreak => {
                self.soft = !self.space;
                self.space = true;
            }
            InlineKind::HardBreak => self.line_end(),
            InlineKind::Html(markup) => self.html(markup),
            InlineKind::Hole(hole) => {
                self.flush(None);
                let token = self.issue.holes.token(hole.clone());
                self.flow.push_held(&token, Some(HOLE_COLUMNS));
            }
        }
    }

    /// Adds text: white space becomes one space, and what is not seen goes.
    fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some((before, after)) = unseen(rest).and_then(|at| rest.split_at_checked(at)) {
            self.words(before);
            let mut chars = after.chars();
            let c = chars.next().unwrap_or(' ');
            if c.is_ascii_whitespace() || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}') {
                self.space_due();
            }
            rest = chars.as_str();
        }
        self.words(rest);
    }

    /// Adds words with spaces between them, as many at once as have single ones.
    fn words(&mut self, text: &str) {
        if !text.contains("  ") {
            return self.spaced(text);
        }
        let mut from = 0;
        for at in memmem::find_iter(text.as_bytes(), b"  ").chain([text.len()]) {
            self.spaced(text.get(from..at).unwrap_or_default());
            from = at;
        }
    }

    /// Adds words with single spaces between them.
    fn spaced(&mut self, text: &str) {
        if text.starts_with(' ') {
            self.space_due();
        }
        self.word(text.trim_matches(' '));
        if text.ends_with(' ') {
            self.space_due();
        }
    }

    fn space_due(&mut self) {
        self.space = true;
        self.soft = false;
    }

    fn word(&mut self, word: &str) {
        if !word.is_empty() {
            self.flush(word.chars().next());
            self.flow.push(word);
        }
    }

    /// Writes the space that is due, but not at a line's start.
    fn flush(&mut self, next: Option<char>) {
        let space = std::mem::take(&mut self.space);
        let soft = std::mem::take(&mut self.soft);
        if !space || self.flow.text.is_empty() || self.flow.text.ends_with('\n') {
            return;
        }
        let joined = soft && next.is_some_and(is_ideographic) && self.flow.text.ends_with(is_ideographic);
        if !joined {
            self.flow.push(" ");
        }
    }

    fn line_end(&mut self) {
        self.flow.trim_end();
        self.space = false;
        if !self.flow.text.is_empty() {
            self.flow.push("\n");
        }
    }

    /// Where what comes next will start, the space before it written.
    fn start(&mut self) -> usize {
        self.flush(None);
        self.flow.text.len()
    }

    /// Sets `inner` between two marks; no line ends between a mark and what it stands at.
    fn marked(&mut self, mark: &str, inner: impl FnOnce(&mut Self)) {
        let start = self.start();
        self.flow.push(mark);
        let inside = self.flow.text.len();
        inner(self);
        if let Some(first) = self.flow.text.get(inside..).and_then(|text| text.chars().next()) {
            self.flow.hold(start..inside + first.len_utf8());
        }
        self.flush(None);
        let last = self.flow.text.chars().next_back().map_or(0, char::len_utf8);
        let end = self.flow.text.len();
        self.flow.push(mark);
        self.flow.hold(end - last..end + mark.len());
    }

    /// Raised and lowered digits have characters of their own; letters read well as they are.
    fn shifted(&mut self, inner: &[Inline], table: &str) {
        let text = crate::post::tree::plain_text(inner);
        let mapped: Option<String> =
            text.chars().map(|c| PLAIN.chars().position(|p| p == c).and_then(|at| table.chars().nth(at))).collect();
        match mapped {
            Some(mapped) if !mapped.is_empty() => self.text(&mapped),
            _ => self.inlines(inner),
        }
    }

    /// Adds a mark that stays with what stands before it.
    fn glued(&mut self, mark: &str) {
        self.space = false;
        self.soft = false;
        let last = self.flow.text.chars().next_back().map_or(0, char::len_utf8);
        let start = self.flow.text.len() - last;
        self.flow.push(mark);
        self.flow.hold(start..self.flow.text.len());
    }

    fn link_end(&mut self, url: &str, start: usize) {
        if is_inside(url) {
            return;
        }
        let text = self.flow.text.get(start..).unwrap_or_default().trim();
        if text.is_empty() {
            self.issue.push_address(&mut self.flow, url);
        } else if is_address(text, url) {
            self.flow.truncate(start);
            self.issue.push_address(&mut self.flow, url.strip_prefix("mailto:").unwrap_or(url));
        } else {
            let number = self.issue.references.number(url);
            // Ideographs are set without spaces, and their marks too.
            let space = if self.flow.text.ends_with(is_ideographic) { "" } else { " " };
            self.glued(&format!("{space}[{number}]"));
        }
    }

    fn image(&mut self, alt: &str) {
        if alt.trim().is_empty() {
            return;
        }
        self.flush(None);
        self.flow.push("[");
        self.flow.push(self.issue.words.image);
        self.flow.push(self.issue.words.colon);
        self.text(alt);
        self.flow.push("]");
    }

    fn html(&mut self, markup: &str) {
        html::tokens(markup, |token| match token {
            Token::Close(name) if self.hidden.as_deref() == Some(&name) => self.hidden = None,
            _ if self.hidden.is_some() => {}
            Token::Text(text) => self.text(&html::decode(text)),
            Token::Open(name, attributes) => self.open(name, attributes),
            Token::Close(name) => match name.as_str() {
                "a" => {
                    if let Some((url, start)) = self.anchors.pop() {
                        self.link_end(&url, start);
                    }
                }
                name if is_block(name) => self.line_end(),
                _ => {}
            },
        });
    }

    fn open(&mut self, name: String, attributes: &str) {
        match name.as_str() {
            "script" | "style" | "head" | "title" | "template" => self.hidden = Some(name),
            "br" => self.line_end(),
            "img" => self.image(&html::attribute(attributes, "alt").unwrap_or_default()),
            "a" => {
                let start = self.start();
                let mut url = html::attribute(attributes, "href").unwrap_or_default();
                // Browsers take out most of them, and nobody can read any.
                url.retain(|c| !c.is_control());
                self.anchors.push((url, start));
            }
            "td" | "th" => self.space = true,
            "li" => {
                self.line_end();
                self.text("- ");
            }
            name if is_block(name) => self.line_end(),
            _ => {}
        }
    }
}

/// Whether an element stands on lines of its own.
fn is_block(name: &str) -> bool {
    const BLOCKS: [&str; 24] = [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "header",
        "hr",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tr",
        "ul",
    ];
    BLOCKS.contains(&name) || matches!(name.as_bytes(), [b'h', b'1'..=b'6'] | b"li")
}

/// Where `text` first has what is not written as it is, but for spaces.
fn unseen(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        at += scan::find(text.get(at..)?.as_bytes(), |byte| !(b' '..0x7f).contains(&byte))?;
        let ordinary = text.get(at..)?.chars().take_while(|&c| !c.is_ascii() && !is_odd(c));
        match ordinary.map(char::len_utf8).sum() {
            0 => return Some(at),
            len => at += len,
        }
    }
}

/// White space and what is not seen: controls, the soft hyphen, the byte order mark.
fn is_odd(c: char) -> bool {
    c.is_control() || matches!(c, '\u{ad}' | '\u{feff}' | '\u{2028}' | '\u{2029}')
}

/// Chinese characters, kana and the punctuation set between them.
fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{30ff}' | '\u{31f0}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}')
}

const PLAIN: &str = "0123456789+-=()";
const SUPERSCRIPTS: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾";
const SUBSCRIPTS: &str = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎";
