//! Why the ledger refuses.

use chrono::{DateTime, Utc};

use crate::campaign::ledger::State;
use crate::store::StoreError;
use crate::token::CampaignId;

/// Why the ledger did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such campaign.
    #[error("there is no campaign {0}")]
    Unknown(CampaignId),
    /// Nobody is to get it.
    #[error("the campaign has no recipients")]
    Empty,
    /// An issue of that slug is in the ledger already.
    #[error("a campaign of `{0}` is in the ledger already")]
    Exists(String),
    /// Somebody is to get it twice.
    #[error("`{0}` is on the list twice")]
    Duplicate(String),
    /// It is being sent.
    #[error("the campaign is being sent by another process")]
    Busy,
    /// Another run has begun since, and what this one knows counts no more.
    #[error("another process has taken the campaign over")]
    Lost,
    /// It was stopped by another process.
    #[error("the campaign is {0} by now")]
    Stopped(State),
    /// It cannot go from one state to the other.
    #[error("{}", illegal(*.from, *.to))]
    Illegal {
        /// Its state.
        from: State,
        /// The state that it does not reach.
        to: State,
    },
    /// Nothing was heard of it for so long that the database may be an old copy.
    #[error("nothing was done for this campaign since {}: is the database a copy from then?", .0.date_naive())]
    Old(DateTime<Utc>),
    /// A later run is known than the database remembers: it was put back to an earlier state.
    #[error("the journal beside the database tells of run {journal}, the database only of run {database}")]
    Restored {
        /// The run that the journal is of.
        journal: u32,
        /// The last run in the database.
        database: u32,
    },
    /// A campaign is known that the database does not hold: it was put back to an earlier state.
    #[error("the journal beside the database tells of campaign {0}, which the database does not hold")]
    Lacking(CampaignId),
    /// The journal or the lock beside the database cannot be used.
    #[error("cannot use `{path}`: {error}")]
    Beside {
        /// The file.
        path: std::path::PathBuf,
        /// What the system said.
        #[source]
        error: std::io::Error,
    },
    /// The database holds what cannot be.
    #[error("the ledger is damaged: {0}")]
    Damaged(&'static str),
}

impl LedgerError {
    /// What to do about it, where that can be said.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Busy => Some("wait until it has ended"),
            Self::Illegal { from: State::Cancelled, .. } => Some(
                "what is cancelled stays so: `newsletter send POST --to-new` goes to those whom it has not reached, \
                 `newsletter resolve POST --assume-sent` settles what is in doubt",
            ),
            Self::Old(_) | Self::Restored { .. } | Self::Lacking(_) => Some(
                "find out who got this issue: from an old copy many get it twice; `--accept-old` sends what it holds \
                 for unsent",
            ),
            Self::Store(error) => Some(error.help()),
            Self::Beside { .. } => Some("check that there is room and that you may write there, and run it again"),
            Self::Lost => Some("leave it to that process; `newsletter status` shows how far it is"),
            _ => None,
        }
    }
}

fn illegal(from: State, to: State) -> String {
    match to {
        State::Running => format!("nothing of a campaign that is {from} is sent any more"),
        _ => format!("a campaign that is {from} cannot become {to}"),
    }
}
