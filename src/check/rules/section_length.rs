//! How long a section, and the post, may be.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::required::{find, title};
use crate::diagnostic::{Diagnostic, Sink, Span, code};

rule! {
    /// A section has fewer words than the profile asks for, or more than it allows.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// profiles:
    ///   takeaway:
    ///     sections:
    ///       - id: takeaways
    ///         min_words: 4
    /// ```
    /// ```md
    /// ---
    /// title: The river and the rail
    /// profile: takeaway
    /// ---
    ///
    /// ## Takeaways
    ///
    /// Freight grew.
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
    /// Freight grew by a fifth.
    /// ```
    SECTION_LENGTH, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let Some(profile) = context.profile() else { return };
    let document = context.document;
    let title_span = document.front_matter.title_span;
    length("the post", document.words, (profile.min_words, profile.max_words), title_span, context, sink);
    for required in &profile.sections {
        let Some(section) = find(context, required) else { continue };
        let name = format!("`{}`", title(required));
        length(&name, section.words(), (required.min_words, required.max_words), section.span, context, sink);
    }
}

fn length(
    name: &str,
    words: usize,
    (least, most): (Option<usize>, Option<usize>),
    span: Span,
    context: &Context<'_>,
    sink: &mut Sink,
) {
    let help = match (least, most) {
        (Some(least), _) if words < least => format!("the profile asks for at least {least}"),
        (_, Some(most)) if words > most => format!("the profile allows at most {most}"),
        _ => return,
    };
    let unit = if words == 1 { "word" } else { "words" };
    let message = format!("{name} has {words} {unit}");
    sink.push(Diagnostic::new(code::SECTION_LENGTH, &context.document.source, span, message).help(help));
}
