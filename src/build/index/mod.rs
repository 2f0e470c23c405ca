//! The page of cards that leads to every view of a build, and the one file that holds them all.
//!
//! It says nothing about the time or the machine: the same inputs give the same bytes. Where a
//! reader would look for the time of the build stand the newest post's date and the words in all.

mod card;
mod finding;
mod verdict;
mod view;

use std::cmp::Reverse;
use std::fmt;

use chrono::NaiveDate;
use serde_json::json;

use crate::diagnostic::{Counts, Diagnostic};
use crate::language::Language;
use crate::post::Holes;
use crate::post::front_matter::Status;
use crate::render::{TemplateError, Templates};

/// What the page tells.
#[derive(Clone, Debug)]
pub struct Index<'a> {
    /// The newsletter's name.
    pub name: &'a str,
    /// The posts that were built, in any order.
    pub cards: Vec<Card<'a>>,
    /// What was found outside posts: configuration and templates.
    pub diagnostics: &'a [Diagnostic],
    /// The bytes of HTML that a mail may have, as [`crate::config::Checks::max_html_bytes`].
    pub max_html_bytes: usize,
}

/// One post.
#[derive(Clone, Debug)]
pub struct Card<'a> {
    /// Its title; its file's name stands in for an empty one.
    pub title: &'a str,
    /// Its file.
    pub path: &'a str,
    /// Its template; empty where that is not known.
    pub template: &'a str,
    /// Its language.
    pub language: &'a Language,
    /// Its status; nothing where its header cannot be read.
    pub status: Option<Status>,
    /// Its date.
    pub day: Option<NaiveDate>,
    /// Its words; a Chinese character counts as one.
    pub words: usize,
    /// The bytes of its HTML part as sent.
    pub html_bytes: usize,
    /// What was found in it, at the configured levels and in order.
    pub diagnostics: &'a [Diagnostic],
    /// Where its views are.
    pub views: Views<'a>,
}

/// Where the views of a post are.
#[derive(Clone, Copy, Debug)]
pub enum Views<'a> {
    /// It was not built.
    None,
    /// In a folder beside the page: the post's slug.
    Folder(&'a str),
    /// There, but made by an earlier build, for now the post has errors.
    Earlier(&'a str),
    /// In the page itself, which then needs no other file.
    Inside {
        /// The post's slug.
        slug: &'a str,
        /// The web page, its images as data URIs.
        page: &'a str,
        /// The mail's HTML, filled with defaults, its images as data URIs.
        email: &'a str,
        /// The mail's plain text, filled with defaults.
        text: &'a str,
    },
}

impl Card<'_> {
    fn counts(&self) -> Counts {
        Counts::of(self.diagnostics)
    }

    /// The title, or the file's name where there is none.
    fn name(&self) -> &str {
        let file = || self.path.rsplit('/').next().unwrap_or_default();
        if self.title.trim().is_empty() { file() } else { self.title }
    }

    fn is_draft(&self) -> bool {
        self.status == Some(Status::Draft)
    }
}

/// The whole page. With [`Views::Folder`] it is `OUT/index.html`; with [`Views::Inside`] it is the
/// one file of `--single-file`.
///
/// # Errors
/// When the template has faults.
pub fn render(index: &Index<'_>, templates: &Templates) -> Result<String, TemplateError> {
    let cards = worst_first(&index.cards);
    let context = json!({
        "newsletter": { "name": index.name },
        "index": {
            "css": templates.text("web/index.css").unwrap_or_default(),
            "title": verdict::headline(index, &cards),
            "verdict": fmt::from_fn(|out| verdict::sentence(out, index, &cards)).to_string(),
            "meta": verdict::meta(index.name, &cards),
            "cards": fmt::from_fn(|out| card::list(out, index, &cards)).to_string(),
            "findings": fmt::from_fn(|out| finding::section(out, index, &cards)).to_string(),
        },
    });
    let mut page = templates.render("web/index", context, &mut Holes::default())?;
    let views = fmt::from_fn(|out| view::all(out, &cards)).to_string();
    page.insert_str(page.rfind("</body>").unwrap_or(page.len()), &views);
    Ok(page)
}

/// The cards, what most needs work before the rest; the newest first among equals.
fn worst_first<'a, 'c>(cards: &'c [Card<'a>]) -> Vec<&'c Card<'a>> {
    let mut sorted: Vec<_> = cards.iter().collect();
    sorted.sort_by_cached_key(|card| {
        let Counts { errors, warnings, .. } = card.counts();
        let draft_first = !card.is_draft();
        (Reverse(errors), Reverse(warnings), draft_first, Reverse(card.day), card.path)
    });
    sorted
}
