//! JSON Lines: an object an issue, with all that is known of it.

use serde::Serialize;

use crate::archive::{Erratum, Past};
use crate::config::Config;
use crate::export::ExportError;
use crate::post::front_matter::Visibility;
use crate::render::About;

/// An issue. Its pictures stand beside it, by their names.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    about: &'a About,
    /// Its page on the web, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// When it was sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    sealed: Option<String>,
    /// The hash of its record.
    record: &'a str,
    errata: &'a [Erratum],
    images: Vec<&'a str>,
    /// The post as it was written.
    markdown: String,
    /// The letter of its web page, pictures in `images/`.
    html: String,
    /// The mail's text.
    text: String,
    /// The mail's HTML.
    email: String,
}

pub(super) fn write(issues: &[Past], config: &Config) -> Result<Vec<u8>, ExportError> {
    let mut out = Vec::new();
    for issue in issues {
        let about = issue.about();
        let letter = issue.letter()?;
        let line = Line {
            about,
            url: config.page_url(&about.slug).filter(|_| about.visibility != Visibility::Private),
            sealed: issue.sealed.map(|at| at.to_rfc3339()),
            record: issue.hash(),
            errata: &issue.errata,
            images: issue.images().collect(),
            markdown: issue.post()?,
            html: letter.text + &letter.notes,
            text: issue.text()?,
            email: issue.email()?,
        };
        // All of it is text, which JSON can hold.
        out.extend(serde_json::to_vec(&line).unwrap_or_default());
        out.push(b'\n');
    }
    Ok(out)
}
