//! What is for machines alone: the map of the site, the word to robots, and former addresses.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::post::former;
use crate::post::front_matter::Visibility;
use crate::render::Escaped;
use crate::site::leaf::Leaf;
use crate::site::links::{self, Broken};
use crate::site::place::{Place, base_path, encoded};
use crate::site::{Site, SiteError, home};

/// All but the former addresses.
pub(super) fn leaves<'a>(site: &'a Site<'a>) -> Result<Vec<Leaf<'a>>, SiteError> {
    let robots = format!("User-agent: *\nAllow: /\n\nSitemap: {}/sitemap.xml\n", site.base);
    Ok(vec![
        home::missing(site)?,
        Leaf::of("robots.txt", robots.into_bytes())?,
        Leaf::of("sitemap.xml", sitemap(site).into_bytes())?,
    ])
}

/// The pages that search engines may show.
fn sitemap(site: &Site<'_>) -> String {
    let mut map = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    let mut page = |place: &Place, day: Option<String>| {
        let day = day.map(|day| format!("<lastmod>{}</lastmod>", Escaped(&day))).unwrap_or_default();
        put(&mut map, format_args!("<url><loc>{}</loc>{day}</url>\n", Escaped(&place.url(site.base))));
    };
    let latest = site.listed.last().and_then(|issue| issue.day()).map(|day| day.to_string());
    page(&Place::home(), latest);
    for issue in site.listed.iter().rev() {
        let corrected = issue.errata.iter().map(|erratum| erratum.date.clone()).max();
        let day = issue.day().map(|day| day.to_string());
        page(&Place::issue(&issue.about().slug), corrected.max(day));
    }
    for list in site.lists.iter() {
        page(&list.place, list.issues.last().and_then(|issue| issue.day()).map(|day| day.to_string()));
    }
    map + "</urlset>\n"
}

/// Former addresses: a page for each that leads on, and a list for hosts that read one. A page that
/// is there is not replaced; of two issues with the same former address the earlier has it. What leads
/// nowhere for that is told in `lost`.
pub(super) fn redirects<'a>(
    site: &'a Site<'a>,
    leaves: &[Leaf<'a>],
    lost: &mut Vec<Broken>,
) -> Result<Vec<Leaf<'a>>, SiteError> {
    let mut taken: Vec<String> = leaves.iter().map(|leaf| leaf.path().to_owned()).collect();
    let mut made = Vec::new();
    let mut listed = BTreeMap::new();
    for issue in site.shown {
        let about = issue.about();
        let place = Place::issue(&about.slug);
        for written in &about.aliases {
            let path = former::file(written).filter(|path| !taken.iter().any(|other| former::meet(path, other)));
            let Some(path) = path else {
                lost.push(links::in_post(issue, written, "\naliases")?);
                continue;
            };
            let page = moved(site, &place, &about.title, about.visibility);
            made.push(Leaf::of(&path, page.into_bytes())?);
            taken.push(path);
            if about.visibility == Visibility::Public {
                listed.insert(encoded(written.trim_matches('/')), encoded(&place.file("")));
            }
        }
    }
    if !listed.is_empty() {
        let top = base_path(site.base);
        let mut lines = String::new();
        for (from, to) in &listed {
            put(&mut lines, format_args!("{top}{from} {top}{to} 301\n"));
        }
        made.push(Leaf::of("_redirects", lines.into_bytes())?);
    }
    Ok(made)
}

/// The page of a former address. It leads on from the top of its host, for not all hosts end it with
/// `/`.
fn moved(site: &Site<'_>, place: &Place, title: &str, visibility: Visibility) -> String {
    let (whole, url) = (place.url(site.base), base_path(site.base) + &encoded(&place.file("")));
    let robots = match visibility {
        Visibility::Public => format!("<link rel=\"canonical\" href=\"{}\">", Escaped(&whole)),
        Visibility::Unlisted | Visibility::Private => "<meta name=\"robots\" content=\"noindex\">".to_owned(),
    };
    let (language, url, title) = (site.language(), Escaped(&url), Escaped(title));
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\" dir=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n{robots}\n\
         <meta http-equiv=\"refresh\" content=\"0; url={url}\">\n</head>\n<body>\n<p>{}: <a href=\"{url}\">{title}</a></p>\n\
         </body>\n</html>\n",
        language.tag(),
        language.direction().as_str(),
        language.words().site.moved,
    )
}

fn put(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    // A `String` takes everything.
    if out.write_fmt(arguments).is_err() {}
}
