//! All issues of a publication into the output folder.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rayon::prelude::*;

use crate::build::index::{self, Index, Views};
use crate::build::output::{Folder, OutputError, Staging};
use crate::build::record::{Entry, Record, Shown};
use crate::build::{Built, Output, build_issue};
use crate::diagnostic::Diagnostic;
use crate::files::{Files, RelPath};
use crate::post::Slug;
use crate::post::front_matter::Status;
use crate::publication::{Post, Publication, Selection};
use crate::render::{AssetPlace, Templates};

const INDEX: &str = "index.html";

/// What to build.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The posts that were named; of a narrow selection only the folders of those posts are
    /// replaced.
    pub selection: Selection,
    /// Posts of this status alone.
    pub status: Option<Status>,
    /// Whether to write one file with everything in it, too.
    pub single_file: SingleFile,
}

/// Whether to write one file with everything in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SingleFile {
    /// Only the folders.
    #[default]
    Without,
    /// The folders and the file.
    With,
}

/// What a build came to.
#[derive(Debug)]
pub struct Outcome {
    /// The posts that were built, or could not be, by path.
    pub issues: Vec<Issue>,
    /// The page of cards.
    pub index: PathBuf,
    /// The one file with everything in it, where it was asked for.
    pub single_file: Option<PathBuf>,
}

/// One post of a build.
#[derive(Debug)]
pub struct Issue {
    /// Its file.
    pub path: RelPath,
    /// Its status; nothing where its header cannot be read.
    pub status: Option<Status>,
    /// All that was found in it.
    pub diagnostics: Vec<Diagnostic>,
    /// What is in its folder.
    pub fate: Fate,
}

/// What is in a post's folder after a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// What was made of it now.
    Written,
    /// What an earlier build made: now it has errors.
    Kept,
    /// Nothing: it has errors and never was built.
    Missing,
}

/// A post that was built, without the bytes that are on the disk already.
struct Done {
    built: Built,
    slug: Slug,
    written: bool,
    inside: Option<Inside>,
}

/// The views of a post as they stand in the one file.
struct Inside {
    page: String,
    email: String,
    text: String,
}

/// Builds what is asked for and writes it to `folder`. Without a narrow selection the folder is
/// replaced as a whole; else only the folders of the posts that were named are, one by one, and
/// the page of cards. A post with errors keeps what an earlier build made of it.
///
/// # Errors
/// When the folder cannot be written; it is then as it was, or, in a narrow build, each post's
/// folder is either as it was or complete.
pub fn run(
    publication: &Publication,
    request: &Request,
    folder: &Folder,
    files: &dyn Files,
) -> Result<Outcome, OutputError> {
    let staging = Staging::beside(folder)?;
    let mut record = Record::load(folder.path());
    let wanted = |post: &&Post| match (request.status, &post.document) {
        (Some(status), Some(document)) => document.front_matter.status == status,
        _ => true,
    };
    let posts: Vec<_> = publication.posts.iter().filter(wanted).collect();
    let done: Vec<Done> = posts
        .into_par_iter()
        .map(|post| {
            let built = build_issue(publication, post, files);
            finish(built, publication, request, &record, &staging)
        })
        .collect::<Result<_, _>>()?;

    let in_place = request.selection.is_narrow() && folder.holds_build();
    let fates = if in_place {
        record.keep_only(publication);
        replace_some(&done, &mut record, publication, &staging)?
    } else {
        let last = std::mem::take(&mut record);
        keep_some(&done, &last, &mut record, publication, &staging)?
    };

    let fresh = done.iter().map(|one| (one.built.path.to_string(), one.built.diagnostics.clone())).collect();
    let shown = record.shown(&fresh, files);
    staging.write_file(INDEX, page(publication, &shown, |_| None).as_bytes())?;
    staging.write_file(folder.marker(), &record.json())?;
    let single = (request.single_file == SingleFile::With).then(|| single_name(publication, &done));
    if let Some(name) = &single {
        let inside: BTreeMap<_, _> = done.iter().map(|one| (one.built.path.as_str(), one)).collect();
        let shown: Vec<_> = shown.into_iter().filter(|one| inside.contains_key(one.path)).collect();
        let views = |path: &str| Some(inside.get(path).map_or(Views::None, |one| one.views()));
        staging.write_file(name, page(publication, &shown, views).as_bytes())?;
    }
    if in_place {
        for name in single.as_deref().into_iter().chain([INDEX, folder.marker()]) {
            staging.replace_file(name)?;
        }
    } else {
        staging.replace_all()?;
    }
    let issues = done.into_iter().zip(fates).map(|(one, fate)| Issue {
        path: one.built.path,
        status: one.built.document.map(|document| document.front_matter.status),
        diagnostics: one.built.diagnostics,
        fate,
    });
    Ok(Outcome {
        issues: issues.collect(),
        index: folder.path().join(INDEX),
        single_file: single.map(|name| folder.path().join(name)),
    })
}

/// Writes what was built, and lets go of it.
fn finish(
    mut built: Built,
    publication: &Publication,
    request: &Request,
    record: &Record,
    staging: &Staging<'_>,
) -> Result<Done, OutputError> {
    let slug = match &built.document {
        Some(document) => document.front_matter.slug.clone(),
        // Its header cannot be read: it has the name of the last build, or that of its file.
        None => record
            .get(&built.path)
            .and_then(Entry::slug)
            .or_else(|| publication.outlines.iter().find(|one| one.path == built.path).map(|one| one.slug.clone()))
            .unwrap_or_default(),
    };
    let mut inside = None;
    if let Some(output) = &mut built.output {
        staging.write_issue(&slug, output)?;
        if request.single_file == SingleFile::With {
            inside = Some(Inside::new(output));
        }
        output.release();
    }
    Ok(Done { written: built.output.is_some(), built, slug, inside })
}

/// A whole build: posts with errors keep what they had.
fn keep_some(
    done: &[Done],
    last: &Record,
    record: &mut Record,
    publication: &Publication,
    staging: &Staging<'_>,
) -> Result<Vec<Fate>, OutputError> {
    let mut fates = Vec::new();
    for one in done {
        let had = last.get(&one.built.path).filter(|entry| entry.built).and_then(Entry::slug);
        let (fate, slug) = match had {
            _ if one.written => (Fate::Written, one.slug.clone()),
            Some(slug) if staging.keep_issue(&slug)? => (Fate::Kept, slug),
            _ => (Fate::Missing, one.slug.clone()),
        };
        record.insert(&one.built.path, Entry::new(&one.built, &slug, fate != Fate::Missing, publication));
        fates.push(fate);
    }
    Ok(fates)
}

/// A build of some posts: their folders are replaced one by one.
fn replace_some(
    done: &[Done],
    record: &mut Record,
    publication: &Publication,
    staging: &Staging<'_>,
) -> Result<Vec<Fate>, OutputError> {
    let mut fates = Vec::new();
    for one in done {
        let had = record.get(&one.built.path).filter(|entry| entry.built).and_then(Entry::slug);
        let (fate, slug) = match &had {
            _ if one.written => {
                staging.replace_issue(&one.slug)?;
                (Fate::Written, one.slug.clone())
            }
            Some(slug) => (Fate::Kept, slug.clone()),
            None => (Fate::Missing, one.slug.clone()),
        };
        record.insert(&one.built.path, Entry::new(&one.built, &slug, fate != Fate::Missing, publication));
        // It has another name now.
        if let Some(old) = had.filter(|old| *old != slug && !record.has_folder(old)) {
            staging.remove_issue(&old)?;
        }
        fates.push(fate);
    }
    Ok(fates)
}

/// The page of cards. Where the publication's own template has faults, which are findings of
/// their own, the built-in one serves.
fn page<'a>(publication: &Publication, shown: &'a [Shown<'a>], views: impl Fn(&str) -> Option<Views<'a>>) -> String {
    let config = &publication.config;
    let index = Index {
        name: &config.name,
        cards: shown.iter().filter_map(|one| one.card(views(one.path))).collect(),
        diagnostics: &publication.diagnostics,
        max_html_bytes: config.checks.max_html_bytes,
    };
    index::render(&index, &publication.templates)
        .or_else(|_| index::render(&index, &Templates::default()))
        .unwrap_or_default()
}

/// `SLUG.preview.html` for one issue, else by the newsletter's name. No slug holds a dot.
fn single_name(publication: &Publication, done: &[Done]) -> String {
    let slug = match done {
        [one] => one.slug.clone(),
        _ => Slug::from_text(&publication.config.name).unwrap_or_default(),
    };
    format!("{slug}.preview.html")
}

impl Done {
    fn views(&self) -> Views<'_> {
        self.inside.as_ref().map_or(Views::None, |inside| Views::Inside {
            slug: self.slug.as_str(),
            page: &inside.page,
            email: &inside.email,
            text: &inside.text,
        })
    }
}

impl Inside {
    fn new(output: &Output) -> Self {
        Self {
            page: output.page_in(&AssetPlace::Inline),
            email: output.email_in(&AssetPlace::Inline),
            text: output.text.clone(),
        }
    }
}
