//! `newsletter lsp`.

use crate::cli::global::{self, Global};
use crate::cli::{Exit, Failure};
use crate::editor;

/// Serve an editor: findings while typing, fixes, completion (the language server protocol)
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Use standard input and output, as every client does; accepted for those that say so
    #[arg(long)]
    stdio: bool,
}

pub(super) fn run(_: &Args, global: &Global) -> Result<Exit, Failure> {
    editor::serve(global.named().as_deref(), global::today())?;
    Ok(Exit::Done)
}
