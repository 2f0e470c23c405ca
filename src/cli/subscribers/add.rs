//! `newsletter subscribers add`.

use crate::address::EmailAddress;
use crate::cli::global::{Place, shell};
use crate::cli::output::Terminal;
use crate::cli::subscribers::{address, made, now, pair, sound_config};
use crate::cli::{Exit, Failure};
use crate::subscribers::{Added, ListError, Record};

/// Add a subscriber, or bring what is known of one up to date
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Write to this address
    #[arg(value_name = "ADDRESS", value_parser = address)]
    address: EmailAddress,
    /// Call them by this name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Set a field
    #[arg(long = "field", value_name = "NAME=VALUE", value_parser = pair)]
    fields: Vec<(String, String)>,
    /// Give a tag
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Note where they came from
    #[arg(long, value_name = "SOURCE")]
    source: Option<String>,
    /// Take them back who unsubscribed and asked to return
    #[arg(long)]
    again: bool,
}

pub(super) fn run(args: &Args, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let config = sound_config(place, terminal)?;
    let mut record = Record::new(args.address.clone());
    let name = args.name.iter().map(|name| ("name", name.as_str()));
    for (field, text) in name.chain(args.fields.iter().map(|(name, text)| (name.as_str(), text.as_str()))) {
        record.set(field, text, &config.fields)?;
    }
    args.tags.iter().for_each(|tag| record.tag(tag));
    record.come_from(args.source.as_deref().unwrap_or_default())?;
    let list = made(place, terminal)?;
    let added = if args.again { list.add_again(record, now()) } else { list.add(record, now()) }?;
    let address = &args.address;
    terminal.say(&match added {
        Added::New => format!("added `{address}`"),
        Added::Updated => format!("updated `{address}`"),
        Added::Unchanged | Added::Left => format!("`{address}` is on the list already, just so"),
        Added::Unsubscribed => return Err(ListError::Unsubscribed(address.clone()).into()),
        Added::Suppressed(reason) => return Err(ListError::Suppressed(address.clone(), reason).into()),
    });
    terminal.next(&place.command(&format!("subscribers show {}", shell(address.as_str()))));
    Ok(Exit::Done)
}
