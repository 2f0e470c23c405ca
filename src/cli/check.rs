//! `newsletter check`.

use std::collections::BTreeMap;

use crate::build::{self, Change, Found, Online, Plan, World};
use crate::cli::findings::{self, Format};
use crate::cli::global::{self, Global, Place};
use crate::cli::output::Terminal;
use crate::cli::table::{Align, table};
use crate::cli::{Exit, Failure, cache, watch};
use crate::diagnostic::{Code, Counts, Diagnostic, Severity, Which, code, human};
use crate::web::{Cache, Limits};

/// Check posts, configuration and templates, and show all findings
#[derive(Clone, Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags as they are written")]
pub(super) struct Args {
    /// Check these posts alone: files, folders or slugs
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<String>,
    /// Show findings in this form
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
    /// Treat warnings as errors
    #[arg(long, value_name = "WHAT", value_enum)]
    deny: Option<Deny>,
    /// Look for these codes or names alone, separated by commas
    #[arg(long, value_name = "CODES", value_delimiter = ',', value_parser = known)]
    only: Vec<&'static Code>,
    /// Count findings by rule instead of showing them
    #[arg(long)]
    statistics: bool,
    /// Apply the fixes that cannot do harm
    #[arg(long)]
    fix: bool,
    /// Apply the fixes as well that a person should look at
    #[arg(long)]
    unsafe_fixes: bool,
    /// Show what fixes would change, and write nothing
    #[arg(long)]
    diff: bool,
    /// Ask the web as well whether what links and images lead to is there
    #[arg(long)]
    online: bool,
    /// Neither use nor keep what was answered in other runs
    #[arg(long, requires = "online")]
    no_cache: bool,
    /// Check again after every save, until Ctrl-C
    #[arg(long, conflicts_with_all = ["fix", "unsafe_fixes", "diff"])]
    watch: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Deny {
    /// Findings at the level of a warning
    Warnings,
}

pub(super) fn known(name: &str) -> Result<&'static Code, String> {
    code::find(name).ok_or_else(|| match crate::diagnostic::nearest(name, code::all().map(|code| code.name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "docs/rules.md lists them all".to_owned(),
    })
}

impl Args {
    /// The fixes to apply, where any are.
    fn which(&self) -> Option<Which> {
        match (self.unsafe_fixes, self.fix || self.diff) {
            (true, _) => Some(Which::All),
            (false, true) => Some(Which::Safe),
            (false, false) => None,
        }
    }
}

pub(super) fn run(args: &Args, global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    let place = global.open()?;
    let mut online = args.online.then(|| online(args, *terminal));
    if args.watch {
        return watch::run(args, global, place, online, *terminal);
    }
    let selection = place.selection(&args.paths);
    let mut world = World { today: Some(global::today()), online: online.as_mut() };
    let found = match args.which() {
        None => build::find(&place.files, &selection, &mut world)?,
        Some(which) => {
            let mended = build::mend(&place.files, &selection, &mut world, which, &args.only)?;
            if args.diff {
                terminal.result(&diff(&mended.changes))?;
            } else {
                write(&mended.changes, &place)?;
            }
            let (fixes, files) = (number(mended.fixes, "fix", "fixes"), number(mended.changes.len(), "file", "files"));
            terminal.say(&format!("{fixes} {} {files}", if args.diff { "would change" } else { "changed" }));
            mended.left
        }
    };
    save(online.as_mut(), terminal);
    let all = show(args, found, &place, terminal)?;
    next(args, &all, &place, terminal);
    Ok(if Counts::of(&all).errors > 0 { Exit::Findings } else { Exit::Done })
}

/// Shows what was asked for of all findings, and how many there are.
pub(super) fn show(args: &Args, found: Found, place: &Place, terminal: &Terminal) -> Result<Vec<Diagnostic>, Failure> {
    let Found { diagnostics, posts } = found;
    let all: Vec<Diagnostic> = diagnostics
        .into_iter()
        .filter(|found| args.only.is_empty() || args.only.contains(&found.code))
        .map(|found| match found.severity {
            Severity::Warning if args.deny == Some(Deny::Warnings) => found.severity(Severity::Error),
            _ => found,
        })
        .collect();
    if args.statistics {
        terminal.result(&statistics(&all))?;
    } else if !args.diff {
        findings::show(&all.iter().collect::<Vec<_>>(), args.format, &place.folder(), terminal)?;
    }
    terminal.say(&format!("{}: {}", number(posts, "post", "posts"), human::counts(Counts::of(&all))));
    Ok(all)
}

/// Who asks the web, and says before what that will come to.
fn online(args: &Args, terminal: Terminal) -> Online {
    let cache = if args.no_cache { Cache::none() } else { cache::file().map_or_else(Cache::none, Cache::open) };
    let online = Online::new(Limits::default(), cache, chrono::Utc::now().timestamp());
    online.announce(move |plan| {
        if plan != Plan::default() {
            terminal.say(&announcement(plan));
        }
    })
}

/// `asking 12 addresses at 7 servers; 3 are known, 2 are of your own site and not asked`.
fn announcement(plan: Plan) -> String {
    let Plan { round, own } = plan;
    let asked = number(round.asked, "address", "addresses");
    let mut text = match round.asked {
        0 => "asking no address".to_owned(),
        _ => format!("asking {asked} at {}", number(round.hosts, "server", "servers")),
    };
    let is = |number: usize| if number == 1 { "is" } else { "are" };
    let more = [
        (round.known, format!("{} {} known from the last day", round.known, is(round.known))),
        (own, format!("{own} {} of your own site and not asked", is(own))),
    ];
    let more: Vec<_> = more.into_iter().filter(|(number, _)| *number > 0).map(|(_, words)| words).collect();
    if !more.is_empty() {
        text = format!("{text}; {}", more.join(", "));
    }
    text
}

/// Keeps what was answered. Without that the next run asks again, and nothing else is lost.
pub(super) fn save(online: Option<&mut Online>, terminal: &Terminal) {
    if let Some(Err(error)) = online.map(Online::save) {
        terminal.say(&format!("what was answered could not be kept: {error}"));
    }
}

fn next(args: &Args, all: &[Diagnostic], place: &Place, terminal: &Terminal) {
    let can_fix = all.iter().any(|found| found.fix.as_ref().is_some_and(crate::diagnostic::Fix::is_safe));
    let first = all.iter().find(|found| found.is_error()).or(all.first());
    terminal.next(&match first {
        Some(_) if can_fix && args.which().is_none() => place.command("check --fix"),
        Some(found) => format!("newsletter explain {}", found.code.name),
        None if args.diff => place.command("check --fix"),
        None => place.command("build --open"),
    });
}

fn number(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn write(changes: &[Change], place: &Place) -> Result<(), Failure> {
    for Change { path, before, after } in changes {
        let written = place.files.replace(path, before.as_bytes(), after.as_bytes());
        written.map_err(|error| Failure::Write(path.to_string(), error))?;
    }
    Ok(())
}

/// The changes as a unified diff, which `git apply` and `patch` read.
fn diff(changes: &[Change]) -> String {
    let one = |change: &Change| {
        let (old, new) = (format!("a/{}", change.path), format!("b/{}", change.path));
        similar::TextDiff::from_lines(&change.before, &change.after).unified_diff().header(&old, &new).to_string()
    };
    changes.iter().map(one).collect()
}

/// How often each code was found, the most frequent first.
fn statistics(all: &[Diagnostic]) -> String {
    let mut counts: BTreeMap<&str, (usize, &Code)> = BTreeMap::new();
    for found in all {
        counts.entry(found.code.id).or_insert((0, found.code)).0 += 1;
    }
    let mut counts: Vec<_> = counts.into_values().collect();
    counts.sort_by_key(|(count, code)| (std::cmp::Reverse(*count), code.id));
    let row = |(count, code): &(usize, &Code)| vec![count.to_string(), code.id.to_owned(), code.name.to_owned()];
    table(&[Align::Right, Align::Left, Align::Left], &counts.iter().map(row).collect::<Vec<_>>())
}
