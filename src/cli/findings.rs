//! Findings at the end of a command.

use crate::check;
use crate::cli::Failure;
use crate::cli::output::Terminal;
use crate::diagnostic::{Diagnostic, github, human, json, sarif};

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
            terminal.findings(&human::render(diagnostics.iter().copied(), terminal.options()));
            Ok(())
        }
        Format::Short => terminal.result(&all.map(|found| human::short(found) + "\n").collect::<String>()),
        Format::Json => terminal.result(&json::render(all)),
        Format::Sarif => terminal.result(&sarif::render(all, check::doc, folder)),
        Format::Github => terminal.result(&github::render(all, folder)),
    }
}
