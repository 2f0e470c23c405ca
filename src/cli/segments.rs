//! `newsletter segments`.

use clap::Subcommand;
use serde_json::json;

use crate::cli::global::{Global, Place};
use crate::cli::output::{Terminal, printable};
use crate::cli::subscribers::{Format, VERSION, existing, number, segment as segment_named, sound_config};
use crate::cli::table::{Align, table};
use crate::cli::{Exit, Failure, findings};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Source, code, nearest};
use crate::segment::Segment;
use crate::subscribers::Which;

/// List the segments of `newsletter.yaml`, or try an expression
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List all segments with their sizes
    List {
        /// Show the list in this form
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
        format: Format,
    },
    /// Show whom a segment, or an expression, holds
    Test {
        /// Try this: a segment's name, or an expression such as `tag = "china"`
        #[arg(value_name = "SEGMENT")]
        segment: String,
        /// Show so many subscribers at most
        #[arg(long, value_name = "NUMBER", default_value_t = 10)]
        limit: u64,
        /// Show the result in this form
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
        format: Format,
    },
}

pub(super) fn run(args: &Args, global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    let place = global.open()?;
    let config = sound_config(&place, terminal)?;
    match &args.command {
        Command::List { format } => list(*format, &config, &place, terminal),
        Command::Test { segment, limit, format } => test(segment, *limit, *format, &config, &place, terminal),
    }
}

fn list(format: Format, config: &Config, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let list = existing(place)?;
    let mut found = Vec::new();
    for (name, segment) in &config.segments {
        found.push((name, list.count(Which::Segment(segment, config.timezone))?, segment.text()));
    }
    match format {
        Format::Json => {
            let all: Vec<_> = found
                .iter()
                .map(|(name, count, text)| json!({ "name": name, "subscribers": count, "expression": text }))
                .collect();
            terminal.result(&format!("{}\n", json!({ "version": VERSION, "segments": all })))?;
        }
        Format::Human if found.is_empty() => terminal.say("`newsletter.yaml` has no `segments`"),
        Format::Human => {
            let mut rows = vec![["segment", "subscribers", "expression"].map(str::to_owned).to_vec()];
            let row =
                |(name, count, text): &(&String, u64, &str)| vec![printable(name), count.to_string(), printable(text)];
            rows.extend(found.iter().map(row));
            terminal.result(&table(&[Align::Left, Align::Right, Align::Left], &rows))?;
        }
    }
    terminal.next(&place.command(&match found.first() {
        Some((name, ..)) => format!("segments test {}", crate::cli::global::shell(name)),
        None => "segments test 'tag = \"china\"'".to_owned(),
    }));
    Ok(Exit::Done)
}

fn test(
    written: &str,
    limit: u64,
    format: Format,
    config: &Config,
    place: &Place,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let segment = match config.segments.get(written) {
        Some(segment) => segment.clone(),
        None => match Segment::parse(written, &config.fields) {
            Ok(segment) => segment,
            // More likely the name of a segment than the start of an expression.
            Err(_) if is_slip(written, config) => segment_named(config, written)?.clone(),
            Err(error) => {
                let source = Source::new("segment", written);
                let found = Diagnostic::new(code::INVALID_VALUE, &source, error.span, error.to_string());
                findings::show(&[&found.help(error.help())], findings::Format::Human, "", terminal)?;
                terminal.next(&place.command("segments list"));
                return Ok(Exit::Findings);
            }
        },
    };
    let list = existing(place)?;
    let which = Which::Segment(&segment, config.timezone);
    let (some, total) = (list.some(which, limit)?, list.count(which)?);
    match format {
        Format::Json => {
            let addresses: Vec<_> = some.iter().map(|one| &one.address).collect();
            let json = json!({ "version": VERSION, "expression": segment.text(), "subscribers": total, "addresses": addresses });
            terminal.result(&format!("{json}\n"))?;
        }
        Format::Human => {
            terminal.result(&some.iter().map(|one| printable(&one.address) + "\n").collect::<String>())?;
            terminal.say(&format!("{} of {}", number(total, "subscriber", "subscribers"), list.count(Which::Active)?));
        }
    }
    terminal.next(&place.command("segments list"));
    Ok(Exit::Done)
}

/// Whether it is nearly the name of a segment.
fn is_slip(written: &str, config: &Config) -> bool {
    !config.fields.contains_key(written) && nearest(written, config.segments.keys().map(String::as_str)).is_some()
}
