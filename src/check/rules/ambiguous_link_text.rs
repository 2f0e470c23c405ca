//! Links that read the same and lead elsewhere.

use std::collections::BTreeMap;

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::links::{each, short};
use crate::check::rules::vague_link_text::is_vague;
use crate::diagnostic::{Diagnostic, Sink, code};
use crate::post::tree::plain_text;

rule! {
    /// Two links of one post that read the same and lead to different pages.
    ///
    /// In the list of links that a screen reader gives, and to an eye that skims, they are one. Say in the words what
    /// sets the pages apart. Links such as `here` are another finding.
    ///
    /// ## Example
    ///
    /// ```md
    /// [The yearbook](https://figures.example/2023) has 112, [the yearbook](https://figures.example/2024) 161.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// [The yearbook of 2023](https://figures.example/2023) has 112, [that of 2024](https://figures.example/2024) 161.
    /// ```
    AMBIGUOUS_LINK_TEXT, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let mut first: BTreeMap<String, (&str, usize)> = BTreeMap::new();
    each(context, &mut |link| {
        let Some(content) = link.content else { return };
        let text = plain_text(content).trim().to_lowercase();
        if text.is_empty() || is_vague(&text) {
            return;
        }
        let line = link.source.position(link.whole.start).line;
        let (url, first_line) = *first.entry(text).or_insert((link.url, line));
        if same_page(url, link.url) {
            return;
        }
        let words = link.source.slice(link.words());
        let message = format!("`{words}` in line {first_line} leads to `{}`", short(url));
        let found = Diagnostic::new(code::AMBIGUOUS_LINK_TEXT, link.source, link.words(), message);
        let found = found.label(format!("this one leads to `{}`", short(link.url)));
        sink.push(found.help("say in the words what sets the two pages apart"));
    });
}

fn same_page(a: &str, b: &str) -> bool {
    fn page(url: &str) -> &str {
        let url = url.split_once("://").map_or(url, |(_, rest)| rest);
        url.trim_end_matches('/')
    }
    page(a) == page(b)
}
