//! `newsletter explain`.

use crate::check;
use crate::cli::output::Terminal;
use crate::cli::{Exit, Failure};
use crate::diagnostic::Code;

/// Explain a check: what it finds, why it matters and what to write instead
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The code or the name of the check, as `NL044` or `image-without-alt`
    #[arg(value_name = "CHECK", value_parser = crate::cli::check::known)]
    code: &'static Code,
}

pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    terminal.result(&check::explain(args.code))?;
    terminal.next(&format!("newsletter check --only {}", args.code.name));
    Ok(Exit::Done)
}
