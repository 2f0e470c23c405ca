//! How much of a subject is seen.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::subject::{columns, cut, subject};
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// The subject is longer than an inbox shows.
    ///
    /// A desktop shows about 70 characters, a phone about 40 (a Chinese character counts for two): what comes after is never
    /// read in the inbox. Put the news first, or give a shorter `subject` beside the title. `checks.max_subject` sets another
    /// limit.
    ///
    /// ## Example
    ///
    /// ```md
    /// ---
    /// title: The river, the rail, and the long and winding road that leads from the harbour to the market
    /// ---
    ///
    /// It rained.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ---
    /// title: The river, the rail, and the long and winding road that leads from the harbour to the market
    /// subject: The river and the rail
    /// ---
    ///
    /// It rained.
    /// ```
    LONG_SUBJECT, Post(check)
}

/// What a phone shows of a subject, in columns.
const PHONE: usize = 40;

fn check(context: &Context<'_>, sink: &mut Sink) {
    let (text, span) = subject(context.document);
    let limit = context.config.checks.max_subject;
    let width = columns(text);
    if width > limit {
        let message = format!("the subject takes {width} columns, over the limit of {limit}");
        let found = Diagnostic::new(code::LONG_SUBJECT, &context.document.source, span, message);
        let help = format!("a phone shows `{}…`; give a shorter `subject`", cut(text, PHONE));
        sink.push(found.help(help));
    }
}
