//! One card a post: what it is, how it stands, and a row for each view of it.

use crate::build::index::verdict::{count, thousands};
use crate::build::index::{Card, Index, Views, escaped, push_escaped};
use crate::diagnostic::{Counts, Diagnostic, Severity, code, human};
use crate::render::text::WIDTH;

/// All cards, or what to do where there are none.
pub(super) fn list(index: &Index<'_>, cards: &[&Card<'_>]) -> String {
    let shared = !index.diagnostics.is_empty();
    if cards.is_empty() && !shared {
        return "<section class=\"empty\"><p>Start a post with this command:</p>\n\
            <pre class=\"line\" tabindex=\"0\">newsletter new \"My first letter\"</pre></section>"
            .to_owned();
    }
    let mut out = String::with_capacity(cards.len() * 900 + 900);
    out.push_str("<ul class=\"cards\">\n");
    if shared {
        push_shared(&mut out, index.diagnostics);
    }
    for (number, card) in cards.iter().enumerate() {
        push_card(&mut out, index, card, number + 1);
    }
    out.push_str("</ul>");
    out
}

/// Configuration and templates, which are no post but can be at fault.
fn push_shared(out: &mut String, diagnostics: &[Diagnostic]) {
    let counts = Counts::of(diagnostics);
    let words = human::counts(counts);
    let class = worst(counts).unwrap_or("ready");
    out.push_str(&format!(
        "<li class=\"card\" id=\"card-0\"><p class=\"status {class}\">{words}</p>\n\
         <h2>The newsletter’s own files</h2>\n<p class=\"path\">configuration, templates</p>\n<ul class=\"rows\">\n"
    ));
    push_row(out, "Findings", Some("#findings-0"), &words, "");
    out.push_str("</ul></li>\n");
}

fn push_card(out: &mut String, index: &Index<'_>, card: &Card<'_>, number: usize) {
    let counts = card.counts();
    let (class, status) = status(card, counts);
    out.push_str(&format!("<li class=\"card\" id=\"card-{number}\"><p class=\"status {class}\">{status}</p>\n"));
    out.push_str(&format!("<h2 lang=\"{}\" dir=\"auto\">", escaped(card.language.tag())));
    push_escaped(out, card.name());
    out.push_str("</h2>\n<p class=\"path\">");
    push_escaped(out, card.path);
    if !card.template.is_empty() {
        out.push_str(", ");
        push_escaped(out, card.template);
    }
    out.push_str("</p>\n<ul class=\"rows\">\n");
    push_views(out, index, card, counts);
    let found = counts.errors + counts.warnings + counts.notes > 0;
    let words = if found { human::counts(counts) } else { "None".to_owned() };
    push_row(out, "Findings", found.then(|| format!("#findings-{number}")).as_deref(), &words, "");
    out.push_str("</ul></li>\n");
}

fn push_views(out: &mut String, index: &Index<'_>, card: &Card<'_>, counts: Counts) {
    let unit = if card.language.is_cjk() { "character" } else { "word" };
    let words = count(card.words, unit, thousands);
    let (size, alarm) = mail_size(index, card);
    let columns = format!("{WIDTH} columns");
    match card.views {
        Views::None => {
            // A post without a header has no words to count either.
            let why = if counts.errors > 0 { "Not built" } else { "Left out" };
            for label in ["Web page", "E-mail", "Plain text", "Message file"] {
                push_row(out, label, None, why, "");
            }
        }
        Views::Folder(slug) => {
            push_row(out, "Web page", Some(&format!("{slug}/index.html")), &words, "");
            push_row(out, "E-mail", Some(&format!("{slug}/email.html")), &size, alarm);
            push_row(out, "Plain text", Some(&format!("{slug}/email.txt")), &columns, "");
            push_row(out, "Message file", Some(&format!("{slug}/message.eml")), ".eml", "");
        }
        Views::Inside { slug, .. } => {
            push_row(out, "Web page", Some(&format!("#web-{slug}")), &words, "");
            push_row(out, "E-mail", Some(&format!("#mail-{slug}")), &size, alarm);
            push_row(out, "On a phone", Some(&format!("#phone-{slug}")), "375 pixels", "");
            push_row(out, "Plain text", Some(&format!("#text-{slug}")), &columns, "");
        }
    }
}

/// A line of a card: a link, unless there is nothing to see, and a figure.
fn push_row(out: &mut String, label: &str, href: Option<&str>, figure: &str, class: &str) {
    match href {
        Some(href) => {
            out.push_str("<li><a href=\"");
            push_escaped(out, href);
            out.push_str(&format!("\">{label}</a>"));
        }
        None => out.push_str(&format!("<li><span>{label}</span>")),
    }
    let figure = figure.replace(' ', "\u{a0}").replace(",\u{a0}", ", ");
    match class {
        "" => out.push_str(&format!(" <span>{figure}</span></li>\n")),
        class => out.push_str(&format!(" <span class=\"{class}\">{figure}</span></li>\n")),
    }
}

/// The mail's size, and how bad it is where it is over the limit: the one figure in colour.
fn mail_size(index: &Index<'_>, card: &Card<'_>) -> (String, &'static str) {
    let size = kilobytes(card.html_bytes);
    let over = card.diagnostics.iter().find(|found| found.code == code::SIZE_LIMIT);
    match over {
        Some(found) => (format!("{size}, over {}", kilobytes(index.max_html_bytes)), found.severity.as_str()),
        None => (size, ""),
    }
}

/// Bytes as mail programs count them: 1 kB is 1,024; rounded up, so that what is over a limit
/// does not read as the limit.
fn kilobytes(bytes: usize) -> String {
    format!("{} kB", thousands(bytes.div_ceil(1024)))
}

/// The class of the shape, and the word beside it.
fn status(card: &Card<'_>, counts: Counts) -> (&'static str, String) {
    let bad = worst(Counts { notes: 0, ..counts });
    match (bad, card.is_draft()) {
        (Some(class), false) => (class, human::counts(counts)),
        (Some(class), true) => (class, format!("Draft, {}", human::counts(counts))),
        (None, true) => ("draft", "Draft".to_owned()),
        (None, false) => ("ready", "Ready".to_owned()),
    }
}

/// The class of the worst finding.
fn worst(counts: Counts) -> Option<&'static str> {
    match counts {
        Counts { errors: 1.., .. } => Some(Severity::Error.as_str()),
        Counts { warnings: 1.., .. } => Some(Severity::Warning.as_str()),
        Counts { notes: 1.., .. } => Some(Severity::Note.as_str()),
        _ => None,
    }
}
