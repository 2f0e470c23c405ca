//! The number of an issue.

use crate::check::Context;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// Two posts carry the same number.
    ///
    /// Readers cite an issue by its number, and sending refuses a number that went out before.
    ///
    /// ## Example
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    /// number: 41
    /// date: 2024-04-26
    /// ---
    ///
    /// It rained.
    /// ```
    /// ```md posts/2024-04-19-last.md
    /// ---
    /// title: Last week
    /// number: 41
    /// date: 2024-04-19
    /// ---
    ///
    /// It was dry.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    /// number: 42
    /// date: 2024-04-26
    /// ---
    ///
    /// It rained.
    /// ```
    DUPLICATE_NUMBER, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let document = context.document;
    let Some(number) = document.front_matter.number else { return };
    let other = context.outlines.iter().find(|one| one.number == Some(number) && one.path != document.path);
    // The later one by its path is told, so that one slip is one finding.
    if let Some(other) = other.filter(|other| other.path < document.path) {
        let span = document.front_matter.places.get("number").copied().unwrap_or(document.front_matter.title_span);
        let message = format!("number {number} is that of `{}` as well", other.path);
        let next = context.outlines.iter().filter_map(|one| one.number).max().unwrap_or(number).saturating_add(1);
        let found = Diagnostic::new(code::DUPLICATE_NUMBER, &document.source, span, message);
        sink.push(found.help(format!("the next free number is {next}")));
    }
}
