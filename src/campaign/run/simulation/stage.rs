//! What all worlds of one thread are played on: a database, and a folder for what lies beside it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::DateTime;

use super::Fault;
use super::fate::Event;
use crate::campaign::ledger::tests::{facts, public};
use crate::campaign::ledger::{LedgerError, Recipient, freeze};
use crate::campaign::letters::Letters;
use crate::message::MessageTemplate;
use crate::store::Store;
use crate::store::by_hand::{Hand, Place};
use crate::store::values;
use crate::token::{CampaignId, KeyRing, ListId};

pub(super) struct Stage {
    folder: tempfile::TempDir,
    /// The store of the process that sends.
    pub(super) store: Store,
    pub(super) hand: Hand,
    /// That of another process.
    pub(super) other: Store,
    pub(super) others: Hand,
    pub(super) letters: Letters,
}

static STAGES: AtomicUsize = AtomicUsize::new(0);

impl Stage {
    /// One whose database is in memory: nothing is quicker.
    pub(super) fn in_memory() -> Self {
        let name = format!("stage{}", STAGES.fetch_add(1, Ordering::Relaxed));
        Self::new(Place::Memory(&name))
    }

    /// One whose database is a file with its journal, as it is shipped.
    pub(super) fn on_disk() -> Self {
        Self::new(Place::Disk)
    }

    fn new(place: Place<'_>) -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        let path = folder.path().join("subscribers.db");
        let (store, hand) = Store::by_hand(place, &path).unwrap();
        let (other, others) = Store::by_hand(place, &path).unwrap();
        let template = MessageTemplate::from_bytes(include_bytes!("../../../message/frozen-1.json")).unwrap();
        let letters = Letters {
            template: Arc::new(template),
            mint: KeyRing::new([7; 32]).mint_of(ListId(1)),
            campaign: CampaignId(1),
            signer: None,
        };
        Self { folder, store, hand, other, others, letters }
    }

    /// A campaign that is frozen to so many readers, and nothing else.
    pub(super) fn reset(&self, readers: usize, fault: Option<Fault>) {
        self.hand.die();
        for what in ["lock", "journal"] {
            drop(std::fs::remove_file(self.beside(what)));
        }
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let frozen = self.store.write(move |tx| {
            for table in ["attempt", "delivery", "bookmark", "campaign", "event", "suppression", "subscriber"] {
                tx.run(&format!("DELETE FROM {table}"), &[])?;
            }
            for number in 0..u8::try_from(readers).unwrap() {
                tx.run(
                    "INSERT INTO subscriber (public, address, hash, status, joined) VALUES (?, ?, ?, 'active', 0)",
                    values![&public(number).0, address(number), &[number; 32]],
                )?;
            }
            freeze(tx, &facts(now), |recipients| {
                (0..u8::try_from(readers).unwrap()).try_for_each(|number| {
                    let (hash, address) = ([number; 32], address(number));
                    let (public, name, fields) = (public(number), Some("Reader"), "{}");
                    recipients.add(&Recipient { public, hash: &hash, address: &address, name, fields })
                })
            })
        });
        assert_eq!(frozen.map_err(|error: LedgerError| error.to_string()), Ok(CampaignId(1)));
        if fault == Some(Fault::StaleEpoch) {
            self.sql(
                "CREATE TRIGGER IF NOT EXISTS stale AFTER UPDATE OF epoch ON campaign WHEN old.epoch > 0
                 BEGIN UPDATE campaign SET epoch = old.epoch; END",
            );
        }
    }

    pub(super) fn sql(&self, sql: &str) {
        self.others.at_once(|tx| tx.run(sql, &[])).unwrap();
    }

    /// Somebody leaves or is suppressed, unless the database is held.
    pub(super) fn leave(&self, reader: usize, how: Event) -> bool {
        let number = u8::try_from(reader).unwrap();
        let changed = self.others.at_once(|tx| match how {
            Event::Suppress(_) => tx.run(
                "INSERT INTO suppression (hash, reason, since) VALUES (?, 'manual', 0) ON CONFLICT DO NOTHING",
                values![&[number; 32]],
            ),
            _ => tx.run("UPDATE subscriber SET status = 'unsubscribed' WHERE public = ?", values![&public(number).0]),
        });
        changed.is_ok()
    }

    /// A file of the campaign.
    pub(super) fn beside(&self, what: &str) -> PathBuf {
        self.folder.path().join(format!("subscribers.db-campaign-1.{what}"))
    }
}

fn address(number: u8) -> String {
    format!("reader{number}@example.org")
}
