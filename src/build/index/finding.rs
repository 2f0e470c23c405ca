//! The findings of a build on its page: what, where, the line it is about, and how to mend it.

use crate::build::index::{Card, Index, escaped, push_escaped};
use crate::diagnostic::{Diagnostic, Position};

/// The characters shown on either side of the place that a finding is about.
const AROUND: usize = 90;

/// All findings, in the order of the cards; nothing where there are none.
pub(super) fn section(index: &Index<'_>, cards: &[&Card<'_>]) -> String {
    let mut out = String::new();
    if !index.diagnostics.is_empty() {
        push_group(&mut out, 0, "<h3>The newsletter’s own files</h3>", index.diagnostics);
    }
    for (number, card) in cards.iter().enumerate().filter(|(_, card)| !card.diagnostics.is_empty()) {
        let heading =
            format!("<h3 lang=\"{}\" dir=\"auto\">{}</h3>", escaped(card.language.tag()), escaped(card.name()));
        push_group(&mut out, number + 1, &heading, card.diagnostics);
    }
    if out.is_empty() { out } else { format!("<section class=\"findings\"><h2>Findings</h2>\n{out}</section>") }
}

fn push_group(out: &mut String, number: usize, heading: &str, diagnostics: &[Diagnostic]) {
    out.push_str(&format!("<section class=\"group\" id=\"findings-{number}\">{heading}\n<ol>\n"));
    for found in diagnostics {
        push_finding(out, found);
    }
    out.push_str(&format!("</ol>\n<p class=\"back\"><a href=\"#card-{number}\">Back to its card</a></p></section>\n"));
}

fn push_finding(out: &mut String, found: &Diagnostic) {
    let Position { line, column } = found.source.position(found.span.start);
    let severity = found.severity.as_str();
    let (id, name) = (found.code.id, found.code.name);
    out.push_str(&format!("<li><div><p class=\"status {severity}\">{severity}</p>\n<p class=\"where\">{id} {name}<br>"));
    push_escaped(out, found.source.path());
    out.push_str(&format!(":{line}:{column}</p></div>\n<div><p class=\"what\" dir=\"auto\">"));
    push_message(out, &found.message);
    out.push_str("</p>\n");
    push_line(out, found, line);
    if let Some(help) = &found.help {
        out.push_str("<p class=\"help\" dir=\"auto\">");
        push_message(out, help);
        out.push_str("</p>\n");
    }
    out.push_str("</div></li>\n");
}

/// A message with what stands between backticks as code; the first letter large, as on a page.
fn push_message(out: &mut String, message: &str) {
    let parts: Vec<_> = message.split('`').collect();
    // An odd number of backticks: the last one is not a pair's.
    let paired = parts.len().is_multiple_of(2).then(|| parts.len() - 1);
    for (at, part) in parts.iter().enumerate() {
        if Some(at) == paired {
            out.push('`');
            push_escaped(out, part);
        } else if at % 2 == 1 {
            out.push_str("<code>");
            push_escaped(out, part);
            out.push_str("</code>");
        } else if at == 0 {
            let mut chars = part.chars();
            let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
            push_escaped(out, &first);
            push_escaped(out, chars.as_str());
        } else {
            push_escaped(out, part);
        }
    }
}

/// The source line with the place underlined; a long line is cut on both sides of it.
fn push_line(out: &mut String, found: &Diagnostic, line: usize) {
    let span = found.source.line_span(line);
    let text = found.source.slice(span);
    if text.trim().is_empty() {
        return;
    }
    let start = found.span.start.clamp(span.start, span.end) - span.start;
    let end = found.span.end.clamp(span.start, span.end) - span.start;
    let (Some(before), Some(marked), Some(after)) = (text.get(..start), text.get(start..end), text.get(end..)) else {
        return;
    };
    out.push_str(&format!(
        "<pre class=\"line {}\" tabindex=\"0\" aria-label=\"Line {line}\"><b>{line}</b>",
        found.severity.as_str()
    ));
    let skip = before.chars().count().saturating_sub(AROUND);
    if skip > 0 {
        out.push('…');
    }
    push_escaped(out, before.char_indices().nth(skip).and_then(|(at, _)| before.get(at..)).unwrap_or_default());
    if !marked.is_empty() {
        out.push_str("<mark>");
        push_cut(out, marked, 2 * AROUND);
        out.push_str("</mark>");
    }
    push_cut(out, after, AROUND);
    out.push_str("</pre>\n");
}

fn push_cut(out: &mut String, text: &str, max: usize) {
    match text.char_indices().nth(max).and_then(|(at, _)| text.get(..at)) {
        Some(head) => {
            push_escaped(out, head);
            out.push('…');
        }
        None => push_escaped(out, text),
    }
}
