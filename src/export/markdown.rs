//! A ZIP file of Markdown, which Buttondown and static site generators import: a file an issue, with
//! title and date in its front matter, and the pictures beside them.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::archive::Past;
use crate::export::zip::{Packing, Zip};
use crate::export::{ExportError, prose};
use crate::html;
use crate::post::front_matter::Visibility;

/// JSON strings are YAML strings, too.
#[derive(Serialize)]
struct Header<'a> {
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subtitle: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    slug: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    series: Option<&'a str>,
    language: &'a str,
    visibility: Visibility,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    canonical_url: Option<&'a str>,
}

pub(super) fn write(issues: &[Past]) -> Result<Vec<u8>, ExportError> {
    let mut zip = Zip::default();
    let mut pictures = BTreeSet::new();
    for issue in issues {
        zip.add(&format!("{}.md", issue.about().slug), file(issue)?.as_bytes(), Packing::Deflated)?;
        for name in issue.images() {
            // The name tells the content.
            if pictures.insert(name.to_owned()) {
                zip.add(&format!("images/{name}"), &issue.image(name)?, Packing::Stored)?;
            }
        }
    }
    Ok(zip.finish()?)
}

fn file(issue: &Past) -> Result<String, ExportError> {
    let about = issue.about();
    let own = about.picture.as_ref().map(|picture| format!("images/{}", picture.name));
    let header = Header {
        title: &about.title,
        subtitle: about.subtitle.as_deref(),
        date: about.at.clone().or_else(|| Some(issue.day()?.to_string())),
        slug: &about.slug,
        description: &about.summary,
        number: about.number,
        authors: about.authors.iter().map(|author| &*author.name).collect(),
        tags: &about.tags,
        series: about.series.as_deref(),
        language: about.language.tag(),
        visibility: about.visibility,
        image: about.picture_url.clone().or(own),
        canonical_url: about.canonical_url.as_deref(),
    };
    let mut file = "---\n".to_owned();
    // All of it is text and numbers.
    if let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(&header) {
        for (name, value) in fields {
            // A date is one of YAML's own.
            let shown = match (name.as_str(), value.as_str()) {
                ("date", Some(date)) => date.to_owned(),
                _ => value.to_string(),
            };
            file.extend([&*name, ": ", &shown, "\n"]);
        }
    }
    file.push_str("---\n\n");
    let letter = issue.letter()?;
    file.push_str(&prose::markdown(&html::parse(&(letter.text + &letter.notes))));
    for erratum in &issue.errata {
        file.extend(["\n> **", &erratum.date, "** ", &prose::escaped(&erratum.text), "\n"]);
    }
    Ok(file)
}
