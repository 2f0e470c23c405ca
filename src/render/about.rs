//! What pages, lists and feeds tell of an issue besides its text: taken from the post once, and kept
//! in the archive, so that nothing has to be read again.

use chrono::{DateTime, FixedOffset, NaiveDate, SecondsFormat};
use serde::{Deserialize, Serialize};

use crate::language::Language;
use crate::post::front_matter::Visibility;
use crate::post::tree::{BlockKind, DirectiveKind, Image, InlineKind, plain_text};
use crate::post::visit::{Node, visit};
use crate::post::with_defaults;
use crate::render::{Assets, Input};

/// The longest summary, in characters: what search engines show.
const SUMMARY: usize = 160;

/// From this width on, in CSS pixels, a picture fills the column.
pub(super) const FULL_WIDTH: u32 = 480;

/// An issue without its text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Its own part of its address.
    pub slug: String,
    /// The title.
    pub title: String,
    /// The line under the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// What it says of itself, or how it starts: a sentence or two.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// Its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// Its day, as `2024-04-26`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The moment with its offset (RFC 3339), where the post gave a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Its language.
    pub language: Language,
    /// Who can see it on the web.
    pub visibility: Visibility,
    /// Who wrote it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<Byline>,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The series it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<String>,
    /// Other addresses that lead to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Where it was first published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canonical_url: Option<String>,
    /// The picture that stands for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Picture>,
    /// The same where it stands elsewhere on the web.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture_url: Option<String>,
    /// Its words; a Chinese character counts as one.
    pub words: usize,
    /// How many minutes it takes to read.
    pub minutes: usize,
    /// Its headings of the highest level.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contents: Vec<Heading>,
}

/// Somebody who wrote an issue, as they were then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Byline {
    /// Their id in the configuration, where they had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Their name.
    pub name: String,
    /// Their page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A picture of an issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Picture {
    /// Its file in `images/`.
    pub name: String,
    /// The width it is shown at, in CSS pixels.
    pub width: u32,
    /// The height it is shown at, in CSS pixels.
    pub height: u32,
    /// What it shows, in words; empty where the post does not say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub alt: String,
}

/// A heading that the list of contents leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heading {
    /// Its id in the page.
    pub id: String,
    /// Its text.
    pub title: String,
}

impl About {
    /// Takes it from a post.
    pub(super) fn of(input: &Input<'_>) -> Self {
        let document = input.document;
        let front = &document.front_matter;
        let remote = front.image.as_ref().filter(|image| image.starts_with("https://") || image.starts_with("http://"));
        Self {
            slug: front.slug.to_string(),
            title: front.title.clone(),
            subtitle: front.subtitle.clone(),
            summary: summary(input),
            number: front.number,
            date: front.date.map(|date| date.day.to_string()),
            at: front.date.and_then(|date| date.at).map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, false)),
            language: document.language.clone(),
            visibility: front.visibility,
            authors: front.authors.iter().map(|author| byline(author, input)).collect(),
            tags: front.tags.clone(),
            series: front.series.clone(),
            aliases: front.aliases.iter().map(|alias| alias.path.clone()).collect(),
            canonical_url: front.canonical_url.clone(),
            picture: if remote.is_some() { None } else { picture(input) },
            picture_url: remote.cloned(),
            words: document.words,
            minutes: document.reading_minutes(),
            contents: contents(input),
        }
    }

    /// Its day.
    pub fn day(&self) -> Option<NaiveDate> {
        self.date.as_deref()?.parse().ok()
    }

    /// The moment that the post gave.
    pub fn moment(&self) -> Option<DateTime<FixedOffset>> {
        DateTime::parse_from_rfc3339(self.at.as_deref()?).ok()
    }
}

fn byline(author: &str, input: &Input<'_>) -> Byline {
    match input.config.authors.get(author) {
        Some(known) => Byline { id: Some(author.to_owned()), name: known.name.clone(), url: known.url.clone() },
        None => Byline { id: None, name: author.to_owned(), url: None },
    }
}

/// The headings of the highest level.
fn contents(input: &Input<'_>) -> Vec<Heading> {
    let headings = || {
        input.document.blocks.iter().filter_map(|block| match &block.kind {
            BlockKind::Heading(heading) => Some(heading),
            _ => None,
        })
    };
    let top = headings().map(|heading| heading.level).min();
    let listed = headings().filter(|heading| Some(heading.level) == top);
    listed.map(|heading| Heading { id: heading.id.clone(), title: plain_text(&heading.content) }).collect()
}

/// The picture that the header names, else the first one that fills the column.
fn picture(input: &Input<'_>) -> Option<Picture> {
    let mut images = Vec::new();
    visit(input.document, &mut |_, node| images.extend(image(node)));
    let named = input.document.front_matter.image.as_deref();
    let shown = match named {
        Some(named) => images.iter().find(|image| same_file(named, &image.url, input.assets)),
        None => images
            .iter()
            .find(|image| input.assets.get(&image.url).is_some_and(|asset| asset.size_for(image).0 >= FULL_WIDTH)),
    };
    let asset = input.assets.get(named.or(shown.map(|image| &*image.url))?)?;
    Some(Picture {
        name: asset.name.clone(),
        width: asset.width,
        height: asset.height,
        alt: shown.map(|image| image.alt.clone()).unwrap_or_default(),
    })
}

fn image(node: Node<'_>) -> Option<&Image> {
    match node {
        Node::Block(block) => match &block.kind {
            BlockKind::Directive(directive) => match &directive.kind {
                DirectiveKind::Figure(image) => Some(image),
                _ => None,
            },
            _ => None,
        },
        Node::Inline(inline) => match &inline.kind {
            InlineKind::Image(image) => Some(image),
            _ => None,
        },
    }
}

/// Whether two ways to write a path name the same file.
fn same_file(one: &str, other: &str, assets: &Assets) -> bool {
    match (assets.get(one), assets.get(other)) {
        (Some(one), Some(other)) => one.name == other.name,
        _ => false,
    }
}

/// What the post says of itself, or how it starts.
fn summary(input: &Input<'_>) -> String {
    let front = &input.document.front_matter;
    let said = front.preheader.as_deref().map(|line| with_defaults(line).into_owned());
    let said = said.or_else(|| front.subtitle.clone());
    let text = said.or_else(|| {
        input.document.blocks.iter().find_map(|block| match &block.kind {
            // A greeting says nothing about the letter.
            BlockKind::Paragraph(content) => Some(plain_text(content)).filter(|text| text.chars().count() > 40),
            _ => None,
        })
    });
    let text = text.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((cut, _)) = text.char_indices().nth(SUMMARY) else { return text };
    let head = text.get(..cut).unwrap_or_default();
    let end = head.rfind(' ').filter(|&at| at > cut / 2).unwrap_or(cut);
    format!("{}…", head.get(..end).unwrap_or_default().trim_end_matches([',', ';', ':', ' ']))
}
