//! Findings at the end of a command.

use crate::check;
use crate::cli::Failure;
use crate::cli::output::Terminal;
use crate::diagnostic::{Counts, Diagnostic, github, human, json, sarif};

/// How findings are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// For people: with the source line, on standard error
    #[default]
    Human,
    /// One line each, on standard output
    Short,
    /// For machines: one JSON document on standard output
    Json,
    /// SARIF 2.1.0, for code hosts and editors
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

/// With more findings than this, warnings take one line each: what there is to see must stay to
/// be seen.
const MANY: usize = 30;

/// Shows all findings, in the order given. `folder` leads from the working folder to the
/// publication.
pub(super) fn show(
    diagnostics: &[&Diagnostic],
    format: Format,
    folder: &str,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let all = diagnostics.iter().copied();
    match format {
        Format::Human => {
            terminal.findings(&human(diagnostics, terminal.options()));
            Ok(())
        }
        Format::Short => terminal.result(&all.map(|found| human::short(found) + "\n").collect::<String>()),
        Format::Json => terminal.result(&json::render(all)),
        Format::Sarif => terminal.result(&sarif::render(all, check::doc, folder)),
        Format::Github => terminal.result(&github::render(all, folder)),
    }
}

fn human(diagnostics: &[&Diagnostic], options: human::Options) -> String {
    let counts = Counts::of(diagnostics.iter().copied());
    let all = diagnostics.len() <= MANY;
    let in_full = |found: &Diagnostic| all || (found.is_error() && counts.errors <= MANY);
    let mut text = String::new();
    let mut short_before = false;
    for found in diagnostics.iter().copied() {
        let short = !in_full(found);
        if short_before && !short {
            text.push('\n');
        }
        if short {
            text.push_str(&human::short(found));
            text.push('\n');
        } else {
            text.push_str(&human::render([found], options));
        }
        short_before = short;
    }
    if short_before {
        text.push_str("\nThese are many: name one post to see its findings with their lines.\n\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{MANY, human};
    use crate::diagnostic::human::Options;
    use crate::diagnostic::{Diagnostic, Source, code};

    #[test]
    fn many_findings_take_a_line_each_and_none_is_left_out() {
        let source = Source::new("posts/a.md", "text\n".repeat(100));
        let warning = |line: usize| Diagnostic::new(code::IMAGE_WITHOUT_ALT, &source, line * 5..line * 5 + 4, "no alt");
        let mut found: Vec<_> = (0..MANY).map(warning).collect();
        let lines = |found: &[Diagnostic]| human(&found.iter().collect::<Vec<_>>(), Options::default());
        assert_eq!(lines(&found).matches(" --> posts/a.md:").count(), MANY);
        found.push(Diagnostic::new(code::MISSING_IMAGE, &source, 400..404, "gone"));
        let text = lines(&found);
        assert_eq!(text.lines().filter(|line| line.starts_with("posts/a.md:")).count(), MANY);
        assert_eq!(text.matches(" --> posts/a.md:").count(), 1, "{text}");
    }
}
