//! What stands between an issue and its sending: every reason to refuse, with its remedy.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::archive::{Archive, ArchiveError, Marks, Same};
use crate::build::Built;
use crate::campaign::approval::{self, Approval};
use crate::campaign::freeze::Settings;
use crate::campaign::ledger::{DeliveryState, Ledger, LedgerError, Standing, State};
use crate::campaign::publish;
use crate::config::Config;
use crate::diagnostic::{Counts, Diagnostic};
use crate::post::front_matter::Status;
use crate::publication::Publication;
use crate::store::{Store, StoreError};

/// A reason to refuse.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The post, the configuration or a template has errors.
    #[error("{found} finding{s} at error level", found = .0, s = if *.0 == 1 { "" } else { "s" })]
    Findings(usize),
    /// The author has not said that it may go.
    #[error("it is not `status: ready`")]
    NotReady,
    /// Nobody sends it.
    #[error("`newsletter.yaml` has no `from`")]
    NoSender,
    /// A domain that others own, and that DMARC keeps for them.
    #[error("`{0}` is a free mail address, and receivers refuse newsletters from there")]
    Freemail(String),
    /// Nobody could leave.
    #[error("`newsletter.yaml` has no `unsubscribe`")]
    NoUnsubscribe,
    /// It was sent, or is being sent.
    #[error("{}", already(.0))]
    Sent(Box<Before>),
    /// Nobody has approved it.
    #[error("it was not approved, which `require_approval` asks for")]
    NotApproved {
        /// The post.
        slug: String,
    },
    /// Its text is not the one that was approved.
    #[error("its text has changed since it was approved")]
    Changed {
        /// The post.
        slug: String,
        /// What has changed, as a unified diff.
        diff: String,
    },
    /// What its mail leads to does not answer.
    #[error("{0}")]
    Missing(publish::Missing),
    /// It is in the archive.
    #[error("{}", archived(.slug, *.same))]
    Archived {
        /// The record.
        slug: String,
        /// By what it is known.
        same: Same,
    },
}

/// What went out of an issue before, under one slug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// The campaign that says how it stands: one that is not at its end, else the newest that was
    /// finished.
    pub standing: Standing,
    /// By what it is known.
    pub same: Same,
    /// The day on which the first of its campaigns was frozen, in the publication's zone.
    pub since: NaiveDate,
    /// How many have got it by all of them.
    pub sent: u64,
}

impl Before {
    /// What campaigns of one slug, the newest first, come to. Those that were cancelled before
    /// anybody got them do not count.
    fn of(standings: Vec<Standing>, marks: &Marks<'_>, zone: Tz) -> Option<Self> {
        let counts = |one: &Standing| one.campaign.state != State::Cancelled || one.has_reached();
        let mut standings: Vec<_> = standings.into_iter().filter(counts).collect();
        let since = standings.last()?.campaign.frozen.with_timezone(&zone).date_naive();
        let sent = standings.iter().map(|one| one.counts.of(DeliveryState::Sent)).sum();
        let number = marks.number.map(i64::from);
        let same = if standings.iter().any(|one| one.campaign.slug == marks.slug) {
            Same::Slug
        } else if number.is_some() && standings.iter().any(|one| one.campaign.number == number) {
            Same::Number
        } else {
            Same::Content
        };
        standings.sort_by_key(|one| match one.campaign.state {
            State::Finished => 1,
            State::Cancelled => 2,
            _ => 0,
        });
        Some(Self { standing: standings.into_iter().next()?, same, since, sent })
    }
}

impl Before {
    fn help(&self) -> String {
        let Standing { campaign, counts, retryable, .. } = &self.standing;
        let slug = &campaign.slug;
        let new = format!("`newsletter send {slug} --to-new`");
        match campaign.state {
            _ if self.same != Same::Slug => "give it a number and words of its own".to_owned(),
            State::Cancelled if counts.of(DeliveryState::InDoubt) > 0 => format!(
                "for those whom it has not reached: {new}; `newsletter resolve {slug} --assume-sent` settles what is \
                 in doubt"
            ),
            State::Cancelled => format!("for those whom it has not reached: {new}"),
            State::Finished if self.sent > 0 => format!(
                "for those who were in no campaign of it: {new}; to mend a mistake: a post of its own, by \
                 `newsletter send POST --correction-of {slug}`"
            ),
            State::Finished if *retryable > 0 => {
                let by = if self.standing.needs_other_relay() { ", by a relay in `smtp` that can take it" } else { "" };
                format!("`newsletter send {slug} --retry-failed` tries once more what failed{by}")
            }
            State::Finished => {
                format!("none of its readers can be written to; for those who were in no campaign of it: {new}")
            }
            _ => format!("`newsletter send {slug}` goes on with it"),
        }
    }
}

fn already(before: &Before) -> String {
    let Before { standing: Standing { campaign, .. }, same, since, sent } = before;
    let (slug, day) = (&campaign.slug, since);
    let by = match same {
        Same::Slug => format!("`{slug}`"),
        Same::Number => format!("number {}, as `{slug}`,", campaign.number.unwrap_or_default()),
        Same::Content => format!("the same letter, as `{slug}`,"),
    };
    match campaign.state {
        State::Finished if *sent == 0 => format!("{by} went out on {day}, and reached nobody"),
        State::Finished => format!("{by} was sent to {sent} on {day}"),
        state => format!("{by} was begun on {day}, is {state}, and was sent to {sent}"),
    }
}

fn archived(slug: &str, same: Same) -> String {
    match same {
        Same::Slug => format!("it stands in the archive as `archive/{slug}`"),
        Same::Number => format!("its number stands in the archive, as `archive/{slug}`"),
        Same::Content => format!("the same letter stands in the archive, as `archive/{slug}`"),
    }
}

impl Refusal {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Findings(_) => "mend what is shown above".to_owned(),
            Self::NotReady => "set `status: ready` in its front matter when it may go out".to_owned(),
            Self::NoSender => "set `from: {name: …, address: …}`".to_owned(),
            Self::Freemail(_) => "send from an address at a domain of your own".to_owned(),
            Self::NoUnsubscribe => {
                "set `unsubscribe: {url: \"https://…/{token}\"}`, `{mailto: \"leave+{token}@…\"}` or both".to_owned()
            }
            Self::Sent(before) => before.help(),
            Self::NotApproved { slug } | Self::Changed { slug, .. } => {
                format!("whoever has to read it runs `newsletter approve {slug}`")
            }
            Self::Missing(missing) => missing.help().to_owned(),
            Self::Archived { same: Same::Slug, .. } => {
                "an issue that is archived went out; give a new one another slug".to_owned()
            }
            Self::Archived { .. } => {
                "an issue that is archived went out; give a new one a number and words of its own".to_owned()
            }
        }
    }
}

/// What is wrong with the issue itself, whoever gets it.
pub fn of_issue(publication: &Publication, built: &Built) -> Vec<Refusal> {
    let config = &publication.config;
    let mut found = Vec::new();
    let all = publication.diagnostics.iter().chain(&built.diagnostics);
    let errors = Counts::of(all).errors;
    if errors > 0 {
        found.push(Refusal::Findings(errors));
    }
    if built.document.as_ref().is_some_and(|document| document.front_matter.status != Status::Ready) {
        found.push(Refusal::NotReady);
    }
    found.extend(of_config(config));
    found
}

/// What is missing in the configuration for any sending.
fn of_config(config: &Config) -> Vec<Refusal> {
    let mut found = Vec::new();
    match &config.from {
        None => found.push(Refusal::NoSender),
        Some(from) if crate::check::is_freemail(from.address.domain()) => {
            found.push(Refusal::Freemail(from.address.as_str().to_owned()));
        }
        Some(_) => {}
    }
    if !config.has_unsubscribe() {
        found.push(Refusal::NoUnsubscribe);
    }
    found
}

/// Whether the issue went out before, by its slug, its number or its content: once for each slug
/// that it went out under. What the ledger knows of one says more than the archive does.
///
/// # Errors
/// When the ledger or the archive cannot be read.
pub fn sent_before(
    ledger: &Ledger,
    archive: &Archive,
    marks: &Marks<'_>,
    zone: Tz,
) -> Result<Vec<Refusal>, KnownError> {
    let mut by_slug: BTreeMap<String, Vec<Standing>> = BTreeMap::new();
    for standing in ledger.known(marks)? {
        by_slug.entry(standing.campaign.slug.clone()).or_default().push(standing);
    }
    let before = by_slug.into_values().filter_map(|standings| Before::of(standings, marks, zone));
    let mut refusals: Vec<_> = before.map(|before| Refusal::Sent(Box::new(before))).collect();
    for (slug, same) in archive.known(marks)? {
        let is_named = |refusal: &Refusal| match refusal {
            Refusal::Sent(before) => before.standing.campaign.slug == slug,
            _ => false,
        };
        if !refusals.iter().any(is_named) {
            refusals.push(Refusal::Archived { slug, same });
        }
    }
    Ok(refusals)
}

/// Why nobody can tell whether an issue went out before.
#[derive(Debug, thiserror::Error)]
pub enum KnownError {
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

/// Whether the text was approved, where that is asked for.
///
/// # Errors
/// When the database cannot be read.
pub fn approved(store: &Store, publication: &Publication, built: &Built) -> Result<Option<Refusal>, StoreError> {
    let (Some(document), Some(output)) = (&built.document, &built.output) else { return Ok(None) };
    if !publication.config.require_approval {
        return Ok(None);
    }
    let text = approval::text(&publication.config, document, output);
    let slug = document.front_matter.slug.as_str().to_owned();
    Ok(match approval::check(store, &slug, &text)? {
        Approval::Approved { .. } => None,
        Approval::Never => Some(Refusal::NotApproved { slug }),
        Approval::Changed { diff, .. } => Some(Refusal::Changed { slug, diff }),
    })
}

/// What the mail leads to and does not answer: its web page and its images.
pub fn unpublished(config: &Config, settings: &Settings) -> Vec<Refusal> {
    let Some(base) = &config.base_url else { return Vec::new() };
    let missing = publish::missing(settings.page.as_deref(), &settings.images, publish::reach(base));
    missing.into_iter().map(Refusal::Missing).collect()
}

/// The findings that the refusals speak of: errors first.
pub fn findings<'a>(publication: &'a Publication, built: &'a Built) -> Vec<&'a Diagnostic> {
    let mut all: Vec<_> = publication.diagnostics.iter().chain(&built.diagnostics).collect();
    all.sort_by_key(|found| !found.is_error());
    all
}
