//! The order that the profile asks for.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::required::{find, title};
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// The sections stand in another order than the profile asks for.
    ///
    /// Where a profile is `ordered`, readers can rely on what comes first.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// profiles:
    ///   takeaway:
    ///     ordered: true
    ///     sections: [context, takeaways]
    /// ```
    /// ```md
    /// ---
    /// title: The river and the rail
    /// profile: takeaway
    /// ---
    ///
    /// ## Takeaways
    ///
    /// Freight went by rail.
    ///
    /// ## Context
    ///
    /// It rained.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    /// profile: takeaway
    /// ---
    ///
    /// ## Context
    ///
    /// It rained.
    ///
    /// ## Takeaways
    ///
    /// Freight went by rail.
    /// ```
    SECTION_ORDER, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let Some(profile) = context.profile().filter(|profile| profile.ordered) else { return };
    let mut last: Option<(usize, String)> = None;
    for required in &profile.sections {
        let Some(section) = find(context, required) else { continue };
        let name = title(required);
        match &last {
            Some((start, other)) if section.start < *start => {
                let message = format!("`{name}` stands before `{other}`");
                let found = Diagnostic::new(code::SECTION_ORDER, &context.document.source, section.span, message);
                sink.push(found.help(format!("move it behind `{other}`")));
            }
            _ => last = Some((section.start, name)),
        }
    }
}
