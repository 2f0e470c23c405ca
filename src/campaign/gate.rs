//! What stands between an issue and its sending: every reason to refuse, with its remedy.

use crate::build::Built;
use crate::campaign::approval::{self, Approval};
use crate::campaign::freeze::Settings;
use crate::campaign::ledger::{Campaign, DeliveryState, Ledger, LedgerError, State};
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
    #[error("{}", already(.campaign, *.same, *.sent))]
    Sent {
        /// The campaign that sent it.
        campaign: Box<Campaign>,
        /// By what it is known.
        same: Same,
        /// How many have got it.
        sent: u64,
    },
    /// Nobody has approved it.
    #[error("it was not approved, which `require_approval` asks for")]
    NotApproved,
    /// Its text is not the one that was approved.
    #[error("its text has changed since it was approved")]
    Changed {
        /// What has changed, as a unified diff.
        diff: String,
    },
    /// What its mail leads to does not answer.
    #[error("{0}")]
    Missing(publish::Missing),
    /// It is in the archive.
    #[error("it stands in the archive as `archive/{0}`")]
    Archived(String),
}

/// By what an issue is known to have been sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Same {
    /// Its slug.
    Slug,
    /// Its number.
    Number,
    /// Its content.
    Content,
}

fn already(campaign: &Campaign, same: Same, sent: u64) -> String {
    let slug = &campaign.slug;
    let day = campaign.frozen.date_naive();
    let by = match same {
        Same::Slug => format!("`{slug}`"),
        Same::Number => format!("number {}, as `{slug}`,", campaign.number.unwrap_or_default()),
        Same::Content => format!("the same letter, as `{slug}`,"),
    };
    match campaign.state {
        State::Finished => format!("{by} was sent to {sent} on {day}"),
        state => format!("{by} was begun on {day}, is {state}, and was sent to {sent}"),
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
            Self::Sent { campaign, same: Same::Slug, .. }
                if !matches!(campaign.state, State::Finished | State::Cancelled) =>
            {
                format!("`newsletter send {}` goes on with it", campaign.slug)
            }
            Self::Sent { campaign, same: Same::Slug, sent: 0 } => {
                format!("`newsletter send {} --retry-failed` tries once more what failed", campaign.slug)
            }
            Self::Sent { campaign, same: Same::Slug, .. } => format!(
                "for those who joined since: `newsletter send {slug} --to-new`; to mend a mistake: a post of its own, \
                 by `newsletter send POST --correction-of {slug}`",
                slug = campaign.slug
            ),
            Self::Sent { .. } => "give it a number and words of its own".to_owned(),
            Self::NotApproved | Self::Changed { .. } => {
                "whoever has to read it runs `newsletter approve POST`".to_owned()
            }
            Self::Missing(missing) => missing.help().to_owned(),
            Self::Archived(_) => "an issue that is archived went out; give a new one another slug".to_owned(),
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

/// Whether the issue went out before, by its slug, its number or its content. A campaign that was
/// cancelled before anybody got it does not count.
///
/// # Errors
/// When the ledger cannot be read.
pub fn sent_before(
    ledger: &Ledger,
    slug: &str,
    number: Option<i64>,
    content: &[u8; 32],
) -> Result<Option<Refusal>, LedgerError> {
    for campaign in ledger.of_issue(slug, number, content)? {
        let counts = ledger.counts(campaign.id)?;
        let sent = counts.of(DeliveryState::Sent);
        let doubt = counts.of(DeliveryState::InDoubt) + counts.of(DeliveryState::Sending);
        if campaign.state == State::Cancelled && sent + doubt == 0 {
            continue;
        }
        let same = if campaign.slug == slug {
            Same::Slug
        } else if number.is_some() && campaign.number == number {
            Same::Number
        } else {
            Same::Content
        };
        return Ok(Some(Refusal::Sent { campaign: Box::new(campaign), same, sent }));
    }
    Ok(None)
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
    Ok(match approval::check(store, document.front_matter.slug.as_str(), &text)? {
        Approval::Approved { .. } => None,
        Approval::Never => Some(Refusal::NotApproved),
        Approval::Changed { diff, .. } => Some(Refusal::Changed { diff }),
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
