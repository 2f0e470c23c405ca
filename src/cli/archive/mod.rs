//! `newsletter archive`.

mod build;
mod export;
mod render;
mod serve;

use chrono::Utc;
use serde_json::json;

use crate::archive::{Archive, Chain, Erratum, Record};
use crate::build::{build_issue, open};
use crate::campaign::gate::Refusal;
use crate::cli::findings::{self, Format};
use crate::cli::global::{Global, Place, shell};
use crate::cli::output::{Terminal, printable};
use crate::cli::subscribers::number;
use crate::cli::{Exit, Failure};
use crate::diagnostic::Diagnostic;
use crate::message::MessageTemplate;
use crate::publication::{LoadError, Publication};

/// The version of the JSON of `verify`; a change that breaks a reader raises it.
const VERSION: u32 = 1;

/// Keep what was sent, look that nothing has changed, and make a web site of it
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Archive posts that were sent before, or elsewhere, in the order in which they went out
    Add {
        /// The posts: files or slugs
        #[arg(value_name = "POST", required = true)]
        posts: Vec<String>,
    },
    /// Make a web site of the archive, for any host
    Build(build::Args),
    /// Show the site on this machine, at an address of its own
    Serve(serve::Args),
    /// Write the archive as a book, or in a form that other tools read
    Export(export::Args),
    /// Render all issues anew into a folder of their own, and name those whose text would change
    Render(render::Args),
    /// Compute every hash of the archive again, and name the files that differ
    Verify {
        /// Look that each sealed record follows the one before, too
        #[arg(long)]
        chain: bool,
        /// Show what was found in this form
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
        format: Form,
    },
    /// Add a correction to an issue, beside its record, which stays as it is
    Correct {
        /// The issue
        #[arg(value_name = "SLUG")]
        slug: String,
        /// What is right
        #[arg(value_name = "TEXT", value_parser = words)]
        text: String,
    },
}

/// A text that says something.
fn words(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err("say what is right".to_owned()) } else { Ok(text.trim().to_owned()) }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// Lines to read
    #[default]
    Human,
    /// JSON, for scripts
    Json,
}

pub(super) fn run(args: &Args, global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    let place = global.open()?;
    let archive = Archive::of(place.root());
    match &args.command {
        Command::Add { posts } => {
            for post in posts {
                let exit = add(post, &archive, &place, terminal)?;
                if exit != Exit::Done {
                    return Ok(exit);
                }
            }
            terminal.next(&place.command("archive verify --chain"));
            Ok(Exit::Done)
        }
        Command::Build(args) => build::run(args, &place, terminal),
        Command::Serve(args) => serve::run(args, &place, terminal),
        Command::Export(args) => export::run(args, &archive, &place, terminal),
        Command::Render(args) => render::run(args, &archive, &place, terminal),
        Command::Verify { chain, format } => {
            verify(if *chain { Chain::Follow } else { Chain::Leave }, *format, &archive, &place, terminal)
        }
        Command::Correct { slug, text } => {
            let config = Publication::load_config(&place.files)?;
            let date = Utc::now().with_timezone(&config.timezone).date_naive().to_string();
            archive.correct(slug, Erratum { date, text: text.clone() })?;
            terminal.say(&format!("corrected {}; its record stays as it was sent", printable(slug)));
            terminal.next(&place.command("archive verify"));
            Ok(Exit::Done)
        }
    }
}

fn add(post: &str, archive: &Archive, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let publication = match open(&place.files, &place.selection(&[post.to_owned()])) {
        Err(LoadError::Config(found)) => return broken(&found.iter().collect::<Vec<_>>(), place, terminal),
        result => result?,
    };
    let [one] = publication.posts.as_slice() else { return Err(Failure::NotOnePost(publication.posts.len())) };
    let built = build_issue(&publication, one, &place.files);
    let (Some(document), Some(output)) = (&built.document, &built.output) else {
        let all = publication.diagnostics.iter().chain(&built.diagnostics);
        return broken(&all.collect::<Vec<_>>(), place, terminal);
    };
    if document.front_matter.status == crate::post::front_matter::Status::Draft {
        return Err(Failure::Refused(vec![Refusal::NotReady]));
    }
    let template = MessageTemplate::new(&publication.config, document, &output.renditions, &output.assets)?;
    let record = Record::new(document, output, &template);
    let slug = printable(record.manifest.slug());
    let changed = archive.add(&record, Utc::now())?;
    terminal.say(&if changed { format!("archived {slug}") } else { format!("{slug} stands in the archive as it is") });
    Ok(Exit::Done)
}

pub(super) fn broken(found: &[&Diagnostic], place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    findings::show(found, Format::Human, &place.folder(), terminal)?;
    terminal.next(&place.command("check"));
    Ok(Exit::Findings)
}

fn verify(chain: Chain, format: Form, archive: &Archive, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let found = archive.verify(chain)?;
    if format == Form::Json {
        let faults: Vec<_> =
            found.faults.iter().map(|fault| json!({ "path": fault.path, "message": fault.kind.words() })).collect();
        let json = json!({
            "version": VERSION, "records": found.records, "sealed": found.sealed, "files": found.files, "faults": faults
        });
        terminal.result(&format!("{json}\n"))?;
    } else {
        for fault in &found.faults {
            terminal.result(&format!("{} {}\n", printable(&fault.path), fault.kind.words()))?;
        }
    }
    terminal.say(&format!(
        "{}, {} sealed, {} read",
        number(found.records as u64, "record", "records"),
        found.sealed,
        number(found.files as u64, "file", "files")
    ));
    if found.faults.is_empty() {
        let next = if found.records == 0 { "archive add POST" } else { "status" };
        terminal.next(&place.command(next));
        return Ok(Exit::Done);
    }
    terminal.next(&format!("git log -p -- {}", shell(crate::archive::FOLDER)));
    Ok(Exit::Findings)
}
