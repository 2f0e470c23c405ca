//! The index, by Pagefind: one for each language, in a folder whose name tells what they are made of.
//!
//! Pagefind takes words apart and down to their stems by language. An issue stands in the index of its
//! own; what Chinese characters an issue of another language has are looked up in the Chinese one,
//! which holds a copy of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use pagefind::api::PagefindIndex;
use pagefind::options::PagefindServiceConfig;

use crate::archive::Listed;
use crate::build::output::{Folder, LastBuild};
use crate::language::Language;
use crate::render::Escaped;
use crate::site::issue::details;
use crate::site::leaf::{Inputs, Leaf};
use crate::site::markup::{self, Becomes};
use crate::site::page::issue_inputs;
use crate::site::place::Place;
use crate::site::{Site, SiteError};

/// The version of what is made of the same issues; a change of this file or of Pagefind raises it.
const VERSION: u32 = 2;

/// The list of the files of an index, so that a rebuild need not make it to know them.
const FILES: &str = "files.txt";

/// What Pagefind brings for pages of its own.
const UNUSED: &[&str] = &["pagefind-ui", "pagefind-modular-ui", "pagefind-component-ui", "pagefind-highlight"];

/// The index of all listed issues.
pub(super) struct Bundle<'a> {
    issues: &'a [Listed<'a>],
    /// The place of the search.
    place: Place,
    /// The digest of what it is made of.
    made_of: String,
    /// Its files by their paths in its folder.
    names: Vec<String>,
    made: Made,
}

/// The files of an index by their paths in its folder.
type Files = BTreeMap<String, Vec<u8>>;

/// An index that is made once, when the first of its files is asked for.
#[derive(Clone, Default)]
struct Made(Arc<OnceLock<Result<Files, String>>>);

impl Made {
    fn files(&self, issues: &[Listed<'_>]) -> Result<&Files, SiteError> {
        self.0.get_or_init(|| index(issues)).as_ref().map_err(|reason| SiteError::Search(reason.clone()))
    }
}

impl<'a> Bundle<'a> {
    /// The index of a site. Where the last build made the same, its files are known without making it
    /// again.
    pub(super) fn of(site: &'a Site<'a>, last: &Folder) -> Result<Self, SiteError> {
        let start = Inputs::new().with(VERSION.to_le_bytes());
        let inputs = site.listed.iter().fold(start, |inputs, issue| issue_inputs(inputs, issue));
        let (issues, made) = (site.listed, Made::default());
        let made_of = inputs.digest().chars().take(10).collect();
        let mut bundle = Self { issues, place: site.search(), made_of, names: Vec::new(), made };
        let list = LastBuild::read(last, &format!("{}{FILES}", bundle.folder()));
        bundle.names = match list.and_then(|list| String::from_utf8(list).ok()) {
            Some(list) => list.lines().map(str::to_owned).collect(),
            None if issues.is_empty() => Vec::new(),
            None => bundle.made.files(issues)?.keys().cloned().collect(),
        };
        Ok(bundle)
    }

    /// Its folder in the site.
    pub(super) fn folder(&self) -> String {
        self.place.file(&format!("{}/", self.made_of))
    }

    /// The languages that it has a part for.
    pub(super) fn languages(&self) -> BTreeSet<&str> {
        let heads = self.names.iter().filter_map(|name| name.strip_prefix("pagefind.")?.strip_suffix(".pf_meta"));
        heads.filter_map(|head| Some(head.rsplit_once('_')?.0)).collect()
    }

    /// Its files.
    pub(super) fn leaves(self) -> Result<Vec<Leaf<'a>>, SiteError> {
        if self.issues.is_empty() {
            return Ok(Vec::new());
        }
        let place = self.folder();
        let list = self.names.iter().fold(String::new(), |list, name| list + name + "\n");
        let mut leaves = vec![Leaf::of(&format!("{place}{FILES}"), list.into_bytes())?];
        for name in self.names {
            let (issues, made) = (self.issues, self.made.clone());
            let path = format!("{place}{name}");
            leaves.push(Leaf::new(&path, &Inputs::new().with(&self.made_of), move || {
                let file = made.files(issues)?.get(&name).cloned();
                file.ok_or_else(|| SiteError::Search(format!("it has no `{name}`")))
            })?);
        }
        Ok(leaves)
    }
}

/// The language by which Pagefind knows an issue's.
fn index_language(language: &Language) -> String {
    let primary = language.primary();
    if language.is_cjk() && primary != "ja" { "zh".to_owned() } else { primary }
}

/// Makes the index. Pagefind is asynchronous and does all of it at once, so it gets a runtime of its own.
fn index(issues: &[Listed<'_>]) -> Result<Files, String> {
    let reason = |error: &dyn std::fmt::Display| error.to_string();
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|error| reason(&error))?;
    runtime.block_on(async {
        let options = PagefindServiceConfig::builder().build();
        let mut index = PagefindIndex::new(Some(options)).map_err(|error| reason(&error))?;
        for issue in issues {
            for document in documents(*issue).map_err(|error| reason(&error))? {
                index.add_html_file(None, Some(document.url), document.html).await.map_err(|error| reason(&error))?;
            }
        }
        let files = index.get_files().await.map_err(|error| reason(&error))?;
        let files = files.into_iter().map(|file| {
            let path: Vec<_> = file.filename.components().map(|part| part.as_os_str().to_string_lossy()).collect();
            (path.join("/"), file.contents)
        });
        Ok(files.filter(|(path, _)| !UNUSED.iter().any(|unused| path.starts_with(unused))).collect())
    })
}

/// A page as Pagefind reads it.
struct Document {
    url: String,
    html: String,
}

/// The issue, and its copy among the Chinese ones where it has such characters.
fn documents(issue: Listed<'_>) -> Result<Vec<Document>, SiteError> {
    let about = issue.about();
    let own = index_language(&about.language);
    let subtitle = about.subtitle.as_deref().unwrap_or_default();
    let letter = issue.letter()?;
    let mut text = String::with_capacity(letter.text.len() + letter.notes.len());
    push_words(&letter.text, &mut text);
    push_words(&letter.notes, &mut text);
    let details = details(&issue, &about.language).join(about.language.words().comma);
    let year = issue.day().map(|day| day.format("%Y").to_string()).unwrap_or_default();
    let page = |language: &str, kind: &str| {
        format!(
            "<html lang=\"{language}\"><body data-pagefind-body>\
             <h1 data-pagefind-filter=\"details[data-details],language[data-language],year[data-year],kind[data-kind]\" \
             data-details=\"{}\" data-language=\"{}\" data-year=\"{year}\" data-kind=\"{kind}\">{}</h1>\
             <p>{}</p>{text}</body></html>",
            Escaped(&details),
            about.language.tag(),
            Escaped(&about.title),
            Escaped(subtitle),
        )
    };
    let url = Place::issue(&about.slug).from("");
    let mut documents = vec![Document { html: page(&own, "own"), url: url.clone() }];
    let has_chinese = || [&about.title, subtitle, &text].iter().any(|text| text.chars().any(is_chinese));
    if own != "zh" && own != "ja" && has_chinese() {
        // Pagefind takes two pages of one address for the same.
        documents.push(Document { html: page("zh", "copy"), url: format!("./{url}") });
    }
    Ok(documents)
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// What begins apart from what stands before it, which Pagefind does not know of all.
const APART: &[&str] = &["th", "td", "caption", "dt", "dd", "figcaption"];

/// Adds the words of a letter to `out`: with what its pictures show in their places, and without the
/// marks of notes and the notes beside the text, which stand at its end, too.
fn push_words(html: &str, out: &mut String) {
    markup::copy(html, out, |tag| {
        let value = |name: &str| tag.attribute(name).and_then(|range| html.get(range)).unwrap_or_default();
        match (&*tag.name, value("class")) {
            ("sup", "ref") | ("span", "side") => Becomes::Nothing,
            ("a", _) if value("role") == "doc-backlink" => Becomes::Nothing,
            // The value is escaped already.
            ("img", _) => {
                Becomes::Tag(vec![(tag.range.clone(), format!(" {} ", value("alt").replace(['<', '>'], " ")))])
            }
            (name, _) if APART.contains(&name) => {
                Becomes::Tag(vec![(tag.range.start..tag.range.start, " ".to_owned())])
            }
            _ => Becomes::Tag(Vec::new()),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::push_words;

    #[test]
    fn words_are_apart_and_marks_are_none() {
        let html = "<p>Rail<sup class=\"ref\" id=\"mark:1\"><a href=\"#note:1\">1</a></sup><span class=\"side\" hidden>\
            <b>1</b> A <span>note</span>.</span> and <img src=\"a.png\" alt=\"two &lt; lines\">road</p>\
            <tr><th>One</th><th>Two</th></tr><li>A note. <a href=\"#mark:1\" role=\"doc-backlink\">↩</a></li>";
        let mut words = String::new();
        push_words(html, &mut words);
        assert_eq!(words, "<p>Rail and  two &lt; lines road</p><tr> <th>One</th> <th>Two</th></tr><li>A note. </li>");
    }
}
