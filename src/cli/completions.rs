//! `newsletter completions`.

use clap_complete::Shell;

use crate::cli::output::Terminal;
use crate::cli::{Exit, Failure, definition};

/// Print a script that completes commands and flags in a shell
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Complete in this shell
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut definition(), "newsletter", &mut script);
    terminal.result(&String::from_utf8_lossy(&script))?;
    terminal.next(match args.shell {
        Shell::Fish => "newsletter completions fish > ~/.config/fish/completions/newsletter.fish",
        Shell::Zsh => "newsletter completions zsh > ~/.zfunc/_newsletter, a folder of your `fpath`",
        Shell::PowerShell => "newsletter completions powershell >> $PROFILE",
        Shell::Elvish => "newsletter completions elvish >> ~/.config/elvish/rc.elv",
        _ => "newsletter completions bash > ~/.local/share/bash-completion/completions/newsletter",
    });
    Ok(Exit::Done)
}
