//! What can be written at a place.

use std::collections::BTreeSet;

use lsp_types::{CompletionItem, CompletionItemKind, CompletionParams, Documentation, MarkupContent, MarkupKind};

use crate::editor::place::offset;
use crate::editor::session::Session;
use crate::files::{Files, RelPath};
use crate::post::Document;
use crate::post::directive;
use crate::post::front_matter::table::FRONT_MATTER;
use crate::post::tree::{BlockKind, plain_text};
use crate::publication::Publication;
use crate::yaml::Kind;

/// Fields that most lists have.
const FIELDS: &[&str] = &["name", "email", "first_name", "last_name", "city", "country"];
/// The endings of pictures.
const PICTURES: &[&str] = &["png", "jpg", "jpeg", "gif", "webp"];

impl Session {
    /// What can be written at a place of a post: keys and values of the front matter, directives,
    /// variables, files and headings to link.
    pub(super) fn complete(&self, path: &RelPath, params: &CompletionParams) -> Vec<CompletionItem> {
        let (Some(source), Some(publication)) = (self.source(path), &self.publication) else { return Vec::new() };
        let at = offset(&source, params.text_document_position.position);
        let before = source.text().get(..at).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        let document = publication.post(path).and_then(|post| post.document.as_deref());
        if in_header(before) {
            return match line.split_once(':') {
                None => keys(before, source.text()),
                Some((key, _)) => values(key.trim(), publication),
            };
        }
        if let Some(rest) = line.trim_start().strip_prefix(":::") {
            let include = rest.trim_start_matches(':').strip_prefix("include ");
            return if include.is_some() { self.paths(path, |_| true) } else { directives() };
        }
        if line.rfind("{{").is_some_and(|open| line.rfind("}}").is_none_or(|close| close < open)) {
            return variables(publication);
        }
        match line.rfind("](") {
            Some(open) if !line.get(open..).is_some_and(|rest| rest.contains(')')) => {
                let picture = line
                    .get(..open)
                    .and_then(|text| text.rfind('['))
                    .is_some_and(|start| line.get(..start).is_some_and(|text| text.ends_with('!')));
                if picture {
                    self.paths(path, |path| PICTURES.contains(&&*path.extension()))
                } else {
                    let mut all = document.map(headings).unwrap_or_default();
                    all.extend(self.paths(path, |path| matches!(path.extension().as_str(), "md" | "markdown" | "pdf")));
                    all
                }
            }
            _ => Vec::new(),
        }
    }

    /// The files of the publication, relative to the post.
    fn paths(&self, post: &RelPath, wanted: impl Fn(&RelPath) -> bool) -> Vec<CompletionItem> {
        let all: Vec<_> =
            ["posts", "images", "files"].iter().filter_map(|folder| self.files.list(folder).ok()).collect();
        let item = |path: &RelPath| item(&relative(post.parent(), path.as_str()), CompletionItemKind::FILE, "");
        all.iter().flatten().filter(|path| *path != post && wanted(path)).map(item).collect()
    }
}

/// The variables that differ by subscriber: those used before, then the usual ones.
fn variables(publication: &Publication) -> Vec<CompletionItem> {
    let mut names: BTreeSet<String> = FIELDS.iter().map(|&name| name.to_owned()).collect();
    for document in publication.posts.iter().filter_map(|post| post.document.as_ref()) {
        names.extend(document.holes.all().iter().map(|hole| hole.field.clone()));
    }
    let one = |name: &String| {
        let plain = item(&format!("subscriber.{name}"), CompletionItemKind::VARIABLE, "each subscriber's own value");
        let doc = "the same, and what stands there for those without one";
        let default = item(&format!("default subscriber.{name} \"\""), CompletionItemKind::VARIABLE, doc);
        [default, plain]
    };
    names.iter().flat_map(one).collect()
}

/// Whether a text ends inside the front matter.
fn in_header(before: &str) -> bool {
    let mut lines = before.trim_start_matches('\u{feff}').lines();
    lines.next().is_some_and(|line| line.trim_end() == "---")
        && !before.ends_with("---")
        && !lines.any(|line| matches!(line.trim_end(), "---" | "..."))
}

/// The keys that the header does not have yet.
fn keys(before: &str, text: &str) -> Vec<CompletionItem> {
    let line = before.rsplit('\n').next().unwrap_or_default();
    if line.starts_with([' ', '\t', '-']) {
        return Vec::new();
    }
    let header: Vec<_> = text.lines().skip(1).take_while(|line| !matches!(line.trim_end(), "---" | "...")).collect();
    let is_free = |name: &str| !header.iter().any(|line| line.split_once(':').is_some_and(|(key, _)| key == name));
    let key = |field: &crate::yaml::Field| {
        let mut item = item(field.name, CompletionItemKind::PROPERTY, field.doc);
        item.insert_text = Some(format!("{}: ", field.name));
        item
    };
    FRONT_MATTER.fields.iter().filter(|field| is_free(field.name)).map(key).collect()
}

/// What a key of the front matter can hold.
fn values(key: &str, publication: &Publication) -> Vec<CompletionItem> {
    let config = &publication.config;
    let headers = || publication.posts.iter().filter_map(|post| Some(&post.document.as_ref()?.front_matter));
    let all = |names: BTreeSet<String>| names.iter().map(|name| item(name, CompletionItemKind::VALUE, "")).collect();
    match key {
        "profile" => config
            .profiles
            .iter()
            .map(|(name, profile)| {
                item(name, CompletionItemKind::VALUE, profile.description.as_deref().unwrap_or_default())
            })
            .collect(),
        "authors" => {
            let author =
                |(id, author): (&String, &crate::config::Author)| item(id, CompletionItemKind::VALUE, &author.name);
            config.authors.iter().map(author).collect()
        }
        "segment" => all(config.segments.keys().cloned().collect()),
        "tags" => all(headers().flat_map(|header| header.tags.iter().cloned()).collect()),
        "series" => all(headers().filter_map(|header| header.series.clone()).collect()),
        "template" => {
            all(publication.templates.names().filter(|name| !name.contains('/')).map(str::to_owned).collect())
        }
        "language" => {
            let languages = ["en", "en-GB", "zh-Hans", "zh-Hant", "de", "fr", "es", "ja", "ko", "ar", "he"];
            languages.iter().map(|tag| item(tag, CompletionItemKind::VALUE, "")).collect()
        }
        _ => match FRONT_MATTER.field(key).map(|field| &field.kind) {
            Some(Kind::Choice(words)) => {
                words.iter().map(|(word, doc)| item(word, CompletionItemKind::ENUM_MEMBER, doc)).collect()
            }
            _ => Vec::new(),
        },
    }
}

fn directives() -> Vec<CompletionItem> {
    let one =
        |(name, example): (&str, &str)| item(name, CompletionItemKind::KEYWORD, &format!("```md\n{example}\n```"));
    directive::openings().map(one).collect()
}

/// The post's headings, to be linked by their ids.
fn headings(document: &Document) -> Vec<CompletionItem> {
    let heading = |block: &crate::post::tree::Block| match &block.kind {
        BlockKind::Heading(heading) => {
            let text = plain_text(&heading.content);
            Some(item(&format!("#{}", heading.id), CompletionItemKind::REFERENCE, &text))
        }
        _ => None,
    };
    document.blocks.iter().filter_map(heading).collect()
}

fn item(label: &str, kind: CompletionItemKind, doc: &str) -> CompletionItem {
    let doc = (!doc.is_empty()).then(|| MarkupContent { kind: MarkupKind::Markdown, value: doc.to_owned() });
    CompletionItem {
        label: label.to_owned(),
        kind: Some(kind),
        documentation: doc.map(Documentation::MarkupContent),
        ..CompletionItem::default()
    }
}

/// The way from a folder to a path.
fn relative(folder: &str, path: &str) -> String {
    let from: Vec<_> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<_> = path.split('/').collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - shared);
    up.chain(to.iter().skip(shared).copied()).collect::<Vec<_>>().join("/")
}
