//! `newsletter archive export`.

use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use crate::archive::Archive;
use crate::cli::global::Place;
use crate::cli::output::Terminal;
use crate::cli::subscribers::number;
use crate::cli::{Exit, Failure};
use crate::export::{self, Form, Private, Request};
use crate::publication::Publication;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Write this form
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: FileForm,
    /// Take the issues of this year alone
    #[arg(long, value_name = "YEAR")]
    year: Option<i32>,
    /// Write to FILE instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Take private issues along
    #[arg(long)]
    include_private: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum FileForm {
    /// A book (EPUB 3), a chapter an issue
    Epub,
    /// One JSON object a line
    Jsonl,
    /// A mailbox (mboxrd) of the messages
    Mbox,
    /// A ZIP file of Markdown and pictures, which Buttondown imports
    Markdown,
}

impl FileForm {
    fn form(self) -> Form {
        match self {
            Self::Epub => Form::Epub,
            Self::Jsonl => Form::JsonLines,
            Self::Mbox => Form::Mbox,
            Self::Markdown => Form::Markdown,
        }
    }
}

pub(super) fn run(args: &Args, archive: &Archive, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let config = Publication::load_config(&place.files)?;
    let private = if args.include_private { Private::Include } else { Private::Leave };
    let request = Request { form: args.format.form(), year: args.year, private };
    if args.out.is_none() && request.form.is_binary() && io::stdout().is_terminal() {
        return Err(Failure::NoFile);
    }
    let exported = export::export(archive, &config, request)?;
    match &args.out {
        Some(out) => {
            let name = out.display().to_string();
            write(&place.resolve(out), &exported.bytes).map_err(|error| Failure::Write(name, error))?;
        }
        None => io::stdout().lock().write_all(&exported.bytes).map_err(Failure::Stdout)?,
    }
    terminal.say(&format!("wrote {}", number(exported.issues as u64, "issue", "issues")));
    if exported.left_out > 0 {
        let left_out = number(exported.left_out as u64, "private one is", "private ones are");
        terminal.say(&format!("{left_out} left out; `--include-private` takes them along"));
    }
    Ok(Exit::Done)
}

/// Writes the file, all of it or nothing.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut beside = path.file_name().unwrap_or_default().to_owned();
    beside.push(".new");
    let beside = path.with_file_name(beside);
    fs::write(&beside, bytes)?;
    fs::rename(&beside, path)
}
