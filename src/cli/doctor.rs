//! `newsletter doctor`.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use serde::Serialize;

use crate::build::open;
use crate::cli::global::Global;
use crate::cli::output::{Terminal, printable};
use crate::cli::{Exit, Failure, findings};
use crate::doctor::dns::{self, Resolver};
use crate::doctor::{self, Check, Level, Subject};
use crate::publication::{LoadError, Selection};

/// The version of the JSON form.
const VERSION: u32 = 1;
/// The columns of the longest name of a check.
const COLUMN: usize = "authentication".len();
/// How long one name server is waited for.
const PATIENCE: Duration = Duration::from_secs(4);

/// Look at everything that sending needs: configuration, relay, DNS, database, clock
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Ask the name server at ADDRESS instead of the system's
    #[arg(long, value_name = "ADDRESS", value_parser = resolver)]
    resolver: Option<SocketAddr>,
    /// Show checks in this form
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
    /// Treat warnings as errors
    #[arg(long, value_name = "WHAT", value_enum)]
    deny: Option<Deny>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people: a list
    #[default]
    Human,
    /// For machines: one JSON document
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Deny {
    /// Checks at the level of a warning
    Warnings,
}

fn resolver(text: &str) -> Result<SocketAddr, &'static str> {
    dns::server(text).ok_or("write an IP address, as `9.9.9.9` or `[2620:fe::fe]:53`")
}

pub(super) fn run(args: &Args, global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    let place = global.open()?;
    let mut publication = match open(&place.files, &Selection::All) {
        Err(LoadError::Config(found)) => {
            findings::show(&found.iter().collect::<Vec<_>>(), findings::Format::Human, "", terminal)?;
            terminal.next(&format!("mend `newsletter.yaml`, then `{}`", place.command("doctor")));
            return Ok(Exit::Findings);
        }
        result => result?,
    };
    publication.today = Some(crate::cli::global::today());
    let resolver = match args.resolver {
        Some(server) => Resolver::new(vec![server], PATIENCE),
        None => Resolver::system(PATIENCE),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::Runtime)?;
    let subject = Subject {
        publication: &publication,
        files: &place.files,
        root: place.root(),
        resolver: &resolver,
        now: chrono::Utc::now(),
    };
    let checks = runtime.block_on(doctor::examine(&subject));
    match args.format {
        Format::Human => terminal.result(&list(&checks, terminal))?,
        Format::Json => terminal.result(&json(&checks))?,
    }
    let worst = checks.iter().map(|check| check.level).max().unwrap_or(Level::Ok);
    terminal.say(&counts(&checks));
    let refused = worst == Level::Error || (worst == Level::Warning && args.deny == Some(Deny::Warnings));
    if worst < Level::Warning {
        terminal.next(&place.command("check"));
    } else {
        terminal.next(&format!("mend what is named, then `{}`", place.command("doctor")));
    }
    Ok(if refused { Exit::Findings } else { Exit::Done })
}

/// One check a line, with reason and remedy below where it is not well.
fn list(checks: &[Check], terminal: &Terminal) -> String {
    let mut text = String::new();
    for Check { check, level, message, why, help } in checks {
        let padding = " ".repeat(Level::Warning.as_str().len() - level.as_str().len());
        let level = terminal.level(*level);
        // Writing to a string cannot fail.
        _ = writeln!(text, "{level}{padding}  {check:COLUMN$}  {}", printable(message));
        let indent = " ".repeat(COLUMN + 11);
        for (word, line) in [("why", why), ("help", help)] {
            if let Some(line) = line {
                _ = writeln!(text, "{indent}{word}: {}", printable(line));
            }
        }
    }
    text
}

fn counts(checks: &[Check]) -> String {
    let of = |level| checks.iter().filter(|check| check.level == level).count();
    let number = |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
    let all = number(checks.len(), "check");
    format!("{all}: {}, {}", number(of(Level::Error), "error"), number(of(Level::Warning), "warning"))
}

fn json(checks: &[Check]) -> String {
    #[derive(Serialize)]
    struct Report<'a> {
        version: u32,
        checks: &'a [Check],
    }
    // Strings and numbers alone: nothing that could fail.
    let mut text = serde_json::to_string(&Report { version: VERSION, checks }).unwrap_or_default();
    text.push('\n');
    text
}
