//! `newsletter archive build`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::archive::Archive;
use crate::build::output::{Folder, Kind};
use crate::cli::findings::{self, Format};
use crate::cli::global::Place;
use crate::cli::output::Terminal;
use crate::cli::subscribers::number;
use crate::cli::{Exit, Failure};
use crate::diagnostic::Diagnostic;
use crate::publication::{LoadError, Publication};
use crate::site::{self, Report};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Write to DIR, which must be new, empty or made by an earlier `archive build` [default: site]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &Args, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let (folder, report) = match make(args.out.as_deref(), place, terminal)? {
        Ok(made) => made,
        Err(exit) => return Ok(exit),
    };
    terminal.next(&place.command(if report.issues == 0 { "archive add POST" } else { "archive verify" }));
    terminal.result(&format!("{}\n", place.shown(&folder.path().join("index.html"))))?;
    Ok(Exit::Done)
}

/// Builds the site; where the configuration cannot be used, says so, and how the command ends.
pub(super) fn make(
    out: Option<&Path>,
    place: &Place,
    terminal: &Terminal,
) -> Result<Result<(Folder, Report), Exit>, Failure> {
    let start = Instant::now();
    let out = out.map_or_else(|| place.root().join(site::FOLDER), |out| place.resolve(out));
    let folder = Folder::open(&out, place.root(), Kind::Site)?;
    let publication = match Publication::load_frame(&place.files) {
        Err(LoadError::Config(found)) => return broken(&found, place, terminal).map(Err),
        result => result?,
    };
    if !publication.is_usable() {
        return broken(&publication.diagnostics, place, terminal).map(Err);
    }
    let report = site::build(&publication, &Archive::of(place.root()), &place.files, &folder)?;
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
