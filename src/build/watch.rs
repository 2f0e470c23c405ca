//! Findings that are kept up to date while files change.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rayon::prelude::*;

use chrono::NaiveDate;

use crate::build::trace::{Asked, Traced};
use crate::build::{Found, World, check_issue, open};
use crate::config;
use crate::diagnostic::Diagnostic;
use crate::files::{Disk, Files, RelPath, Stamp};
use crate::publication::{LoadError, POSTS, Post, Publication, Reach, Selection};
use crate::render;

/// A publication that is looked at again after changes, only as far as they reach. The findings
/// are always those of a fresh look.
#[derive(Debug, Default)]
pub struct Watched {
    selection: Selection,
    /// The last snapshot; nothing where the configuration could not be read, or where posts were
    /// named: a few are as soon read anew.
    publication: Option<Publication>,
    today: Option<NaiveDate>,
    /// What was found in each post.
    found: BTreeMap<RelPath, Look>,
    /// The files that were asked for when all was read.
    asked: Asked,
}

/// A look at one post.
#[derive(Debug)]
struct Look {
    diagnostics: Vec<Diagnostic>,
    /// The files that were asked for.
    asked: Asked,
}

/// When the files that matter were last written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamps(BTreeMap<RelPath, Option<Stamp>>);

impl Stamps {
    /// The files that are not as they were in `before`, those that are gone or new too.
    pub fn since(&self, before: &Self) -> Vec<RelPath> {
        let changed = self.0.iter().filter(|(path, now)| before.0.get(*path).copied().flatten() != **now);
        let gone = before.0.iter().filter(|(path, was)| was.is_some() && !self.0.contains_key(*path));
        let mut all: Vec<_> = changed.chain(gone).map(|(path, _)| path.clone()).collect();
        all.sort();
        all
    }

    /// The same, with the files of `later` that these do not know: as they were found by a look
    /// that began at `began`, so that one written meanwhile counts as changed.
    #[must_use]
    pub fn with_new(mut self, later: Self, began: SystemTime) -> Self {
        // The clock of a disk goes in steps.
        let began = began.checked_sub(Duration::from_millis(20)).unwrap_or(began);
        for (path, stamp) in later.0 {
            self.0.entry(path).or_insert(stamp.filter(|stamp| !stamp.is_since(began)));
        }
        self
    }
}

impl Watched {
    /// Watches the posts that are selected. Nothing is read yet.
    pub fn new(selection: Selection) -> Self {
        Self { selection, ..Self::default() }
    }

    /// Looks at everything anew.
    ///
    /// # Errors
    /// When the publication cannot be opened.
    pub fn look(&mut self, files: &dyn Files, world: &mut World<'_>) -> Result<Found, LoadError> {
        self.publication = None;
        self.found.clear();
        let traced = Traced::new(files);
        let opened = open(&traced, &self.selection);
        self.asked = traced.finish();
        let mut publication = match opened {
            Err(LoadError::Config(diagnostics)) => return Ok(Found { diagnostics, posts: 0 }),
            result => result?,
        };
        publication.today = world.today;
        self.today = world.today;
        Ok(self.take(publication, files, world, |_| true))
    }

    /// Looks again after these files have changed.
    ///
    /// # Errors
    /// When the publication cannot be opened.
    pub fn look_after(
        &mut self,
        changed: &[RelPath],
        files: &dyn Files,
        world: &mut World<'_>,
    ) -> Result<Found, LoadError> {
        let Some(last) = self.publication.take().filter(|_| self.today == world.today && !self.selection.is_narrow())
        else {
            return self.look(files, world);
        };
        let mut next = last.clone();
        let traced = Traced::new(files);
        for path in changed {
            match next.reach(path) {
                Reach::All => return self.look(files, world),
                Reach::Posts => next = next.with_change(path, &traced),
                Reach::Nothing => {}
            }
        }
        // Posts, and what they share, know each other by their outlines alone.
        if next.outlines != last.outlines {
            return self.look(files, world);
        }
        self.asked.paths.append(&mut traced.finish().paths);
        let is_same =
            |post: &Post| match (&post.document, last.post(&post.path).and_then(|last| last.document.as_ref())) {
                (Some(now), Some(before)) => Arc::ptr_eq(now, before),
                _ => false,
            };
        let found = std::mem::take(&mut self.found);
        let touches = |look: &Look| look.asked.listed || changed.iter().any(|path| look.asked.paths.contains(path));
        let kept: BTreeMap<RelPath, Look> = found.into_iter().filter(|(_, look)| !touches(look)).collect();
        let reached = |post: &Post| !is_same(post) || !kept.contains_key(&post.path);
        let reached: Vec<RelPath> =
            next.posts.iter().filter(|post| reached(post)).map(|post| post.path.clone()).collect();
        self.found = kept;
        Ok(self.take(next, files, world, |post| reached.binary_search(&post.path).is_ok()))
    }

    /// Looks at the posts that `reached` picks, and takes the findings of the others as they are.
    fn take(
        &mut self,
        mut publication: Publication,
        files: &dyn Files,
        world: &mut World<'_>,
        reached: impl Fn(&Post) -> bool + Sync,
    ) -> Found {
        if let Some(online) = &mut world.online {
            online.answer(&mut publication, files);
        }
        let look = |post: &Post| {
            let traced = Traced::new(files);
            let diagnostics = check_issue(&publication, post, &traced);
            (post.path.clone(), Look { diagnostics, asked: traced.finish() })
        };
        let looks: Vec<_> = publication.posts.par_iter().filter(|post| reached(post)).map(look).collect();
        self.found.extend(looks);
        let mut diagnostics = publication.diagnostics.clone();
        let all = publication.posts.iter().filter_map(|post| self.found.get(&post.path));
        diagnostics.extend(all.flat_map(|look| look.diagnostics.iter().cloned()));
        let posts = publication.posts.len();
        self.publication = Some(publication);
        Found { diagnostics, posts }
    }

    /// When the files were last written that any finding depends on.
    pub fn stamps(&self, disk: &Disk) -> Stamps {
        let mut stamps = BTreeMap::new();
        let mut note = |path: &RelPath| _ = stamps.entry(path.clone()).or_insert_with(|| disk.stamp(path));
        if let Ok(path) = RelPath::new(config::FILE) {
            note(&path);
        }
        for folder in [POSTS, render::TEMPLATES] {
            // A folder that cannot be read now is read later.
            disk.list(folder).unwrap_or_default().iter().for_each(&mut note);
        }
        self.asked.paths.iter().for_each(&mut note);
        self.found.values().flat_map(|look| &look.asked.paths).for_each(&mut note);
        Stamps(stamps)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{Stamps, Watched};
    use crate::files::{Disk, RelPath};
    use crate::publication::Selection;

    #[test]
    fn a_file_that_was_written_while_it_was_first_read_counts_as_changed() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("newsletter.yaml"), "name: A\n").unwrap();
        let disk = Disk::open(folder.path()).unwrap();
        let now = Watched::new(Selection::All).stamps(&disk);
        let hour = Duration::from_hours(1);
        let since = |began| now.since(&Stamps::default().with_new(now.clone(), began));
        assert_eq!(since(SystemTime::now() + hour), []);
        assert_eq!(since(SystemTime::now() - hour), [RelPath::new("newsletter.yaml").unwrap()]);
    }
}
