//! `missing-section` and `section-order`: what the profile asks for, and in which order.

use crate::check::Context;
use crate::check::rules::required::{find, title};
use crate::config::{RequiredSection, SectionKind};
use crate::diagnostic::{Diagnostic, Sink, Span, code};

pub(in crate::check) fn check(context: &Context<'_>, sink: &mut Sink) {
    let Some(profile) = context.profile() else { return };
    let document = context.document;
    let found: Vec<_> = profile.sections.iter().map(|required| find(context, required)).collect();
    let mut last: Option<(usize, String)> = None;
    for (index, required) in profile.sections.iter().enumerate() {
        let name = title(required);
        match found.get(index).and_then(Option::as_ref) {
            None => {
                let next = found.get(index + 1..).unwrap_or_default().iter().flatten().next();
                let before = next.filter(|_| profile.ordered).map(|next| next.span);
                let span = before.unwrap_or_else(|| place(context, required));
                let message = format!("required section `{name}` is missing");
                let diagnostic = Diagnostic::new(code::MISSING_SECTION, &document.source, span, message);
                let diagnostic = diagnostic.severity(context.by_status()).help(help(required, &name));
                sink.push(if before.is_some() { diagnostic.label("it belongs before this") } else { diagnostic });
            }
            Some(section) => {
                if let Some((_, other)) = last.as_ref().filter(|(start, _)| profile.ordered && section.start < *start) {
                    let message = format!("`{name}` stands before `{other}`");
                    let diagnostic = Diagnostic::new(code::SECTION_ORDER, &document.source, section.span, message);
                    sink.push(diagnostic.help(format!("move it behind `{other}`")));
                } else {
                    last = Some((section.start, name));
                }
            }
        }
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
