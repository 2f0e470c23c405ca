//! Finds the block between the `---` lines at the head of a post.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Fix, Sink, Source, Span, code};

/// Where the block stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// With its fences and the line end after them.
    pub(super) span: Span,
    /// The YAML between them.
    pub(super) yaml: Span,
}

/// Finds the block; a post without one is reported.
pub(super) fn find(source: &Arc<Source>, sink: &mut Sink) -> Option<Block> {
    let mut lines = lines(source.text(), source.bom_len());
    // Empty lines before the first fence are nothing that anybody sees.
    let Some((open, _)) = lines.find(|(_, line)| !line.trim().is_empty()).filter(|(_, line)| is_open(line)) else {
        sink.push(without(source));
        return None;
    };
    let start = lines.clone().next().map_or(source.text().len(), |(span, _)| span.start);
    for (span, line) in lines {
        if is_close(line) {
            return Some(Block { span: Span::new(open.start, span.end), yaml: Span::new(start, span.start) });
        }
    }
    sink.push(unclosed(source, open, start));
    None
}

fn is_open(line: &str) -> bool {
    line.strip_prefix("---").is_some_and(|rest| rest.trim().is_empty())
}

fn is_close(line: &str) -> bool {
    is_open(line) || line.strip_prefix("...").is_some_and(|rest| rest.trim().is_empty())
}

/// The lines from byte `from` on, each with its end; LF, CRLF and a lone CR end one.
fn lines(text: &str, from: usize) -> impl Iterator<Item = (Span, &str)> + Clone {
    let mut at = from;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let len = match rest.find(['\r', '\n']) {
            Some(end) if rest.get(end..).is_some_and(|rest| rest.starts_with("\r\n")) => end + 2,
            Some(end) => end + 1,
            None => rest.len(),
        };
        let span = Span::new(at, at + len);
        at += len;
        Some((span, rest.get(..len).unwrap_or_default()))
    })
}

/// Nothing at all, or something before it.
fn without(source: &Arc<Source>) -> Diagnostic {
    let first = source.line_span(1);
    let found = Diagnostic::new(code::MISSING_FRONT_MATTER, source, first, "the post has no front matter");
    let later = lines(source.text(), source.bom_len()).take(20).find(|(_, line)| is_open(line));
    match later {
        Some((span, _)) if looks_like_key(source, span.end) => {
            let line = source.position(span.start).line;
            found.help(format!("move the block of line {line} to the top; nothing may stand before its `---`"))
        }
        _ => found
            .help("begin the file with the lines `---`, `title: …`, `---`")
            .fix(Fix::needs_a_look(Span::empty(source.bom_len()), "---\ntitle: \n---\n\n")),
    }
}

fn looks_like_key(source: &Source, at: usize) -> bool {
    lines(source.text(), at).next().is_some_and(|(_, line)| is_key(line))
}

/// `key:` or `key: value`.
fn is_key(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, rest)| {
        let name = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '"' | '\''));
        name && (rest.trim().is_empty() || rest.starts_with([' ', '\t']))
    })
}

/// The block is opened and never closed: it probably ends where its lines stop being YAML.
fn unclosed(source: &Arc<Source>, open: Span, start: usize) -> Diagnostic {
    let span = Span::new(open.start, open.start + "---".len());
    let found = Diagnostic::new(code::UNCLOSED_FRONT_MATTER, source, span, "the front matter is never closed");
    let belongs = |line: &str| is_key(line) || line.starts_with([' ', '\t', '#']) || line.starts_with("- ");
    let mut end = None;
    for (span, line) in lines(source.text(), start) {
        if line.trim().is_empty() || !belongs(line) {
            break;
        }
        end = Some((span, line));
    }
    let Some((last, line)) = end else { return found.help("close it with a line `---`") };
    let number = source.position(last.start).line;
    let break_before = if line.ends_with(['\r', '\n']) { "" } else { "\n" };
    found
        .help(format!("add a line `---` after line {number}"))
        .fix(Fix::needs_a_look(Span::empty(last.end), format!("{break_before}---\n")))
}
