//! `newsletter publish`.

use crate::archive::Archive;
use crate::build::output::{Folder, Kind};
use crate::campaign::publish;
use crate::cli::archive::broken;
use crate::cli::global::{Global, shell};
use crate::cli::output::{Terminal, printable};
use crate::cli::subscribers::number;
use crate::cli::{Exit, Failure};
use crate::publication::{LoadError, Publication};
use crate::site::{self, SiteError};

/// Build the site of the archive, and put it on the web by `publish.command`
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Build the site, and show the command instead of running it
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &Args, global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    let place = global.open()?;
    let mut publication = match Publication::load_frame(&place.files) {
        Err(LoadError::Config(found)) => return broken(&found.iter().collect::<Vec<_>>(), &place, terminal),
        result => result?,
    };
    if !publication.is_usable() {
        return broken(&publication.diagnostics.iter().collect::<Vec<_>>(), &place, terminal);
    }
    if publication.config.base_url.is_none() {
        return Err(SiteError::NoAddress.into());
    }
    let out = place.root().join(site::FOLDER);
    let folder = Folder::open(&out, place.root(), Kind::Site)?;
    let command = publication.config.publish.clone();
    if args.dry_run {
        std::sync::Arc::make_mut(&mut publication.config).publish.clear();
    }
    let built = publish::publish(&publication, &Archive::of(place.root()), &place.files, &folder)?;
    let site = printable(&place.shown(folder.path()));
    let shown = command.iter().map(|word| shell(&printable(word))).collect::<Vec<_>>().join(" ");
    let issues = number(built.map_or(0, |built| built.issues as u64), "issue", "issues");
    terminal.say(&match (command.is_empty(), args.dry_run) {
        (true, _) => format!("{issues} in `{site}`, and `publish.command` names no program that puts it on the web"),
        (false, true) => format!("{issues} in `{site}`; this would run: {shown}"),
        (false, false) => format!("published {issues}"),
    });
    terminal.next(&place.command(match (command.is_empty(), args.dry_run) {
        (false, true) => "publish",
        _ => "archive verify",
    }));
    Ok(Exit::Done)
}
