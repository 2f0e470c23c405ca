//! `newsletter subscribers bounces`.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::global::Place;
use crate::cli::output::Terminal;
use crate::cli::subscribers::{Format, VERSION, existing, now};
use crate::cli::table::{Align, table};
use crate::cli::{Exit, Failure};
use crate::subscribers::mail::{self, Outcome, Tally};

/// Read mails that came back, and suppress who has no mailbox or complained
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Read these: a mail (.eml), an mbox, a Maildir or another folder
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Show the result in this form
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(args: &Args, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let list = existing(place)?;
    let mut tally = Tally::default();
    for path in &args.paths {
        mail::each(&place.resolve(path), |bytes| {
            tally.add(list.take_report(&mail::read_report(bytes), now())?);
            Ok::<_, Failure>(())
        })?;
    }
    show(&tally, args.format, terminal)?;
    terminal.next(&place.command("subscribers list --status suppressed"));
    Ok(Exit::Done)
}

/// What each outcome means.
fn words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Suppressed => "no such mailbox: suppressed",
        Outcome::Failed => "not delivered for another reason: counted",
        Outcome::Complained => "called spam: suppressed",
        Outcome::Left => "left",
        Outcome::Known => "known already",
        Outcome::Underway => "under way, or delivered",
        Outcome::Automatic => "automatic answers",
        Outcome::Unmatched => "without a token of this list: nothing changed",
        Outcome::Gone => "of somebody who is not on the list any more",
        Outcome::None => "no reports",
    }
}

pub(super) fn show(tally: &Tally, format: Format, terminal: &Terminal) -> Result<(), Failure> {
    match format {
        Format::Json => {
            let of = |outcome: &Outcome| tally.counts.get(outcome).copied().unwrap_or_default();
            let counts = Outcome::ALL.iter().map(|outcome| (outcome.as_str().to_owned(), json!(of(outcome))));
            let head = [("version".to_owned(), json!(VERSION)), ("mails".to_owned(), json!(tally.total()))];
            let json: serde_json::Map<_, _> = head.into_iter().chain(counts).collect();
            terminal.result(&format!("{}\n", serde_json::Value::Object(json)))
        }
        Format::Human => {
            let mut rows = vec![vec![tally.total().to_string(), "mails".to_owned()]];
            rows.extend(tally.counts.iter().map(|(outcome, n)| vec![n.to_string(), words(*outcome).to_owned()]));
            terminal.result(&table(&[Align::Right, Align::Left], &rows))
        }
    }
}
