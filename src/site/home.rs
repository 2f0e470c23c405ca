//! The home page: the latest issue, and all that came before it.

use serde_json::json;

use crate::render::page::{Robots, frame, put};
use crate::site::leaf::Leaf;
use crate::site::page::Here;
use crate::site::place::Place;
use crate::site::{Site, SiteError};

/// The home page.
pub(super) fn leaf<'a>(site: &'a Site<'a>) -> Result<Leaf<'a>, SiteError> {
    let inputs = site.listed.iter().fold(site.inputs(), |inputs, issue| inputs.with(issue.hash()));
    Leaf::new("index.html", &inputs, move || write(site))
}

fn write(site: &Site<'_>) -> Result<Vec<u8>, SiteError> {
    let config = &site.publication.config;
    let here = Here::new(site, &Place::home());
    let setting = here.setting(config, Robots::Welcome);
    let mut context = frame(&setting, &config.language);
    let items =
        site.listed.iter().rev().map(
            |issue| json!({ "url": Place::issue(&issue.about().slug).from(&here.up), "title": issue.about().title }),
        );
    let items = items.collect::<Vec<_>>();
    if let Some(fields) = context.as_object_mut() {
        fields.insert("page".to_owned(), json!({ "head": site.style_link(&here.up) }));
        fields.insert("list".to_owned(), json!({ "items": items }));
    }
    put(&mut context, "page", "dir", config.language.direction().as_str());
    site.render("web/home", context)
}
