//! `newsletter schedule`.

use clap::Subcommand;

use crate::campaign::schedule::{Job, What, entries};
use crate::campaign::when;
use crate::cli::campaigns::{open, standings, zone};
use crate::cli::global::{Global, Place, shell};
use crate::cli::output::{Terminal, printable};
use crate::cli::table::{Align, table};
use crate::cli::{Exit, Failure};
use crate::language::grouped;

/// Show what is sent later, or what has this machine send it
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List what waits for a time: campaigns that begin, waves and retries
    List,
    /// Print a timer for systemd and a line for cron that run `newsletter send --due`
    Print(Print),
}

#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct Print {
    /// Print the units for systemd alone
    #[arg(long)]
    systemd: bool,
    /// Print the line for cron alone
    #[arg(long)]
    cron: bool,
}

pub(super) fn run(args: &Args, global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    let place = global.open()?;
    match &args.command {
        Command::List => list(&place, terminal),
        Command::Print(args) => print(args, &place, terminal),
    }
}

fn list(place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let standings = match open(place)? {
        Some((_, ledger)) => standings(&ledger)?,
        None => Vec::new(),
    };
    let zone = zone(place);
    let entries = entries(&standings, chrono::Utc::now());
    let row = |entry: &crate::campaign::schedule::Entry| {
        let what = format!("{} of campaign {}", entry.what.words(), entry.campaign);
        vec![when::shown(entry.at, zone), printable(&entry.slug), what, grouped(entry.count)]
    };
    let rows: Vec<_> = entries.iter().map(row).collect();
    terminal.result(&table(&[Align::Left, Align::Left, Align::Left, Align::Right], &rows))?;
    let missed = entries.iter().find(|entry| entry.what == What::Missed);
    if let Some(missed) = missed {
        let post = shell(&missed.slug);
        terminal.say(&format!(
            "the time of `{post}` is past, and nothing ran to send it: `send {post}` sends it now, `cancel {post}` gives \
             it up; then `send {post} --at TIME` sets another time"
        ));
        terminal.next(&place.command(&format!("send {}", shell(&missed.slug))));
        return Ok(Exit::Unfinished);
    }
    if entries.is_empty() {
        terminal.say("nothing is scheduled");
        terminal.next(&place.command("send POST --at TIME"));
    } else if entries.iter().any(|entry| entry.what == What::Rest) {
        terminal.next(&place.command("send --due"));
    } else {
        terminal.next(&place.command("schedule print"));
    }
    Ok(Exit::Done)
}

fn print(args: &Print, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let program = std::env::current_exe().map_err(Failure::Program)?;
    let job = Job::new(&program, place.root())?;
    let unit = job.unit();
    let both = args.systemd == args.cron;
    let mut text = String::new();
    if both || args.systemd {
        let folder = "~/.config/systemd/user";
        text = format!("# {folder}/{unit}.service\n{}\n# {folder}/{unit}.timer\n{}", job.service(), job.timer());
    }
    if both {
        text.push_str("\n# or, with `crontab -e`\n");
    }
    if both || args.cron {
        text.push_str(&job.crontab());
    }
    terminal.result(&text)?;
    if both || args.systemd {
        terminal.say("`loginctl enable-linger` lets timers run while you are not logged in");
        terminal.next(&format!(
            "write both files, then `systemctl --user daemon-reload && systemctl --user enable --now {unit}.timer`"
        ));
    } else {
        terminal.next("add the line with `crontab -e`");
    }
    Ok(Exit::Done)
}
