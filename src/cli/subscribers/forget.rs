//! `newsletter subscribers forget`.

use crate::address::EmailAddress;
use crate::cli::ask::confirm;
use crate::cli::global::Place;
use crate::cli::output::Terminal;
use crate::cli::subscribers::{address, existing, now, number};
use crate::cli::{Exit, Failure};

/// Forget somebody for ever; only a keyed hash stays, so that no import brings them back
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Forget who has this address
    #[arg(value_name = "ADDRESS", value_parser = address)]
    address: EmailAddress,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

pub(super) fn run(args: &Args, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let list = existing(place)?;
    let address = &args.address;
    if !args.yes && !confirm(&format!("forget `{address}` for ever?"), terminal)? {
        terminal.say("nothing was changed");
        return Ok(Exit::Done);
    }
    let forgotten = list.forget(address, now())?;
    let on_list = if forgotten.subscribers > 0 { "" } else { ", who was not on the list" };
    let ledger = match forgotten.deliveries {
        0 => String::new(),
        count => format!(", in {} of the ledger too", number(count as u64, "message", "messages")),
    };
    terminal.say(&format!("forgot `{address}`{on_list}{ledger}"));
    terminal.say("backups and exports made before still hold the address");
    terminal.next(&place.command("subscribers stats"));
    Ok(Exit::Done)
}
