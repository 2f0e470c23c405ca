//! One template file, parsed at most once.

use std::sync::{Arc, OnceLock};

use handlebars::template::Template;
use handlebars::{TemplateError as ParseError, TemplateErrorReason};

use crate::diagnostic::{Diagnostic, Source, Span, code};
use crate::render::templates::tags::{self, Tag};

/// A template or style sheet: the user's or a built-in one.
#[derive(Debug)]
pub(super) struct File {
    path: String,
    text: Text,
    parsed: OnceLock<Result<Template, SyntaxFault>>,
    tags: OnceLock<Vec<Tag>>,
}

#[derive(Debug)]
enum Text {
    BuiltIn(&'static str),
    User(Arc<Source>),
}

/// Where and why a template does not parse.
#[derive(Clone, Debug)]
pub(super) struct SyntaxFault {
    span: Span,
    message: String,
    help: Option<String>,
}

impl SyntaxFault {
    /// The finding in `source`.
    pub(super) fn diagnostic(&self, source: &Arc<Source>) -> Diagnostic {
        let bom = source.bom_len();
        let span = Span::new(self.span.start + bom, self.span.end + bom);
        let mut finding = Diagnostic::new(code::TEMPLATE_SYNTAX, source, span, &self.message);
        finding.help.clone_from(&self.help);
        finding
    }
}

impl File {
    pub(super) fn built_in(path: &str, text: &'static str) -> Self {
        Self { path: path.to_owned(), text: Text::BuiltIn(text), parsed: OnceLock::new(), tags: OnceLock::new() }
    }

    pub(super) fn user(source: Arc<Source>) -> Self {
        Self {
            path: source.path().to_owned(),
            text: Text::User(source),
            parsed: OnceLock::new(),
            tags: OnceLock::new(),
        }
    }

    pub(super) fn is_users(&self) -> bool {
        matches!(self.text, Text::User(_))
    }

    /// The user's file; nothing for a built-in one.
    pub(super) fn users(&self) -> Option<&Arc<Source>> {
        match &self.text {
            Text::BuiltIn(_) => None,
            Text::User(source) => Some(source),
        }
    }

    /// The text without a byte order mark.
    pub(super) fn text(&self) -> &str {
        match &self.text {
            Text::BuiltIn(text) => text,
            Text::User(source) => source.text().strip_prefix('\u{feff}').unwrap_or(source.text()),
        }
    }

    /// The file as findings show it.
    pub(super) fn source(&self) -> Arc<Source> {
        match &self.text {
            Text::BuiltIn(text) => Source::new(&*self.path, *text),
            Text::User(source) => Arc::clone(source),
        }
    }

    /// The text as a template.
    pub(super) fn template(&self) -> Result<&Template, &SyntaxFault> {
        let parse = || match too_deep(self.text(), self.tags()) {
            Some(fault) => Err(fault),
            None => Template::compile(self.text()).map_err(|error| fault(self.text(), &error)),
        };
        self.parsed.get_or_init(parse).as_ref()
    }

    /// Its tags, in order.
    pub(super) fn tags(&self) -> &[Tag] {
        self.tags.get_or_init(|| tags::find(self.text()))
    }
}

/// Says in our words what keeps `text` from being a template: the parser names its own rules.
fn fault(text: &str, error: &ParseError) -> SyntaxFault {
    let tags = tags::find(text);
    if let Some(fault) = unbalanced(text, &tags) {
        return fault;
    }
    let at = error.pos().map_or(0, |(line, column)| offset(text, line, column));
    let tag = tags.iter().find(|tag| tag.span.start <= at && at <= tag.span.end);
    let span = tag.map_or_else(|| Span::new(at, text.len().min(at + 2)), |tag| tag.span);
    let written = text.get(span.range()).unwrap_or_default();
    let (message, help) = match error.reason() {
        TemplateErrorReason::InvalidParam(parameter) => (format!("`{parameter}` cannot be an argument"), None),
        _ if !written.ends_with("}}") => {
            (format!("`{}` is never closed", first_line(written)), Some("end it with `}}`"))
        }
        _ => (
            format!("`{}` is not what a tag looks like", first_line(written)),
            Some("as `{{issue.title}}`, `{{#if issue.subtitle}}…{{/if}}`, `{{> footer}}`"),
        ),
    };
    SyntaxFault { span, message, help: help.map(str::to_owned) }
}

/// The deepest that blocks or parentheses may nest: the parser calls itself for each.
const MAX_DEPTH: usize = 64;

/// The tag at which blocks or parentheses nest too deep.
fn too_deep(text: &str, tags: &[Tag]) -> Option<SyntaxFault> {
    let mut depth = 0_usize;
    let tag = tags.iter().find(|tag| {
        let written = text.get(tag.span.range()).unwrap_or_default();
        match tag.sigil(text) {
            Some('#') => depth += 1,
            Some('/') => depth = depth.saturating_sub(1),
            _ => {}
        }
        let nested = written.bytes().filter(|b| matches!(b, b'(' | b'[' | b'{')).count();
        depth > MAX_DEPTH || nested > MAX_DEPTH
    })?;
    Some(SyntaxFault { span: tag.span, message: "the template nests too deep here".to_owned(), help: None })
}

/// A block that is opened and not closed, or the other way round.
fn unbalanced(text: &str, tags: &[Tag]) -> Option<SyntaxFault> {
    let mut open: Vec<(&str, Span)> = Vec::new();
    for tag in tags {
        let written = text.get(tag.span.range()).unwrap_or_default();
        if !written.ends_with("}}") {
            return None;
        }
        let sigil = tag.sigil(text);
        let name = tag.words.first().and_then(|word| text.get(word.range())).unwrap_or_default();
        if sigil == Some('#') {
            open.push((name, tag.span));
        } else if sigil == Some('/') {
            match open.pop() {
                Some((opened, _)) if opened == name || name.is_empty() => {}
                Some((opened, _)) => {
                    return Some(SyntaxFault {
                        span: tag.span,
                        message: format!("`{{{{#{opened}}}}}` is open here, not `{{{{#{name}}}}}`"),
                        help: Some(format!("write `{{{{/{opened}}}}}`")),
                    });
                }
                None => {
                    return Some(SyntaxFault {
                        span: tag.span,
                        message: format!("`{{{{/{name}}}}}` closes nothing"),
                        help: None,
                    });
                }
            }
        }
    }
    open.pop().map(|(name, span)| SyntaxFault {
        span,
        message: format!("`{{{{#{name}}}}}` is never closed"),
        help: Some(format!("end it with `{{{{/{name}}}}}`")),
    })
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// The byte of a line and column as the parser counts them: lines by LF, columns by character.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = text.get(start..).unwrap_or_default();
    start + rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at)
}
