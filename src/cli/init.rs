//! `newsletter init`.

use std::path::PathBuf;

use chrono::Utc;

use crate::cli::global::{Global, shell};
use crate::cli::output::Terminal;
use crate::cli::{Exit, Failure};
use crate::publication::scaffold;

/// Start a publication: configuration, a first post, templates folder and CI
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Write to DIR, which must be new or empty
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

pub(super) fn run(args: &Args, global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    let dir = global.base()?.join(&args.dir);
    let name = dir.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    for path in scaffold::init(&dir, &name, Utc::now().date_naive())? {
        terminal.result(&format!("{}\n", args.dir.join(path).display()))?;
    }
    let here = global.publication.as_ref().map_or_else(|| args.dir.clone(), |base| base.join(&args.dir));
    let here = here.to_string_lossy();
    let change = if here == "." { String::new() } else { format!("cd {} && ", shell(&here)) };
    terminal.next(&format!("{change}newsletter build --open"));
    Ok(Exit::Done)
}
