//! The page of an issue, and its pictures beside it.

use rayon::prelude::*;
use serde_json::{Value, json};

use crate::archive::{Listed, Past, Shown};
use crate::language::{Citation, Language, SiteWords, grouped};
use crate::post::front_matter::Visibility;
use crate::render::page::{self, Robots, put};
use crate::site::leaf::{Inputs, Leaf};
use crate::site::page::{Here, errata_inputs, issue_inputs};
use crate::site::place::{Group, Place};
use crate::site::{Site, SiteError, head};

/// The files of all issues.
pub(super) fn leaves<'a>(site: &'a Site<'a>) -> Result<Vec<Leaf<'a>>, SiteError> {
    // Only those that are listed have neighbours.
    let mut at = 0_usize;
    let around = |issue: &Shown| {
        issue.listed().map_or((None, None), |_| {
            at += 1;
            let before = at.checked_sub(2).and_then(|before| site.listed.get(before));
            (before, site.listed.get(at))
        })
    };
    let around: Vec<_> = site.shown.iter().map(around).collect();
    let issues = site.shown.par_iter().zip(around);
    let leaves = issues.map(|(issue, around)| of_issue(site, issue, around)).collect::<Result<Vec<_>, _>>()?;
    Ok(leaves.into_iter().flatten().collect())
}

/// The page of an issue, and its pictures.
fn of_issue<'a>(site: &'a Site<'a>, issue: &'a Shown, around: Around<'_>) -> Result<Vec<Leaf<'a>>, SiteError> {
    let place = Place::issue(&issue.about().slug);
    let beside = beside(site, issue, around);
    let inputs = errata_inputs(issue_inputs(site.inputs(), issue), issue).with(beside.to_string());
    let context = move || context(site, issue, &beside);
    let mut leaves = vec![site.page(&place.file("index.html"), &inputs, "web/page", context)?];
    for name in issue.images() {
        // The name tells the content.
        let path = place.file(&format!("images/{name}"));
        leaves.push(Leaf::new(&path, &Inputs::new().with(name), move || Ok(issue.image(name)?))?);
    }
    Ok(leaves)
}

type Around<'a> = (Option<&'a Listed<'a>>, Option<&'a Listed<'a>>);

/// What the page tells of other issues: its lists, and its neighbours.
fn beside(site: &Site<'_>, issue: &Shown, around: Around<'_>) -> Value {
    let about = issue.about();
    let up = Place::issue(&about.slug).up();
    let words = about.language.words();
    let turns = [("prev", words.site.previous, around.0), ("next", words.site.next, around.1)];
    let turns = turns.into_iter().filter_map(|(rel, word, other)| {
        let other = other?.about();
        let number = other.number.map(|number| words.number.replace("{}", &number.to_string()));
        Some(json!({
            "rel": rel,
            "label": number.map_or_else(|| word.to_owned(), |number| format!("{word}{}{number}", words.comma)),
            "url": Place::issue(&other.slug).from(&up),
            "title": other.title,
            "language": other.language.tag(),
            "dir": other.language.direction().as_str(),
        }))
    });
    json!({ "turns": turns.collect::<Vec<_>>(), "facts": facts(site, issue, &up) })
}

/// What the page reads.
fn context(site: &Site<'_>, issue: &Shown, beside: &Value) -> Result<Value, SiteError> {
    let about = issue.about();
    let place = Place::issue(&about.slug);
    let mut here = Here::new(site, &place);
    here.card = site.cards.path(issue).map(|path| format!("{}/{path}", site.base));
    let robots = if about.visibility == Visibility::Public { Robots::Welcome } else { Robots::StayOut };
    let mut context = page::context(&here.setting(site, robots), about, issue.letter()?);
    site.furnish(&mut context, &here, &about.language);
    let own = context.pointer("/page/head").and_then(Value::as_str).unwrap_or_default();
    let head = head::links(site, &here, None) + own + &head::issue(site, &here, issue);
    put(&mut context, "page", "head", head);
    let errata = issue.errata.iter().map(|erratum| {
        let day = erratum.date.parse().map_or_else(|_| erratum.date.clone(), |day| about.language.date(day));
        json!({ "date": erratum.date, "day": day, "text": erratum.text })
    });
    put(&mut context, "page", "errata", errata.collect::<Vec<_>>());
    put(&mut context, "page", "citation", citation(site, issue, &here));
    for name in ["facts", "turns"] {
        put(&mut context, "page", name, beside.get(name).cloned());
    }
    Ok(context)
}

/// Authors, series and tags, and how many it went to. What only unlisted issues have has no page.
fn facts(site: &Site<'_>, issue: &Shown, up: &str) -> Vec<Value> {
    let about = issue.about();
    let words = about.language.words().site;
    let url = |group: Group, id: &str| site.lists.find(group, id).map(|list| list.place.from(up));
    let authors = about.authors.iter().map(
        |author| json!({ "name": author.name, "url": url(Group::Author, author.id.as_ref().unwrap_or(&author.name)) }),
    );
    let series = about.series.iter().map(|series| {
        let list = site.lists.find(Group::Series, series);
        let at = list.and_then(|list| {
            let at = list.issues.iter().position(|other| other.about().slug == about.slug)? + 1;
            Some(words.part.replacen("{}", &at.to_string(), 1).replacen("{}", &list.issues.len().to_string(), 1))
        });
        json!({ "name": series, "url": url(Group::Series, series), "part": at })
    });
    let tags = about.tags.iter().map(|tag| json!({ "name": tag, "url": url(Group::Tag, tag) }));
    let told = issue.reach.filter(|reach| site.publication.config.archive.counts && reach.sent > 0);
    let reach = told.map(|reach| json!({ "name": readers(words, reach.sent) }));
    let all = [
        (words.authors, authors.collect::<Vec<_>>()),
        (words.series, series.collect()),
        (words.tags, tags.collect()),
        (words.sent_to, reach.into_iter().collect()),
    ];
    let present = all.into_iter().filter(|(_, values)| !values.is_empty());
    present.map(|(label, values)| json!({ "label": label, "values": values })).collect()
}

/// So many readers.
fn readers(words: &SiteWords, number: u64) -> String {
    let [one, several] = words.readers;
    if number == 1 { one.to_owned() } else { several.replace("{}", &grouped(number)) }
}

fn citation(site: &Site<'_>, issue: &Shown, here: &Here) -> String {
    let about = issue.about();
    let cited = Citation {
        authors: about.authors.iter().map(|author| &*author.name).collect(),
        title: &about.title,
        newsletter: &site.publication.config.name,
        details: details(issue, &about.language),
        url: &here.url,
    };
    (about.language.words().site.citation)(&cited)
}

/// Number and day of an issue in words, as far as there are.
pub(super) fn details(issue: &Past, language: &Language) -> Vec<String> {
    let number = issue.about().number.map(|number| language.words().number.replace("{}", &number.to_string()));
    number.into_iter().chain(issue.day().map(|day| language.date(day))).collect()
}
