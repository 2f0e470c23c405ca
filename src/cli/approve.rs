//! `newsletter approve`.

use crate::build::{build_issue, open};
use crate::campaign::approval::{self, Approval};
use crate::campaign::when;
use crate::cli::global::{self, Global, shell};
use crate::cli::output::{Terminal, printable};
use crate::cli::subscribers::made;
use crate::cli::{Exit, Failure, findings};
use crate::diagnostic::Diagnostic;
use crate::publication::{LoadError, SelectError};

/// Approve a post as it is now, for `require_approval` in newsletter.yaml
///
/// What is approved is what a reader gets: sender, subject, preheader, the text, and the HTML with
/// its images. A later change of the post, of a file that it includes, of a template or of the
/// configuration has to be approved again.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Approve this post: its file or its slug
    #[arg(value_name = "POST")]
    post: String,
    /// Note who approves it
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

pub(super) fn run(args: &Args, global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    let place = global.open()?;
    let mut publication = match open(&place.files, &place.selection(std::slice::from_ref(&args.post))) {
        Err(LoadError::Config(found)) => {
            findings::show(&found.iter().collect::<Vec<_>>(), findings::Format::Human, "", terminal)?;
            terminal.next(&format!("mend `newsletter.yaml`, then `{}`", place.command("check")));
            return Ok(Exit::Findings);
        }
        result => result?,
    };
    publication.today = Some(global::today());
    let [post] = publication.posts.as_slice() else {
        return Err(LoadError::Select(SelectError::Several { written: args.post.clone() }).into());
    };
    let built = build_issue(&publication, post, &place.files);
    let (Some(document), Some(output)) = (&built.document, &built.output) else {
        let all = publication.diagnostics.iter().chain(&built.diagnostics);
        let errors: Vec<_> = all.filter(|found| Diagnostic::is_error(found)).collect();
        findings::show(&errors, findings::Format::Human, "", terminal)?;
        terminal.say("a post with errors cannot be approved");
        terminal.next(&place.command(&format!("check {}", place.argument(post.path.as_str()))));
        return Ok(Exit::Findings);
    };
    let (slug, config) = (document.front_matter.slug.as_str(), &publication.config);
    let text = approval::text(config, document, output);
    let list = made(&place, terminal)?;
    let before = approval::check(list.store(), slug, &text)?;
    let now = chrono::Utc::now();
    let shown = |at| when::shown(at, config.timezone);
    let named = |by: &Option<String>| by.as_ref().map(|by| format!(" by {}", printable(by))).unwrap_or_default();
    match &before {
        Approval::Approved { at, by } => {
            terminal.say(&format!("it was approved on {}{}, and is the same", shown(*at), named(by)));
        }
        Approval::Changed { at, by, diff } => {
            terminal.say(&format!("since {}{} it has changed:", shown(*at), named(by)));
            terminal.findings(&diff.lines().map(|line| printable(line) + "\n").collect::<String>());
        }
        Approval::Never => {}
    }
    approval::approve(list.store(), slug, &text, args.by.as_deref(), now)?;
    let subject = document.front_matter.subject.as_deref().unwrap_or(&document.front_matter.title);
    terminal.say(&format!("approved `{slug}`{}: {}", named(&args.by), printable(subject)));
    terminal.next(&place.command(&format!("send {} --dry-run", shell(slug))));
    Ok(Exit::Done)
}
