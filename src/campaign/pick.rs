//! Which campaign is meant by the name of a post. The post itself need not exist any more.

use crate::campaign::ledger::{DeliveryState, Ledger, LedgerError, Standing, State};
use crate::diagnostic::nearest;
use crate::files::RelPath;
use crate::post::front_matter::from_name;
use crate::publication::{Outline, Wanted};
use crate::token::CampaignId;

/// Why no campaign is meant.
#[derive(Debug, thiserror::Error)]
pub enum PickError {
    /// Of no such post there is one.
    #[error("`{written}` has no campaign: nothing of it was sent or scheduled")]
    Unknown {
        /// As the user wrote it.
        written: String,
        /// The slug that was probably meant.
        nearest: Option<String>,
    },
    /// The post has others.
    #[error("`{slug}` has no campaign {number}")]
    Number {
        /// The post.
        slug: String,
        /// The number that was asked for.
        number: CampaignId,
        /// Those that it has.
        others: Vec<CampaignId>,
    },
    /// There is nothing to cancel.
    #[error("campaign {campaign} of `{slug}` is {state}: nothing of it is left to cancel")]
    Ended {
        /// The post.
        slug: String,
        /// The newest campaign.
        campaign: CampaignId,
        /// Its state.
        state: State,
    },
    /// There is nothing to resolve.
    #[error("nothing of `{0}` is in doubt")]
    NoDoubt(String),
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl PickError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Unknown { nearest: Some(nearest), .. } => Some(format!("did you mean `{nearest}`?")),
            Self::Unknown { nearest: None, .. } => Some("`newsletter status` lists all campaigns".to_owned()),
            Self::Number { others, .. } => {
                let others: Vec<_> = others.iter().map(ToString::to_string).collect();
                Some(format!("it has {}", others.join(", ")))
            }
            Self::Ended { state: State::Finished, .. } => {
                Some("what was sent stays sent; `send --correction-of` tells its readers of a mistake".to_owned())
            }
            Self::Ended { .. } => None,
            Self::NoDoubt(_) => Some("only what is in doubt is resolved".to_owned()),
            Self::Ledger(error) => error.help().map(str::to_owned),
        }
    }
}

/// The campaigns of a post, the newest first; never none.
#[derive(Clone, Debug)]
pub struct Picked {
    /// The post's slug.
    pub slug: String,
    /// How each stands.
    pub standings: Vec<Standing>,
}

impl Picked {
    /// The campaigns of the post that `wanted` names: by its slug in the ledger, by a file of the
    /// publication (`outlines` are its posts), or by the name that such a file once had. With a
    /// number that one alone.
    ///
    /// # Errors
    /// When there is none, and when the database fails.
    pub fn find(
        ledger: &Ledger,
        wanted: &Wanted,
        outlines: &[Outline],
        number: Option<CampaignId>,
    ) -> Result<Self, PickError> {
        for slug in candidates(wanted, outlines) {
            let mut standings = ledger.standings(Some(&slug))?;
            if standings.is_empty() {
                continue;
            }
            if let Some(number) = number {
                let others = standings.iter().map(|standing| standing.campaign.id).collect();
                standings.retain(|standing| standing.campaign.id == number);
                if standings.is_empty() {
                    return Err(PickError::Number { slug, number, others });
                }
            }
            return Ok(Self { slug, standings });
        }
        let known: Vec<_> = ledger.campaigns()?.into_iter().map(|campaign| campaign.slug).collect();
        let nearest = nearest(&wanted.written, known.iter().map(String::as_str)).map(str::to_owned);
        Err(PickError::Unknown { written: wanted.written.clone(), nearest })
    }

    /// The newest one.
    pub fn latest(&self) -> Option<&Standing> {
        self.standings.first()
    }

    /// The newest one that can be cancelled.
    ///
    /// # Errors
    /// When there is none.
    pub fn to_cancel(&self) -> Result<&Standing, PickError> {
        let able = self.standings.iter().find(|one| {
            // What a run that died left of a cancelled one is settled by cancelling it once more.
            let state = one.campaign.state;
            let left = state == State::Cancelled && one.counts.of(DeliveryState::Sending) > 0;
            left || state.may_become(State::Cancelled)
        });
        able.ok_or_else(|| match self.latest() {
            Some(Standing { campaign, .. }) => {
                PickError::Ended { slug: self.slug.clone(), campaign: campaign.id, state: campaign.state }
            }
            None => PickError::Unknown { written: self.slug.clone(), nearest: None },
        })
    }

    /// The newest one of which something is in doubt, or may turn out to be: what a run that died
    /// left under way is settled when it is resolved.
    ///
    /// # Errors
    /// When there is none.
    pub fn to_resolve(&self) -> Result<&Standing, PickError> {
        let open = [DeliveryState::InDoubt, DeliveryState::Sending];
        let able = self.standings.iter().find(|one| open.iter().any(|state| one.counts.of(*state) > 0));
        able.ok_or_else(|| PickError::NoDoubt(self.slug.clone()))
    }
}

/// The slugs that may be meant, the surest first.
fn candidates(wanted: &Wanted, outlines: &[Outline]) -> Vec<String> {
    let written = wanted.written.trim_end_matches('/');
    let mut slugs = vec![written.to_owned()];
    // A folder means several, and no campaign.
    if let [outline] = wanted.among(outlines).collect::<Vec<_>>().as_slice() {
        slugs.push(outline.slug.as_str().to_owned());
    }
    let path = wanted.path.clone().or_else(|| RelPath::new(written).ok());
    slugs.extend(path.map(|path| from_name(&path).1.as_str().to_owned()));
    slugs
}
