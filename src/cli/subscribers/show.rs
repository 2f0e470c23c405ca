//! `newsletter subscribers show`.

use serde_json::json;

use crate::address::EmailAddress;
use crate::cli::global::{Place, shell};
use crate::cli::output::{Terminal, printable};
use crate::cli::subscribers::list::status;
use crate::cli::subscribers::{Format, VERSION, address, config, day, existing};
use crate::cli::table::{Align, table};
use crate::cli::{Exit, Failure};
use crate::subscribers::ListError;

/// Show all that is known of a subscriber
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Show who has this address
    #[arg(value_name = "ADDRESS", value_parser = address)]
    address: EmailAddress,
    /// Show it in this form
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(args: &Args, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let config = config(place)?;
    let list = existing(place)?;
    let Some(one) = list.find(&args.address)? else {
        return Err(match list.suppression(&args.address)? {
            Some(reason) => ListError::Suppressed(args.address.clone(), reason).into(),
            None => ListError::Unknown(args.address.clone()).into(),
        });
    };
    match args.format {
        Format::Json => {
            terminal.result(&format!("{}\n", json!({ "version": VERSION, "subscriber": one.to_json() })))?;
        }
        Format::Human => {
            let mut rows =
                vec![("address", one.address.clone()), ("status", status(&one)), ("joined", day(one.joined, &config))];
            rows.extend(one.left.map(|left| ("left", day(left, &config))));
            rows.extend(one.source.clone().map(|source| ("source", source)));
            rows.extend(Some(("tags", one.tags.join(", "))).filter(|(_, tags)| !tags.is_empty()));
            let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            rows.extend(one.fields.iter().map(|(name, value)| (name.as_str(), text(value))));
            let rows: Vec<_> = rows.into_iter().map(|(name, value)| vec![printable(name), printable(&value)]).collect();
            terminal.result(&table(&[Align::Left; 2], &rows))?;
        }
    }
    terminal.next(&place.command(&format!("subscribers tag {} --add TAG", shell(args.address.as_str()))));
    Ok(Exit::Done)
}
