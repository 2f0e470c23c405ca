//! A section that the profile asks for.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::required::{find, title};
use crate::config::{RequiredSection, SectionKind};
use crate::diagnostic::{Diagnostic, Sink, Span, code};

rule! {
    /// A section that the post's profile requires is not there.
    ///
    /// Readers of a series look for its parts, and a profile holds the writer to them. While the post is a draft this
    /// is a warning; once it is ready, an error.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// profiles:
    ///   takeaway:
    ///     sections: [takeaways]
    /// ```
    /// ```md
    /// ---
    /// title: The river and the rail
    /// profile: takeaway
    /// status: ready
    /// ---
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
    /// status: ready
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
    MISSING_SECTION, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let Some(profile) = context.profile() else { return };
    let document = context.document;
    let found: Vec<_> = profile.sections.iter().map(|required| find(context, required)).collect();
    for (index, required) in profile.sections.iter().enumerate() {
        if found.get(index).is_some_and(Option::is_some) {
            continue;
        }
        let name = title(required);
        let next = found.get(index + 1..).unwrap_or_default().iter().flatten().next();
        let before = next.filter(|_| profile.ordered).map(|next| next.span);
        let span = before.unwrap_or_else(|| place(context, required));
        let message = format!("required section `{name}` is missing");
        let diagnostic = Diagnostic::new(code::MISSING_SECTION, &document.source, span, message);
        let diagnostic = diagnostic.severity(context.by_status()).help(help(required, &name));
        sink.push(if before.is_some() { diagnostic.label("it belongs before this") } else { diagnostic });
    }
}

fn help(required: &RequiredSection, name: &str) -> String {
    match required.kind {
        SectionKind::Heading => format!("add a `## {name}` heading"),
        SectionKind::Greeting => "greet your readers in a paragraph before the first heading".into(),
        SectionKind::SignOff => "end with a short paragraph, as your name".into(),
    }
}

/// Where a missing section would go.
fn place(context: &Context<'_>, required: &RequiredSection) -> Span {
    let document = context.document;
    match (required.kind, document.blocks.first()) {
        (_, None) => document.front_matter.title_span,
        (SectionKind::Greeting, Some(first)) => first.span,
        _ => {
            let text = document.source.slice(document.body);
            Span::empty(document.body.start + text.trim_end().len())
        }
    }
}
