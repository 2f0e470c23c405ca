//! `newsletter subscribers tag`, `remove` and `suppress`.

use crate::address::EmailAddress;
use crate::cli::ask::confirm;
use crate::cli::global::{Place, shell};
use crate::cli::output::Terminal;
use crate::cli::subscribers::{address, existing, made, now, number};
use crate::cli::{Exit, Failure};
use crate::subscribers::suppression::{Change, Reason};
use crate::subscribers::{ListError, Tagging};

/// Give subscribers tags, or take them away
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("tags").required(true).multiple(true).args(["add", "remove"])))]
pub(super) struct Tag {
    /// Change who has these addresses
    #[arg(value_name = "ADDRESS", required = true, value_parser = address)]
    addresses: Vec<EmailAddress>,
    /// Give this tag
    #[arg(long, value_name = "TAG")]
    add: Vec<String>,
    /// Take this tag away
    #[arg(long, value_name = "TAG")]
    remove: Vec<String>,
}

pub(super) fn tag(args: &Tag, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let list = existing(place)?;
    let tagging = Tagging::of(&args.add, &args.remove);
    let mut changed = 0;
    for address in &args.addresses {
        changed += u64::from(list.tag(address, tagging.clone())? == Change::Done);
    }
    terminal.say(&format!("changed {}", number(changed, "subscriber", "subscribers")));
    let first = args.addresses.first().map_or("", |address| address.as_str());
    terminal.next(&place.command(&format!("subscribers show {}", shell(first))));
    Ok(Exit::Done)
}

/// Take subscribers off the list, who can be added again; `forget` is for ever
#[derive(Debug, clap::Args)]
pub(super) struct Remove {
    /// Remove who has these addresses
    #[arg(value_name = "ADDRESS", required = true, value_parser = address)]
    addresses: Vec<EmailAddress>,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

pub(super) fn remove(args: &Remove, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let list = existing(place)?;
    for address in &args.addresses {
        if list.find(address)?.is_none() {
            return Err(ListError::Unknown(address.clone()).into());
        }
    }
    let some = number(args.addresses.len() as u64, "subscriber", "subscribers");
    if !args.yes && !confirm(&format!("remove {some} with all that is known of them?"), terminal)? {
        terminal.say("nothing was changed");
        return Ok(Exit::Done);
    }
    for address in &args.addresses {
        list.remove(address)?;
    }
    terminal.say(&format!("removed {some}; an import may bring back who had not left, and `suppress` keeps them away"));
    terminal.next(&place.command("subscribers list"));
    Ok(Exit::Done)
}

/// See to it that nothing is ever sent to addresses
#[derive(Debug, clap::Args)]
pub(super) struct Suppress {
    /// Write no more to these addresses, on the list or not
    #[arg(value_name = "ADDRESS", required = true, value_parser = address)]
    addresses: Vec<EmailAddress>,
    /// Take them off the suppression list instead
    #[arg(long)]
    lift: bool,
}

pub(super) fn suppress(args: &Suppress, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let list = made(place, terminal)?;
    let mut changed = 0;
    for address in &args.addresses {
        let change = if args.lift { list.lift(address)? } else { list.suppress(address, Reason::Manual, now())? };
        changed += u64::from(change == Change::Done);
    }
    let done = if args.lift { "lifted the suppression of" } else { "suppressed" };
    terminal.say(&format!("{done} {}", number(changed, "address", "addresses")));
    terminal.next(&place.command("subscribers list"));
    Ok(Exit::Done)
}
