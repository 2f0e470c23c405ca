//! `newsletter archive render`.

use std::path::PathBuf;

use serde_json::json;

use crate::archive::Archive;
use crate::build::output::{Folder, Kind};
use crate::cli::archive::Form;
use crate::cli::findings::{self, Format};
use crate::cli::global::Place;
use crate::cli::output::{Terminal, printable};
use crate::cli::subscribers::number;
use crate::cli::{Exit, Failure};
use crate::export::{Again, Fate, again};

/// The version of the JSON; a change that breaks a reader raises it.
const VERSION: u32 = 1;

/// The changes of an issue that are shown to eyes.
const SHOWN: usize = 5;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Render with these templates, this theme and configuration
    #[arg(long, value_name = "THEME", value_enum)]
    with_theme: Theme,
    /// Write to DIR, which must be new, empty or made by an earlier `archive render` [default: rendered]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Show what has changed in this form
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Theme {
    /// Those of today
    Current,
}

pub(super) fn run(args: &Args, archive: &Archive, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let Theme::Current = args.with_theme;
    let out = args.out.as_ref().map_or_else(|| place.root().join("rendered"), |out| place.resolve(out));
    let folder = Folder::open(&out, place.root(), Kind::Again)?;
    let issues = again(archive, &place.files, &folder)?;
    let count = |is: fn(&Fate) -> bool| issues.iter().filter(|issue| is(&issue.fate)).count();
    let changed = count(|fate| matches!(fate, Fate::Changed(_)));
    let failed = count(|fate| matches!(fate, Fate::Failed(_)));
    if args.format == Form::Json {
        let issues: Vec<_> = issues.iter().map(object).collect();
        terminal.result(&format!("{}\n", json!({ "version": VERSION, "issues": issues })))?;
    } else {
        for issue in &issues {
            show(issue, place, terminal)?;
        }
    }
    let folder = printable(&place.shown(folder.path()));
    let all = number(issues.len() as u64, "issue", "issues");
    terminal.say(&format!("{all} in `{folder}`: {changed} with another text, {failed} that cannot be rendered"));
    terminal.next(&place.command("archive build"));
    Ok(if changed + failed > 0 { Exit::Findings } else { Exit::Done })
}

fn show(issue: &Again, place: &Place, terminal: &Terminal) -> Result<(), Failure> {
    let slug = printable(&issue.slug);
    match &issue.fate {
        Fate::Same => Ok(()),
        Fate::Failed(found) => {
            terminal.result(&format!("{slug} cannot be rendered\n"))?;
            findings::show(&found.iter().collect::<Vec<_>>(), Format::Human, &place.folder(), terminal)
        }
        Fate::Changed(changes) => {
            let words = |words: &str| match words {
                "" => "nothing".to_owned(),
                words => format!("`{}`", printable(words)),
            };
            let mut lines = vec![format!("{slug} says something else")];
            lines.extend(
                changes.iter().take(SHOWN).map(|change| {
                    format!("  {}: {} is {} now", change.file, words(&change.before), words(&change.after))
                }),
            );
            if changes.len() > SHOWN {
                lines.push(format!("  and {} more; `--format json` has all", changes.len() - SHOWN));
            }
            let text = lines.join("\n") + "\n";
            terminal.result(&text)
        }
    }
}

fn object(issue: &Again) -> serde_json::Value {
    match &issue.fate {
        Fate::Same => json!({ "slug": issue.slug, "fate": "same" }),
        Fate::Changed(changes) => {
            let changes: Vec<_> = changes
                .iter()
                .map(|change| json!({ "file": change.file, "before": change.before, "after": change.after }))
                .collect();
            json!({ "slug": issue.slug, "fate": "changed", "changes": changes })
        }
        Fate::Failed(found) => {
            let why: Vec<_> = found.iter().map(|found| found.message.clone()).collect();
            json!({ "slug": issue.slug, "fate": "failed", "why": why })
        }
    }
}
