//! The page that asks the index.

use serde_json::{Value, json};

use crate::render::Escaped;
use crate::render::page::{Robots, put};
use crate::site::leaf::Leaf;
use crate::site::page::{Here, named};
use crate::site::search::bundle::Bundle;
use crate::site::{Site, SiteError, head};

/// What asks the index. It stands in a file of its own, which hosts may allow where they allow none in
/// pages.
const SCRIPT: &str = include_str!("search.js");

/// What the page leads to.
struct Parts {
    script: String,
    /// The folder of the index.
    index: String,
    /// The languages that it has, with spaces between them.
    languages: String,
}

/// The page and its script.
pub(super) fn leaves<'a>(site: &'a Site<'a>, bundle: &Bundle<'_>) -> Result<Vec<Leaf<'a>>, SiteError> {
    let script = named("search", SCRIPT.as_bytes(), "js");
    let languages = bundle.languages().into_iter().collect::<Vec<_>>().join(" ");
    let parts = Parts { index: bundle.folder(), languages, script };
    let inputs = site.inputs().with(&parts.script).with(&parts.index).with(&parts.languages);
    let script = Leaf::of(&parts.script, SCRIPT.as_bytes().to_vec())?;
    let path = site.search().file("index.html");
    Ok(vec![site.page(&path, &inputs, "web/search", move || Ok(context(site, &parts)))?, script])
}

fn context(site: &Site<'_>, parts: &Parts) -> Value {
    let here = Here::new(site, &site.search());
    let mut context = site.frame(&here, Robots::Welcome);
    site.furnish(&mut context, &here, site.language());
    let own = site.language().words().site;
    let words = &own.search;
    let script = format!("<script type=\"module\" src=\"{}{}\"></script>\n", here.up, parts.script);
    let head = head::links(site, &here, None) + &head::list(site, &here, words.search, None) + &script;
    put(&mut context, "page", "head", head);
    put(&mut context, "page", "title", words.search);
    let [one, many] = words.found;
    let data = [
        ("index", &*parts.index),
        ("languages", &*parts.languages),
        ("hint", words.hint),
        ("one", one),
        ("many", many),
        ("nothing", words.nothing),
        ("all-years", words.all_years),
        ("loading", words.loading),
        ("failed", words.failed),
    ];
    let search = json!({
        "data": data.map(|(name, value)| format!(" data-{name}=\"{}\"", Escaped(value))).concat(),
        "search": words.search,
        "label": words.label,
        "hint": words.hint,
        "again": words.again,
        "year": own.year,
        "more": words.more,
        "no_script": words.no_script,
    });
    if let Some(fields) = context.as_object_mut() {
        fields.insert("search".to_owned(), search);
    }
    context
}
