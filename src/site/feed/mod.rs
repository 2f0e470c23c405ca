//! Feeds with whole letters: RSS 2.0, Atom and JSON Feed 1.1, of the site and of each list that
//! grows.

mod atom;
mod content;
mod json;
mod known;
mod rss;

use chrono::{DateTime, FixedOffset, NaiveTime, TimeZone as _};

use crate::archive::Listed;
use crate::site::leaf::Leaf;
use crate::site::page::errata_inputs;
use crate::site::place::Place;
use crate::site::{Site, SiteError};

/// The letters that a feed holds, the latest ones: who reads less often looks at the site.
const LENGTH: usize = 20;

/// A feed, before it is written in one of its forms.
pub(super) struct Feed {
    title: String,
    text: Option<String>,
    language: String,
    /// The page of which it is.
    page: String,
    /// The address of the feed in this form.
    own: String,
    /// When anything in it changed last.
    updated: Option<DateTime<FixedOffset>>,
    entries: Vec<Entry>,
}

/// A letter in a feed.
struct Entry {
    url: String,
    title: String,
    summary: String,
    language: String,
    published: Option<DateTime<FixedOffset>>,
    updated: Option<DateTime<FixedOffset>>,
    authors: Vec<(String, Option<String>)>,
    tags: Vec<String>,
    image: Option<String>,
    content: String,
}

/// A form of a feed: the file's name, and what writes it.
type Form = (&'static str, fn(&Feed) -> String);

const FORMS: [Form; 3] = [("feed.xml", rss::write), ("atom.xml", atom::write), ("feed.json", json::write)];

/// All feeds.
pub(super) fn leaves<'a>(site: &'a Site<'a>) -> Result<Vec<Leaf<'a>>, SiteError> {
    let config = &site.publication.config;
    let mut leaves = of(site, &Place::home(), &config.name, site.listed)?;
    for list in site.lists.iter().filter(|list| list.has_feeds()) {
        leaves.extend(of(site, &list.place, &format!("{} · {}", list.name, config.name), &list.issues)?);
    }
    Ok(leaves)
}

/// The feeds of one page, in all forms.
fn of<'a>(site: &'a Site<'a>, page: &Place, title: &str, issues: &[Listed<'a>]) -> Result<Vec<Leaf<'a>>, SiteError> {
    let latest: Vec<Listed<'a>> = issues.iter().rev().take(LENGTH).copied().collect();
    let inputs = latest.iter().fold(site.inputs_of(&latest), |inputs, issue| errata_inputs(inputs, issue)).with(title);
    let form = |(name, write): Form| {
        let (page, title, latest) = (page.clone(), title.to_owned(), latest.clone());
        Leaf::new(&page.file(name), &inputs, move || Ok(write(&feed(site, &page, &title, name, &latest)?).into_bytes()))
    };
    FORMS.into_iter().map(form).collect()
}

fn feed(site: &Site<'_>, page: &Place, title: &str, name: &str, issues: &[Listed<'_>]) -> Result<Feed, SiteError> {
    let entries = issues.iter().map(|issue| entry(site, *issue)).collect::<Result<Vec<_>, _>>()?;
    let url = page.url(site.base);
    Ok(Feed {
        title: title.to_owned(),
        text: site.publication.config.tagline.clone(),
        language: site.language().tag().to_owned(),
        own: format!("{url}{name}"),
        page: url,
        updated: entries.iter().filter_map(|entry| entry.updated).max(),
        entries,
    })
}

fn entry(site: &Site<'_>, issue: Listed<'_>) -> Result<Entry, SiteError> {
    let about = issue.about();
    let url = Place::issue(&about.slug).url(site.base);
    let letter = issue.letter()?;
    let midnight = |day: chrono::NaiveDate| {
        let zone = site.publication.config.timezone;
        let local = zone.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest();
        // Where clocks skip midnight, the day begins later; UTC's will do.
        local.map_or_else(|| day.and_time(NaiveTime::MIN).and_utc().fixed_offset(), |at| at.fixed_offset())
    };
    let published = about.moment().or_else(|| issue.day().map(midnight));
    let corrected = issue.errata.iter().filter_map(|erratum| erratum.date.parse().ok()).map(midnight).max();
    let image = about.picture.as_ref().map(|picture| format!("{url}images/{}", picture.name));
    Ok(Entry {
        title: about.title.clone(),
        summary: about.summary.clone(),
        language: about.language.tag().to_owned(),
        published,
        updated: published.max(corrected),
        authors: about.authors.iter().map(|author| (author.name.clone(), author.url.clone())).collect(),
        tags: about.tags.clone(),
        image: about.picture_url.clone().or(image),
        content: content::whole(issue, &letter, &url),
        url,
    })
}

/// Text as XML takes it: what no document may hold becomes U+FFFD.
struct Xml<'a>(&'a str);

impl std::fmt::Display for Xml<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use std::fmt::Write as _;
        for c in self.0.chars() {
            match c {
                '&' => out.write_str("&amp;")?,
                '<' => out.write_str("&lt;")?,
                '>' => out.write_str("&gt;")?,
                '"' => out.write_str("&quot;")?,
                '\t' | '\n' => out.write_char(c)?,
                '\u{fffe}' | '\u{ffff}' => out.write_char('\u{fffd}')?,
                c if c.is_control() => out.write_char('\u{fffd}')?,
                c => out.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// Writes to a text, which takes everything.
macro_rules! put {
    ($out:expr, $($format:tt)*) => {{
        use std::fmt::Write as _;
        if write!($out, $($format)*).is_err() {}
    }};
}
use put;
