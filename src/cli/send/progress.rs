//! How far a campaign is: a bar in a terminal, a line now and then elsewhere.

use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono_tz::Tz;
use indicatif::{ProgressBar, ProgressStyle};

use crate::campaign::ledger::{Counts, DeliveryState};
use crate::campaign::run::News;
use crate::campaign::when;
use crate::cli::output::{Terminal, printable};

/// Elsewhere than in a terminal there is a line as often as this.
const EVERY: Duration = Duration::from_secs(10);

/// Shows a campaign's news.
pub(super) struct Progress {
    terminal: Terminal,
    /// In which times are shown.
    zone: Tz,
    bar: Option<ProgressBar>,
    began: Instant,
    /// How many were at their end before.
    before: u64,
    last: Mutex<Last>,
}

/// What was said last.
struct Last {
    /// When a line of counts was.
    at: Instant,
    /// How many were at their end then.
    done: u64,
    /// The last other line.
    line: Option<String>,
}

impl Progress {
    pub(super) fn new(terminal: &Terminal, zone: Tz, counts: Counts) -> Self {
        let bar = (std::io::stderr().is_terminal() && terminal.is_aloud()).then(|| {
            let bar = ProgressBar::new(counts.total());
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {human_pos} of {human_len}  {msg}  {eta} left") {
                bar.set_style(style);
            }
            bar.set_position(counts.total() - counts.left());
            bar.reset_eta();
            bar
        });
        let before = done(counts);
        let last = Last { at: Instant::now(), done: before, line: None };
        Self { terminal: *terminal, zone, bar, began: Instant::now(), before, last: Mutex::new(last) }
    }

    pub(super) fn tell(&self, news: News) {
        match news {
            News::Counts(counts) => self.counts(counts),
            News::Waiting(then) => {
                self.line(format!("waiting until {}", when::shown_exactly(then, self.zone)));
            }
            News::Trouble(what) => self.line(printable(&what)),
        }
    }

    fn counts(&self, counts: Counts) {
        let seconds = self.began.elapsed().as_secs_f64().max(0.001);
        #[expect(clippy::cast_precision_loss, reason = "a rate to be looked at")]
        let rate = (done(counts) - self.before.min(done(counts))) as f64 / seconds;
        let shown = [DeliveryState::Deferred, DeliveryState::Failed, DeliveryState::InDoubt]
            .into_iter()
            .filter(|state| counts.of(*state) > 0)
            .map(|state| format!(", {} {}", counts.of(state), state.name().replace('_', " ")));
        let words = format!("{rate:.0}/s, {} sent{}", counts.of(DeliveryState::Sent), shown.collect::<String>());
        if let Some(bar) = &self.bar {
            bar.set_position(done(counts));
            bar.set_message(words);
            return;
        }
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        // While the relay is away nothing comes to its end, and there is nothing new to say.
        if last.at.elapsed() >= EVERY && last.done != done(counts) {
            (last.at, last.done) = (Instant::now(), done(counts));
            self.terminal.say(&format!("{} of {}: {words}", done(counts), counts.total()));
        }
    }

    /// A line of its own, unless it is the last one again.
    fn line(&self, line: String) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.line.as_ref() == Some(&line) {
            return;
        }
        match &self.bar {
            Some(bar) => bar.suspend(|| self.terminal.say(&line)),
            None => self.terminal.say(&line),
        }
        last.line = Some(line);
    }

    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn done(counts: Counts) -> u64 {
    counts.total() - counts.of(DeliveryState::Pending) - counts.of(DeliveryState::Sending)
}
