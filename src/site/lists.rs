//! Issues that have something in common: a tag, a series, an author, a year.

use std::collections::BTreeMap;

use chrono::Datelike;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::archive::Listed;
use crate::render::page::{LONG_TITLE, Robots, put};
use crate::site::leaf::Leaf;
use crate::site::page::Here;
use crate::site::place::{Group, Place, key};
use crate::site::{Site, SiteError, head, rows};

/// Issues that have something in common, from the oldest to the latest.
pub(super) struct List<'a> {
    pub(super) group: Group,
    /// What its issues have in common, whatever the case.
    key: String,
    /// As its first issue writes it.
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) issues: Vec<Listed<'a>>,
}

/// All lists, by group and name.
pub(super) struct Lists<'a>(BTreeMap<(Group, String), List<'a>>);

impl<'a> Lists<'a> {
    pub(super) fn of(listed: &[Listed<'a>]) -> Self {
        let mut lists = Self(BTreeMap::new());
        for issue in listed {
            let about = issue.about();
            for tag in &about.tags {
                lists.add(Group::Tag, tag, tag, *issue);
            }
            for author in &about.authors {
                lists.add(Group::Author, author.id.as_ref().unwrap_or(&author.name), &author.name, *issue);
            }
            if let Some(series) = &about.series {
                lists.add(Group::Series, series, series, *issue);
            }
            if let Some(day) = issue.day() {
                let year = day.year().to_string();
                lists.add(Group::Year, &year, &year, *issue);
            }
        }
        lists
    }

    fn add(&mut self, group: Group, id: &str, name: &str, issue: Listed<'a>) {
        let list = self.0.entry((group, key(id))).or_insert_with(|| List {
            group,
            key: key(id),
            name: name.to_owned(),
            place: Place::group(group, id),
            issues: Vec::new(),
        });
        // The same tag in two ways of writing counts once.
        if list.issues.last().is_none_or(|last| last.about().slug != issue.about().slug) {
            list.issues.push(issue);
        }
    }

    /// The list of what bears this name; nothing where no issue that is listed does.
    pub(super) fn find(&self, group: Group, id: &str) -> Option<&List<'a>> {
        self.0.get(&(group, key(id)))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &List<'a>> {
        self.0.values()
    }
}

impl List<'_> {
    /// Whether it has feeds of its own: a year that is over brings nothing new.
    pub(super) fn has_feeds(&self) -> bool {
        self.group != Group::Year
    }
}

/// The pages of all lists.
pub(super) fn leaves<'a>(site: &'a Site<'a>) -> Result<Vec<Leaf<'a>>, SiteError> {
    let leaf = |list: &'a List<'a>| {
        let inputs = site.inputs_of(&list.issues).with(&list.name);
        site.page(&list.place.file("index.html"), &inputs, "web/list", move || Ok(context(site, list)))
    };
    site.lists.iter().map(leaf).collect()
}

fn context(site: &Site<'_>, list: &List<'_>) -> Value {
    let here = Here::new(site, &list.place);
    let words = site.language().words().site;
    let mut context = site.frame(&here, Robots::Welcome);
    site.furnish(&mut context, &here, site.language());
    let byline = list.issues.last().filter(|_| list.group == Group::Author).and_then(|issue| {
        let authors = issue.about().authors.iter();
        authors.rev().find(|author| key(author.id.as_ref().unwrap_or(&author.name)) == list.key)
    });
    let known = byline.and_then(|author| site.publication.config.authors.get(author.id.as_ref()?));
    let text = known.and_then(|author| author.bio.as_deref());
    let url = byline.and_then(|author| author.url.as_deref());
    let feeds = list.has_feeds().then_some((&list.place, &*list.name));
    let about = head::list(site, &here, &list.name, text);
    put(&mut context, "page", "head", head::links(site, &here, feeds) + &about);
    put(&mut context, "page", "title", list.name.clone());
    put(&mut context, "page", "long_title", list.name.width() > LONG_TITLE / 2);
    let kind = match list.group {
        Group::Tag => words.tag,
        Group::Series => words.series,
        Group::Author => words.author,
        Group::Year => words.year,
    };
    let mut years = rows::years(&list.issues);
    if list.group == Group::Year {
        // The page says it already.
        for year in &mut years {
            year.year = None;
        }
    }
    let fields = json!({
        "kind": kind,
        "text": text,
        "count": site.count(list.issues.len()),
        "feed": list.has_feeds().then_some("feed.xml"),
        "url": url,
        "site": url.map(|url| url.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/')),
        "groups": rows::groups(&years, words.letters, &here.up),
    });
    if let Some(all) = context.as_object_mut() {
        all.insert("list".to_owned(), fields);
    }
    context
}
