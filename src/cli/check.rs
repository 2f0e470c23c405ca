//! `newsletter check`.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::build::{build_issue, open};
use crate::cli::findings::{self, Format};
use crate::cli::global::Global;
use crate::cli::output::Terminal;
use crate::cli::table::{Align, table};
use crate::cli::{Exit, Failure};
use crate::diagnostic::{Code, Counts, Diagnostic, Severity, code, human};
use crate::files::Files;
use crate::publication::{LoadError, Post, Publication, Selection};

/// Check posts, configuration and templates, and show all findings
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Check these posts alone: files, folders or slugs
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// Show findings in this form
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
    /// Treat warnings as errors
    #[arg(long, value_name = "WHAT", value_enum)]
    deny: Option<Deny>,
    /// Show findings of these codes or names alone, separated by commas
    #[arg(long, value_name = "CODES", value_delimiter = ',', value_parser = known)]
    only: Vec<&'static Code>,
    /// Count findings by rule instead of showing them
    #[arg(long)]
    statistics: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Deny {
    /// Findings at the level of a warning
    Warnings,
}

fn known(name: &str) -> Result<&'static Code, String> {
    code::find(name).ok_or_else(|| format!("there is no check `{name}`; docs/rules.md lists them"))
}

pub(super) fn run(args: &Args, global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    let place = global.open()?;
    let selection = place.selection(&args.paths);
    let (all, posts) = match found(&place.files, &selection) {
        Err(LoadError::Config(found)) => (found, 0),
        result => result?,
    };
    let all: Vec<Diagnostic> = all
        .into_iter()
        .filter(|found| args.only.is_empty() || args.only.contains(&found.code))
        .map(|found| match found.severity {
            Severity::Warning if args.deny == Some(Deny::Warnings) => found.severity(Severity::Error),
            _ => found,
        })
        .collect();
    if args.statistics {
        terminal.result(&statistics(&all))?;
    } else {
        findings::show(&all.iter().collect::<Vec<_>>(), args.format, terminal)?;
    }
    let counts = Counts::of(&all);
    terminal.say(&format!("{posts} post{}: {}", if posts == 1 { "" } else { "s" }, human::counts(counts)));
    match all.iter().find(|found| found.is_error()).or(all.first()) {
        Some(found) => terminal.next(&format!("newsletter explain {}", found.code.name)),
        None => terminal.next("newsletter build --open"),
    }
    Ok(if counts.errors > 0 { Exit::Findings } else { Exit::Done })
}

/// All findings of what is selected and of what posts share, and the number of posts.
fn found(files: &dyn Files, selection: &Selection) -> Result<(Vec<Diagnostic>, usize), LoadError> {
    let publication = open(files, selection)?;
    let of_post = |post: &Post| build_issue(&publication, post, files).diagnostics;
    let posts: Vec<_> = publication.posts.par_iter().map(of_post).collect();
    let count = posts.len();
    let Publication { diagnostics, .. } = publication;
    Ok((diagnostics.into_iter().chain(posts.into_iter().flatten()).collect(), count))
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
