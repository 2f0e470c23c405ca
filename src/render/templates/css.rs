//! Finds what breaks a style sheet in two: mail clients and css-inline drop the rest silently.

use std::borrow::Cow;
use std::ops::Range;

use crate::diagnostic::Span;

/// A fault: its place, and what it is.
pub(super) type Fault = (Span, &'static str);

/// The first fault of the style sheet at `range` of `text`. Template tags in it count as blanks.
pub(super) fn check(text: &str, range: Range<usize>) -> Option<Fault> {
    let bytes = text.as_bytes().get(..range.end)?;
    let mut open: Vec<(u8, usize)> = Vec::new();
    let mut at = range.start;
    while let Some(&byte) = bytes.get(at) {
        let rest = bytes.get(at..).unwrap_or_default();
        match byte {
            b'{' if rest.starts_with(b"{{") => at = tag_end(bytes, at),
            b'/' if rest.starts_with(b"/*") => match find(bytes, at + 2, b"*/") {
                Some(end) => at = end,
                None => return Some((Span::new(at, at + 2), "this comment never ends")),
            },
            b'"' | b'\'' => match string_end(bytes, at) {
                Some(end) => at = end,
                None => return Some((Span::new(at, at + 1), "this string never ends")),
            },
            b'\\' => at += 2,
            b'{' | b'(' | b'[' => {
                open.push((byte, at));
                at += 1;
            }
            b'}' | b')' | b']' => {
                let opening = match byte {
                    b'}' => b'{',
                    b')' => b'(',
                    _ => b'[',
                };
                match open.pop() {
                    Some((found, _)) if found == opening => {}
                    Some((_, place)) => return Some((Span::new(place, place + 1), "this bracket is never closed")),
                    None => return Some((Span::new(at, at + 1), "this bracket closes nothing")),
                }
                at += 1;
            }
            _ => at += 1,
        }
    }
    open.pop().map(|(_, place)| (Span::new(place, place + 1), "this bracket is never closed"))
}

/// The style sheets in the `<style>` elements of `markup`, and whether each is kept as it is
/// (`data-css-inline="keep"`) instead of being moved into `style` attributes.
pub(super) fn sheets(markup: &str) -> Vec<(Range<usize>, bool)> {
    let lower = markup.to_ascii_lowercase();
    let mut sheets = Vec::new();
    let mut at = 0;
    while let Some(found) = lower.get(at..).and_then(|rest| rest.find("<style")) {
        let start = at + found;
        let Some(end) = lower.get(start..).and_then(|rest| rest.find('>')).map(|end| start + end + 1) else { break };
        let close = lower.get(end..).and_then(|rest| rest.find("</style")).map_or(lower.len(), |close| end + close);
        let keep = lower.get(start..end).is_some_and(|tag| tag.contains("data-css-inline=\"keep\""));
        sheets.push((end..close, keep));
        at = close.max(end);
    }
    sheets
}

/// `markup` with what can only work in a style sheet put into one of its own, marked `keep`: rules
/// in `@media` and its like, and those for states such as `:hover`. css-inline drops the first
/// and cannot move the second.
pub(super) fn set_apart<'a>(markup: &'a str, keep: &str) -> Cow<'a, str> {
    let mut made = String::new();
    let mut from = 0;
    for (range, _) in sheets(markup).into_iter().filter(|(_, kept)| !kept) {
        let (moved, stays) = split(markup.get(range.clone()).unwrap_or_default());
        if stays.is_empty() {
            continue;
        }
        let end = markup.get(range.end..).and_then(|rest| rest.find('>')).map_or(markup.len(), |at| range.end + at + 1);
        made.push_str(markup.get(from..range.start).unwrap_or_default());
        made.push_str(&moved);
        made.push_str(markup.get(range.end..end).unwrap_or_default());
        made.extend(["\n<style", keep, ">\n", stays.trim_end(), "\n</style>"]);
        from = end;
    }
    if from == 0 {
        return Cow::Borrowed(markup);
    }
    made.push_str(markup.get(from..).unwrap_or_default());
    Cow::Owned(made)
}

/// A style sheet's rules that can become `style` attributes, and those that have to stay. A rule
/// for several selectors may be in both.
fn split(css: &str) -> (String, String) {
    let (mut moved, mut stays) = (String::new(), String::new());
    let mut at = 0;
    while at < css.len() {
        let end = statement_end(css.as_bytes(), at).max(at + 1);
        let statement = css.get(at..end).unwrap_or_default();
        let rule = without_comments(statement);
        let selectors = rule.split('{').next().unwrap_or_default().trim();
        if selectors.starts_with('@') {
            stays.extend([statement.trim_start(), "\n"]);
        } else {
            moved.push_str(statement);
            if has_state(selectors) {
                stays.extend([statement.trim_start(), "\n"]);
            }
        }
        at = end;
    }
    (moved, stays)
}

/// Whether a selector asks for what no attribute can say: a state, a part that is no element, or
/// what a mail client writes into the page (`[data-ogsc]`).
fn has_state(selectors: &str) -> bool {
    const STATES: [&str; 10] =
        ["::", ":hover", ":focus", ":active", ":visited", ":target", ":checked", ":before", ":after", "[data-ogs"];
    let selectors = selectors.to_ascii_lowercase();
    STATES.iter().any(|state| selectors.contains(state))
}

/// Where the rule or at-rule ends that starts at `at`.
fn statement_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while let Some(&byte) = bytes.get(at) {
        let rest = bytes.get(at..).unwrap_or_default();
        at = match byte {
            b'/' if rest.starts_with(b"/*") => find(bytes, at + 2, b"*/").unwrap_or(bytes.len()),
            b'"' | b'\'' => string_end(bytes, at).unwrap_or(at + 1),
            b'\\' => at + 2,
            _ => at + 1,
        };
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at;
                }
            }
            b';' if depth == 0 => return at,
            _ => {}
        }
    }
    bytes.len()
}

fn without_comments(css: &str) -> String {
    let mut bare = String::new();
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    bare + rest
}

fn find(bytes: &[u8], from: usize, needle: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(needle.len()).position(|window| window == needle).map(|at| from + at + needle.len())
}

fn tag_end(bytes: &[u8], at: usize) -> usize {
    let comment = bytes.get(at..).is_some_and(|rest| rest.starts_with(b"{{!--"));
    let mut end = find(bytes, at + 2, if comment { b"--}}" } else { b"}}" }).unwrap_or(bytes.len());
    while bytes.get(at..).is_some_and(|rest| rest.starts_with(b"{{{")) && bytes.get(end) == Some(&b'}') {
        end += 1;
    }
    end
}

fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let quote = bytes.get(at)?;
    let mut end = at + 1;
    loop {
        match bytes.get(end)? {
            b'\\' => end += 2,
            b'\n' => return None,
            b'{' if bytes.get(end..).is_some_and(|rest| rest.starts_with(b"{{")) => end = tag_end(bytes, end),
            byte if byte == quote => return Some(end + 1),
            _ => end += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{check, sheets};

    fn fault(css: &str) -> Option<(usize, &'static str)> {
        check(css, 0..css.len()).map(|(span, what)| (span.start, what))
    }

    #[test]
    fn what_breaks_a_style_sheet_is_found_at_its_place() {
        assert_eq!(fault("a { color: red } @media x { b { c: url(d) } } /* } */ e::before { content: \"}\" }"), None);
        assert_eq!(fault("a { {{style.x}} {{#if y}} color: {{{z}}} {{/if}} }"), None);
        assert_eq!(fault("a { color: red"), Some((2, "this bracket is never closed")));
        assert_eq!(fault("a { b: c( }"), Some((8, "this bracket is never closed")));
        assert_eq!(fault("a } b"), Some((2, "this bracket closes nothing")));
        assert_eq!(fault("a { content: \"x\n }"), Some((13, "this string never ends")));
        assert_eq!(fault("a {} /* b"), Some((5, "this comment never ends")));
    }

    #[test]
    fn style_elements_are_found_with_how_they_are_treated() {
        let markup = "<STYLE>a{}</style><style data-css-inline=\"keep\">b{}</style><style>c";
        let found: Vec<_> =
            sheets(markup).into_iter().map(|(range, keep)| (markup.get(range).unwrap(), keep)).collect();
        assert_eq!(found, [("a{}", false), ("b{}", true), ("c", false)]);
    }
}
