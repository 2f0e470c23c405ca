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
use crate::loss::{Boot, Plan, Report, lose};

/// Pages after which the WAL is written back here, so that it happens several times.
const CHECKPOINT: Options = Options { synchronous: None, checkpoint: Some(40) };

/// Another one each time, or that of `POWER_SEED`.
fn seed() -> u64 {
    let given = std::env::var("POWER_SEED").ok().map(|seed| seed.parse().expect("POWER_SEED is a number"));
    let seed = given.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs());
    println!("POWER_SEED={seed}");
    seed
}

/// Cuts at every event, and all single losses and 50 subsets at each of them.
fn every(seed: u64) -> Plan {
    Plan { seed, one_in: 1, subsets: 50, singles: usize::MAX, again: 50, boot: Boot::Another }
}

/// A campaign over so many connections that is recorded, and loses power as `plan` says.
fn look(connections: usize, options: Options, plan: Plan) -> Report {
    let recorded = record(connections, options);
    let events = &recorded.recording.events;
    let began = Instant::now();
    let report = lose(&recorded, plan);
    println!(
        "{} events, {} syncs; {} cuts, {} losses of power, {} folders sent on, {} of them twice, {} faults, {:.1} s",
        events.len(),
        events.iter().filter(|event| matches!(event, Event::Sync { .. })).count(),
        report.cuts,
        report.losses,
        report.folders,
        report.again,
        report.faults.len(),
        began.elapsed().as_secs_f64(),
    );
    report
}

#[test]
fn nothing_that_was_told_or_sent_is_lost_with_the_power() {
    let plan = Plan { one_in: 12, subsets: 5, singles: 3, again: 20, ..every(seed()) };
    let report = look(4, CHECKPOINT, plan);
    assert!(report.faults.is_empty(), "{:#?}", report.faults);
    assert!(report.cuts >= 10, "only {} cuts", report.cuts);
}

#[test]
#[ignore = "takes minutes: `cargo test --release -p newsletter-power -- --ignored --nocapture`"]
fn at_no_event_is_anything_lost_with_the_power() {
    let plan = every(seed());
    // From one letter under way at a time to many; with the WAL written back often, at times, and
    // only at the end.
    for (connections, checkpoint) in [(1, Some(10)), (4, Some(40)), (10, None)] {
        let report = look(connections, Options { checkpoint, ..CHECKPOINT }, plan);
        assert!(report.faults.is_empty(), "{:#?}", report.faults);
    }
}

#[test]
fn less_than_full_syncs_are_found_out() {
    for synchronous in [0, 1] {
        let plan = Plan { one_in: 20, subsets: 3, singles: 1, again: 0, ..every(seed()) };
        let report = look(4, Options { synchronous: Some(synchronous), ..CHECKPOINT }, plan);
        let lost = report.faults.iter().filter(|fault| fault.contains("has lost what it told")).count();
        assert!(lost > 0, "`synchronous = {synchronous}` passes: {:#?}", report.faults);
    }
}

/// The journal is written without syncs, so its silence proves nothing after a loss of power. A
/// tool that believed it would send many a message twice.
#[test]
fn a_journal_that_is_believed_after_a_loss_of_power_is_found_out() {
    let plan = Plan { one_in: 8, subsets: 5, singles: 1, again: 0, boot: Boot::Same, ..every(seed()) };
    let report = look(4, CHECKPOINT, plan);
    let twice = report.faults.iter().filter(|fault| fault.contains("gets it again")).count();
    assert!(twice > 0, "it passes: {:#?}", report.faults);
}
