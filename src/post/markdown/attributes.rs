//! `{key=value key="two words" flag}`: what stands in braces behind an image or a directive.

use std::ops::Range;

/// One attribute; the ranges are in the text that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attribute<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// Where the name stands.
    pub(crate) name_range: Range<usize>,
    /// Its value without quotes; nothing for a flag.
    pub(crate) value: Option<&'a str>,
    /// Where the value stands, without quotes; empty after the name for a flag.
    pub(crate) value_range: Range<usize>,
}

/// Reads the attributes at the start of `text`, which starts with `{`; gives them with the length
/// of the whole. Nothing where the braces hold something else or do not end on the line.
pub(crate) fn read(text: &str) -> Option<(Vec<Attribute<'_>>, usize)> {
    if !text.starts_with('{') || text.starts_with("{{") {
        return None;
    }
    let mut attributes = Vec::new();
    let mut at = 1;
    loop {
        at += spaces(text, at);
        if text.get(at..)?.starts_with('}') {
            return Some((attributes, at + 1));
        }
        let name = take(text, at, |c| c.is_alphanumeric() || matches!(c, '-' | '_' | '#' | '.' | ':'))?;
        let name_range = at..at + name.len();
        at = name_range.end;
        if !text.get(at..)?.starts_with('=') {
            attributes.push(Attribute { name, name_range, value: None, value_range: at..at });
            continue;
        }
        at += 1;
        let quote = text.get(at..)?.chars().next().filter(|c| matches!(c, '"' | '\''));
        let value_range = if let Some(quote) = quote {
            let len = text.get(at + 1..)?.find([quote, '\n'])?;
            if !text.get(at + 1 + len..)?.starts_with(quote) {
                return None;
            }
            at + 1..at + 1 + len
        } else {
            let value = take(text, at, |c| !c.is_whitespace() && !matches!(c, '}' | '"' | '\'' | '{'))?;
            at..at + value.len()
        };
        at = value_range.end + usize::from(quote.is_some());
        let value = text.get(value_range.clone());
        attributes.push(Attribute { name, name_range, value, value_range });
    }
}

fn spaces(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.len() - rest.trim_start_matches([' ', '\t']).len()
}

fn take(text: &str, at: usize, part: impl Fn(char) -> bool) -> Option<&str> {
    let rest = text.get(at..)?;
    let end = rest.find(|c| !part(c)).unwrap_or(rest.len());
    rest.get(..end).filter(|taken| !taken.is_empty())
}

/// A length in CSS pixels: `300` or `300px`.
pub(crate) fn pixels(value: &str) -> Option<u32> {
    value.strip_suffix("px").unwrap_or(value).parse().ok().filter(|&n| (1..=10_000).contains(&n))
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "a test that cuts wrongly has failed")]
mod tests {
    use super::{pixels, read};

    #[test]
    fn names_values_and_flags_are_read_with_their_places() {
        let text = "{width=300 alt=\"a b\" secondary} rest";
        let (attributes, len) = read(text).unwrap();
        assert_eq!(&text[len..], " rest");
        let read: Vec<_> = attributes.iter().map(|a| (a.name, a.value, &text[a.value_range.clone()])).collect();
        assert_eq!(read, [("width", Some("300"), "300"), ("alt", Some("a b"), "a b"), ("secondary", None, "")]);
    }

    #[test]
    fn other_braces_are_not_attributes() {
        for text in ["{a, b}", "{{x}}", "{a=\"b}", "{a=}", "{a", "{a=b\n}", "x"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn pixels_are_whole_and_bounded() {
        assert_eq!(pixels("300px"), Some(300));
        assert_eq!((pixels("50%"), pixels("0"), pixels("99999")), (None, None, None));
    }
}
