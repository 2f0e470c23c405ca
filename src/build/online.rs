//! Asks the web for what posts link to. The rules themselves ask nothing: they read the answers.

use std::fmt;
use std::sync::Arc;

use crate::check::{self, Addresses, Context};
use crate::diagnostic::code;
use crate::files::Files;
use crate::publication::Publication;
use crate::web::{Answers, Cache, Limits, Round, ask_all};

/// What asking will come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What is asked, and what is known.
    pub round: Round,
    /// Pages of the newsletter's own site, which are not asked.
    pub own: usize,
}

/// Asks each address once, however often it stands in how many posts and however often is looked.
pub struct Online {
    limits: Limits,
    cache: Cache,
    answers: Answers,
    /// Seconds since 1970, for the cache.
    now: i64,
    before: Box<dyn FnMut(Plan) + Send>,
}

impl fmt::Debug for Online {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Online").field("limits", &self.limits).field("now", &self.now).finish_non_exhaustive()
    }
}

impl Online {
    /// Asks within these limits what the cache does not know; `now` in seconds since 1970.
    pub fn new(limits: Limits, cache: Cache, now: i64) -> Self {
        Self { limits, cache, answers: Answers::default(), now, before: Box::new(drop) }
    }

    /// Tells `before` what a round of asking will come to, before it begins.
    #[must_use]
    pub fn announce(mut self, before: impl FnMut(Plan) + Send + 'static) -> Self {
        self.before = Box::new(before);
        self
    }

    /// The time from now on, for who goes on looking for hours.
    pub fn set_now(&mut self, now: i64) {
        self.now = now;
    }

    /// Gives the publication the answers of its addresses; asks those that were not asked yet.
    pub fn answer(&mut self, publication: &mut Publication, files: &dyn Files) {
        let mut wanted = Addresses::default();
        let levels = &publication.config.checks.levels;
        let codes = [code::DEAD_LINK, code::DEAD_IMAGE, code::MOVED_ADDRESS, code::UNANSWERED_ADDRESS];
        // Where nothing of it would be shown nothing is asked.
        if !codes.into_iter().all(|code| levels.is_off(code)) {
            for document in publication.posts.iter().filter_map(|post| post.document.as_deref()) {
                let context = Context::new(document, &publication.config, &publication.outlines, None, files);
                let Addresses { mut foreign, mut own } = check::addresses(&context, self.limits.reach);
                wanted.foreign.append(&mut foreign);
                wanted.own.append(&mut own);
            }
        }
        let own = wanted.own.len();
        let before = &mut self.before;
        let mut tell = |round| before(Plan { round, own });
        ask_all(&wanted.foreign, self.limits, &mut self.answers, &mut self.cache, self.now, &mut tell);
        publication.answers = Some(Arc::new(self.answers.clone()));
    }

    /// Keeps what was answered for the next run.
    ///
    /// # Errors
    /// What the disk says.
    pub fn save(&mut self) -> std::io::Result<()> {
        self.cache.save(self.now)
    }
}
