//! Dates that have not come.

use crate::check::Context;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Sink, code};
use crate::post::front_matter::Status;

rule! {
    /// A post that is ready has a date that has not come.
    ///
    /// What is ready goes out when it is sent, and its date is printed in it: a slip of a year is seen by every reader. Only
    /// `check` and the editor look at the calendar; what `build` makes depends on its files alone.
    ///
    /// ## Example
    ///
    /// ```md posts/letter.md
    /// ---
    /// title: The river and the rail
    /// date: 3024-04-26
    /// status: ready
    /// ---
    ///
    /// It rained.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md posts/letter.md
    /// ---
    /// title: The river and the rail
    /// date: 2024-04-26
    /// status: ready
    /// ---
    ///
    /// It rained.
    /// ```
    FUTURE_DATE, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let header = &context.document.front_matter;
    let (Some(today), Some(date), Status::Ready) = (context.today, header.date, header.status) else { return };
    let days = (date.day - today).num_days();
    if days > 0 {
        let span = header.places.get("date").copied().unwrap_or(header.title_span);
        let unit = if days == 1 { "day" } else { "days" };
        let message = format!("the post is ready, but dated {days} {unit} from now");
        let found = Diagnostic::new(code::FUTURE_DATE, &context.document.source, span, message);
        sink.push(found.help("correct the date, or keep the post a draft until then"));
    }
}
