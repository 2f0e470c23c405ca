//! What letters lead to in the site that is not there: pages, and pictures. The tool makes no such
//! link: they stand in the text as it was sent.

use std::collections::BTreeSet;

use memchr::memmem;
use rayon::prelude::*;

use crate::archive::{FOLDER, Shown};
use crate::site::leaf::{Inputs, Last, Leaf};
use crate::site::markup::{resolved, tags, unescaped};
use crate::site::place::{Place, encoded};
use crate::site::{Site, SiteError};

/// An address in an issue that leads to nothing in the site, or not to the issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The file in which it stands, from the publication's top.
    pub path: String,
    /// Its line, from 1; nothing where the text does not have it in these words.
    pub line: Option<usize>,
    /// The address as the page has it.
    pub url: String,
}

/// What a look at all letters found.
pub(super) struct Links {
    /// The broken ones, in the order of the issues.
    pub(super) broken: Vec<Broken>,
    /// What stands for each letter that has none into the site.
    pub(super) plain: BTreeSet<String>,
}

/// Looks at all letters but those that are known to have no link into the site.
pub(super) fn look(site: &Site<'_>, leaves: &[Leaf<'_>], last: &Last) -> Result<Links, SiteError> {
    let files: BTreeSet<String> = leaves.iter().map(|leaf| encoded(leaf.path())).collect();
    let look = |issue: &Shown| {
        let letter = Inputs::new().with(site.base).with(issue.hash()).digest();
        if last.is_plain(&letter) {
            return Ok((Vec::new(), Some(letter)));
        }
        let (broken, leads_inside) = of_issue(site, issue, &files)?;
        Ok((broken, (!leads_inside).then_some(letter)))
    };
    let found = site.shown.par_iter().map(look).collect::<Result<Vec<_>, SiteError>>()?;
    let (broken, plain): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    Ok(Links { broken: broken.into_iter().flatten().collect(), plain: plain.into_iter().flatten().collect() })
}

/// The broken links of a letter, and whether it has any into the site.
fn of_issue(site: &Site<'_>, issue: &Shown, files: &BTreeSet<String>) -> Result<(Vec<Broken>, bool), SiteError> {
    let page = Place::issue(&issue.about().slug).url(site.base);
    let letter = issue.letter()?;
    let mut broken: Vec<Broken> = Vec::new();
    let mut leads_inside = false;
    for html in [&letter.text, &letter.notes].into_iter().filter(|html| may_lead_inside(html, site.base)) {
        for tag in tags(html) {
            let address = tag.attribute("href").or_else(|| tag.attribute("src"));
            let Some(url) = address.and_then(|range| html.get(range)).map(unescaped) else { continue };
            let whole = resolved(&url, &page);
            let inside =
                whole.strip_prefix(site.base).filter(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
            let Some(path) = inside else { continue };
            leads_inside |= !url.starts_with('#');
            let path = path.split(['?', '#']).next().unwrap_or_default().trim_start_matches('/');
            if is_there(path, files) || broken.iter().any(|known| known.url == url) {
                continue;
            }
            broken.push(in_post(issue, &url, "")?);
        }
    }
    Ok((broken, leads_inside))
}

/// Where an address stands in the post of an issue, behind what it must follow there.
pub(super) fn in_post(issue: &Shown, url: &str, after: &str) -> Result<Broken, SiteError> {
    let post = issue.post()?;
    let start = memmem::find(post.as_bytes(), after.as_bytes()).unwrap_or_default();
    let at = post.get(start..).and_then(|rest| memmem::find(rest.as_bytes(), url.as_bytes()));
    let before = at.and_then(|at| post.get(..start + at));
    let line = before.map(|before| before.matches('\n').count() + 1);
    Ok(Broken { path: format!("{FOLDER}/{}/post.md", issue.about().slug), line, url: url.to_owned() })
}

/// Whether any link may lead into the site, by a look at the letters before each address: most letters
/// have none, and need not be taken apart.
fn may_lead_inside(html: &str, base: &str) -> bool {
    ["href=", "src="].into_iter().any(|name| {
        memmem::find_iter(html.as_bytes(), name).any(|at| {
            let value = html.get(at + name.len()..).unwrap_or_default();
            let value = value.strip_prefix('"').unwrap_or(value);
            let elsewhere = value.starts_with("https://") || value.starts_with("http://");
            value.starts_with(base) || !elsewhere && !value.starts_with('#')
        })
    })
}

/// Whether a host has something at `path`, which may name a folder with or without `/`.
fn is_there(path: &str, files: &BTreeSet<String>) -> bool {
    // Percent-encoded or not, it is the same address.
    let decoded = crate::diagnostic::percent_decode(path).unwrap_or_else(|| path.to_owned());
    let path = encoded(decoded.trim_end_matches('/'));
    let index = if path.is_empty() { "index.html".to_owned() } else { format!("{path}/index.html") };
    files.contains(&index) || files.contains(&path)
}
