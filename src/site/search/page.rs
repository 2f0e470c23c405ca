//! The page that asks the index.

use serde_json::{Value, json};

use crate::render::page::{Robots, put};
use crate::site::leaf::Leaf;
use crate::site::page::{Here, named};
use crate::site::place::Place;
use crate::site::search::bundle::Bundle;
use crate::site::{Site, SiteError, head};

/// The page and its script.
pub(super) fn leaves<'a>(site: &'a Site<'a>, bundle: &Bundle<'_>) -> Result<Vec<Leaf<'a>>, SiteError> {
    let script = site.publication.templates.text("web/search.js").unwrap_or_default();
    let name = named("search", script.as_bytes(), "js");
    let languages = bundle.languages.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    let parts = json!({ "script": name, "index": bundle.folder(), "languages": languages });
    let inputs = site.inputs().with(parts.to_string());
    let page =
        site.page(&Place::search().file("index.html"), &inputs, "web/search", move || Ok(context(site, &parts)))?;
    Ok(vec![page, Leaf::of(&name, script.as_bytes().to_vec())?])
}

fn context(site: &Site<'_>, parts: &Value) -> Value {
    let here = Here::new(site, &Place::search());
    let mut context = site.frame(&here, Robots::Welcome);
    site.furnish(&mut context, &here, site.language());
    let words = &site.language().words().site.search;
    put(&mut context, "page", "head", head::links(site, &here, None) + &head::list(site, &here, words.search, None));
    put(&mut context, "page", "title", words.search);
    let [one, many] = words.found;
    let mut search = json!({
        "up": here.up,
        "search": words.search,
        "label": words.label,
        "hint": words.hint,
        "one": one,
        "many": many,
        "nothing": words.nothing,
        "again": words.again,
        "all_years": words.all_years,
        "year": site.language().words().site.year,
        "more": words.more,
        "loading": words.loading,
        "failed": words.failed,
        "no_script": words.no_script,
    });
    if let (Some(fields), Some(parts)) = (search.as_object_mut(), parts.as_object()) {
        fields.extend(parts.clone());
    }
    if let Some(fields) = context.as_object_mut() {
        fields.insert("search".to_owned(), search);
    }
    context
}
