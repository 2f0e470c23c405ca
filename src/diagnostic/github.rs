//! Findings as GitHub Actions takes them from a job's output: an annotation at the line.

use std::fmt::Write as _;

use crate::diagnostic::Diagnostic;

/// A workflow command a finding, a line each. `folder` leads from the job's working folder to the
/// publication; empty where they are the same.
pub fn render<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>, folder: &str) -> String {
    let mut text = String::new();
    for found in diagnostics {
        let (start, end) = (found.source.position(found.span.start), found.source.position(found.span.end));
        let command = match found.severity.as_str() {
            "note" => "notice",
            level => level,
        };
        let file = property(&super::below(folder, found.source.path()));
        let title = property(&format!("{} {}", found.code.id, found.code.name));
        let mut message = found.message.clone();
        if let Some(help) = &found.help {
            message.push_str("\nhelp: ");
            message.push_str(help);
        }
        // Columns are taken only where both ends are on one line.
        let columns = if start.line == end.line {
            format!(",col={},endColumn={}", start.column, end.column)
        } else {
            String::new()
        };
        // Writing to a string cannot fail.
        _ = writeln!(
            text,
            "::{command} file={file},line={},endLine={}{columns},title={title}::{}",
            start.line,
            end.line,
            data(&message)
        );
    }
    text
}

/// What may not stand in a command's message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What may not stand in a command's properties.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::diagnostic::{Diagnostic, Source, code};

    /// As the runner of GitHub Actions reads a command back.
    fn decode(text: &str) -> String {
        [("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")]
            .iter()
            .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
    }

    #[test]
    fn what_a_command_cannot_hold_comes_back_when_it_is_read() {
        for hard in ["100% sure: a, b", "%0A stays", "line\r\nline", "::error::x", "重庆，，：", ",=,file=x", "%25%3A"]
        {
            let source = Source::new(format!("posts/{}.md", hard.replace(['\r', '\n'], "")), "text\n");
            let found = Diagnostic::new(code::MISSING_IMAGE, &source, 0..4, hard).help(hard);
            let out = render([&found], "letters");
            assert_eq!(out.lines().count(), 1, "{out}");
            let (properties, message) = out.trim_end().strip_prefix("::error ").unwrap().split_once("::").unwrap();
            assert_eq!(decode(message), format!("{hard}\nhelp: {hard}"));
            let named = |name: &str| {
                let start = format!("{name}=");
                decode(properties.split(',').find_map(|property| property.strip_prefix(&start)).unwrap())
            };
            assert_eq!(named("file"), format!("letters/{}", source.path()));
            assert_eq!((named("line"), named("col"), named("endColumn")), ("1".into(), "1".into(), "5".into()));
            assert_eq!(named("title"), "NL041 missing-image");
        }
    }
}
