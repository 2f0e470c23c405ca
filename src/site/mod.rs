//! The archive as a web site, for any host: pages from the templates and theme of the mail, feeds,
//! and whatever else leads readers and machines to an issue.
//!
//! All of it is made of records; posts are not read. A site is a list of files, each of which knows
//! what it is made of; they are written beside the last site and take its place at the end, and those
//! that are made of the same as the last time are not made again.

mod cards;
mod error;
mod feed;
mod head;
mod home;
mod issue;
mod leaf;
mod links;
mod lists;
mod machines;
mod markup;
mod page;
mod place;
mod rows;
mod search;
mod stock;

use crate::archive::{Archive, Listed, Shown};
use crate::build::output::Folder;
use crate::diagnostic::{Diagnostic, Sink};
use crate::files::Files;
use crate::publication::Publication;
use crate::render::{Asset, Assets, page as web_page};
use cards::Cards;
use leaf::{Last, Leaf};
use lists::Lists;

pub use error::SiteError;
pub use links::Broken;
pub use place::base_path;

/// The folder of a publication that its site goes to, where no other is named.
pub const FOLDER: &str = "site";

/// What a site came to.
#[derive(Clone, Debug)]
pub struct Report {
    /// The issues that have a page.
    pub issues: usize,
    /// The files of the site.
    pub files: usize,
    /// Those of them that are as they were.
    pub kept: usize,
    /// Links of issues to pages of the site that are not there, in the order of the issues.
    pub broken: Vec<Broken>,
    /// Aliases of issues at whose address something else stands, in the order of the issues.
    pub lost: Vec<Broken>,
    /// What is wrong with the social cards.
    pub found: Vec<Diagnostic>,
}

/// What this program was built without, in words; empty where it has all.
pub const LEFT_OUT: &str = match (cards::ARE_BUILT, search::IS_BUILT) {
    (true, true) => "",
    (true, false) => "search",
    (false, true) => "social cards",
    (false, false) => "search and social cards",
};

/// What all pages share.
struct Site<'a> {
    publication: &'a Publication,
    /// Where it stands, without a `/` at the end.
    base: &'a str,
    /// The issues that have a page, from the oldest to the latest.
    shown: &'a [Shown],
    /// Those of them that others may name.
    listed: &'a [Listed<'a>],
    /// Those by what they have in common.
    lists: Lists<'a>,
    /// What stands in the place of the newsletter's name.
    logo: Option<Asset>,
    /// The style sheet's name, which tells its content.
    style: String,
    cards: Cards,
}

/// Builds the site of `archive` into `folder`.
///
/// # Errors
/// When a record cannot be read, a template has faults, or the folder cannot be written; what stood
/// there is then as it was.
pub fn build(
    publication: &Publication,
    archive: &Archive,
    files: &dyn Files,
    folder: &Folder,
) -> Result<Report, SiteError> {
    let config = &publication.config;
    let base = config.base_url.as_deref().ok_or(SiteError::NoAddress)?;
    let shown = archive.shown()?;
    let listed: Vec<_> = shown.iter().filter_map(Shown::listed).collect();
    let sheet = web_page::style(&publication.templates, &config.theme)
        + publication.templates.text("web/site.css").unwrap_or_default();
    let mut found = Sink::new();
    let cards = Cards::find(config, files, &mut found);
    let site = Site {
        publication,
        base,
        shown: &shown,
        listed: &listed,
        lists: Lists::of(&listed),
        logo: config.theme.logo.as_ref().and_then(|logo| Assets::of_config(logo, config, files)),
        style: page::named("style", sheet.as_bytes(), "css"),
        cards,
    };
    let mut leaves = vec![Leaf::of(&site.style, sheet.into_bytes())?];
    if let Some(logo) = &site.logo {
        leaves.push(Leaf::of(&format!("images/{}", logo.name), logo.bytes.to_vec())?);
    }
    leaves.push(home::leaf(&site)?);
    leaves.extend(issue::leaves(&site)?);
    leaves.extend(cards::leaves(&site, &mut found)?);
    leaves.extend(lists::leaves(&site)?);
    leaves.extend(search::leaves(&site, folder)?);
    leaves.extend(feed::leaves(&site)?);
    leaves.extend(machines::leaves(&site)?);
    leaves.extend(stock::leaves(files, &leaves)?);
    let mut lost = Vec::new();
    let redirects = machines::redirects(&site, &leaves, &mut lost)?;
    leaves.extend(redirects);
    let last = Last::of(folder);
    let links = links::look(&site, &leaves, &last)?;
    let foreign = last.foreign(folder, &leaves)?;
    if !foreign.is_empty() {
        return Err(SiteError::Foreign(foreign));
    }
    let written = leaf::write(&leaves, links.plain, &last, folder)?;
    Ok(Report {
        issues: shown.len(),
        files: written.files,
        kept: written.kept,
        broken: links.broken,
        lost,
        found: found.finish(&config.checks.levels),
    })
}
