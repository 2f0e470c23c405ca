//! Standard output for data, standard error for talk; colour and width as values.

use std::io::{self, IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;

use crate::cli::global::Global;
use crate::cli::{Exit, Failure};
use crate::diagnostic::human::{Color, Options};
use crate::doctor::Level;

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// In a terminal, unless `NO_COLOR` is set; everywhere when `CLICOLOR_FORCE` is
    #[default]
    Auto,
    /// Everywhere
    Always,
    /// Nowhere
    Never,
}

/// Whether to say what is not asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Talk {
    /// Summaries and the next command, too.
    Aloud,
    /// Results, findings and failures alone.
    Quiet,
}

/// Where output goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terminal {
    color: Color,
    width: usize,
    talk: Talk,
}

const DEFAULT_WIDTH: usize = 100;

impl Terminal {
    pub(super) fn new(when: When, talk: Talk) -> Self {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let is_terminal = io::stderr().is_terminal();
        let color = color(when, is_terminal, variable);
        let columns = variable("COLUMNS").and_then(|columns| columns.parse().ok());
        let shown = || terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| usize::from(width.0));
        Self { color, width: columns.or_else(shown).unwrap_or(DEFAULT_WIDTH), talk }
    }

    /// How findings are shown.
    pub(super) fn options(&self) -> Options {
        Options { color: self.color, width: self.width }
    }

    /// Writes a result to standard output.
    #[expect(clippy::unused_self, reason = "who writes holds the terminal")]
    pub(super) fn result(&self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Failure::Stdout)
    }

    /// Shows findings on standard error.
    #[expect(clippy::unused_self, reason = "who writes holds the terminal")]
    pub(super) fn findings(&self, text: &str) {
        // Where standard error is closed nobody is there to be told.
        drop(io::stderr().lock().write_all(text.as_bytes()));
    }

    /// Takes away what stands on the screen, where standard error is one.
    #[expect(clippy::unused_self, reason = "who writes holds the terminal")]
    pub(super) fn clear(&self) {
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let mut error = io::stderr().lock();
        if error.is_terminal() && !is_dumb {
            // The cursor to the corner, and everything after it gone; what was before can be scrolled to.
            drop(error.write_all(b"\x1b[H\x1b[2J"));
        }
    }

    /// Whether lines are said that are not asked for.
    pub(super) fn is_aloud(&self) -> bool {
        self.talk == Talk::Aloud
    }

    /// Says a line that is not asked for.
    pub(super) fn say(&self, line: &str) {
        if self.talk == Talk::Aloud {
            self.findings(&format!("{line}\n"));
        }
    }

    /// Names the next command to run.
    pub(super) fn next(&self, command: &str) {
        self.say(&format!("{} {command}", self.paint("next:", AnsiColor::Green.on_default().bold())));
    }

    /// Says why nothing could be done.
    pub(super) fn fail(&self, failure: &Failure, global: &Global) -> Exit {
        if failure.is_closed_pipe() {
            return Exit::Done;
        }
        self.failed(failure);
        if let Some(command) = failure.next(global) {
            self.next(&printable(&command));
        }
        failure.exit()
    }

    /// Says what failed and what to do about it. A failure of several reasons has a line for each.
    pub(super) fn failed(&self, failure: &Failure) {
        let line = |word: &str, style: Style, text: &str| format!("{} {}\n", self.paint(word, style), printable(text));
        let mut all = String::new();
        for (text, help) in failure.reasons() {
            all += &line("error:", AnsiColor::BrightRed.on_default().bold(), &text);
            if let Some(help) = help {
                all += &line("help:", AnsiColor::BrightCyan.on_default().bold(), &help);
            }
        }
        self.findings(&all);
    }

    /// The word for how well something is.
    pub(super) fn level(&self, level: Level) -> String {
        let color = match level {
            Level::Ok => AnsiColor::Green,
            Level::Note => AnsiColor::BrightCyan,
            Level::Warning => AnsiColor::Yellow,
            Level::Error => AnsiColor::BrightRed,
        };
        self.paint(level.as_str(), color.on_default().bold())
    }

    fn paint(&self, word: &str, style: Style) -> String {
        match self.color {
            Color::Ansi => format!("{style}{word}{style:#}"),
            Color::Plain => word.to_owned(),
        }
    }
}

/// A name on the disk must not drive the terminal.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn color(when: When, is_terminal: bool, variable: impl Fn(&'static str) -> Option<String>) -> Color {
    let is_set = |name| variable(name).is_some_and(|value| value != "0");
    let colored = match when {
        When::Always => true,
        When::Never => false,
        When::Auto if variable("NO_COLOR").is_some() => false,
        When::Auto if is_set("CLICOLOR_FORCE") => true,
        When::Auto => {
            is_terminal && variable("CLICOLOR").as_deref() != Some("0") && variable("TERM").as_deref() != Some("dumb")
        }
    };
    if colored { Color::Ansi } else { Color::Plain }
}

#[cfg(test)]
mod tests {
    use super::{Color, When, color};

    #[test]
    fn colour_follows_the_flag_then_the_environment_then_the_terminal() {
        let of = |when, terminal, set: &'static [(&str, &str)]| {
            color(when, terminal, move |name| {
                set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
            }) == Color::Ansi
        };
        assert!(of(When::Auto, true, &[]));
        assert!(!of(When::Auto, false, &[]));
        assert!(!of(When::Auto, true, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]));
        assert!(of(When::Auto, false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!of(When::Auto, false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!of(When::Auto, true, &[("TERM", "dumb")]));
        assert!(of(When::Always, false, &[("NO_COLOR", "1")]));
        assert!(!of(When::Never, true, &[("CLICOLOR_FORCE", "1")]));
    }
}
