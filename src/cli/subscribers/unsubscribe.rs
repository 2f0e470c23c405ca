//! `newsletter subscribers unsubscribe`.

use std::path::PathBuf;

use crate::address::EmailAddress;
use crate::cli::global::Place;
use crate::cli::output::Terminal;
use crate::cli::subscribers::{Format, address, bounces, existing, now};
use crate::cli::{Exit, Failure};
use crate::subscribers::Left;
use crate::subscribers::mail::{self, Tally};

/// Take the leave of readers: by address, by token, or from the mails they sent
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("who").required(true).args(["address", "token", "from"])))]
pub(super) struct Args {
    /// Let who has this address leave
    #[arg(value_name = "ADDRESS", value_parser = address)]
    address: Option<EmailAddress>,
    /// Let leave whom this token stands for, from a link or an address; counted to its issue
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
    /// Read mails to leave+{token}@…: one (.eml), an mbox, or a folder
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Show the result of `--from` in this form
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(args: &Args, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let list = existing(place)?;
    if let Some(path) = &args.from {
        let mut tally = Tally::default();
        mail::each(&place.resolve(path), |bytes| {
            tally.add(list.take_leave(&mail::read_leave(bytes), now())?);
            Ok::<_, Failure>(())
        })?;
        bounces::show(&tally, args.format, terminal)?;
    } else {
        let left = match (&args.address, &args.token) {
            (Some(address), _) => list.unsubscribe(address, now())?,
            (None, token) => list.unsubscribe_by_token(token.as_deref().unwrap_or_default().trim(), now())?,
        };
        terminal.say(&match left {
            Left::Now(address) => format!("`{address}` has left"),
            Left::Before(address) => format!("`{address}` had left already"),
            Left::Away => "whoever the token stood for is not on the list; no import brings them back".to_owned(),
            Left::Nobody => "whoever the token stood for is not on the list any more".to_owned(),
        });
    }
    terminal.next(&place.command("subscribers stats"));
    Ok(Exit::Done)
}
