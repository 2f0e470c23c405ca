//! HTML as rules see it: its tags with their places, in templates and in the raw HTML of posts.

use std::sync::Arc;

use crate::check::{Context, Shared};
use crate::diagnostic::{Source, Span};
use crate::post::tree::{BlockKind, InlineKind};
use crate::post::visit::Node;

/// A start or end tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// From `<` to `>`.
    pub(super) span: Span,
    /// Its element, in lower case.
    pub(super) name: String,
    /// Whether it is an end tag.
    pub(super) end: bool,
    /// Whether it is `<br/>`.
    pub(super) closed: bool,
    /// Its attributes, in order.
    pub(super) attributes: Vec<Attribute>,
}

/// An attribute of a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attribute {
    /// In lower case.
    pub(super) name: String,
    /// Where the name stands.
    pub(super) place: Span,
    /// Where the value stands, without quotation marks; empty where there is none.
    pub(super) value: Span,
}

impl Tag {
    /// The attribute called `name`.
    pub(super) fn get(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// The tag up to its name, `<video`: what a finding about the element underlines.
    pub(super) fn opening(&self) -> Span {
        Span::new(self.span.start, self.span.start + 1 + usize::from(self.end) + self.name.len())
    }
}

/// The tags of `text`; those in comments are left out, and so is what `<style>`, `<script>` and
/// `<textarea>` hold.
pub(super) fn tags(text: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('<')) {
        let start = at + found;
        let rest = text.get(start..).unwrap_or_default();
        if rest.starts_with("<!--") {
            at = start + rest.find("-->").map_or(rest.len(), |end| end + 3);
            continue;
        }
        let Some(tag) = tag(text, start) else {
            at = start + 1;
            continue;
        };
        at = tag.span.end;
        if !tag.end && !tag.closed && matches!(&*tag.name, "style" | "script" | "textarea") {
            at += end_tag(text.get(at..).unwrap_or_default(), &tag.name);
        }
        tags.push(tag);
    }
    tags
}

/// Where the end tag of `name` starts.
fn end_tag(text: &str, name: &str) -> usize {
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find("</")) {
        at += found;
        if text.get(at + 2..at + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return at;
        }
        at += 2;
    }
    text.len()
}

fn tag(text: &str, start: usize) -> Option<Tag> {
    let bytes = text.as_bytes();
    let end = bytes.get(start + 1) == Some(&b'/');
    let name_start = start + 1 + usize::from(end);
    if !bytes.get(name_start)?.is_ascii_alphabetic() {
        return None;
    }
    let until = |from: usize, stop: fn(u8) -> bool| {
        bytes.iter().skip(from).position(|&byte| stop(byte)).map_or(bytes.len(), |found| from + found)
    };
    let mut at = until(name_start, |byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
    let name = text.get(name_start..at)?.to_ascii_lowercase();
    let mut attributes = Vec::new();
    let mut closed = false;
    loop {
        at = until(at, |byte| !byte.is_ascii_whitespace());
        match bytes.get(at)? {
            b'>' => break,
            b'/' => {
                closed = bytes.get(at + 1) == Some(&b'>');
                at += 1;
            }
            _ => {
                let end = until(at + 1, |byte| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'/' | b'>'));
                let place = Span::new(at, end);
                at = until(end, |byte| !byte.is_ascii_whitespace());
                let mut value = Span::empty(end);
                if bytes.get(at) == Some(&b'=') {
                    at = until(at + 1, |byte| !byte.is_ascii_whitespace());
                    let close = match bytes.get(at)? {
                        b'"' => until(at + 1, |byte| byte == b'"'),
                        b'\'' => until(at + 1, |byte| byte == b'\''),
                        _ => until(at, |byte| byte.is_ascii_whitespace() || byte == b'>'),
                    };
                    let quoted = matches!(bytes.get(at), Some(b'"' | b'\''));
                    value = Span::new(at + usize::from(quoted), close);
                    at = close + usize::from(quoted);
                }
                attributes.push(Attribute { name: text.get(place.range())?.to_ascii_lowercase(), place, value });
            }
        }
    }
    Some(Tag { span: Span::new(start, at + 1), name, end, closed, attributes })
}

/// A piece of HTML that a user wrote, with its file.
pub(super) struct Written<'a> {
    /// The file.
    pub(super) source: &'a Arc<Source>,
    /// The text of it, tags of templates blanked out, so that places are those of the file.
    pub(super) text: String,
    /// Where each line starts, in `text` and in the file; empty where that cannot be told, and all
    /// of `whole` is meant.
    lines: Vec<(usize, usize)>,
    whole: Span,
}

impl Written<'_> {
    /// The place in the file of a place in the text; all of the text's where it cannot be told.
    pub(super) fn place(&self, span: Span) -> Span {
        self.exact(span).unwrap_or(self.whole)
    }

    /// The same, or nothing where it cannot be told.
    pub(super) fn exact(&self, span: Span) -> Option<Span> {
        let place = |at: usize| {
            let line = self.lines.iter().rev().find(|(start, _)| *start <= at)?;
            Some(line.1 + at - line.0)
        };
        Some(Span::new(place(span.start)?, place(span.end)?))
    }

    /// Whether a tag looks like a word of a program, as in `List<Object>`.
    pub(super) fn is_word(&self, tag: &Tag) -> bool {
        tag.attributes.is_empty() && self.slice(tag.span).contains(|c: char| c.is_ascii_uppercase())
    }

    /// What stands at `span` of the text.
    pub(super) fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }
}

/// Shows the user's own templates of mails to `see`.
pub(super) fn templates<'a>(shared: &Shared<'a>, see: &mut dyn FnMut(&Written<'a>)) {
    for (name, source) in shared.templates.users() {
        if !name.starts_with("web/") && name.rsplit('.').next() != Some("css") {
            let whole = Span::new(0, source.text().len());
            see(&Written { source, text: without_tags(source.text()), lines: vec![(0, 0)], whole });
        }
    }
}

/// Shows the raw HTML of a post to `see`, a block or a tag at a time.
pub(super) fn raw<'a>(context: &Context<'a>, see: &mut dyn FnMut(&Written<'a>)) {
    context.nodes().for_each(|(source, node)| {
        let (html, whole) = match node {
            Node::Block(block) => match &block.kind {
                BlockKind::Html(html) => (html, block.span),
                _ => return,
            },
            Node::Inline(inline) => match &inline.kind {
                InlineKind::Html(html) => (html, inline.span),
                _ => return,
            },
        };
        see(&written(source, html, whole));
    });
}

/// Raw HTML with its place.
pub(super) fn written<'a>(source: &'a Arc<Source>, html: &str, whole: Span) -> Written<'a> {
    let same = source.slice(whole).starts_with(html.trim_end());
    let lines = if same { vec![(0, whole.start)] } else { lines(source, html, whole).unwrap_or_default() };
    Written { source, text: html.to_owned(), lines, whole }
}

/// Where the lines of `html` start. In a quotation or a list something stands before each in the
/// file, and a line may end in CRLF.
fn lines(source: &Source, html: &str, whole: Span) -> Option<Vec<(usize, usize)>> {
    let mut lines = Vec::new();
    let (mut at, mut file) = (0, whole.start);
    let mut written = source.slice(whole).split_inclusive('\n');
    for line in html.split_inclusive('\n') {
        let found = written.next()?;
        let before = found.trim_end_matches(['\r', '\n']).strip_suffix(line.trim_end_matches('\n'))?;
        lines.push((at, file + before.len()));
        at += line.len();
        file += found.len();
    }
    Some(lines)
}

/// `text` with each `{{…}}` as blanks of the same length.
fn without_tags(text: &str) -> String {
    let mut blank = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        let (before, tag) = rest.split_at(at);
        blank.push_str(before);
        let close = if tag.starts_with("{{!--") {
            "--}}"
        } else if tag.starts_with("{{{") {
            "}}}"
        } else {
            "}}"
        };
        let len = tag.find(close).map_or(tag.len(), |at| at + close.len());
        blank.extend(std::iter::repeat_n(' ', len));
        rest = tag.get(len..).unwrap_or_default();
    }
    blank.push_str(rest);
    blank
}

#[cfg(test)]
mod tests {
    use super::{tags, without_tags};

    /// The tags as `name attribute=value …`.
    fn read(text: &str) -> Vec<String> {
        let slice = |span: crate::diagnostic::Span| text.get(span.range()).unwrap();
        tags(text)
            .iter()
            .map(|tag| {
                let mut shown = format!("{}{}", if tag.end { "/" } else { "" }, tag.name);
                for attribute in &tag.attributes {
                    shown.extend([" ", slice(attribute.place), "=", slice(attribute.value)]);
                }
                shown
            })
            .collect()
    }

    #[test]
    fn tags_and_attributes_have_their_places() {
        assert_eq!(
            read("a<B Title='x>y' hidden id = q data-é=\"\">1 < 2</b ><br/>"),
            ["b Title=x>y hidden= id=q data-é=", "/b", "br"]
        );
        assert_eq!(read("<!-- <i> --><style>a<b>{}</style><p"), ["style", "/style"]);
        assert_eq!(read("<script>a<b></SCRIPT><a href='x"), ["script", "/script"]);
    }

    #[test]
    fn tags_of_templates_are_blanks() {
        assert_eq!(without_tags("a{{b}}c{{{d}}}e{{!-- {{f}} --}}g{{"), "a     c       e                g  ");
        assert_eq!(without_tags("{{é}}x").len(), "{{é}}x".len());
    }
}
