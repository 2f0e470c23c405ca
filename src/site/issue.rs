//! The page of an issue, and its pictures beside it.

use crate::archive::Shown;
use crate::post::front_matter::Visibility;
use crate::render::page::{self, Robots};
use crate::site::leaf::{Inputs, Leaf};
use crate::site::page::Here;
use crate::site::place::Place;
use crate::site::{Site, SiteError};

/// The files of all issues.
pub(super) fn leaves<'a>(site: &'a Site<'a>) -> Result<Vec<Leaf<'a>>, SiteError> {
    let mut leaves = Vec::new();
    for issue in site.shown {
        let place = Place::issue(&issue.about().slug);
        let inputs = site.inputs().with(issue.hash());
        leaves.push(Leaf::new(&place.file("index.html"), &inputs, move || write(site, issue))?);
        for name in issue.images() {
            // The name tells the content.
            let path = place.file(&format!("images/{name}"));
            leaves.push(Leaf::new(&path, &Inputs::new().with(name), move || Ok(issue.image(name)?))?);
        }
    }
    Ok(leaves)
}

fn write(site: &Site<'_>, issue: &Shown) -> Result<Vec<u8>, SiteError> {
    let about = issue.about();
    let here = Here::new(site, &Place::issue(&about.slug));
    let robots = if about.visibility == Visibility::Public { Robots::Welcome } else { Robots::StayOut };
    let setting = here.setting(&site.publication.config, robots);
    let mut context = page::context(&setting, about, issue.letter()?);
    let head = context.pointer("/page/head").and_then(serde_json::Value::as_str).unwrap_or_default();
    let head = site.style_link(&here.up) + head;
    page::put(&mut context, "page", "head", head);
    site.render("web/page", context)
}
