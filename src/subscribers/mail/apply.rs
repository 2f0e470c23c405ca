//! What mails that came back change on the list.

use std::collections::BTreeMap;

use crate::store::Tx;
use crate::subscribers::change::by_public;
use crate::subscribers::mail::report::{Failure, Report, Verdict};
use crate::subscribers::mail::{Leave, tokens::Candidate};
use crate::subscribers::suppression::{self, Reason};
use crate::subscribers::{Left, List, ListError};
use crate::token::Claims;

/// What a mail changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// There is no such mailbox: it is suppressed from here on.
    Suppressed,
    /// It was not delivered, and may be another time.
    Failed,
    /// Its reader called it spam: they are suppressed from here on.
    Complained,
    /// A reader left.
    Left,
    /// All this was known.
    Known,
    /// The message is under way or arrived.
    Underway,
    /// A program's answer.
    Automatic,
    /// A report without a token of ours.
    Unmatched,
    /// The token is ours, and whoever it stood for is gone.
    Gone,
    /// No report.
    None,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Suppressed,
        Self::Failed,
        Self::Complained,
        Self::Left,
        Self::Known,
        Self::Underway,
        Self::Automatic,
        Self::Unmatched,
        Self::Gone,
        Self::None,
    ];

    /// The word for it in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Suppressed => "suppressed",
            Self::Failed => "failed",
            Self::Complained => "complained",
            Self::Left => "left",
            Self::Known => "known",
            Self::Underway => "underway",
            Self::Automatic => "automatic",
            Self::Unmatched => "unmatched",
            Self::Gone => "gone",
            Self::None => "none",
        }
    }
}

/// How many mails changed what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// By outcome.
    pub counts: BTreeMap<Outcome, u64>,
}

impl Tally {
    /// Counts one more.
    pub fn add(&mut self, outcome: Outcome) {
        *self.counts.entry(outcome).or_default() += 1;
    }

    /// How many mails there were.
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }
}

impl List {
    /// Takes a report in. The same report a second time changes nothing.
    ///
    /// # Errors
    /// When the database cannot write.
    pub fn take_report(&self, report: &Report, now: i64) -> Result<Outcome, ListError> {
        let failure = match &report.verdict {
            Verdict::Underway => return Ok(Outcome::Underway),
            Verdict::Automatic => return Ok(Outcome::Automatic),
            Verdict::None => return Ok(Outcome::None),
            Verdict::Complained => None,
            Verdict::Failed(failure) => Some(failure.clone()),
        };
        match self.first(&report.candidates) {
            Some((_, claims)) => self.store.write(move |tx| apply(tx, claims, failure.as_ref(), now)),
            None => Ok(Outcome::Unmatched),
        }
    }

    /// Takes in a mail of somebody who leaves.
    ///
    /// # Errors
    /// When the database cannot write.
    pub fn take_leave(&self, leave: &Leave, now: i64) -> Result<Outcome, ListError> {
        let Leave::Wish(candidates) = leave else { return Ok(Outcome::Automatic) };
        let Some((token, _)) = self.first(candidates) else { return Ok(Outcome::Unmatched) };
        Ok(match self.unsubscribe_by_token(token, now)? {
            Left::Now(_) | Left::Away => Outcome::Left,
            Left::Before(_) => Outcome::Known,
            Left::Nobody => Outcome::Gone,
        })
    }

    /// The first candidate that is a token of ours.
    fn first<'a>(&self, candidates: &'a [Candidate]) -> Option<(&'a str, Claims)> {
        let read = |one: &'a Candidate| Some((one.text.as_str(), self.claims(&one.text, one.purpose).ok()?));
        candidates.iter().find_map(read)
    }
}

fn apply(tx: &Tx<'_>, claims: Claims, failure: Option<&Failure>, now: i64) -> Result<Outcome, ListError> {
    let Some((known, hash)) = by_public(tx, claims.subscriber)? else { return Ok(Outcome::Gone) };
    let (kind, reason, outcome) = match failure {
        None => ("complained", Some(Reason::Complained), Outcome::Complained),
        Some(failure) if failure.permanent => ("bounced", Some(Reason::Bounced), Outcome::Suppressed),
        Some(_) => ("failed", None, Outcome::Failed),
    };
    if !known.event(tx, now, kind, claims.campaign)? {
        return Ok(Outcome::Known);
    }
    if let Some(reason) = reason {
        let detail = failure.and_then(|failure| failure.status.as_deref());
        suppression::put(tx, &hash, Some(&known.address), reason, detail, now)?;
    }
    Ok(outcome)
}
