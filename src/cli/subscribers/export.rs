//! `newsletter subscribers export`.

use std::fs::OpenOptions;
use std::path::PathBuf;

use crate::cli::global::{Place, shell};
use crate::cli::output::Terminal;
use crate::cli::subscribers::list::Status;
use crate::cli::subscribers::{config, existing, number, segment};
use crate::cli::{Exit, Failure};
use crate::subscribers::{Export, ExportError, Form, Formulas, Which};

/// Write the list as CSV or JSON Lines, to standard output or a file
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Write to FILE, which you alone can read
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write in this form
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: FileForm,
    /// Leave out the `'` before cells that a spreadsheet would run: those that start with = + - @
    #[arg(long)]
    raw: bool,
    /// Write those who get the letters to this segment
    #[arg(long, value_name = "NAME", conflicts_with = "status")]
    segment: Option<String>,
    /// Write those with this status
    #[arg(long, value_name = "STATUS", value_enum)]
    status: Option<Status>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum FileForm {
    /// A table with commas
    #[default]
    Csv,
    /// One JSON object a line
    Jsonl,
}

pub(super) fn run(args: &Args, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let config = config(place)?;
    let list = existing(place)?;
    let which = match (&args.segment, args.status) {
        (Some(name), _) => Which::Segment(segment(&config, name)?, config.timezone),
        (None, Some(status)) => status.which(),
        (None, None) => Which::All,
    };
    let form = if args.format == FileForm::Csv { Form::Csv } else { Form::JsonLines };
    let formulas = if args.raw { Formulas::Raw } else { Formulas::Disarmed };
    let export = Export { which, form, formulas };
    let count = match &args.output {
        None => list.export(export, std::io::stdout().lock()).map_err(|error| match error {
            ExportError::Write(error) => Failure::Stdout(error),
            ExportError::List(error) => error.into(),
        })?,
        Some(path) => {
            let name = path.display().to_string();
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file = options.open(place.resolve(path)).map_err(|error| Failure::Write(name.clone(), error))?;
            list.export(export, file).map_err(|error| match error {
                ExportError::Write(error) => Failure::Write(name, error),
                ExportError::List(error) => error.into(),
            })?
        }
    };
    terminal.say(&format!("wrote {}", number(count, "subscriber", "subscribers")));
    if let Some(path) = &args.output {
        let flag = if args.raw || form == Form::JsonLines { "" } else { " --from-export" };
        let file = shell(&path.to_string_lossy());
        terminal.next(&place.command(&format!("subscribers import {file}{flag} --dry-run")));
    }
    Ok(Exit::Done)
}
