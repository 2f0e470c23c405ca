//! `newsletter subscribers`.

mod add;
mod backup;
mod bounces;
mod change;
mod export;
mod forget;
mod import;
mod list;
mod progress;
mod show;
mod stats;
mod unsubscribe;

use clap::Subcommand;

use crate::address::EmailAddress;
use crate::cli::global::{Global, Place};
use crate::cli::output::Terminal;
use crate::cli::{Exit, Failure, findings};
use crate::config::Config;
use crate::diagnostic::nearest;
use crate::publication::{LoadError, Publication};
use crate::segment::Segment;
use crate::subscribers::{FILE, Ignored, List, ignore};

/// Keep the list: add, import, export, look up, tag and remove subscribers
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Add(add::Args),
    Import(import::Args),
    Export(export::Args),
    List(list::Args),
    Show(show::Args),
    Remove(change::Remove),
    Tag(change::Tag),
    Unsubscribe(unsubscribe::Args),
    Suppress(change::Suppress),
    Bounces(bounces::Args),
    Forget(forget::Args),
    Stats(stats::Args),
    Backup(backup::Args),
}

/// How a result is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// For people
    #[default]
    Human,
    /// For machines: one JSON document
    Json,
}

/// The version of all JSON here.
pub(super) const VERSION: u32 = 1;

pub(super) fn run(args: &Args, global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    let place = global.open()?;
    match &args.command {
        Command::Add(args) => add::run(args, &place, terminal),
        Command::Import(args) => import::run(args, &place, terminal),
        Command::Export(args) => export::run(args, &place, terminal),
        Command::List(args) => list::run(args, &place, terminal),
        Command::Show(args) => show::run(args, &place, terminal),
        Command::Remove(args) => change::remove(args, &place, terminal),
        Command::Tag(args) => change::tag(args, &place, terminal),
        Command::Unsubscribe(args) => unsubscribe::run(args, &place, terminal),
        Command::Suppress(args) => change::suppress(args, &place, terminal),
        Command::Bounces(args) => bounces::run(args, &place, terminal),
        Command::Forget(args) => forget::run(args, &place, terminal),
        Command::Stats(args) => stats::run(args, &place, terminal),
        Command::Backup(args) => backup::run(args, &place, terminal),
    }
}

pub(super) fn config(place: &Place) -> Result<Config, Failure> {
    Ok(Publication::load_config(&place.files)?)
}

/// The configuration, where it has no errors: fields and segments that could not be read are not in
/// it, and whoever meant them would be told that they do not exist.
pub(super) fn sound_config(place: &Place, terminal: &Terminal) -> Result<Config, Failure> {
    let (config, found) = match Publication::check_config(&place.files) {
        Err(LoadError::Config(found)) => (None, found),
        result => result.map(|(config, found)| (Some(config), found))?,
    };
    let errors: Vec<_> = found.iter().filter(|found| found.is_error()).collect();
    if let Some(config) = config.filter(|_| errors.is_empty()) {
        return Ok(config);
    }
    findings::show(&errors, findings::Format::Human, "", terminal)?;
    Err(Failure::Unsound)
}

/// The list of the publication, where there is one.
pub(super) fn existing(place: &Place) -> Result<List, Failure> {
    let path = place.root().join(FILE);
    if path.exists() { Ok(List::open_existing(&path)?) } else { Err(Failure::NoList) }
}

/// The list of the publication; a new one where there is none, which git is kept from.
pub(super) fn made(place: &Place, terminal: &Terminal) -> Result<List, Failure> {
    let path = place.root().join(FILE);
    // The repository may be younger than the list.
    let ignored = ignore(place.root()).map_err(|error| Failure::Write(".gitignore".to_owned(), error))?;
    if ignored == Ignored::Now {
        terminal.say(&format!("added `/{FILE}*` to `.gitignore`: addresses and keys do not belong in git"));
    }
    if !path.exists() {
        terminal.say(&format!("made `{}`, which you alone can read", place.shown(&path)));
    }
    Ok(List::open(&path)?)
}

/// The segment of this name.
pub(super) fn segment<'a>(config: &'a Config, name: &str) -> Result<&'a Segment, Failure> {
    config.segments.get(name).ok_or_else(|| {
        let nearest = nearest(name, config.segments.keys().map(String::as_str)).map(str::to_owned);
        Failure::UnknownSegment { written: name.to_owned(), nearest }
    })
}

pub(super) fn address(text: &str) -> Result<EmailAddress, String> {
    EmailAddress::parse(text.trim()).map_err(|error| format!("{}; {}", error.fault, error.fault.help()))
}

/// `COLUMN=FIELD`, in two.
fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()));
    pair.filter(|(key, _)| !key.is_empty()).ok_or_else(|| "write it as `NAME=VALUE`".to_owned())
}

fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

pub(super) fn number(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A moment as a day in the publication's time zone.
pub(super) fn day(seconds: i64, config: &Config) -> String {
    let time = chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    time.with_timezone(&config.timezone).date_naive().to_string()
}
