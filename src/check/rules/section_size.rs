//! `section-length` and `short-list`: how much a section, and the post, must hold.

use crate::check::Context;
use crate::check::rules::required::{find, title};
use crate::diagnostic::{Diagnostic, Sink, Span, code};

pub(in crate::check) fn check(context: &Context<'_>, sink: &mut Sink) {
    let Some(profile) = context.profile() else { return };
    let document = context.document;
    let title_span = document.front_matter.title_span;
    length("the post", document.words, (profile.min_words, profile.max_words), title_span, context, sink);
    for required in &profile.sections {
        let Some(section) = find(context, required) else { continue };
        let name = format!("`{}`", title(required));
        length(&name, section.words(), (required.min_words, required.max_words), section.span, context, sink);
        let Some(least) = required.min_items.filter(|&least| section.items() < least) else { continue };
        let message = match section.items() {
            0 => format!("{name} has no list"),
            1 => format!("the list of {name} has 1 item"),
            items => format!("the list of {name} has {items} items"),
        };
        let found = Diagnostic::new(code::SHORT_LIST, &document.source, section.span, message);
        sink.push(found.severity(context.by_status()).help(format!("give it at least {least}")));
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
