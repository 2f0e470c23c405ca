//! `newsletter new`.

use chrono::Utc;

use crate::cli::global::Global;
use crate::cli::output::{Terminal, printable};
use crate::cli::{Exit, Failure};
use crate::publication::scaffold::{self, Existing};
use crate::publication::{Outline, Publication};

/// Start a post: a draft with today's date and what its profile asks for
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Give it this title
    #[arg(value_name = "TITLE")]
    title: String,
    /// Start with the sections and fields of this profile
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
}

pub(super) fn run(args: &Args, global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    let place = global.open()?;
    let config = Publication::load_config(&place.files)?;
    let others = Outline::all(&place.files)?;
    let today = Utc::now().with_timezone(&config.timezone).date_naive();
    let draft = scaffold::draft(&config, &args.title, args.profile.as_deref(), today, &others)?;
    let path = place.root().join(draft.path.as_str());
    scaffold::write(&path, draft.text.as_bytes(), Existing::Keep)?;
    let shown = place.shown(&path);
    if !draft.missing.is_empty() {
        terminal.say("It still needs:");
        for one in &draft.missing {
            terminal.say(&format!("- {}", printable(one)));
        }
    }
    let build = place.command(&format!("build {} --open", place.argument(draft.path.as_str())));
    terminal.next(&format!("write `{shown}`, then `{build}`"));
    terminal.result(&format!("{shown}\n"))?;
    Ok(Exit::Done)
}
