//! The command line: one line a command.

mod approve;
mod archive;
mod ask;
mod bare;
mod build;
mod cache;
mod campaigns;
mod cancel;
mod check;
mod completions;
mod dkim;
mod doctor;
mod exit;
mod explain;
mod failure;
mod findings;
mod global;
mod init;
mod list;
mod lsp;
mod man;
mod new;
mod output;
mod publish;
mod resolve;
mod schedule;
mod schema;
mod segments;
mod send;
mod status;
mod subscribers;
mod table;
mod templates;
mod watch;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

pub use exit::Exit;
use failure::Failure;
use global::Global;
use output::Terminal;

/// Check, render and send newsletters written in Markdown
#[derive(Debug, Parser)]
#[command(name = "newsletter", version, max_term_width = 100, disable_help_subcommand = true)]
#[command(after_help = "Without a command it says where you are and what to run next")]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Args),
    Build(build::Args),
    New(new::Args),
    Init(init::Args),
    List(list::Args),
    Subscribers(subscribers::Args),
    Segments(segments::Args),
    Send(send::Args),
    Approve(approve::Args),
    Archive(archive::Args),
    Publish(publish::Args),
    Schedule(schedule::Args),
    Status(status::Args),
    Cancel(cancel::Args),
    Resolve(resolve::Args),
    Explain(explain::Args),
    Dkim(dkim::Args),
    Doctor(doctor::Args),
    Lsp(lsp::Args),
    Templates(templates::Args),
    Schema(schema::Args),
    Completions(completions::Args),
    Man(man::Args),
}

impl Cli {
    fn run(&self, terminal: &Terminal) -> Result<Exit, Failure> {
        let global = &self.global;
        match &self.command {
            None => bare::run(global, terminal),
            Some(Command::Check(args)) => check::run(args, global, terminal),
            Some(Command::Build(args)) => build::run(args, global, terminal),
            Some(Command::New(args)) => new::run(args, global, terminal),
            Some(Command::Init(args)) => init::run(args, global, terminal),
            Some(Command::List(args)) => list::run(args, global, terminal),
            Some(Command::Subscribers(args)) => subscribers::run(args, global, terminal),
            Some(Command::Segments(args)) => segments::run(args, global, terminal),
            Some(Command::Send(args)) => send::run(args, global, terminal),
            Some(Command::Approve(args)) => approve::run(args, global, terminal),
            Some(Command::Archive(args)) => archive::run(args, global, terminal),
            Some(Command::Publish(args)) => publish::run(args, global, terminal),
            Some(Command::Schedule(args)) => schedule::run(args, global, terminal),
            Some(Command::Status(args)) => status::run(args, global, terminal),
            Some(Command::Cancel(args)) => cancel::run(args, global, terminal),
            Some(Command::Resolve(args)) => resolve::run(args, global, terminal),
            Some(Command::Explain(args)) => explain::run(args, terminal),
            Some(Command::Dkim(args)) => dkim::run(args, global, terminal),
            Some(Command::Doctor(args)) => doctor::run(args, global, terminal),
            Some(Command::Lsp(args)) => lsp::run(args, global),
            Some(Command::Templates(args)) => templates::run(args, global, terminal),
            Some(Command::Schema(args)) => schema::run(args, terminal),
            Some(Command::Completions(args)) => completions::run(args, terminal),
            Some(Command::Man(args)) => man::run(args, global, terminal),
        }
    }
}

/// All commands as clap knows them: what help, completions and man pages are made from.
fn definition() -> clap::Command {
    Cli::command()
}

/// Runs the command that the arguments name.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let exit = if error.use_stderr() { Exit::CouldNotRun } else { Exit::Done };
            // Nothing can be said about a stream that is closed.
            drop(error.print());
            return exit.into();
        }
    };
    let terminal = Terminal::new(cli.global.color, cli.global.talk());
    match cli.run(&terminal) {
        Ok(exit) => exit.into(),
        Err(failure) => terminal.fail(&failure, &cli.global).into(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_arguments_are_well_defined() {
        super::definition().debug_assert();
    }

    #[test]
    fn help_is_imperative_and_has_no_full_stop() {
        fn check(command: &clap::Command) {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(!about.is_empty() && !about.ends_with('.'), "{}: {about:?}", command.get_name());
            for argument in command.get_arguments() {
                let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
                assert!(!help.is_empty() && !help.ends_with('.'), "{} {}", command.get_name(), argument.get_id());
            }
            command.get_subcommands().for_each(check);
        }
        check(&super::definition());
    }
}
