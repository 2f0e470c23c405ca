//! A relay that misbehaves in every way that DESIGN knows, at every step, in every mode: what the
//! ledger says then, and that nobody is lost, nor doubled but where there was doubt.
//!
//! One behaviour a file in `faults/`, with what has to come of it. Each cell sends a frozen campaign
//! through [`campaign::run`](newsletter::campaign::run::run) with a real ledger;
//! timeouts are those of production, in virtual time.

mod base;
mod drive;
mod fault;
mod faults;
mod judge;
mod seen;
mod table;

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use fault::{Case, Manner, Mode};
use seen::Seen;

/// A fault at one place in one mode.
struct Cell {
    fault: &'static str,
    case: Case,
    mode: Mode,
    outcome: Outcome,
}

/// What came of it, and what is wrong with that.
#[derive(Clone)]
struct Outcome {
    seen: Seen,
    wrong: Vec<String>,
}

fn outcome(case: &Case, mode: Mode, manner: Manner) -> Outcome {
    match drive::drive(case, mode) {
        Ok(driven) => {
            let seen = Seen::of(&driven);
            Outcome { wrong: judge::judge(case, mode, manner, &driven, &seen), seen }
        }
        Err(error) => Outcome { seen: Seen::default(), wrong: vec![error] },
    }
}

/// Every cell, driven once, some at a time.
fn cells() -> &'static [Cell] {
    static CELLS: OnceLock<Vec<Cell>> = OnceLock::new();
    CELLS.get_or_init(|| {
        let mut todo = Vec::new();
        for fault in faults::all() {
            for case in fault.cases {
                todo.extend(case.modes.clone().into_iter().map(|mode| (fault.name, fault.manner, case.clone(), mode)));
            }
        }
        let next = AtomicUsize::new(0);
        let done: Vec<Mutex<Option<Outcome>>> = todo.iter().map(|_| Mutex::default()).collect();
        let threads = std::thread::available_parallelism().map_or(2, usize::from) * 2;
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while let Some((place, (_, manner, case, mode))) = {
                        let place = next.fetch_add(1, Ordering::Relaxed);
                        todo.get(place).map(|cell| (place, cell))
                    } {
                        *done[place].lock().unwrap() = Some(outcome(case, *mode, *manner));
                    }
                });
            }
        });
        let cell = |((fault, _, case, mode), outcome): (_, Mutex<Option<Outcome>>)| Cell {
            fault,
            case,
            mode,
            outcome: outcome.into_inner().unwrap().unwrap(),
        };
        todo.into_iter().zip(done).map(cell).collect()
    })
}

#[test]
fn whatever_the_relay_does_nobody_is_lost_or_doubled_unknowingly() {
    let mut wrong = String::new();
    for Cell { fault, case, mode, outcome } in cells() {
        for words in &outcome.wrong {
            writeln!(wrong, "{fault}, at {}, {mode:?}: {words}", case.at).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(cells().len() > 250, "{} cells", cells().len());
}

const BEGIN: &str = "<!-- made by `UPDATE_DOCS=1 cargo test --test suite rude` -->\n";
const END: &str = "<!-- end of what is made -->\n";

#[test]
fn docs_reliability_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reliability.md");
    let committed = std::fs::read_to_string(path).unwrap();
    let (head, rest) = committed.split_once(BEGIN).unwrap();
    let (_, tail) = rest.split_once(END).unwrap();
    let fresh = format!("{head}{BEGIN}\n{}\n{END}{tail}", table::table(cells()));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &fresh).unwrap();
    } else {
        assert!(committed == fresh, "docs/reliability.md is stale: run `UPDATE_DOCS=1 cargo test`");
    }
}
