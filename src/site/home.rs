//! The home page: the latest issue, and what came before it by year; and the page for what is not
//! there.

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::archive::Listed;
use crate::render::page::{LONG_TITLE, Robots, put};
use crate::site::issue::details;
use crate::site::leaf::Leaf;
use crate::site::page::Here;
use crate::site::place::{Group, Place, base_path};
use crate::site::{Site, SiteError, head, rows};

/// The home page lists whole years until it has listed so many issues; the others by their year.
const LISTED: usize = 60;

/// The home page.
pub(super) fn leaf<'a>(site: &'a Site<'a>) -> Result<Leaf<'a>, SiteError> {
    site.page("index.html", &site.inputs_of(site.listed), "web/home", || Ok(context(site)))
}

fn context(site: &Site<'_>) -> Value {
    let config = &site.publication.config;
    let here = Here::new(site, &Place::home());
    let mut context = site.frame(&here, Robots::Welcome);
    site.furnish(&mut context, &here, site.language());
    let title = match &config.tagline {
        Some(tagline) => format!("{} · {tagline}", config.name),
        None => config.name.clone(),
    };
    let about = head::list(site, &here, &config.name, config.tagline.as_deref());
    put(&mut context, "page", "head", head::links(site, &here, None) + &about);
    put(&mut context, "page", "title", title);
    let (latest, before) = site.listed.split_last().map_or((None, site.listed), |(last, rest)| (Some(last), rest));
    let mut years = rows::years(before);
    let mut listed = 0;
    let mut shown = 0;
    for year in &years {
        if listed >= LISTED {
            break;
        }
        listed += year.issues.len();
        shown += 1;
    }
    let earlier: Vec<_> = years
        .split_off(shown)
        .iter()
        .filter_map(|year| {
            let name = year.year?.to_string();
            let url = Place::group(Group::Year, &name).from(&here.up);
            Some(json!({ "title": name, "url": url, "count": site.count(year.issues.len()) }))
        })
        .collect();
    if let Some(fields) = context.as_object_mut() {
        fields.insert("list".to_owned(), json!({ "groups": rows::groups(&years, site.language().words().site.letters, &here.up), "earlier": earlier }));
        fields.extend(latest.map(|issue| ("latest".to_owned(), large(site, *issue, &here))));
    }
    context
}

/// The latest issue, as the page shows it.
fn large(site: &Site<'_>, issue: Listed<'_>, here: &Here) -> Value {
    let about = issue.about();
    let place = Place::issue(&about.slug);
    let url = place.from(&here.up);
    json!({
        "title": about.title,
        "long_title": about.title.width() > LONG_TITLE / 2,
        "summary": about.subtitle.as_deref().unwrap_or(&about.summary),
        "details": details(&issue, site.language()).join(site.language().words().comma),
        "read": about.language.words().site.read,
        "lent": about.language.lent(),
        "language": about.language.tag(),
        "dir": about.language.direction().as_str(),
        "image": about.picture.as_ref().map(|picture| json!({
            "src": format!("{url}images/{}", picture.name),
            "width": picture.width,
            "height": picture.height,
            "alt": picture.alt,
        })),
        "url": url,
    })
}

/// The page for what is not there. A host shows it at any address, so its own start at the top of
/// the host.
pub(super) fn missing<'a>(site: &'a Site<'a>) -> Result<Leaf<'a>, SiteError> {
    site.page("404.html", &site.inputs(), "web/missing", || Ok(missing_context(site)))
}

fn missing_context(site: &Site<'_>) -> Value {
    let here = Here::seen_from(site, format!("{}/404.html", site.base), base_path(site.base));
    let mut context = site.frame(&here, Robots::StayOut);
    site.furnish(&mut context, &here, site.language());
    let robots = "<meta name=\"robots\" content=\"noindex\">\n";
    put(&mut context, "page", "head", head::links(site, &here, None) + robots);
    put(&mut context, "page", "title", site.language().words().site.missing);
    context
}
