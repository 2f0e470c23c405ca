//! `newsletter subscribers stats`.

use serde_json::json;

use crate::cli::global::Place;
use crate::cli::output::{Terminal, printable};
use crate::cli::subscribers::{Format, VERSION, config, existing};
use crate::cli::table::{Align, table};
use crate::cli::{Exit, Failure};
use crate::subscribers::{Counts, Stats};

/// Count who joined, left, bounced and complained
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Count by week instead of by source
    #[arg(long)]
    weekly: bool,
    /// Show the counts in this form
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(args: &Args, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let config = config(place)?;
    let stats = existing(place)?.stats(config.timezone)?;
    match args.format {
        Format::Json => terminal.result(&as_json(&stats))?,
        Format::Human => {
            let Stats { active, unsubscribed, suppressed, .. } = stats;
            terminal.result(&format!("{active} active, {unsubscribed} unsubscribed, {suppressed} suppressed\n\n"))?;
            terminal.result(&as_table(&stats, args.weekly))?;
        }
    }
    terminal.next(&place.command(if args.weekly { "subscribers list" } else { "subscribers stats --weekly" }));
    Ok(Exit::Done)
}

fn as_table(stats: &Stats, weekly: bool) -> String {
    let row = |name: String, counts: &Counts| {
        let Counts { joined, left, bounced, complained } = counts;
        let mut row = vec![name];
        row.extend([joined, left, bounced, complained].map(u64::to_string));
        row
    };
    let head = if weekly { "week of" } else { "source" };
    let mut rows = vec![[head, "joined", "left", "bounced", "complained"].map(str::to_owned).to_vec()];
    if weekly {
        for weeks in stats.weeks.chunk_by(|one, next| one.is_quiet() && next.is_quiet()) {
            rows.push(match weeks {
                [week] => row(week.monday.to_string(), &week.counts),
                quiet => row(format!("… {} weeks", quiet.len()), &Counts::default()),
            });
        }
    } else {
        let name = |source: &Option<String>| source.as_deref().map_or_else(|| "-".to_owned(), printable);
        rows.extend(stats.sources.iter().map(|(source, counts)| row(name(source), counts)));
    }
    rows.push(row("all".to_owned(), &stats.total));
    table(&[Align::Left, Align::Right, Align::Right, Align::Right, Align::Right], &rows)
}

fn as_json(stats: &Stats) -> String {
    let pairs = |of: &Counts| {
        let Counts { joined, left, bounced, complained } = *of;
        [("joined", joined), ("left", left), ("bounced", bounced), ("complained", complained)]
            .map(|(name, count)| (name.to_owned(), json!(count)))
    };
    let counts = |of: &Counts| serde_json::Value::Object(pairs(of).into_iter().collect());
    let with = |name: &str, value: serde_json::Value, of: &Counts| {
        let head = std::iter::once((name.to_owned(), value));
        serde_json::Value::Object(head.chain(pairs(of)).collect())
    };
    let sources: Vec<_> = stats.sources.iter().map(|(source, of)| with("source", json!(source), of)).collect();
    let weeks: Vec<_> =
        stats.weeks.iter().map(|week| with("monday", json!(week.monday.to_string()), &week.counts)).collect();
    let json = json!({
        "version": VERSION,
        "active": stats.active,
        "unsubscribed": stats.unsubscribed,
        "suppressed": stats.suppressed,
        "total": counts(&stats.total),
        "sources": sources,
        "weeks": weeks,
    });
    format!("{json}\n")
}
