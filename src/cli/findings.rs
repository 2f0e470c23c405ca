//! Findings at the end of a command.

use crate::cli::Failure;
use crate::cli::output::Terminal;
use crate::diagnostic::{Diagnostic, human, json};

/// How findings are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// For people: with the source line, on standard error
    #[default]
    Human,
    /// For machines: one JSON document on standard output
    Json,
}

/// Shows all findings, in the order given.
pub(super) fn show(diagnostics: &[&Diagnostic], format: Format, terminal: &Terminal) -> Result<(), Failure> {
    match format {
        Format::Json => terminal.result(&json::render(diagnostics.iter().copied())),
        Format::Human => {
            terminal.findings(&human::render(diagnostics.iter().copied(), terminal.options()));
            Ok(())
        }
    }
}
