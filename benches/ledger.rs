//! How many deliveries the ledger brings from pending to sent by the second, and how long it takes
//! to freeze a list. The relay answers at once, so that nothing but the ledger is measured.
//!
//! Single figures swing with the disk; the ratios to the first row say more.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement talks, and stops when it fails")]

use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, Utc};
use newsletter::campaign::ledger::{
    Age, Answer, Facts, Intent, Kind, Ledger, LedgerError, Outcome, Recipient, Record, Run, freeze,
};
use newsletter::store::{Store, Value};
use newsletter::token::{CampaignId, PublicId};

fn main() {
    let quick = !std::env::args().any(|argument| argument == "--bench");
    let (list, sent) = if quick { (100, 100) } else { (100_000, 20_000) };
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("subscribers.db")).unwrap();
    subscribe(&store, list);
    let start = Instant::now();
    freeze_first(&store, list);
    println!("freeze {list} deliveries: {:.2} s", start.elapsed().as_secs_f64());
    let start = Instant::now();
    Ledger::new(store.clone()).counts(CampaignId(1)).unwrap();
    println!("count them: {:.3} s", start.elapsed().as_secs_f64());

    let mut first = None;
    println!("connections  depth  deliveries/s  ratio");
    for (connections, depth) in [(1, 1), (4, 1), (4, 4), (4, 8), (8, 1), (8, 4), (8, 8), (16, 8)] {
        // A single intent at a time is slow.
        let number = if connections * depth == 1 { sent / 10 } else { sent };
        let campaign = freeze_first(&store, number);
        let rate = send(&store, campaign, number, connections, depth);
        let base = *first.get_or_insert(rate);
        println!("{connections:11}  {depth:5}  {rate:12.0}  {:5.1}", rate / base);
    }
}

fn bytes<const N: usize>(number: u32) -> [u8; N] {
    // Spread as hashes are, and different for each.
    let mut bytes = [0; N];
    let spread = number.wrapping_mul(2_654_435_761).to_be_bytes();
    bytes.iter_mut().zip(spread.into_iter().chain(number.to_be_bytes())).for_each(|(byte, value)| *byte = value);
    bytes
}

fn address(number: u32) -> String {
    format!("reader{number}@example.org")
}

fn subscribe(store: &Store, list: u32) {
    store
        .write(move |tx| {
            for number in 0..list {
                let address = address(number);
                tx.run(
                    "INSERT INTO subscriber (public, address, key, hash, status, joined) VALUES (?1, ?2, ?2, ?3, 'active', 0)",
                    &[Value::from(&bytes::<8>(number)), Value::from(&address), Value::from(&bytes::<32>(number))],
                )?;
            }
            Ok::<_, LedgerError>(())
        })
        .unwrap();
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn freeze_first(store: &Store, list: u32) -> CampaignId {
    let facts = Facts {
        slug: "letter".to_owned(),
        number: None,
        content: [1; 32],
        kind: Kind::First,
        subject: "Hello".to_owned(),
        sender: "us@example.org".to_owned(),
        segment: None,
        template: vec![b'x'; 30_000],
        settings: "{}".to_owned(),
        frozen: now(),
        scheduled: None,
    };
    let frozen = store.write(move |tx| {
        freeze(tx, &facts, |recipients| {
            (0..list).try_for_each(|number| {
                recipients.add(&Recipient {
                    public: PublicId(bytes(number)),
                    hash: &bytes(number),
                    address: &address(number),
                    name: Some("A Reader"),
                    fields: r#"{"city":"Bern","name":"A Reader"}"#,
                })
            })
        })
    });
    frozen.map_err(|error: LedgerError| error).unwrap()
}

fn send(store: &Store, campaign: CampaignId, list: u32, connections: usize, depth: usize) -> f64 {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let run = Arc::new(Ledger::new(store.clone()).start(campaign, Age::Check, now()).unwrap());
    let start = Instant::now();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..connections).map(|_| tokio::spawn(connection(run.clone(), depth))).collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
    let took = start.elapsed().as_secs_f64();
    let (_, counts) = runtime.block_on(Arc::into_inner(run).unwrap().end("", now())).unwrap();
    assert_eq!(counts.left(), 0);
    f64::from(list) / took
}

/// Sends as a connection does: while the intents for the next group are written down, so are the
/// outcomes of the last one.
async fn connection(run: Arc<Run>, depth: usize) {
    let mut records: Vec<Record> = Vec::new();
    loop {
        let claims = run.claim(None, depth, now()).unwrap();
        let last = claims.is_empty();
        let (intents, recorded) =
            tokio::join!(run.record_intent(claims), run.record(std::mem::take(&mut records), now()));
        recorded.unwrap();
        for intent in intents.unwrap() {
            if let Intent::Durable(intent, open) = intent {
                intent.spend().unwrap();
                let reply = Some("Ok: queued as 4R1234567".to_owned());
                let answer = Answer { code: Some(250), enhanced: Some("2.0.0".to_owned()), reply, relay_id: None };
                records.push(open.close(Outcome::Sent, answer));
            }
        }
        if last && records.is_empty() {
            return;
        }
    }
}
