//! What a run knew of its campaign at its end: as long as nothing changes a delivery's state, the
//! next one need not look at each of them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::campaign::ledger::campaign::{Campaign, instant};
use crate::campaign::ledger::{Counts, DeliveryState, LedgerError};
use crate::store::{Tx, values};

/// A bookmark that still holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bookmark {
    /// When it was laid.
    pub(super) at: DateTime<Utc>,
    /// How many deliveries are in which state.
    pub(super) counts: Counts,
    /// No delivery before this one is pending.
    pub(super) next: i64,
}

impl Bookmark {
    /// The campaign's, where nothing has changed since it was laid.
    pub(super) fn find(tx: &Tx<'_>, campaign: &Campaign) -> Result<Option<Self>, LedgerError> {
        let found =
            tx.first("SELECT at, counts, next FROM bookmark WHERE campaign = ?", values![campaign.id.0], |row| {
                Ok::<_, LedgerError>((row.get(0)?, row.get::<String>(1)?, row.get(2)?))
            })?;
        let Some((at, stored, next)) = found else { return Ok(None) };
        let stored: BTreeMap<String, u64> = serde_json::from_str(&stored).unwrap_or_default();
        let mut counts = Counts::default();
        for state in DeliveryState::ALL {
            counts.add(state, stored.get(state.name()).copied().unwrap_or_default());
        }
        // One that cannot be is none.
        Ok((counts.total() == campaign.total).then_some(Self { at: instant(at)?, counts, next }))
    }

    /// Lays it for the next run.
    pub(super) fn lay(self, tx: &Tx<'_>, campaign: &Campaign) -> Result<(), LedgerError> {
        let counts: serde_json::Map<String, serde_json::Value> =
            self.counts.iter().map(|(state, count)| (state.name().to_owned(), count.into())).collect();
        tx.run(
            "INSERT INTO bookmark (campaign, at, counts, next) VALUES (?, ?, ?, ?)
             ON CONFLICT (campaign) DO UPDATE SET at = excluded.at, counts = excluded.counts, next = excluded.next",
            values![campaign.id.0, self.at.timestamp(), serde_json::Value::Object(counts).to_string(), self.next],
        )?;
        Ok(())
    }
}
