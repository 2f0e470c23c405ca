//! `newsletter schema`.

use crate::cli::output::Terminal;
use crate::cli::{Exit, Failure};
use crate::publication::scaffold;

/// Print the JSON Schema of newsletter.yaml or of a post's front matter
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Describe this kind of file
    #[arg(value_name = "KIND", value_enum)]
    kind: Kind,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Kind {
    /// newsletter.yaml
    Config,
    /// The front matter of a post
    Post,
}

pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    terminal.result(&match args.kind {
        Kind::Config => scaffold::config_schema(),
        Kind::Post => scaffold::post_schema(),
    })?;
    terminal.next(match args.kind {
        Kind::Config => "newsletter schema config > schema/newsletter.json",
        Kind::Post => "newsletter schema post > schema/post.json",
    });
    Ok(Exit::Done)
}
