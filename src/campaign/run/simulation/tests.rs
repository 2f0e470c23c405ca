use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::ops::AddAssign;
use std::time::Instant;

use super::stage::Stage;
use super::{Fault, Played, Story, play};

/// What many worlds came to.
#[derive(Debug, Default)]
struct Sum {
    worlds: u64,
    ways: HashSet<u64>,
    steps: usize,
    dots: u32,
    doubles: u32,
    deaths: u32,
    doubts: u32,
}

impl AddAssign<&Played> for Sum {
    fn add_assign(&mut self, played: &Played) {
        self.worlds += 1;
        self.ways.insert(played.way);
        self.steps += played.steps;
        self.dots += played.dots;
        self.doubles += played.doubles;
        self.deaths += played.deaths;
        self.doubts += played.doubts;
    }
}

impl Sum {
    fn tell(&self, began: Instant) {
        let Self { worlds, ways, steps, dots, doubles, deaths, doubts } = self;
        println!(
            "{worlds} worlds went {} different ways, {steps} steps, {dots} dots, {deaths} deaths that left \
             {doubts} in doubt, {doubles} second copies, all asked for by the user; {:.1} s",
            ways.len(),
            began.elapsed().as_secs_f64()
        );
    }
}

/// Says which world it was when something breaks in it.
struct In(u64);

impl Drop for In {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("that was world {0}: NEWSLETTER_WORLD={0} cargo test --lib in_no_world", self.0);
        }
    }
}

/// Plays a world in which nothing is wrong, and makes sure that nothing was.
fn sound(stage: &Stage, seed: u64, story: Story) -> Played {
    let _seed = In(seed);
    let played = play(stage, seed, None, story);
    assert_eq!(played.violation, None, "{played:?}");
    played
}

fn fresh() -> u64 {
    RandomState::new().hash_one("a seed")
}

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|number| number.parse().unwrap())
}

/// Plays worlds with a fault until one goes wrong in one of the ways that it can be known by.
fn found(stage: &Stage, fault: Fault, most: u64, signs: &[&str]) {
    let wrong = |seed| play(stage, seed, Some(fault), Story::Silent).violation.map(|what| (seed, what));
    let found = (0..most).filter_map(wrong).find(|(_, what)| signs.iter().any(|sign| what.contains(sign)));
    let (number, what) = found.unwrap_or_else(|| panic!("{fault:?} is not found in {most} worlds"));
    println!("{fault:?} is found in world {number}: {what}");
}

const NOBODY_KNEW: [&str; 2] = ["nobody knew", "the relay has the message"];

#[test]
fn in_no_world_is_anything_lost_or_doubled_unknowingly() {
    let (memory, disk) = (Stage::in_memory(), Stage::on_disk());
    if let Some(seed) = variable("NEWSLETTER_WORLD") {
        println!("{:?}", sound(&memory, seed, Story::Told));
        return;
    }
    let began = Instant::now();
    let mut sum = Sum::default();
    let fresh = fresh();
    println!("the fresh ones begin with {fresh}");
    for number in 0..300 {
        sum += &sound(&memory, number, Story::Silent);
        let stage = if number % 10 == 0 { &disk } else { &memory };
        sum += &sound(stage, fresh.wrapping_add(number), Story::Silent);
    }
    sum.tell(began);
    // That what is to happen does happen.
    assert!(sum.ways.len() > 590 && sum.deaths > 300 && sum.doubts > 100 && sum.doubles > 30, "{sum:?}");
}

#[test]
fn a_seed_stands_for_one_world() {
    let (memory, disk) = (Stage::in_memory(), Stage::on_disk());
    for seed in 0..20 {
        let [one, other] = [&memory, &disk].map(|stage| play(stage, seed, None, Story::Silent).way);
        assert_eq!(one, other, "world {seed}");
    }
}

/// `cargo test --release --lib a_million_worlds -- --ignored --nocapture`
#[test]
#[ignore = "takes a night of two processors, optimized"]
fn a_million_worlds() {
    // A few of the smallest are alike.
    let number = variable("NEWSLETTER_WORLDS").unwrap_or(1_010_000);
    let first = variable("NEWSLETTER_WORLD").unwrap_or_else(fresh);
    println!("worlds {first} and on");
    let began = Instant::now();
    let threads = u64::try_from(std::thread::available_parallelism().unwrap().get()).unwrap();
    let mut all = Sum::default();
    std::thread::scope(|scope| {
        let played: Vec<_> = (0..threads)
            .map(|thread| {
                scope.spawn(move || {
                    let (memory, disk) = (Stage::in_memory(), Stage::on_disk());
                    let mut sum = Sum::default();
                    for number in (thread..number).step_by(usize::try_from(threads).unwrap()) {
                        let stage = if number % 50 < threads { &disk } else { &memory };
                        sum += &sound(stage, first.wrapping_add(number), Story::Silent);
                    }
                    sum
                })
            })
            .collect();
        for sum in played {
            let sum = sum.join().unwrap();
            all.worlds += sum.worlds;
            all.ways.extend(sum.ways);
            all.steps += sum.steps;
            all.dots += sum.dots;
            all.doubles += sum.doubles;
            all.deaths += sum.deaths;
            all.doubts += sum.doubts;
        }
    });
    all.tell(began);
}

#[test]
fn an_intent_that_is_not_durable_is_found() {
    // In memory nobody could read while it is not committed.
    found(&Stage::on_disk(), Fault::IntentNotDurable, 20, &["the dot for reader"]);
}

#[test]
fn an_outcome_of_a_stale_epoch_is_found() {
    let signs = ["the dot for reader", "is lost", "nobody knew", "the relay has the message"];
    found(&Stage::in_memory(), Fault::StaleEpoch, 400, &signs);
}

#[test]
fn a_dot_before_its_note_is_found() {
    found(&Stage::in_memory(), Fault::NotedAfterTheDot, 100, &NOBODY_KNEW);
}

#[test]
fn what_is_recovered_as_pending_is_found() {
    found(&Stage::in_memory(), Fault::RecoveredAsPending, 100, &NOBODY_KNEW);
}

#[test]
fn a_reboot_that_is_not_noticed_is_found() {
    found(&Stage::in_memory(), Fault::RebootUnnoticed, 400, &NOBODY_KNEW);
}

#[test]
fn a_letter_to_somebody_who_left_is_found() {
    found(&Stage::in_memory(), Fault::LeaveUnseen, 100, &["had left before the intent"]);
}

#[test]
fn another_message_to_the_same_reader_is_found() {
    found(&Stage::in_memory(), Fault::AnotherMessage, 100, &["another message than before"]);
}
