//! A campaign is recorded as it writes to the disk; the power fails at every event of it, and what
//! is left is sent on to its end.

mod campaign;
mod loss;
mod reader;
mod relay;
mod verdict;

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use newsletter_power::{Event, Options};

use crate::campaign::record;
use crate::loss::{Plan, Report, lose};

/// Pages after which the WAL is written back here, so that it happens several times.
const CHECKPOINT: Options = Options { synchronous: None, checkpoint: Some(40) };

/// Another one each time, or that of `POWER_SEED`.
fn seed() -> u64 {
    let given = std::env::var("POWER_SEED").ok().map(|seed| seed.parse().expect("POWER_SEED is a number"));
    let seed = given.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs());
    println!("POWER_SEED={seed}");
    seed
}

/// Records a campaign and loses power; `bound` is how many cuts there are about.
fn look(options: Options, seed: u64, bound: Option<u64>, subsets: u64, singles: usize) -> Report {
    let recorded = record(options);
    let events = &recorded.recording.events;
    let one_in = bound.map_or(1, |bound| (events.len() as u64 / bound).max(1));
    let began = Instant::now();
    let report = lose(&recorded, Plan { seed, one_in, subsets, singles });
    println!(
        "{} events, {} syncs; {} cuts, {} losses of power, {} folders sent on, {} faults, {:.1} s",
        events.len(),
        events.iter().filter(|event| matches!(event, Event::Sync { .. })).count(),
        report.cuts,
        report.losses,
        report.folders,
        report.faults.len(),
        began.elapsed().as_secs_f64(),
    );
    report
}

#[test]
fn nothing_that_was_told_or_sent_is_lost_with_the_power() {
    let report = look(CHECKPOINT, seed(), Some(40), 5, 3);
    assert!(report.faults.is_empty(), "{:#?}", report.faults);
    assert!(report.cuts >= 15, "only {} cuts", report.cuts);
}

/// The long one: `cargo test --release -p newsletter-power -- --ignored --nocapture`.
#[test]
#[ignore = "takes long"]
fn every_event_and_fifty_subsets() {
    let report = look(CHECKPOINT, seed(), None, 50, usize::MAX);
    assert!(report.faults.is_empty(), "{:#?}", report.faults);
}

#[test]
fn less_than_full_syncs_are_found_out() {
    for synchronous in [0, 1] {
        let report = look(Options { synchronous: Some(synchronous), ..CHECKPOINT }, seed(), Some(25), 3, 1);
        let lost = report.faults.iter().filter(|fault| fault.contains("has lost what it told")).count();
        assert!(lost > 0, "`synchronous = {synchronous}` passes: {:#?}", report.faults);
    }
}
