//! `newsletter man`.

use std::path::PathBuf;

use clap_mangen::Man;

use crate::cli::global::Global;
use crate::cli::output::Terminal;
use crate::cli::{Exit, Failure, definition};
use crate::publication::scaffold;

/// Write the man pages to a folder, or print the main one
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Write a page for every command to DIR
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(super) fn run(args: &Args, global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    let command = definition();
    let Some(dir) = &args.dir else {
        terminal.result(&String::from_utf8_lossy(&page(command)))?;
        terminal.next("newsletter man ~/.local/share/man/man1");
        return Ok(Exit::Done);
    };
    let dir = global.base()?.join(dir);
    let subcommands = command.get_subcommands().map(|one| {
        let name = format!("newsletter-{}", one.get_name());
        (name.clone(), one.clone().bin_name(name.replace('-', " ")).display_name(name))
    });
    for (name, command) in std::iter::once(("newsletter".to_owned(), command.clone())).chain(subcommands) {
        let path = dir.join(format!("{name}.1"));
        scaffold::write(&path, &page(command), scaffold::Existing::Replace)?;
        terminal.result(&format!("{}\n", path.display()))?;
    }
    terminal.next(&format!("man {}", dir.join("newsletter.1").display()));
    Ok(Exit::Done)
}

fn page(command: clap::Command) -> Vec<u8> {
    let mut page = Vec::new();
    // Writing to memory does not fail.
    drop(Man::new(command).render(&mut page));
    page
}
