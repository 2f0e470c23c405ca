//! The ledger's contract, one invariant after the other.

use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};

use crate::address::EmailAddress;
use crate::archive::Marks;
use crate::campaign::ledger::{
    Age, Answer, Claim, Counts, Delivery, DeliveryState, DurableIntent, Facts, Intent, Kind, Ledger, LedgerError, Open,
    Outcome, Recipient, Resolution, Run, State, Suppress, freeze,
};
use crate::store::{Store, Value, values};
use crate::token::{CampaignId, PublicId};

/// A database with subscribers and one frozen campaign to all of them.
pub(in crate::campaign) struct World {
    folder: tempfile::TempDir,
    pub(super) store: Store,
    pub(in crate::campaign) ledger: Ledger,
    pub(in crate::campaign) campaign: CampaignId,
    pub(in crate::campaign) now: DateTime<Utc>,
}

pub(in crate::campaign) fn public(number: u8) -> PublicId {
    PublicId([number; 8])
}

fn address(number: u8) -> String {
    format!("reader{number}@example.org")
}

pub(in crate::campaign) fn facts(now: DateTime<Utc>) -> Facts {
    Facts {
        slug: "letter".to_owned(),
        number: Some(1),
        content: [1; 32],
        kind: Kind::First,
        subject: "Hello".to_owned(),
        sender: "us@example.org".to_owned(),
        segment: None,
        template: b"template".to_vec(),
        settings: "{}".to_owned(),
        frozen: now,
        scheduled: None,
    }
}

impl World {
    pub(in crate::campaign) fn new(readers: u8) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("subscribers.db")).unwrap();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let campaign = store
            .write(move |tx| {
                for number in 0..readers {
                    tx.run(
                        "INSERT INTO subscriber (public, address, hash, status, joined, source)
                         VALUES (?1, ?2, ?3, 'active', 0, 'form')",
                        values![&public(number).0, address(number), &[number; 32]],
                    )?;
                }
                freeze(tx, &facts(now), |recipients| {
                    (0..readers).try_for_each(|number| {
                        let address = address(number);
                        recipients.add(&Recipient {
                            public: public(number),
                            hash: &[number; 32],
                            address: &address,
                            name: Some("Reader"),
                            fields: r#"{"city":"Bern"}"#,
                        })
                    })
                })
            })
            .unwrap();
        Self { ledger: Ledger::new(store.clone()), folder, store, campaign, now }
    }

    pub(in crate::campaign) fn sql(&self, sql: &'static str, values: &[Value<'static>]) {
        let values = values.to_vec();
        self.store.write(move |tx| tx.run(sql, &values)).unwrap();
    }

    fn number(&self, sql: &str) -> i64 {
        self.store.read(|tx| tx.first(sql, &[], |row| row.get(0))).unwrap().unwrap()
    }

    pub(super) fn start(&self) -> Run {
        self.ledger.start(self.campaign, Age::Check, self.now).unwrap()
    }

    pub(super) fn deliveries(&self) -> Vec<Delivery> {
        let mut found = Vec::new();
        self.ledger
            .deliveries(self.campaign, |delivery| {
                found.push(delivery);
                Ok::<_, LedgerError>(())
            })
            .unwrap();
        found
    }

    fn states(&self) -> Vec<DeliveryState> {
        self.deliveries().iter().map(|delivery| delivery.state).collect()
    }

    fn state(&self) -> State {
        self.ledger.campaign(self.campaign).unwrap().state
    }

    pub(super) fn journal(&self) -> PathBuf {
        self.beside("journal")
    }

    fn beside(&self, what: &str) -> PathBuf {
        self.folder.path().join(format!("subscribers.db-campaign-{}.{what}", self.campaign))
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }
}

pub(super) fn answer(code: u16) -> Answer {
    Answer {
        code: Some(code),
        enhanced: Some("2.0.0".to_owned()),
        reply: Some(format!("{code} said the relay")),
        relay_id: Some("A1".to_owned()),
    }
}

async fn intend(run: &Run, claims: Vec<Claim>) -> Vec<(DurableIntent, Open)> {
    let intents = run.record_intent(claims).await.unwrap();
    intents
        .into_iter()
        .filter_map(|intent| match intent {
            Intent::Durable(intent, open) => Some((intent, open)),
            Intent::Withheld => None,
        })
        .collect()
}

/// Claims, intends and spends; the deliveries that are on the wire then.
async fn on_the_wire(world: &World, run: &Run, most: usize) -> Vec<Open> {
    let claims = run.claim(None, most, world.now).unwrap();
    let intents = intend(run, claims).await;
    intents
        .into_iter()
        .map(|(intent, open)| {
            intent.spend().unwrap();
            open
        })
        .collect()
}

fn count(counts: Counts, state: DeliveryState) -> u64 {
    assert_eq!(counts.iter().map(|(_, count)| count).sum::<u64>(), counts.total());
    counts.of(state)
}

#[tokio::test]
async fn an_intent_is_durable_before_its_proof_is_there() {
    let world = World::new(3);
    let run = world.start();
    let claims = run.claim(None, 2, world.now).unwrap();
    assert_eq!(world.states(), [DeliveryState::Pending; 3], "a claim changes nothing");
    let intents = intend(&run, claims).await;
    assert_eq!(intents.len(), 2);
    let other = Store::open_existing(&world.path().join("subscribers.db")).unwrap();
    let sending = other.read(|tx| {
        tx.first("SELECT count(*) FROM delivery WHERE state = 'sending' AND epoch = 1", &[], |row| row.get::<i64>(0))
    });
    assert_eq!(sending.unwrap(), Some(2));
}

#[tokio::test]
async fn sent_needs_a_2xx_after_a_dot() {
    let world = World::new(3);
    let run = world.start();
    let mut open = on_the_wire(&world, &run, 2).await.into_iter();
    let mut records = vec![
        open.next().unwrap().close(Outcome::Sent, answer(250)),
        open.next().unwrap().close(Outcome::Sent, answer(354)),
    ];
    let claims = run.claim(None, 1, world.now).unwrap();
    for (_unspent, open) in intend(&run, claims).await {
        records.push(open.close(Outcome::Sent, answer(250)));
    }
    run.record(records, world.now).await.unwrap();
    assert_eq!(world.states(), [DeliveryState::Sent, DeliveryState::InDoubt, DeliveryState::InDoubt]);
    assert_eq!(world.deliveries()[0].answer, answer(250));
}

#[tokio::test]
async fn an_outcome_counts_in_its_own_run_alone() {
    let world = World::new(2);
    let run = world.start();
    let open = on_the_wire(&world, &run, 2).await;
    // Another process takes over, as if the lock did not hold.
    std::fs::remove_file(world.beside("lock")).unwrap();
    let other = world.start();
    assert_eq!(world.states(), [DeliveryState::InDoubt; 2]);
    let records = open.into_iter().map(|open| open.close(Outcome::Sent, answer(250))).collect();
    let lost = run.record(records, world.now).await;
    assert!(matches!(lost, Err(LedgerError::Lost)), "{lost:?}");
    assert_eq!(world.states(), [DeliveryState::InDoubt; 2]);
    let claims = run.claim(None, 1, world.now).unwrap();
    assert!(claims.is_empty());
    assert!(matches!(run.end("", world.now).await, Err(LedgerError::Lost)));
    assert_eq!(other.counts().of(DeliveryState::InDoubt), 2);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_outcome_of_an_earlier_run_is_not_taken_for_one_of_a_later_run() {
    let world = World::new(1);
    let run = world.start();
    let claims = run.claim(None, 1, world.now).unwrap();
    let (_unspent, earlier) = intend(&run, claims).await.pop().unwrap();
    std::fs::remove_file(world.beside("lock")).unwrap();
    let other = world.start();
    let _later = on_the_wire(&world, &other, 1).await.pop().unwrap();
    let failed = earlier.close(Outcome::Failed(Suppress::Keep), answer(550));
    assert!(matches!(run.record(vec![failed], world.now).await, Err(LedgerError::Lost)));
    assert_eq!(world.states(), [DeliveryState::Sending]);
}

#[tokio::test]
async fn an_intent_of_a_run_that_was_taken_over_is_refused() {
    let world = World::new(2);
    let run = world.start();
    let claims = run.claim(None, 1, world.now).unwrap();
    std::fs::remove_file(world.beside("lock")).unwrap();
    let _other = world.start();
    assert!(matches!(run.record_intent(claims).await, Err(LedgerError::Lost)));
    assert_eq!(world.states(), [DeliveryState::Pending; 2]);
}

#[tokio::test]
async fn what_was_under_way_when_a_run_died_is_in_doubt_but_for_what_the_journal_proves() {
    let world = World::new(5);
    let run = world.start();
    let mut open = on_the_wire(&world, &run, 3).await;
    // Answered, and known to the journal alone.
    let _lost = open.pop().unwrap().close(Outcome::Sent, answer(250));
    let _lost = open.pop().unwrap().close(Outcome::Failed(Suppress::Bounced), answer(550));
    let claims = run.claim(None, 1, world.now).unwrap();
    let _no_dot = intend(&run, claims).await;
    drop(run);
    let run = world.start();
    let unproven = if cfg!(target_os = "linux") { DeliveryState::Pending } else { DeliveryState::InDoubt };
    let expected =
        [DeliveryState::InDoubt, DeliveryState::Failed, DeliveryState::Sent, unproven, DeliveryState::Pending];
    assert_eq!(world.states(), expected);
    assert_eq!(world.deliveries()[2].answer, answer(250));
    assert_eq!(world.number("SELECT count(*) FROM suppression"), 1);
    assert_eq!(count(run.counts(), DeliveryState::InDoubt), u64::from(!cfg!(target_os = "linux")) + 1);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_second_try_in_the_same_run_is_told_from_the_first() {
    for (spend, expected) in [(true, DeliveryState::InDoubt), (false, DeliveryState::Pending)] {
        let world = World::new(1);
        let run = world.start();
        let open = on_the_wire(&world, &run, 1).await.pop().unwrap();
        let due = world.now + TimeDelta::seconds(1);
        run.record(vec![open.close(Outcome::Deferred { due }, answer(451))], world.now).await.unwrap();
        let claims = run.claim(None, 1, due).unwrap();
        for (intent, _open) in intend(&run, claims).await {
            if spend {
                intent.spend().unwrap();
            }
        }
        drop(run);
        let _run = world.start();
        assert_eq!(world.states(), [expected]);
    }
}

#[tokio::test]
async fn without_the_journal_everything_under_way_is_in_doubt() {
    let world = World::new(2);
    let run = world.start();
    let claims = run.claim(None, 2, world.now).unwrap();
    let _no_dot = intend(&run, claims).await;
    drop(run);
    std::fs::remove_file(world.journal()).unwrap();
    let _run = world.start();
    assert_eq!(world.states(), [DeliveryState::InDoubt; 2]);
}

#[tokio::test]
async fn finished_means_that_nothing_is_left() {
    let world = World::new(3);
    let run = world.start();
    let mut open = on_the_wire(&world, &run, 3).await;
    let doubtful = open.pop().unwrap().close(Outcome::InDoubt, Answer::default());
    let mut records: Vec<_> = open.into_iter().map(|open| open.close(Outcome::Sent, answer(250))).collect();
    records.push(doubtful);
    run.record(records, world.now).await.unwrap();
    let (state, counts) = run.end("one is in doubt", world.now).await.unwrap();
    assert_eq!((state, counts.left()), (State::Paused, 1));
    let campaign = world.ledger.campaign(world.campaign).unwrap();
    assert_eq!((campaign.reason.as_deref(), campaign.finished), (Some("one is in doubt"), None));
    let decided = world.ledger.resolve(world.campaign, Resolution::AssumeSent, None, world.now).unwrap();
    assert_eq!(decided.changed, 1);
    assert_eq!(world.state(), State::Finished);
    let counts = world.ledger.counts(world.campaign).unwrap();
    assert_eq!((counts.of(DeliveryState::Sent), counts.total(), counts.left()), (3, 3, 0));
    assert_eq!(std::fs::metadata(world.journal()).unwrap().len(), 35, "its head alone");
    assert!(matches!(
        world.ledger.start(world.campaign, Age::Check, world.now),
        Err(LedgerError::Illegal { from: State::Finished, .. })
    ));
}

#[tokio::test]
async fn counts_that_do_not_sum_to_the_frozen_total_are_an_error() {
    let world = World::new(3);
    world.sql("DELETE FROM delivery WHERE id = 2", &[]);
    assert!(matches!(world.ledger.counts(world.campaign), Err(LedgerError::Damaged(_))));
}

#[tokio::test]
async fn leave_and_suppression_between_claim_and_intent_hold() {
    let world = World::new(4);
    let run = world.start();
    let claims = run.claim(None, 4, world.now).unwrap();
    world.sql("UPDATE subscriber SET status = 'unsubscribed' WHERE public = ?", values![&[0; 8]]);
    world.sql("INSERT INTO suppression (hash, reason, since) VALUES (?, 'complained', 0)", values![&[1; 32]]);
    world.sql("DELETE FROM subscriber WHERE public = ?", values![&[2; 8]]);
    assert_eq!(intend(&run, claims).await.len(), 1);
    let suppressed = DeliveryState::Suppressed;
    assert_eq!(world.states(), [suppressed, suppressed, suppressed, DeliveryState::Sending]);
    assert_eq!(run.counts().of(suppressed), 3);
}

#[tokio::test]
async fn the_date_is_that_of_the_first_intent_for_ever() {
    let mut world = World::new(1);
    let first = world.now;
    let run = world.start();
    let claim = run.claim(None, 1, world.now).unwrap().pop().unwrap();
    assert_eq!(claim.date, first);
    // Without an intent a date is not fixed.
    run.release(vec![claim]);
    world.now += TimeDelta::hours(1);
    let second = world.now;
    let claim = run.claim(None, 1, world.now).unwrap();
    let (intent, open) = intend(&run, claim).await.pop().unwrap();
    assert_eq!(open.claim().date, second);
    intent.spend().unwrap();
    drop(open);
    run.end("it was lost", world.now).await.unwrap();
    assert_eq!(world.states(), [DeliveryState::InDoubt]);
    world.now += TimeDelta::days(1);
    world.ledger.resolve(world.campaign, Resolution::Resend, None, world.now).unwrap();
    world.now += TimeDelta::hours(1);
    let run = world.start();
    let claim = run.claim(None, 1, world.now).unwrap().pop().unwrap();
    assert_eq!((claim.date, claim.since, claim.attempts), (second, None, 1));
    let _intent = intend(&run, vec![claim]).await;
    assert_eq!(world.deliveries()[0].date, Some(second));
}

#[tokio::test]
async fn what_is_deferred_comes_back_when_it_is_due() {
    let mut world = World::new(2);
    let run = world.start();
    let open = on_the_wire(&world, &run, 1).await.pop().unwrap();
    let due = world.now + TimeDelta::minutes(5);
    run.record(vec![open.close(Outcome::Deferred { due }, answer(451))], world.now).await.unwrap();
    assert_eq!(run.next_due().unwrap(), Some(due));
    let ranks = |claims: &[Claim]| claims.iter().map(|claim| claim.rank).collect::<Vec<_>>();
    let second = run.claim(None, 2, world.now).unwrap();
    assert_eq!(ranks(&second), [1]);
    world.now = due;
    let first = run.claim(None, 2, world.now).unwrap();
    assert_eq!(ranks(&first), [0]);
    assert_eq!((first[0].attempts, first[0].deferrals), (1, 1));
    assert!(run.claim(None, 2, world.now).unwrap().is_empty(), "a claim is nobody else's");
    run.release(first);
    assert_eq!(ranks(&run.claim(None, 2, world.now).unwrap()), [0]);
}

#[tokio::test]
async fn a_claim_keeps_to_the_frozen_order_and_to_the_wave() {
    let world = World::new(6);
    let run = world.start();
    let ranks = |up_to, most| {
        let claims = run.claim(up_to, most, world.now).unwrap();
        let ranks = claims.iter().map(|claim| claim.rank).collect::<Vec<_>>();
        (ranks, claims)
    };
    let (first, claims) = ranks(Some(3), 2);
    assert_eq!(first, [0, 1]);
    assert_eq!(ranks(Some(3), 5).0, [2]);
    assert_eq!(ranks(Some(3), 5).0, [0; 0]);
    run.release(claims);
    assert_eq!(ranks(None, 3).0, [0, 1, 3]);
    assert_eq!(ranks(None, 9).0, [4, 5]);
}

#[tokio::test]
async fn an_unspent_intent_goes_back_and_costs_nothing() {
    let world = World::new(1);
    let run = world.start();
    let claims = run.claim(None, 1, world.now).unwrap();
    let (intent, open) = intend(&run, claims).await.pop().unwrap();
    run.record(vec![open.requeue(intent)], world.now).await.unwrap();
    assert_eq!(world.states(), [DeliveryState::Pending]);
    assert_eq!((world.deliveries()[0].attempts, world.number("SELECT count(*) FROM attempt")), (0, 0));
    assert_eq!(run.claim(None, 1, world.now).unwrap().len(), 1);
}

#[tokio::test]
async fn a_bounce_suppresses_and_is_counted_once() {
    let world = World::new(2);
    let run = world.start();
    let mut open = on_the_wire(&world, &run, 2).await.into_iter();
    let bounced = open.next().unwrap().close(Outcome::Failed(Suppress::Bounced), answer(550));
    let refused = open.next().unwrap().close(Outcome::Failed(Suppress::Keep), answer(554));
    run.record(vec![bounced, refused], world.now).await.unwrap();
    assert_eq!(world.states(), [DeliveryState::Failed; 2]);
    assert_eq!(world.number("SELECT count(*) FROM suppression WHERE reason = 'bounced' AND hash = zeroblob(32)"), 1);
    assert_eq!(
        world.number("SELECT count(*) FROM event WHERE kind = 'bounced' AND source = 'form' AND campaign = 1"),
        1
    );
    run.end("", world.now).await.unwrap();
    // Who bounced is not tried again.
    let decided = world.ledger.retry_failed(world.campaign, world.now).unwrap();
    assert_eq!((decided.changed, world.state()), (1, State::Paused));
    assert_eq!(world.states(), [DeliveryState::Failed, DeliveryState::Pending]);
}

#[tokio::test]
async fn cancelling_stops_a_run_that_is_on_and_loses_no_outcome() {
    let world = World::new(5);
    let run = world.start();
    let mut open = on_the_wire(&world, &run, 2).await.into_iter();
    let claims = run.claim(None, 1, world.now).unwrap();
    world.ledger.cancel(world.campaign, world.now).unwrap();
    let stopped = run.record_intent(claims).await;
    assert!(matches!(stopped, Err(LedgerError::Stopped(State::Cancelled))), "{stopped:?}");
    let due = world.now + TimeDelta::minutes(1);
    let sent = open.next().unwrap().close(Outcome::Sent, answer(250));
    let deferred = open.next().unwrap().close(Outcome::Deferred { due }, answer(451));
    run.record(vec![sent, deferred], world.now).await.unwrap();
    let (state, counts) = run.end("", world.now).await.unwrap();
    assert_eq!((state, counts.left()), (State::Cancelled, 0));
    assert_eq!((counts.of(DeliveryState::Sent), counts.of(DeliveryState::Cancelled)), (1, 4));
    world.ledger.cancel(world.campaign, world.now).unwrap();
    assert_eq!(world.ledger.counts(world.campaign).unwrap(), counts, "once more changes nothing");
    assert!(!world.beside("lock").exists());
}

#[tokio::test]
async fn two_runs_of_one_campaign_cannot_be() {
    let world = World::new(1);
    let run = world.start();
    assert!(matches!(world.ledger.start(world.campaign, Age::Check, world.now), Err(LedgerError::Busy)));
    assert!(matches!(
        world.ledger.resolve(world.campaign, Resolution::Resend, None, world.now),
        Err(LedgerError::Busy)
    ));
    drop(run);
    assert_eq!(world.start().campaign().epoch, 2);
}

#[tokio::test]
async fn a_campaign_of_which_nothing_was_heard_for_long_is_refused() {
    let mut world = World::new(1);
    world.now += TimeDelta::days(8);
    let old = world.ledger.start(world.campaign, Age::Check, world.now);
    assert!(matches!(old, Err(LedgerError::Old(_))), "{old:?}");
    assert_eq!(world.state(), State::Frozen, "a refusal changes nothing");
    world.ledger.start(world.campaign, Age::Accept, world.now).unwrap();
    // It was heard of just now.
    world.now += TimeDelta::days(1);
    world.start();
}

#[tokio::test]
async fn a_database_older_than_the_journal_is_refused() {
    let world = World::new(1);
    let copy = world.path().join("copy.db");
    world.store.backup(&copy).unwrap();
    let run = world.start();
    let _open = on_the_wire(&world, &run, 1).await;
    drop(run);
    let restored = Ledger::new(Store::open_existing(&copy).unwrap());
    std::fs::copy(world.journal(), world.path().join("copy.db-campaign-1.journal")).unwrap();
    let refused = restored.start(world.campaign, Age::Check, world.now);
    assert!(matches!(refused, Err(LedgerError::Restored { journal: 1, database: 0 })), "{refused:?}");
}

#[tokio::test]
async fn resolving_names_what_is_not_in_doubt() {
    let world = World::new(2);
    let run = world.start();
    let _open = on_the_wire(&world, &run, 1).await;
    drop(run);
    let addresses: Vec<EmailAddress> =
        [address(0), address(1)].iter().map(|text| EmailAddress::parse(text).unwrap()).collect();
    let decided = world.ledger.resolve(world.campaign, Resolution::Resend, Some(addresses.clone()), world.now).unwrap();
    assert_eq!((decided.changed, decided.unknown), (1, addresses[1..].to_vec()));
    assert_eq!((world.states(), world.state()), (vec![DeliveryState::Pending; 2], State::Paused));
}

#[tokio::test]
async fn every_try_and_decision_is_kept() {
    let world = World::new(1);
    let run = world.start();
    let due = world.now + TimeDelta::seconds(1);
    let open = on_the_wire(&world, &run, 1).await.pop().unwrap();
    run.record(vec![open.close(Outcome::Deferred { due }, answer(451))], world.now).await.unwrap();
    let claims = run.claim(None, 1, due).unwrap();
    let (intent, open) = intend(&run, claims).await.pop().unwrap();
    intent.spend().unwrap();
    run.record(vec![open.close(Outcome::Failed(Suppress::Keep), answer(554))], due).await.unwrap();
    run.end("", due).await.unwrap();
    world.ledger.retry_failed(world.campaign, due).unwrap();
    let outcomes: Vec<(String, Option<u16>)> = world
        .store
        .read(|tx| {
            tx.all("SELECT outcome, code FROM attempt ORDER BY n", &[], |row| {
                Ok::<_, LedgerError>((row.get(0)?, row.get(1)?))
            })
        })
        .unwrap();
    let expected = [("deferred", Some(451)), ("failed", Some(554)), ("retry", None)];
    assert_eq!(outcomes, expected.map(|(outcome, code)| (outcome.to_owned(), code)));
    assert_eq!(world.ledger.asked_since(world.now).unwrap().iter().map(|(_, count)| count).sum::<u64>(), 2);
}

#[tokio::test]
async fn a_run_goes_on_from_where_the_last_one_ended_without_a_look_at_all() {
    let world = World::new(6);
    let run = world.start();
    let mut open = on_the_wire(&world, &run, 3).await;
    let sent: Vec<_> = open.drain(1..).map(|open| open.close(Outcome::Sent, answer(250))).collect();
    run.record(sent, world.now).await.unwrap();
    let back = run.claim(None, 2, world.now).unwrap();
    run.release(back);
    run.end("", world.now).await.unwrap();
    // Of the first one nobody knows; the next two were sent, and what was claimed is still there.
    assert_eq!(world.number("SELECT count(*) FROM bookmark"), 1);
    let run = world.start();
    assert_eq!(count(run.counts(), DeliveryState::Sent), 2);
    let ranks: Vec<_> = run.claim(None, 9, world.now).unwrap().iter().map(|claim| claim.rank).collect();
    assert_eq!(ranks, [3, 4, 5]);
}

#[test]
fn a_state_that_changes_outside_of_a_run_is_counted_anew() {
    let world = World::new(3);
    let pending = |world: &World| count(world.ledger.counts(world.campaign).unwrap(), DeliveryState::Pending);
    assert_eq!((pending(&world), world.number("SELECT count(*) FROM bookmark")), (3, 1));
    world.sql("UPDATE delivery SET state = 'suppressed' WHERE id = 2", &[]);
    assert_eq!((pending(&world), world.number("SELECT count(*) FROM bookmark")), (2, 0));
}

#[test]
fn a_list_that_names_somebody_twice_or_nobody_is_not_frozen() {
    let world = World::new(1);
    let now = world.now;
    let twice = world.store.write(move |tx| {
        freeze(tx, &facts(now), |recipients| {
            let recipient =
                Recipient { public: public(1), hash: &[1; 32], address: "a@b.example", name: None, fields: "{}" };
            recipients.add(&recipient)?;
            recipients.add(&recipient)
        })
    });
    assert!(matches!(&twice, Err(LedgerError::Duplicate(address)) if address == "a@b.example"), "{twice:?}");
    let nobody = world.store.write(move |tx| freeze(tx, &facts(now), |_| Ok::<_, LedgerError>(())));
    assert!(matches!(nobody, Err(LedgerError::Empty)));
    assert_eq!(world.ledger.campaigns().unwrap().len(), 1, "nothing of them stays");
}

#[test]
fn a_campaign_is_found_by_its_slug_its_number_or_its_content() {
    let world = World::new(1);
    let found = |slug, number, content: u8| {
        let marks = Marks { slug, number, content: vec![[0; 32], [content; 32]] };
        world.ledger.known(&marks).unwrap().len()
    };
    assert_eq!(found("letter", None, 9), 1);
    assert_eq!(found("other", Some(1), 9), 1);
    assert_eq!(found("other", None, 1), 1);
    assert_eq!(found("other", Some(2), 9), 0);
    assert_eq!(world.ledger.template(world.campaign).unwrap(), b"template");
}

#[test]
fn states_change_in_the_legal_ways_alone() {
    let legal: Vec<(State, State)> = State::ALL
        .into_iter()
        .flat_map(|from| State::ALL.into_iter().map(move |to| (from, to)))
        .filter(|(from, to)| from.may_become(*to))
        .collect();
    for (from, to) in &legal {
        assert_ne!(*from, State::Cancelled, "{to}");
        assert!(!matches!(to, State::Frozen | State::Scheduled), "{from} to {to}");
    }
    assert_eq!(legal.len(), 13);
}
