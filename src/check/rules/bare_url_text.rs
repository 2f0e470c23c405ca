//! Addresses for readers to read.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::links::{each, scheme, short};
use crate::diagnostic::{Diagnostic, Sink, code};
use crate::post::tree::plain_text;

rule! {
    /// A link whose words are a long web address.
    ///
    /// Nobody reads it, screen readers spell it out sign by sign, and on a phone it fills lines. A short address, as
    /// of a site, may stand there for those who want to remember it: up to 40 characters are let be.
    ///
    /// ## Example
    ///
    /// ```md
    /// The figures are at <https://figures.example/yearbook/2024/tables/rail-and-river-freight>.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// The figures are in [the yearbook for 2024](https://figures.example/yearbook/2024/tables/rail-and-river-freight).
    /// ```
    BARE_URL_TEXT, Post(check)
}

/// The longest address, in characters, that a reader can take in at a glance.
const MAX_CHARS: usize = 40;

fn check(context: &Context<'_>, sink: &mut Sink) {
    each(context, &mut |link| {
        let Some(content) = link.content else { return };
        let text = plain_text(content);
        let text = text.trim();
        let is_address =
            scheme(text).is_some_and(|scheme| matches!(scheme, "http" | "https")) || text.starts_with("www.");
        if !is_address || text.contains(char::is_whitespace) || text.chars().count() <= MAX_CHARS {
            return;
        }
        let message = format!("`{}` is an address, not words", short(text));
        let found = Diagnostic::new(code::BARE_URL_TEXT, link.source, link.words(), message);
        sink.push(found.help("say what the page is, as `[the yearbook](https://…)`"));
    });
}
