//! Markdown that comes out as text.

use std::ops::Range;

use memchr::{memchr, memchr3};

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::prose::{OBJECT, Run, each};
use crate::diagnostic::{Diagnostic, Sink, Span, code};
use crate::post::directive;

rule! {
    /// Signs of Markdown that a slip keeps from being read, so that readers see them: a link with a space in it, bold
    /// that is never closed, a table without its line of dashes, a heading without its space.
    ///
    /// It looks right while it is written and wrong to everybody who gets it. What is meant to be read just so is
    /// written as code, or with a `\` before the sign.
    ///
    /// ## Example
    ///
    /// ```md
    /// See [the gauge] (https://upstream.example/gauge).
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// See [the gauge](https://upstream.example/gauge).
    /// ```
    UNREAD_MARKDOWN, Post(check)
}

/// What is written wrongly, and what to write instead.
type Slip = (Range<usize>, &'static str, &'static str);

fn check(context: &Context<'_>, sink: &mut Sink) {
    each(context, &mut |run| {
        let Some((range, what, help)) = slip(&run.text) else { return };
        let place = run.place(range);
        let before = place.exact().and_then(|span| run.source.text().get(..span.start));
        if !before.is_some_and(|before| before.ends_with('\\')) {
            sink.push(Diagnostic::new(code::UNREAD_MARKDOWN, run.source, line(run, place.span()), what).help(help));
        }
    });
}

/// The part of a place that is on its first line.
fn line(run: &Run<'_>, span: Span) -> Span {
    let len = run.source.slice(span).lines().next().map_or(0, str::len);
    Span::new(span.start, span.start + len)
}

/// The first slip of a paragraph.
fn slip(text: &str) -> Option<Slip> {
    opening(text).or_else(|| {
        // Most paragraphs hold none of these.
        let bytes = text.as_bytes();
        memchr3(b'[', b']', b'*', bytes).or_else(|| memchr(b'{', bytes))?;
        link(text).or_else(|| attributes(text)).or_else(|| bold(text))
    })
}

/// What a line starts with that makes it no paragraph.
fn opening(text: &str) -> Option<Slip> {
    let first = || 0..text.find(' ').unwrap_or(text.len());
    let title = text.trim_start_matches('#');
    if (2..=6).contains(&(text.len() - title.len())) && title.starts_with(char::is_alphanumeric) {
        return Some((first(), "this heading is shown as text", "put a space behind the `#`"));
    }
    // Behind an empty line one colon makes it the meaning of a term, and is gone by now.
    let name = text.strip_prefix(':').map(|rest| rest.strip_prefix(':').unwrap_or(rest));
    let name = name.map(|rest| rest.split([' ', '{']).next().unwrap_or_default());
    if name.is_some_and(|name| directive::openings().any(|(known, _)| known == name)) {
        return Some((first(), "this directive is shown as text", "start it with three colons"));
    }
    let is_row = text.starts_with('|') && text.ends_with('|') && text.matches('|').count() > 2;
    is_row.then_some((0..1, "this table is shown as text", "write a line `|---|---|` below its first, as wide as that"))
}

/// A link with a slip between its words and its address.
fn link(text: &str) -> Option<Slip> {
    const NO_LINK: &str = "this link is shown as text";
    let is_address =
        |rest: &str| ["http://", "https://", "www.", "mailto:"].iter().any(|start| rest.starts_with(start));
    for (at, _) in text.match_indices(']') {
        let start = text.get(..at).and_then(|before| before.rfind('[')).unwrap_or(at);
        let rest = text.get(at + 1..).unwrap_or_default();
        if let Some(inner) = rest.strip_prefix('(').filter(|inner| !inner.starts_with([')', ' ', '{'])) {
            let help = if inner.contains(')') {
                "write `[words](address)`, without spaces in the address"
            } else {
                "close it with `)`, without spaces in the address"
            };
            return Some((start..at + 2, NO_LINK, help));
        }
        let gap = rest.trim_start_matches(' ').strip_prefix('(').or_else(|| rest.strip_prefix('（'));
        if gap.is_some_and(is_address) || rest.trim_start_matches([' ', '（', '(']).starts_with(OBJECT) && gap.is_some()
        {
            return Some((start..at + 1, NO_LINK, "write `(` close behind the `]`"));
        }
        let name = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(name, _)| name);
        // `Unsafe[Mutable][Raw]Pointer` is a name.
        let is_apart =
            !text.get(..start).is_some_and(|before| before.ends_with(|c: char| c.is_alphanumeric() || c == ']'));
        if start < at
            && is_apart
            && name.is_some_and(|name| name.starts_with(char::is_alphabetic) && !name.contains('['))
        {
            return Some((start..at + 1, NO_LINK, "write its address, as `[name]: https://…`, in a line of its own"));
        }
    }
    let reversed = text
        .match_indices(")[")
        .find(|(at, _)| text.get(at + 2..).is_some_and(|rest| is_address(rest) || rest.starts_with(OBJECT)));
    let (at, _) = reversed?;
    let start = text.get(..at)?.rfind('(')?;
    Some((start..at + 1, NO_LINK, "the words stand in `[ ]`, the address in `( )` behind them"))
}

/// Attributes of an image or a heading that were not read.
fn attributes(text: &str) -> Option<Slip> {
    const NAMES: [&str; 5] = ["{width=", "{height=", "{alt=", "{title=", "{#"];
    let (at, name) = NAMES.iter().find_map(|name| Some((text.find(name)?, name)))?;
    let is_name = *name != "{#" || text.get(at + 2..)?.starts_with(char::is_alphabetic);
    // `{{#if …}}` is another tool's.
    let is_alone = !text.get(..at)?.ends_with('{');
    (is_name && is_alone).then_some((at..at + name.len(), "these attributes are shown as text", "close them with `}`"))
}

/// Two asterisks that touch a word on one side.
fn bold(text: &str) -> Option<Slip> {
    text.match_indices("**").find_map(|(at, _)| {
        let before = text.get(..at)?.chars().next_back();
        let after = text.get(at + 2..)?.chars().next();
        let word = |c: Option<char>| c.is_some_and(char::is_alphabetic);
        let open = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '“' | '"'));
        let touches = word(after) && open(before) || word(before) && after.is_none_or(char::is_whitespace);
        touches.then_some((
            at..at + 2,
            "this `**` is shown as text",
            "close the bold words with `**` in their paragraph",
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::slip;

    #[test]
    fn slips_are_found_and_signs_in_prose_are_not() {
        for (text, words) in [
            ("see [a b](https://x.example/a b) now", "[a b]("),
            ("see [a] (https://x.example)", "[a]"),
            ("看[表格]（https://x.example）", "[表格]"),
            ("see (a)[https://x.example]", "(a)"),
            ("see [the table][weeks].", "[the table]"),
            ("a {width=300", "{width="),
            ("##Title", "##Title"),
            ("::callout In short", "::callout"),
            ("| a | b | | 1 | 2 |", "|"),
            ("it is **bold and goes on", "**"),
        ] {
            let (range, ..) = slip(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(text.get(range), Some(words), "{text}");
        }
        for text in [
            "[1] (see below)",
            "a[0][1] of it",
            "Unsafe[Mutable][Raw][Buffer]Pointer",
            "[a]({{ site.links }})",
            "2 ** 3",
            "#hashtag",
            "## a",
            "a | b | c",
            "f(x)[0]",
            "[Pitch] (by Ann)",
            "five stars *****",
            "{name}",
            ":: so",
            ": callout",
            "[x]()",
        ] {
            assert_eq!(slip(text), None, "{text}");
        }
    }
}
