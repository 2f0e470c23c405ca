//! Fixes, applied until nothing is left to fix.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::build::{Online, check_issue, open};
use crate::diagnostic::{Code, Diagnostic, Fix, Which, fix};
use crate::files::{Files, Overlay, RelPath};
use crate::publication::{LoadError, Post, Selection};

/// Fixes can open others; these many rounds are more than any real file asks for.
const ROUNDS: usize = 50;

/// What the fixes come to.
#[derive(Debug)]
pub struct Mended {
    /// The files that they change.
    pub changes: Vec<Change>,
    /// How many were applied.
    pub fixes: usize,
    /// What is found afterwards, and in how many posts was looked.
    pub left: Found,
}

/// One file that fixes change.
#[derive(Debug)]
pub struct Change {
    /// The file.
    pub path: RelPath,
    /// Its text before.
    pub before: String,
    /// Its text after.
    pub after: String,
}

/// What findings depend on beside the files.
#[derive(Debug, Default)]
pub struct World<'a> {
    /// The day, for the rules that look at the calendar.
    pub today: Option<NaiveDate>,
    /// Who asks the web, where it may be asked.
    pub online: Option<&'a mut Online>,
}

/// What is found in a publication.
#[derive(Debug, Default)]
pub struct Found {
    /// All findings at their levels: of what posts share, then of each post by path.
    pub diagnostics: Vec<Diagnostic>,
    /// How many posts were looked at.
    pub posts: usize,
}

/// All findings of the posts that are selected and of what all posts share.
///
/// # Errors
/// When the publication cannot be opened.
pub fn find(files: &dyn Files, selection: &Selection, world: &mut World<'_>) -> Result<Found, LoadError> {
    let mut publication = match open(files, selection) {
        Err(LoadError::Config(diagnostics)) => return Ok(Found { diagnostics, posts: 0 }),
        result => result?,
    };
    publication.today = world.today;
    if let Some(online) = &mut world.online {
        online.answer(&mut publication, files);
    }
    let of_post = |post: &Post| check_issue(&publication, post, files);
    let posts: Vec<_> = publication.posts.par_iter().map(of_post).collect();
    let mut diagnostics = std::mem::take(&mut publication.diagnostics);
    let count = posts.len();
    diagnostics.extend(posts.into_iter().flatten());
    Ok(Found { diagnostics, posts: count })
}

/// Applies fixes of the codes in `only` (of all, where it is empty) over rounds, until none is
/// left. Nothing is written.
///
/// # Errors
/// When the publication cannot be opened.
pub fn mend(
    files: &dyn Files,
    selection: &Selection,
    world: &mut World<'_>,
    which: Which,
    only: &[&Code],
) -> Result<Mended, LoadError> {
    let mut overlay = Overlay::new(files);
    let mut fixes = 0;
    let mut left = find(&overlay, selection, world)?;
    for _ in 0..ROUNDS {
        let mut by_file: BTreeMap<&str, Vec<(&Diagnostic, &Fix)>> = BTreeMap::new();
        for found in &left.diagnostics {
            if let Some(fix) = &found.fix
                && (which == Which::All || fix.is_safe())
                && (only.is_empty() || only.contains(&found.code))
            {
                by_file.entry(found.source.path()).or_default().push((found, fix));
            }
        }
        let mut applied = 0;
        let mut texts = Vec::new();
        for (path, all) in by_file {
            let Ok(path) = RelPath::new(path) else { continue };
            let Some(text) = overlay.read(&path).ok().and_then(|bytes| String::from_utf8(bytes).ok()) else { continue };
            // The place of a fix is a place in the text that was looked at.
            let same = |found: &Diagnostic| found.source.text().len() == text.len();
            let (fixed, number) =
                fix::apply(&text, all.into_iter().filter(|(found, _)| same(found)).map(|(_, fix)| fix));
            if number > 0 {
                applied += number;
                texts.push((path, fixed));
            }
        }
        if applied == 0 {
            break;
        }
        fixes += applied;
        for (path, text) in texts {
            overlay.insert(path, text);
        }
        left = find(&overlay, selection, world)?;
    }
    let changes = overlay.texts().filter_map(|(path, after)| {
        let before = String::from_utf8(files.read(path).ok()?).ok()?;
        let after = String::from_utf8(after.to_vec()).ok()?;
        (before != after).then(|| Change { path: path.clone(), before, after })
    });
    Ok(Mended { changes: changes.collect(), fixes, left })
}
