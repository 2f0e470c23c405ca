//! The syntax of holes: `{{subscriber.name}}` and `{{default subscriber.name "reader"}}`.

use std::borrow::Cow;

use crate::post::Holes;
use crate::post::tree::Hole;

/// The longest hole, in bytes: a `{{` without an end is not searched for further.
const MAX_BYTES: usize = 512;

/// What stands at a `{{`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Braces {
    /// A hole, and its length in bytes.
    Hole(Hole, usize),
    /// A use of `subscriber` that cannot differ by recipient.
    Misused(Misuse),
    /// Plain text.
    Text,
}

/// Why a use of `subscriber` is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misuse {
    /// Its length in bytes.
    pub(crate) len: usize,
    /// What is wrong.
    pub(crate) message: String,
    /// What to write instead.
    pub(crate) help: String,
}

/// Reads what stands at the start of `text`, which starts with `{{`.
pub(crate) fn read(text: &str) -> Braces {
    let mut limit = text.len().min(MAX_BYTES);
    while !text.is_char_boundary(limit) {
        limit -= 1;
    }
    let line = text.get(..limit).and_then(|text| text.split(['\n', '\r']).next()).unwrap_or_default();
    let Some(rest) = line.strip_prefix("{{") else { return Braces::Text };
    let triple = rest.starts_with('{');
    let Some(end) = rest.find("}}") else {
        let open = rest.trim_start_matches(['{', ' ', '\t']);
        let open = open.strip_prefix("default ").unwrap_or(open).trim_start();
        if field(open).is_none() {
            return Braces::Text;
        }
        return Braces::Misused(Misuse {
            len: line.trim_end().len(),
            message: "this `{{` is never closed".into(),
            help: "close it with `}}` on the same line".into(),
        });
    };
    let inner = rest.get(..end).unwrap_or_default();
    let triple_end = usize::from(triple && rest.get(end + 2..).is_some_and(|after| after.starts_with('}')));
    let len = 2 + end + 2 + triple_end;
    let inner = inner.trim_start_matches('{').trim();
    if let Some(hole) = hole(inner).filter(|_| !triple) {
        return Braces::Hole(hole, len);
    }
    if !mentions_subscriber(inner) {
        return Braces::Text;
    }
    let (message, help) = misuse(inner, triple);
    Braces::Misused(Misuse { len, message, help })
}

/// `text` with each hole replaced by its token.
pub(crate) fn substitute<'a>(text: &'a str, holes: &mut Holes) -> Cow<'a, str> {
    replace(text, |hole| holes.token(hole))
}

/// `text` as readers see it who are not known: each hole replaced by its default.
pub(crate) fn with_defaults(text: &str) -> Cow<'_, str> {
    replace(text, |hole| hole.default.unwrap_or_default())
}

/// The uses of `subscriber` in `text`: where each starts, and what it is.
pub(crate) fn uses(text: &str) -> Vec<(usize, Braces)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find("{{")).map(|at| from + at) {
        let braces = read(text.get(at..).unwrap_or_default());
        from = at
            + match &braces {
                Braces::Hole(_, len) => *len,
                Braces::Misused(misuse) => misuse.len.max(2),
                Braces::Text => 1,
            };
        if braces != Braces::Text {
            found.push((at, braces));
        }
    }
    found
}

fn replace(text: &str, mut shown: impl FnMut(Hole) -> String) -> Cow<'_, str> {
    if !text.contains("{{") {
        return Cow::Borrowed(text);
    }
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        replaced.push_str(before);
        let taken = match read(from) {
            Braces::Hole(hole, len) => {
                replaced.push_str(&shown(hole));
                len
            }
            Braces::Misused(_) | Braces::Text => {
                replaced.push_str("{{");
                2
            }
        };
        rest = from.get(taken..).unwrap_or_default();
    }
    replaced.push_str(rest);
    Cow::Owned(replaced)
}

fn hole(inner: &str) -> Option<Hole> {
    if let Some((name, "")) = field(inner) {
        return Some(Hole { field: name.to_owned(), default: None });
    }
    let rest = inner.strip_prefix("default")?;
    let (name, rest) = field(rest.strip_prefix([' ', '\t'])?.trim_start())?;
    let text = rest.strip_prefix([' ', '\t'])?.trim();
    let text = ['"', '\''].iter().find_map(|&quote| text.strip_prefix(quote)?.strip_suffix(quote).map(|t| (t, quote)));
    text.filter(|(text, quote)| !text.contains(*quote))
        .map(|(text, _)| Hole { field: name.to_owned(), default: Some(text.to_owned()) })
}

/// The field's name of a text that starts with `subscriber.name`, and what follows it.
fn field(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("subscriber.")?;
    let letter = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let end = rest.find(|c| !letter(c)).unwrap_or(rest.len());
    rest.split_at_checked(end).filter(|(name, _)| name.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

fn mentions_subscriber(inner: &str) -> bool {
    const WORD: &str = "subscriber";
    let outside = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '@' | '.' | '/'));
    inner.match_indices(WORD).any(|(at, _)| {
        let before = inner.get(..at).and_then(|text| text.chars().next_back());
        let after = inner.get(at + WORD.len()..).and_then(|text| text.chars().next());
        outside(before) && (outside(after) || after == Some('.'))
    })
}

fn misuse(inner: &str, triple: bool) -> (String, String) {
    let name = inner.find("subscriber.").and_then(|at| field(inner.get(at..)?)).map_or("name", |(name, _)| name);
    let plain = format!("write `{{{{subscriber.{name}}}}}` or `{{{{default subscriber.{name} \"text\"}}}}`");
    if triple {
        return ("a subscriber's field is always escaped".into(), plain);
    }
    if inner.starts_with(['#', '/', '^']) || inner.starts_with("else") {
        let help = format!("{plain}; conditions belong in a template");
        return ("a post cannot ask for conditions on `subscriber`".into(), help);
    }
    if inner == "subscriber" {
        return ("`subscriber` has fields and is none itself".into(), plain);
    }
    if inner.contains('|') {
        return ("filters are not known here".into(), plain);
    }
    (format!("`{{{{{inner}}}}}` cannot be filled in for each subscriber"), plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hole(field: &str, default: Option<&str>) -> Hole {
        Hole { field: field.into(), default: default.map(Into::into) }
    }

    #[test]
    fn both_forms_of_a_hole_are_read_with_any_space() {
        assert_eq!(read("{{subscriber.name}} x"), Braces::Hole(hole("name", None), 19));
        assert_eq!(read("{{ subscriber.city }}"), Braces::Hole(hole("city", None), 21));
        let with_default = "{{default subscriber.name \"dear reader\"}}";
        assert_eq!(read(with_default), Braces::Hole(hole("name", Some("dear reader")), with_default.len()));
        assert_eq!(read("{{ default  subscriber.n  '' }}"), Braces::Hole(hole("n", Some("")), 31));
    }

    #[test]
    fn foreign_braces_are_plain_text() {
        for text in [
            "{{ page.title }}",
            "{{}}",
            "{{",
            "{{#each posts}}",
            "{{ form.subscriber_email }}",
            "{{ a\n subscriber.b }}",
        ] {
            assert_eq!(read(text), Braces::Text, "{text}");
        }
    }

    #[test]
    fn a_use_that_cannot_be_filled_in_is_named() {
        for text in [
            "{{#if subscriber.x}}",
            "{{subscriber}}",
            "{{ subscriber.x | upper }}",
            "{{{subscriber.x}}}",
            "{{default subscriber.x}}",
            "{{default subscriber.x “y”}}",
            "{{subscriber.a.b}}",
            "{{subscriber.x",
        ] {
            assert!(matches!(read(text), Braces::Misused(_)), "{text}");
        }
    }

    #[test]
    fn holes_in_an_address_become_tokens() {
        let mut holes = Holes::new(1);
        let url = substitute("https://x.example/{{subscriber.id}}?{{x}}", &mut holes).into_owned();
        let token = holes.clone().token(hole("id", None));
        assert_eq!(url, format!("https://x.example/{token}?{{{{x}}}}"));
    }
}
