//! `newsletter archive build`.

use std::path::PathBuf;
use std::time::Instant;

use crate::archive::Archive;
use crate::build::output::{Folder, Kind};
use crate::cli::findings::{self, Format};
use crate::cli::global::Place;
use crate::cli::output::{Terminal, printable};
use crate::cli::subscribers::number;
use crate::cli::{Exit, Failure};
use crate::diagnostic::Diagnostic;
use crate::publication::{LoadError, Publication};
use crate::site::{self, Report, SiteError};

/// The links that are named unless all are asked for.
const BROKEN: usize = 20;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Write to DIR, which must be new, empty or made by an earlier `archive build` [default: site]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Name all links of letters that lead to nothing in the site, not only the first ones
    #[arg(long)]
    pub(super) links: bool,
}

pub(super) fn run(args: &Args, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let (folder, report) = match make(args, place, terminal)? {
        Ok(made) => made,
        Err(exit) => return Ok(exit),
    };
    terminal.next(&place.command(if report.issues == 0 { "archive add POST" } else { "archive verify" }));
    terminal.result(&format!("{}\n", place.shown(&folder.path().join("index.html"))))?;
    Ok(Exit::Done)
}

/// Builds the site; where the configuration cannot be used, says so, and how the command ends.
pub(super) fn make(args: &Args, place: &Place, terminal: &Terminal) -> Result<Result<(Folder, Report), Exit>, Failure> {
    let start = Instant::now();
    let out = args.out.as_ref().map_or_else(|| place.root().join(site::FOLDER), |out| place.resolve(out));
    let folder = Folder::open(&out, place.root(), Kind::Site)?;
    let publication = match Publication::load_frame(&place.files) {
        Err(LoadError::Config(found)) => return broken(&found, place, terminal).map(Err),
        result => result?,
    };
    if !publication.is_usable() {
        return broken(&publication.diagnostics, place, terminal).map(Err);
    }
    let report = match site::build(&publication, &Archive::of(place.root()), &place.files, &folder) {
        // What is wrong with a template was found when it was read.
        Err(SiteError::Template(_)) if publication.diagnostics.iter().any(Diagnostic::is_error) => {
            return broken(&publication.diagnostics, place, terminal).map(Err);
        }
        result => result?,
    };
    if !report.found.is_empty() {
        findings::show(&report.found.iter().collect::<Vec<_>>(), Format::Human, &place.folder(), terminal)?;
    }
    if !site::LEFT_OUT.is_empty() {
        terminal.say(&format!(
            "without {}, which this program was built without; `cargo install --path . --features full` has all",
            site::LEFT_OUT
        ));
    }
    for alias in &report.lost {
        let line = alias.line.map(|line| format!(":{line}")).unwrap_or_default();
        let (path, url) = (printable(&alias.path), printable(&alias.url));
        terminal.say(&format!("{path}{line}: the alias `/{url}` is left out, for something else stands there"));
    }
    let named = if args.links { report.broken.len() } else { BROKEN };
    for link in report.broken.iter().take(named) {
        let line = link.line.map(|line| format!(":{line}")).unwrap_or_default();
        let (path, url) = (printable(&link.path), printable(&link.url));
        terminal.say(&format!("{path}{line}: `{url}` leads to nothing in the site"));
    }
    if let Some(more) = report.broken.len().checked_sub(named).filter(|more| *more > 0) {
        terminal.say(&format!("{more} more; `--links` names them all"));
    }
    terminal.say(&format!(
        "{}, {}, {} as before, in {:.1} s",
        number(report.issues as u64, "issue", "issues"),
        number(report.files as u64, "file", "files"),
        report.kept,
        start.elapsed().as_secs_f64()
    ));
    Ok(Ok((folder, report)))
}

fn broken(found: &[Diagnostic], place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    findings::show(&found.iter().collect::<Vec<_>>(), Format::Human, &place.folder(), terminal)?;
    terminal.next(&format!("mend what is named, then `{}`", place.command("archive build")));
    Ok(Exit::Findings)
}
