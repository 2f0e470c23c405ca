//! `newsletter templates`.

use std::path::Path;

use clap::Subcommand;

use crate::cli::global::Global;
use crate::cli::output::Terminal;
use crate::cli::table::{Align, table};
use crate::cli::{Exit, Failure};
use crate::diagnostic::nearest;
use crate::files::{Files, RelPath};
use crate::publication::scaffold::{self, Existing, ScaffoldError};
use crate::render::Templates;

/// List the built-in templates or copy them, to change them
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List all templates and where each comes from
    List,
    /// Copy built-in templates to templates/, without touching what is there
    Eject {
        /// Copy only these: classic, partials/footer, web/page.css
        #[arg(value_name = "NAME")]
        names: Vec<String>,
    },
}

pub(super) fn run(args: &Args, global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    match &args.command {
        Command::List => list(global, terminal),
        Command::Eject { names } => eject(names, global, terminal),
    }
}

fn list(global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    let place = global.open()?;
    let mut users = place.files.list("templates").unwrap_or_default();
    users.retain(|path| matches!(path.extension().as_str(), "hbs" | "css"));
    let is_users = |path: &str| users.iter().any(|user| user.as_str() == path);
    let builtin = Templates::builtin_files().iter().map(|(path, _)| *path);
    let mut paths: Vec<&str> = builtin.chain(users.iter().map(RelPath::as_str)).collect();
    paths.sort_unstable();
    paths.dedup();
    let row = |path: &&str| {
        let origin = if is_users(path) { "yours" } else { "built in" };
        vec![name(path).to_owned(), origin.to_owned(), (*path).to_owned()]
    };
    terminal.result(&table(&[Align::Left; 3], &paths.iter().map(row).collect::<Vec<_>>()))?;
    terminal.next(&place.command("templates eject classic"));
    Ok(Exit::Done)
}

fn eject(names: &[String], global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    let place = global.open()?;
    let files = Templates::builtin_files();
    let means = |written: &str, path: &str| written == path || written == name(path);
    if let Some(unknown) = names.iter().find(|written| !files.iter().any(|(path, _)| means(written, path))) {
        let nearest = nearest(unknown, files.iter().map(|(path, _)| name(path))).map(str::to_owned);
        return Err(Failure::UnknownTemplate { written: unknown.clone(), nearest });
    }
    let wanted = |path: &str| names.is_empty() || names.iter().any(|written| means(written, path));
    let mut first = None;
    for (path, text) in files.iter().filter(|(path, _)| wanted(path)) {
        match scaffold::write(&place.root().join(path), text.as_bytes(), Existing::Keep) {
            Ok(()) => {
                let shown = place.shown(&place.root().join(Path::new(path)));
                terminal.result(&format!("{shown}\n"))?;
                first.get_or_insert(shown);
            }
            Err(ScaffoldError::Exists(_)) => terminal.say(&format!("`{path}` is there already and stays as it is")),
            Err(error) => return Err(error.into()),
        }
    }
    match first {
        Some(path) => terminal.next(&format!("edit `{path}`, then `{}`", place.command("build --open"))),
        None => terminal.next(&place.command("build --open")),
    }
    Ok(Exit::Done)
}

/// `templates/partials/footer.hbs` as a template names it: `partials/footer`.
fn name(path: &str) -> &str {
    let name = path.strip_prefix("templates/").unwrap_or(path);
    name.strip_suffix(".hbs").unwrap_or(name)
}
