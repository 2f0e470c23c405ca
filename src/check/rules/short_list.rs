//! How many items a section's list must have.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::required::{find, title};
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// A section's list has fewer items than the profile asks for.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// profiles:
    ///   takeaway:
    ///     sections:
    ///       - id: takeaways
    ///         min_items: 2
    /// ```
    /// ```md
    /// ---
    /// title: The river and the rail
    /// profile: takeaway
    /// ---
    ///
    /// ## Takeaways
    ///
    /// - Freight grew by a fifth.
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
    /// ## Takeaways
    ///
    /// - Freight grew by a fifth.
    /// - It went by rail.
    /// ```
    SHORT_LIST, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let Some(profile) = context.profile() else { return };
    for required in &profile.sections {
        let Some(section) = find(context, required) else { continue };
        let Some(least) = required.min_items.filter(|&least| section.items() < least) else { continue };
        let name = title(required);
        let message = match section.items() {
            0 => format!("`{name}` has no list"),
            1 => format!("the list of `{name}` has 1 item"),
            items => format!("the list of `{name}` has {items} items"),
        };
        let found = Diagnostic::new(code::SHORT_LIST, &context.document.source, section.span, message);
        sink.push(found.severity(context.by_status()).help(format!("give it at least {least}")));
    }
}
