//! What a page of the site says to machines: its style, its feeds, and what it is.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::archive::Shown;
use crate::render::Escaped;
use crate::site::page::{Here, short};
use crate::site::place::Place;
use crate::site::{Site, cards};

/// The links to the style sheet and to the feeds: those of the whole site, and those of `list`.
pub(super) fn links(site: &Site<'_>, here: &Here, list: Option<(&Place, &str)>) -> String {
    let up = short(&here.up);
    let mut head = format!("<link rel=\"stylesheet\" href=\"{up}{}\">\n", site.style);
    let name = &*site.publication.config.name;
    let own = list.map(|(place, title)| (place.from(&here.up), format!("{title} · {name}")));
    for (folder, title) in own.into_iter().chain([(up.to_owned(), name.to_owned())]) {
        for (kind, file) in [("rss+xml", "feed.xml"), ("atom+xml", "atom.xml"), ("feed+json", "feed.json")] {
            put(
                &mut head,
                format_args!(
                    "<link rel=\"alternate\" type=\"application/{kind}\" title=\"{}\" href=\"{}{file}\">\n",
                    Escaped(&title),
                    Escaped(&folder)
                ),
            );
        }
    }
    head
}

/// What a page that is no issue says of itself.
pub(super) fn list(site: &Site<'_>, here: &Here, title: &str, text: Option<&str>) -> String {
    let mut head = format!("<link rel=\"canonical\" href=\"{}\">\n", Escaped(&here.url));
    if let Some(text) = text {
        put(&mut head, format_args!("<meta name=\"description\" content=\"{}\">\n", Escaped(text)));
    }
    let name = &*site.publication.config.name;
    for (property, content) in
        [("og:type", "website"), ("og:site_name", name), ("og:title", title), ("og:url", &*here.url)]
    {
        put(&mut head, format_args!("<meta property=\"{property}\" content=\"{}\">\n", Escaped(content)));
    }
    if let Some(text) = text {
        put(&mut head, format_args!("<meta property=\"og:description\" content=\"{}\">\n", Escaped(text)));
    }
    head + "<meta name=\"twitter:card\" content=\"summary\">\n"
}

/// What an issue says of itself beyond what its page says anywhere.
pub(super) fn issue(site: &Site<'_>, here: &Here, issue: &Shown) -> String {
    let about = issue.about();
    let name = &site.publication.config.name;
    let images: Vec<_> = image(here, issue).into_iter().chain(here.card.clone()).collect();
    let card = if images.is_empty() { "summary" } else { "summary_large_image" };
    let mut head = format!("<meta name=\"twitter:card\" content=\"{card}\">\n");
    if here.card.is_some() {
        put(
            &mut head,
            format_args!(
                "<meta property=\"og:image:width\" content=\"{}\">\n<meta property=\"og:image:height\" content=\"{}\">\n\
                 <meta property=\"og:image:alt\" content=\"{}\">\n",
                cards::SIZE[0],
                cards::SIZE[1],
                Escaped(&about.title)
            ),
        );
    } else if let Some(alt) = about.picture.as_ref().map(|picture| &picture.alt).filter(|alt| !alt.is_empty()) {
        put(&mut head, format_args!("<meta property=\"og:image:alt\" content=\"{}\">\n", Escaped(alt)));
    }
    let authors: Vec<_> = about
        .authors
        .iter()
        .map(|author| {
            let mut person = json!({ "@type": "Person", "name": author.name });
            if let (Some(url), Some(fields)) = (&author.url, person.as_object_mut()) {
                fields.insert("url".to_owned(), json!(url));
            }
            person
        })
        .collect();
    let publisher = json!({ "@type": "Organization", "name": name, "url": Place::home().url(site.base) });
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": about.title,
        "url": here.url,
        "mainEntityOfPage": here.url,
        "inLanguage": about.language.tag(),
        "wordCount": about.words,
        "publisher": publisher,
        "author": if authors.is_empty() { json!([publisher]) } else { json!(authors) },
    });
    let modified = issue.errata.last().map(|erratum| erratum.date.clone());
    let published = about.at.clone().or_else(|| issue.day().map(|day| day.to_string()));
    let optional = [
        ("description", Some(&about.summary).filter(|text| !text.is_empty()).map(|text| json!(text))),
        ("datePublished", published.map(Value::from)),
        ("dateModified", modified.map(Value::from)),
        ("image", Some(images).filter(|images| !images.is_empty()).map(|images| json!(images))),
        ("keywords", Some(&about.tags).filter(|tags| !tags.is_empty()).map(|tags| json!(tags))),
        ("isPartOf", about.series.as_ref().map(|series| json!({ "@type": "CreativeWorkSeries", "name": series }))),
    ];
    if let Some(fields) = data.as_object_mut() {
        let present = optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        fields.extend(present);
    }
    // Nothing in it may end the element.
    let data = data.to_string().replace('<', "\\u003c");
    put(&mut head, format_args!("<script type=\"application/ld+json\">{data}</script>\n"));
    head
}

/// The whole address of the picture that stands for an issue.
fn image(here: &Here, issue: &Shown) -> Option<String> {
    let about = issue.about();
    let own = || Some(format!("{}images/{}", here.url, about.picture.as_ref()?.name));
    about.picture_url.clone().or_else(own)
}

fn put(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    // A `String` takes everything.
    if out.write_fmt(arguments).is_err() {}
}
