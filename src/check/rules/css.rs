//! CSS as rules see it: declarations, selectors and at-rules with their places.

use std::borrow::Cow;
use std::ops::Range;

use crate::check::rules::markup::{Tag, Written, tags};
use crate::diagnostic::Span;

/// A piece of CSS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// `@media (hover)`, up to its block: its name, with the `@`, and what follows.
    AtRule(Span, Span),
    /// `a:hover, .x`.
    Selector(Span),
    /// `color: red`: the property and its value.
    Declaration(Span, Span),
    /// Words where a declaration belongs, without a colon.
    Stray(Span),
}

/// Where a piece of CSS stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Home<'t> {
    /// In the `style` attribute of a tag.
    Attribute(&'t Tag),
    /// In a style sheet that is moved into `style` attributes.
    Moved,
    /// In a style sheet that stays as it is.
    Kept,
    /// In `@media` or `@supports`: for those who know it.
    Guarded,
}

/// Shows all CSS of a piece of HTML to `see`, with where it stands.
pub(super) fn pieces(written: &Written<'_>, see: &mut dyn FnMut(Piece, Home<'_>)) {
    for tag in tags(&written.text) {
        if let Some(style) = tag.get("style").filter(|_| !tag.end) {
            let text = without_comments(&written.text, style.value.range());
            declarations(&text, style.value.range(), &mut |piece| see(piece, Home::Attribute(&tag)));
        }
        if tag.name == "style" && !tag.end {
            let start = tag.span.end;
            let rest = written.text.get(start..).unwrap_or_default();
            let end = rest.find("</").map_or(written.text.len(), |end| start + end);
            let keep = tag.get("data-css-inline").is_some_and(|keep| written.slice(keep.value) == "keep");
            let text = without_comments(&written.text, start..end);
            rules(&text, start..end, if keep { Home::Kept } else { Home::Moved }, see);
        }
    }
}

/// The text with the comments in `range` as blanks.
fn without_comments(text: &str, range: Range<usize>) -> Cow<'_, str> {
    if !text.get(range.clone()).is_some_and(|css| css.contains("/*")) {
        return Cow::Borrowed(text);
    }
    let mut blank = text.to_owned();
    let mut at = range.start;
    while let Some(start) = blank.get(at..range.end).and_then(|rest| rest.find("/*")).map(|found| at + found) {
        let end = blank.get(start + 2..range.end).and_then(|rest| rest.find("*/"));
        let end = end.map_or(range.end, |found| start + 2 + found + 2);
        blank.replace_range(start..end, &" ".repeat(end - start));
        at = end;
    }
    Cow::Owned(blank)
}

/// Rules, one after the other.
fn rules(text: &str, range: Range<usize>, home: Home<'_>, see: &mut dyn FnMut(Piece, Home<'_>)) {
    let mut at = range.start;
    while let Some(end) = next(text, at..range.end, b"{;") {
        let head = trimmed(text, at..end);
        let written = text.get(head.range()).unwrap_or_default();
        let is_block = text.as_bytes().get(end) == Some(&b'{');
        let close = if is_block { block_end(text, end..range.end) } else { end };
        let inside = end + 1..close;
        at = close + 1;
        if written.starts_with('@') {
            let name_end = written.find(|c: char| c.is_whitespace() || c == '(').unwrap_or(written.len());
            let name = Span::new(head.start, head.start + name_end);
            see(Piece::AtRule(name, trimmed(text, name.end..head.end)), home);
            match text.get(name.range()).unwrap_or_default() {
                "@media" | "@supports" | "@container" | "@layer" => rules(text, inside, Home::Guarded, see),
                _ => {}
            }
        } else if is_block {
            see(Piece::Selector(head), home);
            declarations(text, inside, &mut |piece| see(piece, home));
        }
    }
}

/// Declarations, one after the other; of a rule that stands among them the selector.
fn declarations(text: &str, range: Range<usize>, see: &mut dyn FnMut(Piece)) {
    let mut at = range.start;
    while at < range.end {
        let end = next(text, at..range.end, b"{;").unwrap_or(range.end);
        let written = trimmed(text, at..end);
        if text.as_bytes().get(end) == Some(&b'{') && end < range.end {
            see(Piece::Selector(written));
            at = block_end(text, end..range.end) + 1;
            continue;
        }
        at = end + 1;
        if let Some(colon) = text.get(written.range()).unwrap_or_default().find(':').map(|at| written.start + at) {
            see(Piece::Declaration(trimmed(text, written.start..colon), trimmed(text, colon + 1..written.end)));
        } else if !written.is_empty() {
            see(Piece::Stray(written));
        }
    }
}

/// The first byte of `stops` outside strings and parentheses.
fn next(text: &str, range: Range<usize>, stops: &[u8]) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut depth, mut quote) = (0_usize, None);
    for at in range {
        let byte = *bytes.get(at)?;
        match (quote, byte) {
            (Some(open), byte) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'(') => depth += 1,
            (None, b')') => depth = depth.saturating_sub(1),
            (None, byte) if depth == 0 && stops.contains(&byte) => return Some(at),
            _ => {}
        }
    }
    None
}

/// The end of the block whose brace opens at the start of `range`.
fn block_end(text: &str, range: Range<usize>) -> usize {
    let mut depth = 0_usize;
    let mut at = range.start;
    while let Some(found) = next(text, at..range.end, b"{}") {
        if text.as_bytes().get(found) == Some(&b'{') {
            depth += 1;
        } else {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return found;
            }
        }
        at = found + 1;
    }
    range.end
}

fn trimmed(text: &str, range: Range<usize>) -> Span {
    let written = text.get(range.clone()).unwrap_or_default();
    let start = range.start + written.len() - written.trim_start().len();
    Span::new(start, start + written.trim().len())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Home, Piece, pieces};
    use crate::check::rules::markup::written;
    use crate::diagnostic::{Source, Span};

    fn read(html: &str) -> Vec<String> {
        let source: Arc<Source> = Source::new("x", html);
        let text = |span: Span| html.get(span.range()).unwrap();
        let mut found = Vec::new();
        pieces(&written(&source, html, Span::new(0, html.len())), &mut |piece, home| {
            let home = match home {
                Home::Attribute(tag) => &*tag.name,
                Home::Moved => "moved",
                Home::Kept => "kept",
                Home::Guarded => "guarded",
            };
            found.push(match piece {
                Piece::AtRule(name, rest) => format!("{home} {} {}", text(name), text(rest)),
                Piece::Selector(span) => format!("{home} {}", text(span)),
                Piece::Declaration(name, value) => format!("{home} {}={}", text(name), text(value)),
                Piece::Stray(span) => format!("{home} ?{}", text(span)),
            });
        });
        found
    }

    #[test]
    fn declarations_selectors_and_at_rules_are_told_apart() {
        assert_eq!(
            read("<p style=\"color:red; background:url(data:a;b) ;/* x:y */margin : 0\">"),
            ["p color=red", "p background=url(data:a;b)", "p margin=0"]
        );
        assert_eq!(
            read("<style>@import 'a;b'; a , b{c:d;e:f}@media (x) { g{h:i} } @font-face{j:k}</style>"),
            [
                "moved @import 'a;b'",
                "moved a , b",
                "moved c=d",
                "moved e=f",
                "moved @media (x)",
                "guarded g",
                "guarded h=i",
                "moved @font-face ",
            ]
        );
        assert_eq!(read("<style data-css-inline=keep>a{&:hover{b:c}d:e}"), ["kept a", "kept &:hover", "kept d=e"]);
    }

    #[test]
    fn what_breaks_off_ends_the_reading() {
        for css in ["a{", "@", "@media{", "a{b", "}", "a{b:\"", "é{é:é"] {
            read(&format!("<style>{css}</style>"));
            read(&format!("<b style='{css}'>"));
        }
    }
}
