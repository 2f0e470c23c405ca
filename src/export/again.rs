//! The archive rendered anew by today's templates, theme and configuration, so that an upgrade or a
//! new look can be judged by what was sent before: whose text, and not look alone, would change.

use std::io;
use std::sync::Arc;

use rayon::prelude::*;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_width::UnicodeWidthChar as _;

use crate::archive::{Archive, Past};
use crate::build::output::{Folder, OutputError, Staging};
use crate::build::{build_issue, open};
use crate::diagnostic::{Diagnostic, Source};
use crate::export::ExportError;
use crate::files::{Files, RelPath};
use crate::html;
use crate::post;
use crate::publication::{LoadError, POSTS, Post, Publication, Selection};
use crate::render::Asset;

/// Why nothing was rendered.
#[derive(Debug, thiserror::Error)]
pub enum AgainError {
    /// The archive.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The publication.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The output folder.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// An issue that was rendered anew.
#[derive(Clone, Debug)]
pub struct Again {
    /// The issue.
    pub slug: String,
    /// What became of it.
    pub fate: Fate,
}

/// What became of an issue.
#[derive(Clone, Debug)]
pub enum Fate {
    /// It says the same.
    Same,
    /// It says something else.
    Changed(Vec<Change>),
    /// It cannot be rendered any more; what is wrong with it.
    Failed(Vec<Diagnostic>),
}

/// Words that are others now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The file of the record.
    pub file: &'static str,
    /// What it said.
    pub before: String,
    /// What it says now.
    pub after: String,
}

/// Renders all issues into `folder`, private ones too: nobody else sees it.
///
/// # Errors
/// When a record or the configuration cannot be read, or the folder cannot be written.
pub fn again(archive: &Archive, files: &dyn Files, folder: &Folder) -> Result<Vec<Again>, AgainError> {
    let issues = archive.issues().map_err(ExportError::from)?;
    let publication = open(files, &Selection::All)?;
    let staging = Staging::beside(folder)?;
    let made = issues.par_iter().map(|issue| one(issue, &publication, files, &staging));
    let made = made.collect::<Result<Vec<_>, AgainError>>()?;
    staging.write_file(folder.marker(), b"made by `newsletter archive render`, which replaces this folder\n")?;
    staging.replace_all()?;
    Ok(made)
}

fn one(issue: &Past, publication: &Publication, files: &dyn Files, staging: &Staging<'_>) -> Result<Again, AgainError> {
    let slug = issue.about().slug.clone();
    let text = issue.post().map_err(ExportError::from)?;
    let Some(path) = place(issue, publication) else { return Ok(Again { slug, fate: Fate::Failed(Vec::new()) }) };
    let kept = Kept { issue, publication, files };
    let source = Arc::new(Source::new(path.as_str(), text));
    let parsed = post::parse(&path, &source, &publication.config, &kept);
    let post = Post { path, document: parsed.document.map(Arc::new), diagnostics: parsed.diagnostics };
    let built = build_issue(publication, &post, &kept);
    let (Some(document), Some(output)) = (&built.document, &built.output) else {
        let errors = publication.diagnostics.iter().chain(&built.diagnostics).filter(|found| found.is_error());
        return Ok(Again { slug, fate: Fate::Failed(errors.cloned().collect()) });
    };
    staging.write_issue(&document.front_matter.slug, output)?;
    let (was, is) = (issue.letter().map_err(ExportError::from)?, output.letter());
    let mut changes = Vec::new();
    compare("content.html", &visible(&(was.text + &was.notes)), &visible(&(is.text + &is.notes)), &mut changes);
    compare("email.txt", &issue.text().map_err(ExportError::from)?, &output.text, &mut changes);
    let fate = if changes.is_empty() { Fate::Same } else { Fate::Changed(changes) };
    Ok(Again { slug, fate })
}

/// Where its post stands; one that is gone has a name that says of it what its own said.
fn place(issue: &Past, publication: &Publication) -> Option<RelPath> {
    let about = issue.about();
    let outline = publication.outlines.iter().find(|outline| outline.slug.as_str() == about.slug);
    let day = about.date.as_ref().map(|day| format!("{day}-")).unwrap_or_default();
    let gone = || RelPath::resolve(POSTS, &format!("{day}{}.md", about.slug)).ok();
    outline.map(|outline| outline.path.clone()).or_else(gone)
}

/// The files that a post was rendered from: its pictures are those of its record; templates and
/// what the configuration names are today's.
struct Kept<'a> {
    issue: &'a Past,
    publication: &'a Publication,
    files: &'a dyn Files,
}

impl Kept<'_> {
    /// The picture of the record that a path named.
    fn picture(&self, path: &RelPath) -> Option<&str> {
        let config = &self.publication.config;
        let portraits = config.authors.values().filter_map(|author| author.image.as_ref());
        if portraits.chain(&config.theme.logo).any(|own| own == path.as_str()) {
            return None;
        }
        let mut named = self.issue.images().filter(|name| Asset::is_name_of(name, path.stem()));
        // Where two could be meant, the disk decides.
        named.next().filter(|_| named.next().is_none())
    }
}

impl Files for Kept<'_> {
    fn read(&self, path: &RelPath) -> io::Result<Vec<u8>> {
        match self.picture(path) {
            Some(name) => self.issue.image(name).map_err(io::Error::other),
            None => self.files.read(path),
        }
    }

    fn is_file(&self, path: &RelPath) -> bool {
        self.picture(path).is_some() || self.files.is_file(path)
    }

    fn list(&self, folder: &str) -> io::Result<Vec<RelPath>> {
        self.files.list(folder)
    }
}

/// What readers see of a page, a space between its parts.
fn visible(page: &str) -> String {
    fn push(nodes: &[html::Node], out: &mut String) {
        for node in nodes {
            match node {
                html::Node::Text(text) => out.push_str(text),
                html::Node::Element(element) if element.attribute("hidden").is_some() => {}
                html::Node::Element(element) => {
                    let is_inline = matches!(
                        element.name.as_str(),
                        "a" | "abbr"
                            | "b"
                            | "bdi"
                            | "code"
                            | "del"
                            | "em"
                            | "i"
                            | "s"
                            | "span"
                            | "strong"
                            | "sub"
                            | "sup"
                    );
                    let between = if is_inline { "" } else { " " };
                    out.push_str(between);
                    out.push_str(element.attribute("alt").unwrap_or_default());
                    push(&element.children, out);
                    out.push_str(between);
                }
            }
        }
    }
    let mut out = String::new();
    push(&html::parse(page), &mut out);
    out
}

/// The words of a text, whatever its lines: Chinese characters each by itself, signs alone left out.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for word in text.split_whitespace() {
        let mut rest = word;
        while let Some(first) = rest.chars().next() {
            let is_wide = |c: char| c.width() == Some(2);
            let len = if is_wide(first) { first.len_utf8() } else { rest.find(is_wide).unwrap_or(rest.len()) };
            let (part, after) = rest.split_at_checked(len).unwrap_or((rest, ""));
            if part.contains(char::is_alphanumeric) {
                words.push(part);
            }
            rest = after;
        }
    }
    words
}

/// Adds what differs.
fn compare(file: &'static str, was: &str, is: &str, changes: &mut Vec<Change>) {
    let (was, is) = (words(was), words(is));
    for part in capture_diff_slices(Algorithm::Myers, &was, &is) {
        if matches!(part, DiffOp::Equal { .. }) {
            continue;
        }
        let said = |words: &[&str], range| words.get::<std::ops::Range<usize>>(range).unwrap_or_default().join(" ");
        let (before, after) = (said(&was, part.old_range()), said(&is, part.new_range()));
        changes.push(Change { file, before, after });
    }
}

#[cfg(test)]
mod tests {
    use super::{compare, visible, words};

    #[test]
    fn lines_signs_and_look_are_no_words() {
        assert_eq!(words("One\n  two, -- 中文ab字\n·"), ["One", "two,", "中", "文", "ab", "字"]);
        assert_eq!(words(&visible("<p>a<b>b</b></p><ul><li>c</li></ul><i hidden>d</i>")), ["ab", "c"]);
        let mut changes = Vec::new();
        compare("a", "one two three four", "one 2 three four five", &mut changes);
        let shown: Vec<_> = changes.iter().map(|one| (one.before.as_str(), one.after.as_str())).collect();
        assert_eq!(shown, [("two", "2"), ("", "five")]);
    }
}
