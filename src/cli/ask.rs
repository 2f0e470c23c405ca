//! Questions, where somebody is there to answer.

use std::io::{self, BufRead as _, IsTerminal as _};

use crate::cli::Failure;
use crate::cli::output::Terminal;

/// Asks for the number of readers to be typed. Without a terminal nothing is asked, and `--yes` is
/// named.
pub(super) fn count(readers: u64, terminal: &Terminal) -> Result<bool, Failure> {
    let question = format!("type the number of readers, {readers}, to send:");
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        terminal.say(&question);
        return Err(Failure::Unanswered { flag: "--yes" });
    }
    terminal.findings(&format!("{question} "));
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    let typed: String = answer.chars().filter(|c| !c.is_whitespace() && !matches!(c, ',' | '.' | '\'')).collect();
    Ok(read.is_ok() && typed == readers.to_string())
}

/// Asks whether to go on. Without a terminal nothing is asked, and `--yes` is named.
pub(super) fn confirm(question: &str, terminal: &Terminal) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        terminal.say(question);
        return Err(Failure::Unanswered { flag: "--yes" });
    }
    terminal.findings(&format!("{question} [y/N] "));
    let mut answer = String::new();
    // An end of input is no.
    let read = io::stdin().lock().read_line(&mut answer);
    Ok(read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
