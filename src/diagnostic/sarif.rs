//! Findings as SARIF 2.1.0 (OASIS), which code hosts and editors read.

use serde_json::{Value, json};

use crate::diagnostic::code::{self, Standing};
use crate::diagnostic::{Code, Diagnostic, Position, Source, Span, uri};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// One log of one run, with line ends. `describe` gives a code's documentation in Markdown;
/// `folder` leads from the root of the sources to the publication, empty where they are the same.
pub fn render<'a>(
    diagnostics: impl IntoIterator<Item = &'a Diagnostic>,
    describe: impl Fn(&Code) -> String,
    folder: &str,
) -> String {
    let codes: Vec<_> = code::all().collect();
    let rules: Vec<_> = codes.iter().map(|code| rule(code, &describe(code))).collect();
    let results: Vec<_> = diagnostics
        .into_iter()
        .map(|found| result(found, codes.iter().position(|code| *code == found.code), folder))
        .collect();
    let driver = json!({ "name": "newsletter", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules });
    let run = json!({ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results });
    let log = json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] });
    // Strings and numbers alone: nothing that could fail.
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

fn rule(code: &Code, doc: &str) -> Value {
    let summary = doc.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    json!({
        "id": code.id,
        "name": code.name,
        "shortDescription": { "text": summary },
        "help": { "text": doc, "markdown": doc },
        "defaultConfiguration": { "level": code.severity.as_str(), "enabled": matches!(code.standing, Standing::On | Standing::Fixed) },
        "properties": { "tags": [code.group.title()] },
    })
}

fn result(found: &Diagnostic, rule: Option<usize>, folder: &str) -> Value {
    let message = match &found.help {
        Some(help) => format!("{}\nhelp: {help}", found.message),
        None => found.message.clone(),
    };
    let file = json!({ "uri": uri(&super::below(folder, found.source.path())) });
    let location = json!({ "artifactLocation": file, "region": region(&found.source, found.span) });
    let mut result = json!({
        "ruleId": found.code.id,
        "ruleIndex": rule,
        "level": found.severity.as_str(),
        "message": { "text": message },
        "locations": [{ "physicalLocation": location }],
    });
    if let (Some(fix), Some(members)) = (&found.fix, result.as_object_mut()) {
        let edit = |edit: &crate::diagnostic::Edit| json!({ "deletedRegion": region(&found.source, edit.span), "insertedContent": { "text": edit.text } });
        let replacements: Vec<_> = fix.edits.iter().map(edit).collect();
        let change = json!({ "artifactLocation": file, "replacements": replacements });
        let text = found.help.clone().unwrap_or_else(|| "mend it".to_owned());
        members.insert("fixes".to_owned(), json!([{ "description": { "text": text }, "artifactChanges": [change] }]));
    }
    result
}

fn region(source: &Source, span: Span) -> Value {
    let (Position { line, column }, end) = (source.position(span.start), source.position(span.end));
    json!({ "startLine": line, "startColumn": column, "endLine": end.line, "endColumn": end.column })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::render;
    use crate::diagnostic::{Diagnostic, Fix, Source, Span, code};

    #[test]
    fn a_result_names_its_rule_its_place_and_its_fix() {
        let source = Source::new("posts/重庆 1.md", "---\ntilte: 重庆\n---\n");
        let span = Span::new(4, 9);
        let found = Diagnostic::new(code::UNKNOWN_KEY, &source, span, "unknown key `tilte`")
            .help("did you mean `title`?")
            .fix(Fix::safe(span, "title"));
        let log: serde_json::Value =
            serde_json::from_str(&render([&found], |code| format!("About {}.\n\nMore.", code.name), "letters"))
                .unwrap();
        let run = &log["runs"][0];
        assert_snapshot!(serde_json::to_string_pretty(&run["results"]).unwrap());
        let index = run["results"][0]["ruleIndex"].as_u64().unwrap();
        let rule = &run["tool"]["driver"]["rules"][usize::try_from(index).unwrap()];
        assert_eq!((&rule["id"], &rule["shortDescription"]["text"]), (&"NL003".into(), &"About unknown-key.".into()));
    }
}
