//! What the pages of a site have in common.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::archive::hex;
use crate::config::Config;
use crate::message::{Media, Values, personalize};
use crate::post::Holes;
use crate::render::TemplateError;
use crate::render::page::{Logo, Robots, Setting};
use crate::site::leaf::Inputs;
use crate::site::place::Place;
use crate::site::{Site, SiteError};

/// The addresses of a page, which its setting borrows.
pub(super) struct Here {
    pub(super) url: String,
    /// What leads to the top.
    pub(super) up: String,
    home: String,
    logo: Option<(String, u32, u32)>,
}

impl Here {
    pub(super) fn new(site: &Site<'_>, place: &Place) -> Self {
        let up = place.up();
        let logo = site.logo.as_ref().map(|logo| (format!("{up}images/{}", logo.name), logo.width, logo.height));
        Self { url: place.url(site.base), home: Place::home().from(&up), up, logo }
    }

    pub(super) fn setting<'a>(&'a self, config: &'a Config, robots: Robots) -> Setting<'a> {
        Setting {
            config,
            url: Some(&self.url),
            home: Some(&self.home),
            logo: self.logo.as_ref().map(|(src, width, height)| Logo { src, width: *width, height: *height }),
            robots,
        }
    }
}

impl Site<'_> {
    /// What every page is made of.
    pub(super) fn inputs(&self) -> Inputs {
        let logo = self.logo.as_ref().map(|logo| logo.name.as_str()).unwrap_or_default();
        Inputs::new().with(env!("CARGO_PKG_VERSION")).with(self.publication.shared).with(&self.style).with(logo)
    }

    /// Fills a template of the web pages. Whatever a user's own asks of a subscriber has its default.
    pub(super) fn render(&self, template: &str, context: Value) -> Result<Vec<u8>, SiteError> {
        let mut holes = Holes::new(0);
        let page = self.publication.templates.render(template, context, &mut holes)?;
        if holes.is_empty() {
            return Ok(page.into_bytes());
        }
        let filled = personalize::fill(&page, Media::Html, &holes, Values::Defaults)
            .map_err(|error| TemplateError::Render { template: template.to_owned(), reason: error.to_string() })?;
        Ok(filled.into_bytes())
    }

    /// The link to the style sheet.
    pub(super) fn style_link(&self, up: &str) -> String {
        format!("<link rel=\"stylesheet\" href=\"{up}{}\">\n", self.style)
    }
}

/// The name of a file that tells its content, so that browsers may keep it for ever.
pub(super) fn named(stem: &str, bytes: &[u8], ending: &str) -> String {
    let hash = hex(&Sha256::digest(bytes));
    let hash = hash.get(..10).unwrap_or(&hash);
    format!("{stem}-{hash}.{ending}")
}
