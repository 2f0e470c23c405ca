//! `newsletter list`.

use rayon::prelude::*;
use serde_json::json;

use crate::build::{Built, build_issue, open};
use crate::cli::findings;
use crate::cli::global::{self, Global};
use crate::cli::output::{Terminal, printable};
use crate::cli::table::{Align, shortened, table};
use crate::cli::{Exit, Failure};
use crate::diagnostic::{Counts, Diagnostic, human};
use crate::files::Files;
use crate::publication::{LoadError, Publication, Selection};

/// List posts with their status, date, number, words and findings
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Show the list in this form
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people: a table
    #[default]
    Human,
    /// For machines: one JSON document
    Json,
}

const COLUMNS: [Align; 7] =
    [Align::Left, Align::Left, Align::Right, Align::Right, Align::Left, Align::Left, Align::Left];
/// The version of the JSON form.
const VERSION: u32 = 1;
/// The columns that a title takes at most.
const TITLE: usize = 48;

pub(super) fn run(args: &Args, global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    let place = global.open()?;
    let mut publication = match open(&place.files, &Selection::All) {
        Err(LoadError::Config(found)) => {
            findings::show(&found.iter().collect::<Vec<_>>(), findings::Format::Human, "", terminal)?;
            terminal.next(&format!("mend `newsletter.yaml`, then `{}`", place.command("list")));
            return Ok(Exit::Findings);
        }
        result => result?,
    };
    publication.today = Some(global::today());
    let built = checked(&publication, &place.files);
    match args.format {
        Format::Json => terminal.result(&as_json(&built))?,
        Format::Human => {
            let shared: Vec<_> = publication.diagnostics.iter().collect();
            findings::show(&shared, findings::Format::Human, "", terminal)?;
            if !built.is_empty() {
                terminal.result(&as_table(&built))?;
            }
            let first = built.iter().find(|one| !one.diagnostics.is_empty());
            terminal.next(&place.command(&match first {
                _ if built.is_empty() => "new \"My first letter\"".to_owned(),
                Some(one) => format!("build {}", place.argument(one.path.as_str())),
                None => "build --open".to_owned(),
            }));
        }
    }
    let mut all = publication.diagnostics.iter().chain(built.iter().flat_map(|one| &one.diagnostics));
    Ok(if all.any(Diagnostic::is_error) { Exit::Findings } else { Exit::Done })
}

/// All posts with what a build would find in them.
pub(super) fn checked(publication: &Publication, files: &dyn Files) -> Vec<Built> {
    // What was made of them is let go at once.
    let findings_only = |post| Built { output: None, ..build_issue(publication, post, files) };
    publication.posts.par_iter().map(findings_only).collect()
}

fn as_table(built: &[Built]) -> String {
    let mut rows = vec![["status", "date", "no", "words", "findings", "title", "file"].map(str::to_owned).to_vec()];
    for one in built {
        let counts = Counts::of(&one.diagnostics);
        let findings = if one.diagnostics.is_empty() { "none".to_owned() } else { human::counts(counts) };
        let dash = || "-".to_owned();
        let mut row = match &one.document {
            Some(document) => {
                let header = &document.front_matter;
                vec![
                    header.status.as_str().to_owned(),
                    header.date.map_or_else(dash, |date| date.day.to_string()),
                    header.number.map_or_else(dash, |number| number.to_string()),
                    document.words.to_string(),
                    findings,
                    printable(&shortened(&header.title, TITLE)),
                ]
            }
            None => vec!["unread".to_owned(), dash(), dash(), dash(), findings, dash()],
        };
        row.push(printable(one.path.as_str()));
        rows.push(row);
    }
    table(&COLUMNS, &rows)
}

fn as_json(built: &[Built]) -> String {
    let posts: Vec<_> = built
        .iter()
        .map(|one| {
            let header = one.document.as_ref().map(|document| &document.front_matter);
            let Counts { errors, warnings, notes } = Counts::of(&one.diagnostics);
            json!({
                "path": one.path.as_str(),
                "slug": header.map(|header| header.slug.as_str()),
                "title": header.map(|header| &header.title),
                "status": header.map(|header| header.status.as_str()),
                "date": header.and_then(|header| header.date).map(|date| date.day.to_string()),
                "number": header.and_then(|header| header.number),
                "words": one.document.as_ref().map(|document| document.words),
                "errors": errors,
                "warnings": warnings,
                "notes": notes,
            })
        })
        .collect();
    format!("{}\n", json!({ "version": VERSION, "posts": posts }))
}
