//! Bare `newsletter`: where you are, and what to run next.

use crate::build::open;
use crate::cli::global::{self, Global};
use crate::cli::output::{Terminal, printable};
use crate::cli::{Exit, Failure, findings, list};
use crate::diagnostic::{Counts, Diagnostic, human};
use crate::post::front_matter::Status;
use crate::publication::{LoadError, Selection};

pub(super) fn run(global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    let place = match global.open() {
        Err(Failure::Load(LoadError::NotFound(folder))) => {
            terminal
                .result(&format!("No newsletter in `{}` or above it\n", printable(&folder.display().to_string())))?;
            terminal.next("newsletter init my-newsletter");
            return Ok(Exit::Done);
        }
        result => result?,
    };
    let mut publication = match open(&place.files, &Selection::All) {
        Err(LoadError::Config(found)) => {
            findings::show(&found.iter().collect::<Vec<_>>(), findings::Format::Human, "", terminal)?;
            terminal.next(&format!("mend `newsletter.yaml`, then `{}`", place.command("")));
            return Ok(Exit::Findings);
        }
        result => result?,
    };
    publication.today = Some(global::today());
    let built = list::checked(&publication, &place.files);
    let documents = || built.iter().filter_map(|one| one.document.as_ref());
    let of = |status| documents().filter(|document| document.front_matter.status == status).count();
    let (drafts, ready) = (of(Status::Draft), of(Status::Ready));
    let all: Vec<_> = publication.diagnostics.iter().chain(built.iter().flat_map(|one| &one.diagnostics)).collect();
    let name = Some(printable(&publication.config.name)).filter(|name| !name.is_empty());
    let posts = match built.len() {
        0 => "no posts yet".to_owned(),
        1 => "1 post".to_owned(),
        n => format!("{n} posts"),
    };
    let mut text = format!("{}: {posts}", name.as_deref().unwrap_or("Newsletter without a name"));
    if !built.is_empty() {
        let plural = if drafts == 1 { "" } else { "s" };
        let counts = human::counts(Counts::of(all.iter().copied()));
        text = format!("{text} ({drafts} draft{plural}, {ready} ready), {counts}");
    }
    terminal.result(&format!("{text}\n{}\n", printable(&place.root().display().to_string())))?;
    terminal.next(&place.command(match built.len() {
        0 => "new \"My first letter\"",
        _ if all.is_empty() => "build --open",
        _ => "build",
    }));
    let errors = all.iter().copied().any(Diagnostic::is_error);
    Ok(if errors { Exit::Findings } else { Exit::Done })
}
