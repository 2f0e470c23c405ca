//! What the pages of a site have in common.

use chrono::Datelike;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::archive::{Listed, Past, hex};
use crate::language::Language;
use crate::message::{Media, Values, personalize};
use crate::post::Holes;
use crate::render::TemplateError;
use crate::render::page::{Logo, Robots, Setting, frame, put};
use crate::site::leaf::{Inputs, Leaf};
use crate::site::place::Place;
use crate::site::{Site, SiteError, search};

/// The addresses of a page, which its setting borrows.
pub(super) struct Here {
    /// Its own, whole.
    pub(super) url: String,
    /// What leads to the top.
    pub(super) up: String,
    home: String,
    logo: Option<(String, u32, u32)>,
    /// The whole address of its social card.
    pub(super) card: Option<String>,
}

impl Here {
    pub(super) fn new(site: &Site<'_>, place: &Place) -> Self {
        Self::seen_from(site, place.url(site.base), place.up())
    }

    /// A page from which `up` leads to the top.
    pub(super) fn seen_from(site: &Site<'_>, url: String, up: String) -> Self {
        let logo = site.logo.as_ref().map(|logo| (format!("{up}images/{}", logo.name), logo.width, logo.height));
        Self { url, home: Place::home().from(&up), up, logo, card: None }
    }

    pub(super) fn setting<'a>(&'a self, site: &'a Site<'_>, robots: Robots) -> Setting<'a> {
        Setting {
            config: &site.publication.config,
            url: Some(&self.url),
            home: Some(&self.home),
            logo: self.logo.as_ref().map(|(src, width, height)| Logo { src, width: *width, height: *height }),
            robots,
            card: self.card.as_deref(),
        }
    }
}

impl<'a> Site<'a> {
    /// The newsletter's own language.
    pub(super) fn language(&self) -> &Language {
        &self.publication.config.language
    }

    /// What every page but an issue's reads.
    pub(super) fn frame(&self, here: &Here, robots: Robots) -> Value {
        let mut context = frame(&here.setting(self, robots), self.language());
        if let Some(fields) = context.as_object_mut() {
            fields.insert("page".to_owned(), json!({ "dir": self.language().direction().as_str() }));
        }
        context
    }

    /// The place of the search.
    pub(super) fn search(&self) -> Place {
        Place::search(self.shown.iter().any(|issue| issue.about().slug == "search"))
    }

    /// Adds what the site has besides the page's own: links, the form, words of `language`.
    pub(super) fn furnish(&self, context: &mut Value, here: &Here, language: &Language) {
        let config = &self.publication.config;
        let own = self.language().words().site;
        // A letter is one of the letters, whatever page lists it.
        let in_letters = context.get("issue").map(|_| "true");
        let is_home = here.url == Place::home().url(self.base);
        let mut links = vec![json!({
            "label": own.letters, "url": Place::home().from(&here.up), "current": is_home.then_some("page").or(in_letters), "strong": false,
        })];
        if search::IS_BUILT {
            let place = self.search();
            let is_here = here.url == place.url(self.base);
            links.push(json!({
                "label": own.search.search, "url": place.from(&here.up), "current": is_here.then_some("page"), "strong": false,
            }));
        }
        let others = config.archive.links.iter();
        links
            .extend(others.map(|(label, url)| json!({ "label": label, "url": url, "current": null, "strong": false })));
        let form = config.archive.subscribe.as_ref();
        if form.is_some() {
            // Every page has it.
            links.push(json!({ "label": own.subscribe, "url": "#subscribe", "current": null, "strong": true }));
        }
        let form = form.map(|form| {
            json!({
                "title": form.title.clone().unwrap_or_else(|| own.subscribe_to.replace("{}", &config.name)),
                "text": form.text.as_ref().or(config.tagline.as_ref()),
                "action": form.action,
                "field": form.field,
                "label": own.mail_address,
                "button": own.subscribe,
            })
        });
        let site = json!({
            "menu": own.menu, "links": links, "subscribe": form, "feed": format!("{}feed.xml", short(&here.up)),
        });
        if let Some(fields) = context.as_object_mut() {
            fields.insert("site".to_owned(), site);
        }
        // What leads into the site is no link of its foot.
        let elsewhere = config.theme.social.iter().filter(|(_, url)| !url.starts_with(self.base));
        let elsewhere: Vec<_> = elsewhere.map(|(label, url)| json!({ "label": label, "url": url })).collect();
        put(context, "newsletter", "social", elsewhere);
        let words = language.words();
        for (name, word) in [
            ("comma", words.comma),
            ("letters", words.site.letters),
            ("latest", words.site.latest),
            ("none", words.site.none),
            ("earlier", words.site.earlier),
            ("corrections", words.site.corrections),
            ("cite", words.site.cite),
            ("missing_text", words.site.missing_text),
        ] {
            put(context, "words", name, word);
        }
    }

    /// What every page is made of.
    pub(super) fn inputs(&self) -> Inputs {
        let parts = [self.cards.are_drawn(), search::IS_BUILT].map(u8::from);
        Inputs::new().with(env!("CARGO_PKG_VERSION")).with(self.publication.shared).with(&self.style).with(parts)
    }

    /// What is made of what is told of these issues, too.
    pub(super) fn inputs_of(&self, issues: &[Listed<'_>]) -> Inputs {
        issues.iter().fold(self.inputs(), |inputs, issue| issue_inputs(inputs, issue))
    }

    /// The page at `path`, made of `inputs` alone: a template of the web pages and what it reads.
    pub(super) fn page(
        &'a self,
        path: &str,
        inputs: &Inputs,
        template: &'static str,
        context: impl Fn() -> Result<Value, SiteError> + Send + Sync + 'a,
    ) -> Result<Leaf<'a>, SiteError> {
        Leaf::new(path, inputs, move || self.render(template, context()?))
    }

    /// Fills a template of the web pages. Whatever a user's own asks of a subscriber has its default.
    fn render(&self, template: &str, context: Value) -> Result<Vec<u8>, SiteError> {
        let mut holes = Holes::new(0);
        let page = self.publication.templates.render(template, context, &mut holes)?;
        if holes.is_empty() {
            return Ok(page.into_bytes());
        }
        let filled = personalize::fill(&page, Media::Html, &holes, Values::Defaults)
            .map_err(|error| TemplateError::Render { template: template.to_owned(), reason: error.to_string() })?;
        Ok(filled.into_bytes())
    }
}

/// Adds an issue, with the day that its seal may give it.
pub(super) fn issue_inputs(inputs: Inputs, issue: &Past) -> Inputs {
    let day = issue.day().map_or(0, |day| day.num_days_from_ce());
    inputs.with(issue.hash()).with(day.to_le_bytes())
}

/// Adds what was corrected in an issue.
pub(super) fn errata_inputs(inputs: Inputs, issue: &Past) -> Inputs {
    issue.errata.iter().fold(inputs, |inputs, erratum| inputs.with(&erratum.date).with(&erratum.text))
}

/// What leads to the top, before the name of a file: nothing at the top itself.
pub(super) fn short(up: &str) -> &str {
    up.strip_prefix("./").unwrap_or(up)
}

/// The name of a file that tells its content, so that browsers may keep it for ever.
pub(super) fn named(stem: &str, bytes: &[u8], ending: &str) -> String {
    let hash = hex(&Sha256::digest(bytes));
    let hash = hash.get(..10).unwrap_or(&hash);
    format!("{stem}-{hash}.{ending}")
}
