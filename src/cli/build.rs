//! `newsletter build`.

use std::mem::ManuallyDrop;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::build::output::{Folder, Kind};
use crate::build::{self, Issue, Outcome, Request, SingleFile};
use crate::cli::findings::{self, Format};
use crate::cli::global::{Global, Place};
use crate::cli::output::Terminal;
use crate::cli::{Exit, Failure};
use crate::diagnostic::{Counts, Diagnostic};
use crate::post::front_matter::Status;
use crate::publication::{LoadError, Publication};

/// Build posts as web page, e-mail, plain text and message
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Build only these posts (files, folders or slugs); what was built of others stays
    #[arg(value_name = "PATHS")]
    paths: Vec<String>,
    /// Write to DIR, which must be new, empty or made by an earlier build [default: out]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Build only posts of this status
    #[arg(long, value_name = "STATUS", value_enum)]
    status: Option<StatusArg>,
    /// Open the page of all posts in the browser
    #[arg(long)]
    open: bool,
    /// Write one HTML file with everything in it, too, to send to somebody
    #[arg(long)]
    single_file: bool,
    /// Show findings in this form
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum StatusArg {
    /// Still being written
    Draft,
    /// May go out
    Ready,
}

pub(super) fn run(args: &Args, global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    let start = Instant::now();
    let place = global.open()?;
    let out = args.out.as_ref().map_or_else(|| place.root().join("out"), |out| place.resolve(out));
    let folder = Folder::open(&out, place.root(), Kind::Build)?;
    let request = Request {
        selection: place.selection(&args.paths),
        status: args.status.map(|status| match status {
            StatusArg::Draft => Status::Draft,
            StatusArg::Ready => Status::Ready,
        }),
        single_file: if args.single_file { SingleFile::With } else { SingleFile::Without },
    };
    let publication = match build::open(&place.files, &request.selection) {
        Err(LoadError::Config(found)) => {
            findings::show(&found.iter().collect::<Vec<_>>(), args.format, &place.folder(), terminal)?;
            terminal.next(&format!("mend `newsletter.yaml`, then `{}`", place.command("build")));
            return Ok(Exit::Findings);
        }
        result => result?,
    };
    // The command ends the process, and the system takes memory back at once: to take all posts apart
    // before would be a tenth of the time of a build.
    let publication = ManuallyDrop::new(publication);
    let outcome = build::run(&publication, &request, &folder, &place.files)?;
    let all: Vec<&Diagnostic> =
        publication.diagnostics.iter().chain(outcome.issues.iter().flat_map(|issue| &issue.diagnostics)).collect();
    findings::show(&all, args.format, &place.folder(), terminal)?;
    terminal.say(&summary(&publication, &outcome.issues, start.elapsed()));
    let opened = args.open && open(&outcome);
    next(&publication, &outcome, &place, terminal, opened);
    if args.format == Format::Human {
        for path in [Some(&outcome.index), outcome.single_file.as_ref()].into_iter().flatten() {
            terminal.result(&format!("{}\n", place.shown(path)))?;
        }
    }
    let errors = all.iter().any(|found| found.is_error());
    Ok(if errors { Exit::Findings } else { Exit::Done })
}

/// `6 posts in 0.4 s: 3 ready, 2 with warnings, 1 with an error`.
fn summary(publication: &Publication, issues: &[Issue], time: Duration) -> String {
    let posts = format!("{} post{}", issues.len(), if issues.len() == 1 { "" } else { "s" });
    let seconds = time.as_secs_f64();
    if !publication.is_usable() {
        let config = publication.config.source.path();
        return format!("{posts} in {seconds:.1} s: none built, because `{config}` has errors");
    }
    let (mut ready, mut drafts, mut warned, mut broken) = (0, 0, 0, 0);
    for issue in issues {
        match (Counts::of(&issue.diagnostics), issue.status) {
            (Counts { errors: 1.., .. }, _) => broken += 1,
            (Counts { warnings: 1.., .. }, _) => warned += 1,
            (_, Some(Status::Ready)) => ready += 1,
            _ => drafts += 1,
        }
    }
    let parts = [
        (ready, "ready".to_owned()),
        (drafts, if drafts == 1 { "draft".to_owned() } else { "drafts".to_owned() }),
        (warned, if warned == 1 { "with a warning".to_owned() } else { "with warnings".to_owned() }),
        (broken, if broken == 1 { "with an error".to_owned() } else { "with errors".to_owned() }),
    ];
    let parts: Vec<_> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, words)| format!("{n} {words}")).collect();
    let colon = if parts.is_empty() { "" } else { ": " };
    format!("{posts} in {seconds:.1} s{colon}{}", parts.join(", "))
}

fn next(publication: &Publication, outcome: &Outcome, place: &Place, terminal: &Terminal, opened: bool) {
    let broken = outcome.issues.iter().find(|issue| issue.diagnostics.iter().any(Diagnostic::is_error));
    let shared = publication.diagnostics.iter().find(|found| found.is_error());
    terminal.next(&if let Some(found) = shared {
        format!("mend `{}`, then `{}`", found.source.path(), place.command("build"))
    } else if let Some(issue) = broken {
        let path = place.shown(&place.root().join(issue.path.as_str()));
        let again = place.command(&format!("build {}", place.argument(issue.path.as_str())));
        format!("mend `{path}`, then `{again}`")
    } else if publication.outlines.is_empty() {
        place.command("new \"My first letter\"")
    } else {
        place.command(if opened { "list" } else { "build --open" })
    });
}

/// Opens the page in a browser where there is a screen to show it on.
fn open(outcome: &Outcome) -> bool {
    let path = &outcome.index;
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut command = Command::new("cmd");
        command.args(["/c", "start", ""]);
        command
    } else if is_set("DISPLAY") || is_set("WAYLAND_DISPLAY") {
        Command::new("xdg-open")
    } else {
        return false;
    };
    command.arg(path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().is_ok()
}
