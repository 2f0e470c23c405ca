//! Numbers and dates of a series.

use crate::check::Context;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// A post of a series has a lower number than an earlier one of it.
    ///
    /// The pages of a series lead on by date, the numbers say another order; readers meet the third part before the second.
    ///
    /// ## Example
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    /// series: Freight
    /// number: 2
    /// date: 2024-04-26
    /// ---
    ///
    /// It rained.
    /// ```
    /// ```md posts/2024-04-12-before.md
    /// ---
    /// title: What came before
    /// series: Freight
    /// number: 3
    /// date: 2024-04-12
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
    /// series: Freight
    /// number: 4
    /// date: 2024-04-26
    /// ---
    ///
    /// It rained.
    /// ```
    SERIES_OUT_OF_ORDER, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let document = context.document;
    let header = &document.front_matter;
    let (Some(series), Some(number), Some(date)) = (&header.series, header.number, header.date) else { return };
    let other = context.outlines.iter().find(|one| {
        one.series.as_ref() == Some(series)
            && one.number.is_some_and(|other| other > number)
            && one.date.is_some_and(|other| other < date.day)
    });
    if let Some(other) = other {
        let span = header.places.get("number").copied().unwrap_or(header.title_span);
        let (path, theirs) = (&other.path, other.number.unwrap_or_default());
        let message = format!("number {number} of `{series}` is dated after number {theirs}, `{path}`");
        let found = Diagnostic::new(code::SERIES_OUT_OF_ORDER, &document.source, span, message);
        sink.push(found.help("number them in the order of their dates"));
    }
}
