//! Where a part of a scalar's text stands in the file.

use crate::diagnostic::{Source, Span};
use crate::yaml::Node;

/// The place of `part`, bytes of the text of the scalar `node`, in its file. Quotes, escapes and
/// folded lines are seen through; where that fails it is the place of the whole value.
pub fn inside(source: &Source, node: &Node, part: Span) -> Span {
    let found = node.text().and_then(|text| offsets(source.slice(node.span), text));
    let place = found.and_then(|offsets| {
        let end = match part.end {
            end if end > part.start => offsets.get(end)?,
            _ => offsets.get(part.start)?,
        };
        Some(Span::new(node.span.start + offsets.get(part.start)?, node.span.start + end))
    });
    place.unwrap_or(node.span)
}

/// For each byte of `text`, and its end, the byte of `raw` that wrote it.
fn offsets(raw: &str, text: &str) -> Option<Vec<usize>> {
    let mut at = match raw.chars().next() {
        Some('"' | '\'') => 1,
        // The text of a block starts on the line after its sign.
        Some('|' | '>') => raw.find('\n')? + 1,
        _ => 0,
    };
    let quote = raw.chars().next().filter(|c| matches!(c, '"' | '\''));
    let mut offsets = Vec::with_capacity(text.len() + 1);
    let mut end = at;
    for c in text.chars() {
        let rest = raw.get(at..)?;
        if rest.is_empty() && c == '\n' {
            // The last line end of a block stands behind its place.
            offsets.push(at);
            continue;
        }
        let (skipped, taken) = written(rest, c, quote)?;
        offsets.extend(std::iter::repeat_n(at + skipped, c.len_utf8()));
        at += skipped + taken;
        end = at;
    }
    offsets.push(end);
    Some(offsets)
}

/// How many bytes come before what wrote `c`, and how many wrote it.
fn written(rest: &str, c: char, quote: Option<char>) -> Option<(usize, usize)> {
    let first = rest.chars().next()?;
    if quote == Some('"') && first == '\\' {
        let mut after = rest.chars().skip(1);
        let digits = match after.next()? {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            // The line goes on without a space.
            '\n' | '\r' => return None,
            _ => 0,
        };
        return Some((0, 1 + rest.chars().nth(1)?.len_utf8() + digits));
    }
    if c == ' ' || c == '\n' {
        // A line end with the spaces round it is one space, or one line end.
        let space = rest.len() - rest.trim_start().len();
        let folded = rest.get(..space)?.contains('\n');
        return match first {
            _ if folded => Some((0, space)),
            first if first == c => Some((0, 1)),
            _ => None,
        };
    }
    let indent = rest.len() - rest.trim_start().len();
    let skipped = if first == c { 0 } else { indent };
    let here = rest.get(skipped..)?;
    if !here.starts_with(c) {
        return None;
    }
    Some((skipped, if quote == Some('\'') && c == '\'' { 2 } else { c.len_utf8() }))
}

#[cfg(test)]
mod tests {
    use super::inside;
    use crate::diagnostic::{Sink, Source, Span};
    use crate::yaml::parse;

    /// What stands at the place of `word` in the value of `a`.
    fn place(yaml: &str, word: &str) -> String {
        let source = Source::new("a.yaml", yaml);
        let root = parse(&source, Span::new(0, yaml.len()), &mut Sink::new()).unwrap();
        let node = root.get("a").unwrap();
        let start = node.text().unwrap().find(word).unwrap();
        source.slice(inside(&source, node, Span::new(start, start + word.len()))).to_owned()
    }

    #[test]
    fn a_word_is_found_however_the_text_is_written() {
        for yaml in [
            "a: x city y\n",
            "a: 'it''s city'\n",
            "a: \"\\\"é\\u0041\\\" city\"\n",
            "a: >-\n  x = 1\n  city y\n",
            "a: |\n  重\n  city\n",
            "a: 'x\n   y city'\nb: c\n",
        ] {
            assert_eq!(place(yaml, "city"), "city", "{yaml}");
        }
    }
}
