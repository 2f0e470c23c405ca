//! Where links and images lead, and which of that no reader can open.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Source, Span, code};
use crate::post::markdown::build::Builder;

impl Builder<'_, '_, '_> {
    pub(super) fn is_unsafe(&mut self, url: &str, range: &Range<usize>) -> bool {
        let span = destination(self.source, self.prepared.map.span(range));
        self.report_unsafe(url, span)
    }

    /// Whether an image lies on the writer's own disk; reports it. For links a rule says so.
    pub(super) fn is_local(&mut self, url: &str, range: &Range<usize>) -> bool {
        let local = url.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("file:"));
        if local {
            let message = "no reader can open a `file:` address; the image is shown as text";
            let found = Diagnostic::new(code::UNSAFE_LINK, self.source, self.prepared.map.span(range), message);
            self.state.found.push(found.help("copy the image into the publication and write its path"));
        }
        local
    }

    pub(super) fn report_unsafe(&mut self, url: &str, span: Span) -> bool {
        let Some(scheme) = dangerous_scheme(url) else { return false };
        let message = format!("no reader can open a `{scheme}:` address; it is shown as text");
        let diagnostic = Diagnostic::new(code::UNSAFE_LINK, self.source, span, message);
        self.state.found.push(diagnostic.help("lead to a web page (`https:`) or an address (`mailto:`)"));
        true
    }
}

/// Where the address of the inline link or image at `span` stands; all of `span` where it
/// cannot be told, as for references.
pub(crate) fn destination(source: &Source, span: Span) -> Span {
    let text = source.slice(span);
    let Some(at) = text.rfind("](").map(|at| at + 2) else { return span };
    let rest = text.get(at..).unwrap_or_default();
    let start = at + (rest.len() - rest.trim_start().len());
    let rest = text.get(start..).unwrap_or_default();
    let (start, len) = match rest.strip_prefix('<') {
        Some(inner) => (start + 1, inner.find('>').unwrap_or(0)),
        None => (start, rest.find(char::is_whitespace).unwrap_or(rest.len().saturating_sub(1))),
    };
    if len == 0 { span } else { Span::new(span.start + start, span.start + start + len) }
}

/// The scheme of an address that runs code or hides its content. Browsers skip control
/// characters and space in and before a scheme.
fn dangerous_scheme(url: &str) -> Option<&'static str> {
    let mut letters = url.chars().filter(|&c| !c.is_control() && !c.is_whitespace()).take(12);
    let start: String = letters.by_ref().map(|c| c.to_ascii_lowercase()).collect();
    let (scheme, _) = start.split_once(':')?;
    ["javascript", "vbscript", "data"].into_iter().find(|dangerous| *dangerous == scheme)
}
