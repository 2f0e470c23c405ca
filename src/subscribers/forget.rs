//! Forgetting somebody: of them stays a keyed hash, so that no import brings them back.

use crate::address::EmailAddress;
use crate::store::{Tx, values};
use crate::subscribers::suppression::{self, Reason};
use crate::subscribers::{List, ListError};

/// What was there of somebody who is forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// Whether they were on the list.
    pub subscribers: usize,
    /// Messages in the ledger that lost address, name, fields and the server's words.
    pub deliveries: usize,
}

const SCRUB: &str = "UPDATE suppression SET address = NULL, detail = NULL, reason = 'forgotten'
    WHERE hash = ?";
const EVENTS: &str = "UPDATE event SET subscriber = NULL
    WHERE subscriber IN (SELECT id FROM subscriber WHERE hash = ?)";
const ATTEMPTS: &str = "UPDATE attempt SET reply = NULL, relay_id = NULL
    WHERE delivery IN (SELECT id FROM delivery WHERE hash = ?)";
const UNSENT: &str = "UPDATE delivery SET state = 'suppressed', due = NULL
    WHERE hash = ? AND state IN ('pending', 'deferred')";
const DELIVERIES: &str = "UPDATE delivery SET address = 'forgotten-' || id, name = NULL, fields = '{}',
    public = randomblob(8), reply = NULL, relay_id = NULL WHERE hash = ?";

impl List {
    /// Forgets somebody. Messages that were not yet sent to them never are. Backups, and copies of
    /// the database, still hold them.
    ///
    /// # Errors
    /// When the database cannot write.
    pub fn forget(&self, address: &EmailAddress, now: i64) -> Result<Forgotten, ListError> {
        let hash = self.hash(address);
        let forgotten = self.store.write(move |tx: &Tx<'_>| {
            suppression::put(tx, &hash, None, Reason::Forgotten, None, now)?;
            tx.run(SCRUB, values![&hash])?;
            tx.run(EVENTS, values![&hash])?;
            tx.run(ATTEMPTS, values![&hash])?;
            tx.run(UNSENT, values![&hash])?;
            // The address stays one of a kind within a campaign, and names nobody.
            let deliveries = tx.run(DELIVERIES, values![&hash])?;
            // The suppression says more.
            tx.run("DELETE FROM removed WHERE hash = ?", values![&hash])?;
            let subscribers = tx.run("DELETE FROM subscriber WHERE hash = ?", values![&hash])?;
            Ok::<_, ListError>(Forgotten { subscribers, deliveries })
        })?;
        self.store.settle()?;
        Ok(forgotten)
    }
}
