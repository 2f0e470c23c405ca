//! A section that the profile asks for.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::required::{Found, bare, find, title};
use crate::config::{RequiredSection, SectionKind};
use crate::diagnostic::{Diagnostic, Sink, Span, code, nearest};
use crate::post::tree::{BlockKind, plain_text};

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
        let message = format!("required section `{name}` is missing");
        if let Some((span, label, meant)) = misnamed(context, required, &found) {
            let diagnostic = Diagnostic::new(code::MISSING_SECTION, &document.source, span, message);
            let diagnostic = diagnostic.severity(context.by_status()).label(label);
            sink.push(diagnostic.help(format!("write it as `## {meant}`")));
            continue;
        }
        let next = found.get(index + 1..).unwrap_or_default().iter().flatten().next();
        let before = next.filter(|_| profile.ordered).map(|next| next.span);
        let span = before.unwrap_or_else(|| place(context, required));
        let diagnostic = Diagnostic::new(code::MISSING_SECTION, &document.source, span, message);
        let diagnostic = diagnostic.severity(context.by_status()).help(help(required, &name));
        sink.push(if before.is_some() { diagnostic.label("it belongs before this") } else { diagnostic });
    }
}

/// A line that is probably its heading under another name, or as no heading at all.
fn misnamed(
    context: &Context<'_>,
    required: &RequiredSection,
    found: &[Option<Found<'_>>],
) -> Option<(Span, &'static str, String)> {
    if required.kind != SectionKind::Heading {
        return None;
    }
    let names: Vec<_> = required.any_of.iter().chain([&required.id]).collect();
    let blocks = context.document.blocks.iter().enumerate();
    blocks.filter(|(at, _)| !found.iter().flatten().any(|other| other.start == *at)).find_map(|(_, block)| {
        let (content, label) = match &block.kind {
            BlockKind::Heading(heading) => (&heading.content, "is it this one?"),
            BlockKind::Paragraph(content) => (content, "this is no heading"),
            _ => return None,
        };
        let text = plain_text(content);
        let written = bare(&text);
        let meant = match block.kind {
            BlockKind::Heading(_) => nearest(&written, names.iter().map(|name| name.as_str())),
            _ => names.iter().find(|name| bare(name) == written).map(|name| name.as_str()),
        };
        meant.map(|meant| (block.span, label, meant.to_owned()))
    })
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
            // Footnotes may follow what is read last.
            let last = document.blocks.last().map_or(document.body.end, |block| block.span.end);
            let text = document.source.text().get(..last).unwrap_or_default();
            Span::empty(text.trim_end().len())
        }
    }
}
