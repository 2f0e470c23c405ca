//! Findings for machines. The form is a contract: a change that breaks a reader raises [`VERSION`].

use serde::Serialize;

use crate::diagnostic::Diagnostic;

/// The version of the form.
pub const VERSION: u32 = 1;

/// One finding as JSON says it. Lines and columns count from 1, columns in Unicode scalar values,
/// the end is exclusive.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    /// Relative to the publication, with `/`.
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    message: String,
    help: Option<String>,
    fix: Option<FixForm>,
}

#[derive(Clone, Debug, Serialize)]
struct FixForm {
    safe: bool,
    edits: Vec<EditForm>,
}

/// In bytes of the file.
#[derive(Clone, Debug, Serialize)]
struct EditForm {
    start: usize,
    end: usize,
    text: String,
}

#[derive(Serialize)]
struct Report {
    version: u32,
    diagnostics: Vec<Finding>,
}

impl From<&Diagnostic> for Finding {
    fn from(diagnostic: &Diagnostic) -> Self {
        let start = diagnostic.source.position(diagnostic.span.start);
        let end = diagnostic.source.position(diagnostic.span.end);
        let edit = |edit: &crate::diagnostic::Edit| EditForm {
            start: edit.span.start,
            end: edit.span.end,
            text: edit.text.clone(),
        };
        Self {
            code: diagnostic.code.id,
            name: diagnostic.code.name,
            severity: diagnostic.severity.as_str(),
            file: diagnostic.source.path().to_owned(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
            fix: diagnostic
                .fix
                .as_ref()
                .map(|fix| FixForm { safe: fix.is_safe(), edits: fix.edits.iter().map(edit).collect() }),
        }
    }
}

/// The document `{"version":1,"diagnostics":[…]}`, on one line with a line end.
pub fn render<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>) -> String {
    let report = Report { version: VERSION, diagnostics: diagnostics.into_iter().map(Finding::from).collect() };
    // Strings and numbers alone: nothing that could fail.
    let mut text = serde_json::to_string(&report).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::render;
    use crate::diagnostic::{Diagnostic, Fix, Source, Span, code};

    #[test]
    fn the_form_is_as_documented() {
        let source = Source::new("posts/重庆.md", "---\ntilte: 重庆\n---\n");
        let span = Span::new(4, 9);
        let key = Diagnostic::new(code::UNKNOWN_KEY, &source, span, "unknown key `tilte`")
            .help("did you mean `title`?")
            .fix(Fix::safe(span, "title"));
        let value = Diagnostic::new(code::INVALID_VALUE, &source, 11..17, "no");
        assert_snapshot!(render([&key, &value]), @r#"{"version":1,"diagnostics":[{"code":"NL003","name":"unknown-key","severity":"warning","file":"posts/重庆.md","line":2,"column":1,"end_line":2,"end_column":6,"message":"unknown key `tilte`","help":"did you mean `title`?","fix":{"safe":true,"edits":[{"start":4,"end":9,"text":"title"}]}},{"code":"NL007","name":"invalid-value","severity":"error","file":"posts/重庆.md","line":2,"column":8,"end_line":2,"end_column":10,"message":"no","help":null,"fix":null}]}"#);
    }
}
