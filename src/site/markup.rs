//! The tags of a letter's HTML, as far as addresses need them.

use std::ops::Range;

/// A tag, with the places of its parts in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// From `<` to after `>`.
    pub(super) range: Range<usize>,
    /// Its name in lower case; with `/` before it for an end tag.
    pub(super) name: String,
    /// Its attributes: the name in lower case, and where the value stands, without quotes.
    pub(super) attributes: Vec<(String, Range<usize>)>,
    /// The names of those without a value.
    pub(super) bare: Vec<String>,
}

impl Tag {
    /// Where the value of an attribute stands.
    pub(super) fn attribute(&self, name: &str) -> Option<Range<usize>> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, range)| range.clone())
    }
}

/// All tags of `html`, in order; comments are none.
pub(super) fn tags(html: &str) -> impl Iterator<Item = Tag> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + memchr::memchr(b'<', html.as_bytes().get(from..)?)?;
            let rest = html.get(at..)?;
            if rest.starts_with("<!--") {
                from = at + rest.find("-->").map_or(rest.len(), |end| end + 3);
                continue;
            }
            let after = rest.get(1..)?;
            let letter = after.strip_prefix('/').unwrap_or(after).starts_with(|c: char| c.is_ascii_alphabetic());
            if !letter {
                from = at + 1;
                continue;
            }
            let tag = read(html, at)?;
            from = tag.range.end;
            return Some(tag);
        }
    })
}

/// What becomes of a tag in a copy.
pub(super) enum Becomes {
    /// It stands as it is, but for these parts of the text, in order.
    Tag(Vec<(Range<usize>, String)>),
    /// It is left out, with all that its element holds.
    Nothing,
}

/// Adds `html` to `out`, each tag as `edit` says.
pub(super) fn copy(html: &str, out: &mut String, mut edit: impl FnMut(&Tag) -> Becomes) {
    let mut from = 0;
    // How many elements deep what is left out goes, and the name of its tag.
    let mut skipped: Option<(String, usize)> = None;
    for tag in tags(html) {
        if let Some((name, depth)) = &mut skipped {
            if tag.name == *name {
                *depth += 1;
            } else if tag.name.strip_prefix('/') == Some(name) {
                *depth -= 1;
                if *depth == 0 {
                    from = tag.range.end;
                    skipped = None;
                }
            }
            continue;
        }
        match edit(&tag) {
            Becomes::Tag(parts) => {
                for (range, text) in parts {
                    out.extend([html.get(from..range.start).unwrap_or_default(), &text]);
                    from = range.end;
                }
            }
            Becomes::Nothing => {
                out.push_str(html.get(from..tag.range.start).unwrap_or_default());
                skipped = Some((tag.name, 1));
            }
        }
    }
    if skipped.is_none() {
        out.push_str(html.get(from..).unwrap_or_default());
    }
}

/// Reads the tag at `at`; nothing where it does not end.
fn read(html: &str, at: usize) -> Option<Tag> {
    let bytes = html.as_bytes();
    let run = |from: usize, stop: &dyn Fn(u8) -> bool| {
        let rest = bytes.get(from..).unwrap_or_default();
        from + rest.iter().position(|&byte| stop(byte)).unwrap_or(rest.len())
    };
    let is_end = |byte: u8| byte.is_ascii_whitespace() || byte == b'>';
    let name_end = run(at + 2, &|byte| is_end(byte) || byte == b'/');
    let name = html.get(at + 1..name_end)?.to_ascii_lowercase();
    let mut tag = Tag { range: at..at, name, attributes: Vec::new(), bare: Vec::new() };
    let mut from = name_end;
    loop {
        from = run(from, &|byte| !byte.is_ascii_whitespace() && byte != b'/');
        if *bytes.get(from)? == b'>' {
            tag.range.end = from + 1;
            return Some(tag);
        }
        let end = run(from + 1, &|byte| is_end(byte) || matches!(byte, b'=' | b'/'));
        let name = html.get(from..end)?.to_ascii_lowercase();
        from = run(end, &|byte| !byte.is_ascii_whitespace());
        if *bytes.get(from)? != b'=' {
            tag.bare.push(name);
            continue;
        }
        from = run(from + 1, &|byte| !byte.is_ascii_whitespace());
        let quote = *bytes.get(from)?;
        let (value, after) = if matches!(quote, b'"' | b'\'') {
            let end = run(from + 1, &|byte| byte == quote);
            (from + 1..end, end + 1)
        } else {
            let end = run(from, &is_end);
            (from..end, end)
        };
        tag.attributes.push((name, value));
        from = after;
    }
}

/// An address as it was before it was escaped for an attribute.
pub(super) fn unescaped(value: &str) -> String {
    if !value.contains('&') {
        return value.to_owned();
    }
    let named = [("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    named.iter().fold(value.to_owned(), |text, (entity, char)| text.replace(entity, char))
}

/// What `address` means on the page at `page`, whose own address ends with `/`.
pub(super) fn resolved(address: &str, page: &str) -> String {
    let scheme = address.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    });
    if scheme {
        return address.to_owned();
    }
    let host = page.find("://").map_or(0, |at| at + 3);
    let top = page.get(host..).and_then(|rest| rest.find('/')).map_or(page.len(), |at| host + at);
    if address.starts_with("//") {
        return format!("{}{address}", page.split("//").next().unwrap_or_default());
    }
    let (origin, path) = page.split_at_checked(top).unwrap_or((page, ""));
    if address.is_empty() || address.starts_with(['#', '?']) {
        return format!("{page}{address}");
    }
    let end = address.find(['?', '#']).unwrap_or(address.len());
    let (written, rest) = address.split_at_checked(end).unwrap_or((address, ""));
    let whole = if written.starts_with('/') { written.to_owned() } else { format!("{path}{written}") };
    let mut parts: Vec<&str> = Vec::new();
    let folder = whole.ends_with(['/']) || whole.ends_with("/.") || whole.ends_with("/..");
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let slash = if folder && !parts.is_empty() { "/" } else { "" };
    format!("{origin}/{}{slash}{rest}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{resolved, tags, unescaped};

    proptest! {
        #[test]
        fn any_text_is_read_and_every_place_is_in_it(html in "[ab<>/=\"'! \\-é\n]{0,60}") {
            let mut end = 0;
            for tag in tags(&html) {
                prop_assert!(tag.range.start >= end && html.get(tag.range.clone()).is_some());
                end = tag.range.end;
                for (_, value) in &tag.attributes {
                    prop_assert!(html.get(value.clone()).is_some() && value.end <= end, "{tag:?}");
                }
            }
        }

        #[test]
        fn what_is_resolved_stays_resolved(address in "[a-z./?#:é]{0,20}") {
            let page = "https://a.example/letters/west/";
            let once = resolved(&address, page);
            prop_assert_eq!(&resolved(&once, page), &once);
        }
    }

    #[test]
    fn tags_are_found_with_their_attributes_however_they_are_written() {
        let html = "a < b <!-- <a href='x'> --><A HREF = 'y' hidden><img src=\"a>b\" alt=c/>d</a><br/><a href=";
        let found: Vec<_> = tags(html)
            .map(|tag| {
                let all =
                    tag.attributes.iter().map(|(name, value)| format!(" {name}={}", html.get(value.clone()).unwrap()));
                format!("{}{}{}", tag.name, all.collect::<String>(), tag.bare.concat())
            })
            .collect();
        assert_eq!(found, ["a href=yhidden", "img src=a>b alt=c/", "/a", "br"]);
    }

    #[test]
    fn addresses_are_resolved_as_browsers_do() {
        let page = "https://a.example/letters/west/";
        for (address, whole) in [
            ("#note:1", "https://a.example/letters/west/#note:1"),
            ("images/a.png", "https://a.example/letters/west/images/a.png"),
            ("../north/", "https://a.example/letters/north/"),
            ("../../../..", "https://a.example/"),
            ("/x?y=/../z#w", "https://a.example/x?y=/../z#w"),
            ("//b.example/", "https://b.example/"),
            ("mailto:a@b.example", "mailto:a@b.example"),
            ("", page),
            ("..", "https://a.example/letters/"),
        ] {
            assert_eq!(resolved(address, page), whole);
        }
        assert_eq!(resolved("x", "https://a.example/"), "https://a.example/x");
        assert_eq!(unescaped("?a=1&amp;b=&quot;"), "?a=1&b=\"");
    }
}
