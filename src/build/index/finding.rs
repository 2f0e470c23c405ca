//! The findings of a build on its page: what, where, the line it is about, and how to mend it.

use std::fmt::{self, Formatter, Write as _};

use crate::build::index::{Card, Index};
use crate::diagnostic::{Diagnostic, Position};
use crate::render::Escaped;

/// The characters shown on either side of the place that a finding is about.
const AROUND: usize = 90;

/// All findings, in the order of the cards; nothing where there are none.
pub(super) fn section(out: &mut Formatter<'_>, index: &Index<'_>, cards: &[&Card<'_>]) -> fmt::Result {
    if index.diagnostics.is_empty() && cards.iter().all(|card| card.diagnostics.is_empty()) {
        return Ok(());
    }
    out.write_str("<section class=\"findings\"><h2>Findings</h2>\n")?;
    if !index.diagnostics.is_empty() {
        group(out, 0, "<h3>The newsletter’s own files</h3>", index.diagnostics)?;
    }
    for (number, card) in (1..).zip(cards).filter(|(_, card)| !card.diagnostics.is_empty()) {
        let (language, name) = (Escaped(card.language.tag()), Escaped(card.name()));
        let heading = format!("<h3 lang=\"{language}\" dir=\"auto\">{name}</h3>");
        group(out, number, &heading, card.diagnostics)?;
    }
    out.write_str("</section>")
}

fn group(out: &mut Formatter<'_>, number: usize, heading: &str, diagnostics: &[Diagnostic]) -> fmt::Result {
    writeln!(out, "<section class=\"group\" id=\"findings-{number}\">{heading}\n<ol>")?;
    for found in diagnostics {
        one(out, found)?;
    }
    writeln!(out, "</ol>\n<p class=\"back\"><a href=\"#card-{number}\">Back to its card</a></p></section>")
}

fn one(out: &mut Formatter<'_>, found: &Diagnostic) -> fmt::Result {
    let Position { line, column } = found.source.position(found.span.start);
    let (class, severity) = (found.severity.as_str(), Sentence(found.severity.as_str()));
    let (id, name, path) = (found.code.id, found.code.name, Escaped(found.source.path()));
    writeln!(out, "<li><div><p class=\"status {class}\">{severity}</p>")?;
    writeln!(out, "<p class=\"where\">{id} {name}<br>{path}:{line}:{column}</p></div>")?;
    writeln!(out, "<div><p class=\"what\" dir=\"auto\">{}</p>", Sentence(&found.message))?;
    excerpt(out, found, line)?;
    if let Some(help) = &found.help {
        writeln!(out, "<p class=\"help\" dir=\"auto\">{}</p>", Sentence(help))?;
    }
    out.write_str("</div></li>\n")
}

/// A message as HTML: what stands between backticks is code, and it starts with a capital, as
/// is the custom on a page.
struct Sentence<'a>(&'a str);

impl fmt::Display for Sentence<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        if let Some(first) = rest.chars().next().filter(|first| first.is_lowercase()) {
            let upper: String = first.to_uppercase().collect();
            write!(out, "{}", Escaped(&upper))?;
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
        while let Some((before, after)) = rest.split_once('`') {
            let Some((code, after)) = after.split_once('`') else { break };
            write!(out, "{}<code>{}</code>", Escaped(before), Escaped(code))?;
            rest = after;
        }
        write!(out, "{}", Escaped(rest))
    }
}

/// The source line with the place underlined; a long line is cut on both sides of it.
fn excerpt(out: &mut Formatter<'_>, found: &Diagnostic, line: usize) -> fmt::Result {
    let span = found.source.line_span(line);
    let text = found.source.slice(span);
    let start = found.span.start.clamp(span.start, span.end) - span.start;
    let end = found.span.end.clamp(span.start, span.end) - span.start;
    let (Some(before), Some(marked), Some(after)) = (text.get(..start), text.get(start..end), text.get(end..)) else {
        return Ok(());
    };
    if text.trim().is_empty() {
        return Ok(());
    }
    let class = found.severity.as_str();
    write!(out, "<pre class=\"line {class}\" tabindex=\"0\" role=\"group\" aria-label=\"Line {line}\"><b>{line}</b>")?;
    let skipped = before.chars().count().saturating_sub(AROUND);
    if skipped > 0 {
        out.write_char('…')?;
    }
    let from = before.char_indices().nth(skipped).map_or(before.len(), |(at, _)| at);
    write!(out, "{}", Escaped(before.get(from..).unwrap_or_default()))?;
    if !marked.is_empty() {
        write!(out, "<mark>{}</mark>", Head(marked, 2 * AROUND))?;
    }
    writeln!(out, "{}</pre>", Head(after, AROUND))
}

/// The first characters of a text.
struct Head<'a>(&'a str, usize);

impl fmt::Display for Head<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let Self(text, max) = *self;
        match text.char_indices().nth(max).and_then(|(at, _)| text.get(..at)) {
            Some(head) => write!(out, "{}…", Escaped(head)),
            None => write!(out, "{}", Escaped(text)),
        }
    }
}
