//! How much of a preheader is seen.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::subject::{columns, cut};
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// The preheader is longer than an inbox shows.
    ///
    /// Beside or below the subject there is room for about 100 characters, on phones for 50 to 90; the rest is cut.
    /// `checks.max_preheader` sets another limit.
    ///
    /// ## Example
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    /// preheader: It rained for a week, the river rose to the second mark on the old bridge, and the freight that used to go by barge went by rail, which nobody had planned for.
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
    /// preheader: It rained for a week, and the freight went by rail.
    /// ---
    ///
    /// It rained.
    /// ```
    LONG_PREHEADER, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let header = &context.document.front_matter;
    let Some(text) = &header.preheader else { return };
    let (width, limit) = (columns(text), context.config.checks.max_preheader);
    if width > limit {
        let span = header.places.get("preheader").copied().unwrap_or(header.title_span);
        let message = format!("the preheader takes {width} columns, over the limit of {limit}");
        let found = Diagnostic::new(code::LONG_PREHEADER, &context.document.source, span, message);
        sink.push(found.help(format!("at the most `{}…` is seen; say the rest in the letter", cut(text, 90))));
    }
}
