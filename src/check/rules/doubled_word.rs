//! The same word twice.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::prose::{Run, each};
use crate::diagnostic::{Diagnostic, Fix, Sink, Span, code};

rule! {
    /// The same word twice in a row.
    ///
    /// It creeps in at the end of a line, where the writer does not see it and readers do. Words that are doubled
    /// on purpose, as `had had`, and names are let be, as is everything but English: other languages double words
    /// by rule.
    ///
    /// ## Example
    ///
    /// ```md
    /// The river rises in the the mountains.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// The river rises in the mountains.
    /// ```
    DOUBLED_WORD, Post(check)
}

/// Words that English doubles, in order.
const DOUBLED: &[&str] = &[
    "aye", "blah", "bye", "can", "cha", "chop", "do", "far", "had", "ha", "her", "hey", "hush", "is", "knock", "long",
    "many", "night", "no", "now", "oh", "out", "really", "so", "that", "there", "tut", "very", "well", "who", "yada",
    "yes",
];

fn check(context: &Context<'_>, sink: &mut Sink) {
    if context.document.language.primary() != "en" {
        return;
    }
    each(context, &mut |run| {
        if !may_double(&run.text) {
            return;
        }
        let mut last = "";
        let mut last_end = 0;
        for (start, word) in words(&run.text) {
            if !is_doubled(last, word) {
                (last, last_end) = (word, start + word.len());
                continue;
            }
            // Nothing but space stands between, and so no comma.
            let gap = run.text.get(last_end..start).unwrap_or_default();
            let before = run.text.get(..last_end.saturating_sub(last.len())).unwrap_or_default();
            let after = run.text.get(start + word.len()..).unwrap_or_default();
            let is_apart = !gap.is_empty() && gap.chars().all(|c| c == ' ') && !after.starts_with('/');
            if is_apart && (last == word || starts_sentence(before)) {
                report(run, last_end, start, word, sink);
            }
            (last, last_end) = (word, start + word.len());
        }
    });
}

/// Whether a word may stand before itself, whatever stands round it: a quick look that passes
/// nearly every text over.
fn may_double(text: &str) -> bool {
    let mut last: &[u8] = b"";
    let mut from = 0;
    let bytes = text.as_bytes();
    memchr::memchr_iter(b' ', bytes).chain([bytes.len()]).any(|end| {
        let part = bytes.get(from..end).unwrap_or_default();
        from = end + 1;
        if part.is_empty() {
            return false;
        }
        let before = std::mem::replace(&mut last, part);
        // Nearly all words begin with another letter than the word before.
        let differ = match (before.first(), part.first()) {
            (Some(a), Some(b)) => a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && !a.eq_ignore_ascii_case(b),
            _ => true,
        };
        !differ && may_be_same(before, part)
    })
}

/// Whether `part` begins with the word that `before` ends with.
fn may_be_same(before: &[u8], part: &[u8]) -> bool {
    let letters = part.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let end = before.get(before.len().saturating_sub(letters)..).unwrap_or_default();
    let again = letters > 0 && part.get(..letters).is_some_and(|start| start.eq_ignore_ascii_case(end));
    // A letter outside ASCII may be in the word, and may differ in length by case.
    again || part.get(letters).is_some_and(|byte| !byte.is_ascii()) && !before.is_ascii()
}

/// The words of a text with their places: runs of letters, and of what is no prose.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '_' | '-');
    let mut at = 0;
    std::iter::from_fn(move || {
        // Nearly all of a text that is looked at is ASCII.
        let inside = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'\'' | b'_' | b'-');
        let skipped = text.as_bytes().get(at..)?.iter().take_while(|&&c| c.is_ascii() && !inside(c)).count();
        let start = at + skipped + text.get(at + skipped..)?.find(part)?;
        let rest = text.get(start..)?;
        let plain = rest.bytes().take_while(|&c| inside(c)).count();
        let end = match rest.as_bytes().get(plain) {
            Some(c) if !c.is_ascii() => rest.find(|c| !part(c)).unwrap_or(rest.len()),
            _ => plain,
        };
        at = start + end;
        Some((start, rest.get(..end)?))
    })
}

fn is_doubled(a: &str, b: &str) -> bool {
    // `B B` and `Duran Duran` are names; a sentence may start with the first of two.
    a.len() == b.len()
        && b.starts_with(|c: char| c.is_lowercase())
        && b.chars().all(char::is_alphabetic)
        && a.to_lowercase() == *b
        && !DOUBLED.contains(&b)
}

/// Whether a sentence starts after `before`: elsewhere a capital makes another word, as of a name.
fn starts_sentence(before: &str) -> bool {
    before.trim_end().chars().next_back().is_none_or(|c| !c.is_alphanumeric() && !matches!(c, ',' | ';' | '-'))
}

fn report(run: &Run<'_>, last_end: usize, start: usize, word: &str, sink: &mut Sink) {
    let place = run.place(start..start + word.len());
    let message = format!("`{word}` stands twice");
    let mut found = Diagnostic::new(code::DOUBLED_WORD, run.source, place.span(), message);
    let first = run.place(last_end - word.len()..last_end).exact();
    if let (Some(first), Some(second)) = (first, place.exact()) {
        let cut = Span::new(first.end, second.end);
        let between = run.source.slice(Span::new(first.end, second.start));
        if !between.is_empty() && between.trim().is_empty() {
            found.fix = Some(Fix::needs_a_look(cut, ""));
        }
    }
    sink.push(found.help("take one of them out"));
}

#[cfg(test)]
mod tests {
    use super::{is_doubled, words};

    fn doubled(text: &str) -> bool {
        let all: Vec<_> = words(text).collect();
        all.windows(2).any(|pair| is_doubled(pair[0].1, pair[1].1))
    }

    #[test]
    fn a_word_twice_is_found_and_what_is_meant_twice_is_not() {
        for text in ["the the", "The the river", "of of", "an an"] {
            assert!(doubled(text), "{text}");
        }
        for text in ["had had", "that that", "Duran Duran", "B B", "5 5", "the then", "don't don't", "x-x x", "is is"] {
            assert!(!doubled(text), "{text}");
        }
    }
}
