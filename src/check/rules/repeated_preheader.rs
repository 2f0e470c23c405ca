//! Preheaders that say nothing new.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::subject::subject;
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// The preheader repeats the subject.
    ///
    /// Both stand side by side in the inbox: the second is room for a second reason to open the letter.
    ///
    /// ## Example
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    /// preheader: The river and the rail.
    /// ---
    ///
    /// It rained.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    /// preheader: It rained for a week, and the freight went by train.
    /// ---
    ///
    /// It rained.
    /// ```
    REPEATED_PREHEADER, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let header = &context.document.front_matter;
    let Some(text) = &header.preheader else { return };
    let (subject, _) = subject(context.document);
    let (bare_text, bare_subject) = (bare(text), bare(subject));
    if !bare_subject.is_empty() && bare_text.starts_with(&bare_subject) {
        let span = header.places.get("preheader").copied().unwrap_or(header.title_span);
        let what = if bare_text == bare_subject { "is the subject again" } else { "starts with the subject again" };
        let found =
            Diagnostic::new(code::REPEATED_PREHEADER, &context.document.source, span, format!("the preheader {what}"));
        sink.push(found.help("tell what the subject does not"));
    }
}

/// The letters and digits of a text, in lower case.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
