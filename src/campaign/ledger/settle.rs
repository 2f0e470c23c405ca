//! What a run left under way: in doubt, unless the journal knows better.

use std::path::Path;

use chrono::{DateTime, Utc};

use crate::campaign::journal::{Evidence, Left, Try};
use crate::campaign::ledger::bookmark::Bookmark;
use crate::campaign::ledger::campaign::Campaign;
use crate::campaign::ledger::outcome::{Closed, Owner};
use crate::campaign::ledger::run::requeue;
use crate::campaign::ledger::{DeliveryState, LedgerError};
use crate::store::{Tx, values};

/// The journal of the last run.
pub(super) fn left(path: &Path) -> Result<Left, LedgerError> {
    Left::read(path).map_err(|error| LedgerError::Beside { path: path.to_owned(), error })
}

/// Sees to it that the journal is of no run that the database has forgotten.
pub(super) fn no_later(campaign: &Campaign, left: &Left) -> Result<(), LedgerError> {
    match left.epoch(campaign.id.0) {
        Some(journal) if journal > campaign.epoch => Err(LedgerError::Restored { journal, database: campaign.epoch }),
        _ => Ok(()),
    }
}

/// Gives every delivery that is under way the state that can be proved. Nobody may be sending.
pub(super) fn settle(tx: &Tx<'_>, campaign: &Campaign, left: &Left, now: DateTime<Utc>) -> Result<(), LedgerError> {
    if Bookmark::find(tx, campaign)?.is_some_and(|bookmark| bookmark.counts.of(DeliveryState::Sending) == 0) {
        return Ok(());
    }
    let (first, last) = campaign.range();
    let under_way: Vec<(Try, u32)> = tx.all(
        "SELECT id, attempts, epoch FROM delivery WHERE id BETWEEN ? AND ? AND state = 'sending'",
        values![first, last],
        |row| Ok::<_, LedgerError>((Try { delivery: row.get(0)?, before: row.get(1)? }, row.get(2)?)),
    )?;
    for (tried, epoch) in under_way {
        let delivery = tried.delivery;
        let owner = Owner { campaign: campaign.id, state: campaign.state, epoch };
        match left.evidence(campaign.id.0, epoch, tried) {
            Evidence::NoDot => requeue(tx, delivery, owner)?,
            Evidence::Unknown => Closed::in_doubt(delivery).apply(tx, owner, now)?,
            Evidence::Answered(answered) => Closed::from_journal(delivery, answered).apply(tx, owner, now)?,
        };
    }
    Ok(())
}
