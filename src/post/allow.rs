//! What a post lets stand: findings that are meant to be so, each with its reason.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Fix, Source, Span, code, nearest};

/// Findings of one code that are meant to be so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// The code's id or name.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// Where the rule is named.
    pub span: Span,
    /// The file that says so.
    pub source: Arc<Source>,
    /// The part of the post that it is for.
    pub scope: Scope,
}

/// The part of a post that an [`Allow`] is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of it: the front matter says so.
    Post,
    /// One line of the file, counted from 1, and the comment above it that says so.
    Line(usize, Span),
}

/// Reads what the front matter or a comment allows; nothing where it cannot be allowed, which is
/// then a finding.
pub(super) fn allow(
    rule: String,
    reason: String,
    span: Span,
    scope: Scope,
    source: &Arc<Source>,
) -> Result<Allow, Box<Diagnostic>> {
    let found = |message: String| Diagnostic::new(code::INVALID_ALLOW, source, span, message);
    match code::find(&rule) {
        Some(code) if code.is_fixed() => {
            let message = format!("`{}` cannot be allowed: without what it asks, the tool cannot go on", code.name);
            Err(Box::new(found(message).help("remove it")))
        }
        Some(_) if reason.is_empty() => {
            Err(Box::new(found(format!("`{rule}` is allowed without a reason")).help(format!("write `{rule}: why`"))))
        }
        Some(_) => Ok(Allow { rule, reason, span, source: Arc::clone(source), scope }),
        None => {
            let found = found(format!("there is no check `{rule}`"));
            Err(Box::new(match nearest(&rule, code::names()) {
                Some(name) => found.help(format!("did you mean `{name}`?")).fix(Fix::needs_a_look(span, name)),
                None => found.help("remove it"),
            }))
        }
    }
}

/// Reads a comment `<!-- allow NAME: why -->` that stands at `span`; nothing for any other comment.
pub(super) fn from_comment(span: Span, source: &Arc<Source>) -> Option<Result<Allow, Box<Diagnostic>>> {
    let text = source.slice(span);
    let inner = text.trim_end().strip_prefix("<!--")?.strip_suffix("-->")?;
    let rest = inner.trim_start().strip_prefix("allow")?;
    if !rest.starts_with([' ', '\t']) || inner.contains("-->") {
        return None;
    }
    let start = span.start + text.len() - text.trim_start_matches("<!--").len();
    let start = start + (inner.len() - rest.len()) + (rest.len() - rest.trim_start().len());
    let (rule, reason) = rest.trim().split_once(':').unwrap_or((rest.trim(), ""));
    let rule = rule.trim();
    let line = next_line(source, span.start + text.trim_end().len());
    let scope = Scope::Line(line, Span::new(span.start, span.start + text.trim_end().len()));
    Some(allow(rule.to_owned(), reason.trim().to_owned(), Span::new(start, start + rule.len()), scope, source))
}

/// The first line after the byte `at` that holds something other than a comment that allows.
fn next_line(source: &Source, at: usize) -> usize {
    let mut line = source.position(at).line;
    let mut rest = source.text().get(at..).unwrap_or_default().split_inclusive('\n').skip(1);
    loop {
        line += 1;
        match rest.next().map(str::trim) {
            Some(text) if text.is_empty() || text.starts_with("<!-- allow ") => {}
            _ => return line,
        }
    }
}
