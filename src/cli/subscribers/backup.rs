//! `newsletter subscribers backup`.

use std::path::PathBuf;

use crate::cli::global::Place;
use crate::cli::output::Terminal;
use crate::cli::subscribers::existing;
use crate::cli::{Exit, Failure};

/// Copy the database, with the keys of all tokens, while others may use it
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Write to FILE, which must not be there
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn run(args: &Args, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let list = existing(place)?;
    let path = place.resolve(&args.file);
    if path.exists() {
        return Err(Failure::Exists(place.shown(&path)));
    }
    list.store().backup(&path)?;
    terminal.result(&format!("{}\n", place.shown(&path)))?;
    terminal.say("it holds every address and the keys of all tokens: keep it where nobody else can read it");
    terminal.say("who loses the keys kills every unsubscribe link in mails that are out; no new key brings them back");
    terminal.next(&place.command("subscribers stats"));
    Ok(Exit::Done)
}
