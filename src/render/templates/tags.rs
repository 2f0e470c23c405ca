//! Where the tags of a template stand, and the words in them: the parsed template keeps lines and
//! columns of whole tags only, and findings underline a single word.

use crate::diagnostic::Span;

/// One `{{…}}` of a template; comments are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// From the first brace to the last.
    pub(super) span: Span,
    /// Its words in order: names, paths, literals; parentheses, `=` and `|` are none.
    pub(super) words: Vec<Span>,
    /// Whether it is `{{else …}}` or `{{^}}`.
    pub(super) is_else: bool,
}

impl Tag {
    /// What stands after its braces: `#`, `/`, `>` or the start of a word.
    pub(super) fn sigil(&self, text: &str) -> Option<char> {
        let written = text.get(self.span.range())?;
        written.trim_start_matches('{').trim_start_matches(['~', ' ', '\t', '\r', '\n']).chars().next()
    }

    /// The first word at or after `from` (an index of words) that reads `word`, with its index.
    pub(super) fn find(&self, text: &str, word: &str, from: usize) -> Option<(usize, Span)> {
        let words = self.words.iter().enumerate().skip(from);
        words.map(|(index, &span)| (index, span)).find(|(_, span)| text.get(span.range()) == Some(word))
    }
}

/// The tags of `text`, which parses as a template, in order.
pub(super) fn find(text: &str) -> Vec<Tag> {
    let bytes = text.as_bytes();
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find("{{")) {
        let start = at + found;
        let slashes = bytes.iter().take(start).rev().take_while(|&&b| b == b'\\').count();
        if slashes == 1 {
            // `\{{` is text up to the next tag.
            at = start + 2;
            while bytes.get(at) == Some(&b'{') {
                at += 1;
            }
            continue;
        }
        let rest = text.get(start..).unwrap_or_default();
        if rest.starts_with("{{!--") {
            at = start + rest.find("--}}").map_or(rest.len(), |end| end + 4);
        } else if rest.starts_with("{{!") {
            at = start + rest.find("}}").map_or(rest.len(), |end| end + 2);
        } else {
            let tag = read(text, start);
            at = tag.span.end;
            tags.push(tag);
        }
    }
    tags
}

fn read(text: &str, start: usize) -> Tag {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied();
    let mut at = start;
    while byte(at) == Some(b'{') {
        at += 1;
    }
    let mut words = Vec::new();
    let mut inverted = false;
    loop {
        match byte(at) {
            None => break,
            Some(b'}') => {
                while byte(at) == Some(b'}') && at < start + text.len() {
                    at += 1;
                }
                break;
            }
            Some(b'"' | b'\'') => {
                let from = at;
                at = string_end(bytes, at);
                words.push(Span::new(from, at));
            }
            Some(b'^') => {
                inverted = true;
                words.push(Span::new(at, at + 1));
                at += 1;
            }
            Some(
                b' ' | b'\t' | b'\n' | b'\r' | b'(' | b')' | b'=' | b'|' | b'#' | b'/' | b'>' | b'*' | b'&' | b'~'
                | b'{' | b',',
            ) => at += 1,
            Some(_) => {
                let from = at;
                at = word_end(bytes, at);
                words.push(Span::new(from, at));
            }
        }
    }
    let first = words.first().and_then(|span: &Span| text.get(span.range()));
    let is_else = inverted || first == Some("else");
    Tag { span: Span::new(start, at), words, is_else }
}

/// The end of the string that starts at `at`.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let quote = bytes.get(at).copied();
    let mut end = at + 1;
    while let Some(&byte) = bytes.get(end) {
        end += 1;
        if byte == b'\\' {
            end += 1;
        } else if Some(byte) == quote {
            break;
        }
    }
    end.min(bytes.len())
}

/// The end of the path or name that starts at `at`: `../a.[any thing].b`.
fn word_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    while let Some(&byte) = bytes.get(end) {
        match byte {
            b'[' => {
                while bytes.get(end).is_some_and(|&b| b != b']') {
                    end += 1;
                }
            }
            b' ' | b'\t' | b'\n' | b'\r' | b'(' | b')' | b'=' | b'|' | b'}' | b'~' | b'"' | b'\'' | b',' => break,
            _ => {}
        }
        end += 1;
    }
    end.min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::find;

    fn words(text: &str) -> Vec<Vec<&str>> {
        find(text).iter().map(|tag| tag.words.iter().map(|span| text.get(span.range()).unwrap()).collect()).collect()
    }

    #[test]
    fn words_of_tags_are_found_outside_comments_and_escapes() {
        let text = r#"{{! no }}{{a.b}} \{{no}} {{!-- {{no}} --}}{{#if (eq ../x "}} y") k=z}}{{else}}{{~/if~}}{{{c}}}"#;
        assert_eq!(
            words(text),
            [vec!["a.b"], vec!["if", "eq", "../x", r#""}} y""#, "k", "z"], vec!["else"], vec!["if"], vec!["c"]]
        );
    }

    #[test]
    fn a_tag_that_never_ends_is_read_to_the_end() {
        assert_eq!(words("{{a"), [vec!["a"]]);
        assert_eq!(words("{{\"a"), [vec!["\"a"]]);
        assert_eq!(words("{{a.[b"), [vec!["a.[b"]]);
    }
}
