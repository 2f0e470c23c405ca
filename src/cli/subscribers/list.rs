//! `newsletter subscribers list`.

use serde_json::json;

use crate::cli::global::Place;
use crate::cli::output::{Terminal, printable};
use crate::cli::subscribers::{Format, VERSION, config, day, existing, number, segment};
use crate::cli::table::{Align, shortened, table};
use crate::cli::{Exit, Failure};
use crate::subscribers::{State, Subscriber, Which};

/// List subscribers
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// List those who get the letters to this segment
    #[arg(long, value_name = "NAME", conflicts_with = "status")]
    segment: Option<String>,
    /// List those with this status
    #[arg(long, value_name = "STATUS", value_enum)]
    status: Option<Status>,
    /// List so many at most; 50 for people, all for machines
    #[arg(long, value_name = "NUMBER")]
    limit: Option<u64>,
    /// Show the list in this form
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
}

/// Whether letters go to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Status {
    /// They do
    Active,
    /// They left
    Unsubscribed,
    /// They must not
    Suppressed,
}

impl Status {
    pub(super) fn which(self) -> Which<'static> {
        match self {
            Self::Active => Which::Active,
            Self::Unsubscribed => Which::Unsubscribed,
            Self::Suppressed => Which::Suppressed,
        }
    }
}

/// The columns that a name takes at most.
const NAME: usize = 30;

pub(super) fn run(args: &Args, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let config = config(place)?;
    let list = existing(place)?;
    let which = match (&args.segment, args.status) {
        (Some(name), _) => Which::Segment(segment(&config, name)?, config.timezone),
        (None, Some(status)) => status.which(),
        (None, None) => Which::All,
    };
    let limit = args.limit.unwrap_or(if args.format == Format::Human { 50 } else { u64::MAX });
    let some = list.some(which, limit)?;
    let total = list.count(which)?;
    match args.format {
        Format::Json => {
            let all: Vec<_> = some.iter().map(Subscriber::to_json).collect();
            terminal.result(&format!("{}\n", json!({ "version": VERSION, "total": total, "subscribers": all })))?;
        }
        Format::Human => {
            let mut rows = vec![["address", "status", "joined", "name", "tags"].map(str::to_owned).to_vec()];
            rows.extend(some.iter().map(|one| {
                let name = one.fields.get("name").and_then(|name| name.as_str()).unwrap_or("-");
                vec![
                    printable(&one.address),
                    status(one),
                    day(one.joined, &config),
                    printable(&shortened(name, NAME)),
                    printable(&one.tags.join(", ")),
                ]
            }));
            if !some.is_empty() {
                terminal.result(&table(&[Align::Left; 5], &rows))?;
            }
            let more = total.saturating_sub(some.len() as u64);
            let rest =
                if more > 0 { format!(", {more} of them not shown; `--limit` shows more") } else { String::new() };
            terminal.say(&format!("{}{rest}", number(total, "subscriber", "subscribers")));
        }
    }
    terminal.next(&place.command(match some.first() {
        None => "subscribers import FILE --dry-run",
        Some(_) => "subscribers stats",
    }));
    Ok(Exit::Done)
}

/// The status with its reason.
pub(super) fn status(one: &Subscriber) -> String {
    match one.state {
        State::Suppressed(reason) => format!("suppressed ({reason})"),
        state => state.as_str().to_owned(),
    }
}
