//! A segment that is not in the configuration.

use crate::check::Context;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Fix, Sink, code, nearest};

rule! {
    /// Goes to a segment that `segments` in `newsletter.yaml` does not hold.
    ///
    /// Nobody can be told to be in it, so the post cannot be sent.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// segments:
    ///   members: tag = "member"
    /// ```
    /// ```md
    /// ---
    /// title: The river and the rail
    /// segment: member
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
    /// segment: members
    /// ---
    ///
    /// It rained.
    /// ```
    UNKNOWN_SEGMENT, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let header = &context.document.front_matter;
    let known = &context.config.segments;
    let Some(segment) = header.segment.as_ref().filter(|segment| !known.contains_key(*segment)) else { return };
    let span = header.places.get("segment").copied().unwrap_or(header.title_span);
    let message = format!("there is no segment `{segment}` in `newsletter.yaml`");
    let found = Diagnostic::new(code::UNKNOWN_SEGMENT, &context.document.source, span, message);
    sink.push(match nearest(segment, known.keys().map(String::as_str)) {
        Some(near) => found.help(format!("did you mean `{near}`?")).fix(Fix::needs_a_look(span, near)),
        None => found.help(format!("add `{segment}` under `segments`, or leave the key out to write to everybody")),
    });
}
