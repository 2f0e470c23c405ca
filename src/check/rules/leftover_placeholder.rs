//! What was to be filled in later.

use std::ops::Range;

use memchr::{memchr_iter, memchr3_iter};

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::prose::{Run, each, is_word};
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// A mark that something is still to be written.
    ///
    /// `TODO`, `TK`, `FIXME`, `[link]` or a line of lorem ipsum is a note to oneself; readers take it for carelessness.
    /// Found are such words alone: in code, or as part of a name, they are let be.
    ///
    /// ## Example
    ///
    /// ```md
    /// Freight grew by TK percent.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// Freight grew by nine percent.
    /// ```
    LEFTOVER_PLACEHOLDER, Post(check)
}

/// Words that are written as notes in drafts, and are ordinary words in other places.
const NOTES: &[&str] = &["TODO", "FIXME", "XXX", "占位", "待补", "待补充", "此处插入"];

/// What stands in square brackets for what is to come.
const IN_BRACKETS: &[&str] = &["date", "image", "link", "link here", "name", "placeholder", "text", "title", "url"];

fn check(context: &Context<'_>, sink: &mut Sink) {
    each(context, &mut |run| {
        let mut end = 0;
        for at in starts(&run.text) {
            if let Some(len) = placeholder(&run.text, at).filter(|_| at >= end) {
                end = at + len;
                if !is_linked(run, at..end) {
                    report(run, at..end, sink);
                }
            }
        }
    });
}

/// Where a placeholder can start.
fn starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut all: Vec<_> = memchr3_iter(b'T', b'F', b'X', bytes).chain(memchr_iter(b'[', bytes)).collect();
    // `Lorem` and `lorem`: few words hold a `m` before a space behind `re`.
    all.extend(
        memchr_iter(b'm', bytes)
            .filter_map(|at| at.checked_sub(4))
            .filter(|&at| bytes.get(at..at + 5).is_some_and(|word| word.eq_ignore_ascii_case(b"lorem"))),
    );
    if !text.is_ascii() {
        all.extend(text.match_indices(['占', '待', '此']).map(|(at, _)| at));
    }
    all.sort_unstable();
    all
}

/// Whether words in brackets are all that a link shows: whoever gave them an address has written
/// what was to be written.
fn is_linked(run: &Run<'_>, range: Range<usize>) -> bool {
    let text = run.source.text();
    let place = run.place(range).span();
    let before = text.get(..place.start).is_some_and(|before| before.ends_with('['));
    let after = text.get(place.end..).is_some_and(|after| after.starts_with("]("));
    before && after && text.get(place.start..).is_some_and(|own| own.starts_with('['))
}

fn report(run: &Run<'_>, range: Range<usize>, sink: &mut Sink) {
    let message =
        format!("`{}` stands for what is still to be written", run.text.get(range.clone()).unwrap_or_default());
    let found = Diagnostic::new(code::LEFTOVER_PLACEHOLDER, run.source, run.place(range).span(), message);
    sink.push(found.help("write it, or take the passage out"));
}

/// The length of the placeholder that starts at `at`.
fn placeholder(text: &str, at: usize) -> Option<usize> {
    const LOREM: &str = "lorem ipsum";
    let rest = text.get(at..)?;
    if let Some(inner) = rest.strip_prefix('[') {
        return in_brackets(inner).map(|len| len + "[".len());
    }
    if rest.get(..LOREM.len()).is_some_and(|start| start.eq_ignore_ascii_case(LOREM)) {
        return Some(LOREM.len());
    }
    // Journalists' `TK` is no word of any language.
    let tk = rest.split(|c: char| !c.is_alphanumeric()).next().filter(|word| matches!(*word, "TK" | "TKTK" | "TKTKTK"));
    let note = || NOTES.iter().copied().filter(|note| rest.starts_with(note)).max_by_key(|note| note.len());
    let len = tk.or_else(note)?.len();
    let is_placeholder = is_word(text, &(at..at + len)) && (tk.is_some() || is_note(text, at, len));
    is_placeholder.then_some(len)
}

/// Whether a word is a note rather than a word of the sentence: it stands first, in brackets, or
/// before a colon.
fn is_note(text: &str, at: usize, len: usize) -> bool {
    let before = text.get(..at).and_then(|before| before.trim_end().chars().next_back());
    let after = text.get(at + len..).and_then(|after| after.chars().next());
    before.is_none_or(|c| matches!(c, '[' | '(' | '【' | '（' | '\n')) || matches!(after, Some(':' | '：'))
}

/// The length of a placeholder up to its closing bracket: `link]`, `[ ]]`.
fn in_brackets(inner: &str) -> Option<usize> {
    // A passage in brackets that is longer is no mark.
    let inner = inner.get(..inner.floor_char_boundary(100))?;
    if let Some(double) = inner.strip_prefix('[') {
        return double
            .find(['[', ']', '\n'])
            .filter(|&end| double.get(end..).is_some_and(|rest| rest.starts_with("]]")))
            .map(|end| end + 3);
    }
    let end = inner.find(']')?;
    let name = inner.get(..end)?.to_ascii_lowercase();
    (IN_BRACKETS.contains(&&*name) || name.starts_with("insert ")).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::placeholder;

    fn first(text: &str) -> Option<&str> {
        text.char_indices().find_map(|(at, _)| text.get(at..at + placeholder(text, at)?))
    }

    #[test]
    fn notes_to_oneself_are_found() {
        for (text, found) in [
            ("TODO", "TODO"),
            ("The sum (TODO) of it", "TODO"),
            ("It rained. FIXME: when?", "FIXME"),
            ("a TK b", "TK"),
            ("TKTK.", "TKTK"),
            ("Lorem Ipsum", "Lorem Ipsum"),
            ("see [link] and", "[link]"),
            ("[Insert photo of Ann]", "[Insert photo of Ann]"),
            ("a [[ ]] b", "[[ ]]"),
            ("[[Old page]]", "[[Old page]]"),
            ("【占位】", "占位"),
            ("待补充：数字", "待补充"),
        ] {
            assert_eq!(first(text), Some(found), "{text}");
        }
    }

    #[test]
    fn the_same_words_in_a_sentence_are_not() {
        for text in [
            "three of the FIXME's were resolved",
            "a TODO comment",
            "TODOS",
            "Super Bowl XXX was",
            "STK and TKO",
            "[Pitch] Allow",
            "[[Pitch] Allow]",
            "metav1[]",
            "[1]",
            "用占位符",
            "lorem",
            "[names]",
        ] {
            assert_eq!(first(text), None, "{text}");
        }
    }
}
