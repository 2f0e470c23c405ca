//! Counts of what happened to the list.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta};
use chrono_tz::Tz;

use crate::store::{Row, StoreError};
use crate::subscribers::{List, ListError, Which};

/// How the list stands, and what happened to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stats {
    /// Those who get letters.
    pub active: u64,
    /// Those who left.
    pub unsubscribed: u64,
    /// Those on the list who must not get any.
    pub suppressed: u64,
    /// All that happened.
    pub total: Counts,
    /// The same by where subscribers came from; nothing for those who came from nowhere in
    /// particular.
    pub sources: BTreeMap<Option<String>, Counts>,
    /// The same by week, from the first to the last in which something happened.
    pub weeks: Vec<Week>,
}

/// How often each thing happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Came.
    pub joined: u64,
    /// Went.
    pub left: u64,
    /// Mail came back.
    pub bounced: u64,
    /// Called it spam.
    pub complained: u64,
}

/// One week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Week {
    /// Its Monday.
    pub monday: NaiveDate,
    /// What happened in it.
    pub counts: Counts,
}

impl Week {
    /// Whether nothing happened in it.
    pub fn is_quiet(&self) -> bool {
        self.counts == Counts::default()
    }
}

impl Counts {
    fn add(&mut self, kind: &str, number: u64) {
        let count = match kind {
            "joined" => &mut self.joined,
            "left" => &mut self.left,
            "bounced" | "failed" => &mut self.bounced,
            _ => &mut self.complained,
        };
        *count += number;
    }
}

const EVENTS: &str = "SELECT at / 900 * 900, kind, source, count(*) FROM event GROUP BY 1, 2, 3";

impl List {
    /// Counts what happened to the list; weeks are those of `zone`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn stats(&self, zone: Tz) -> Result<Stats, ListError> {
        let mut stats = Stats {
            active: self.count(Which::Active)?,
            unsubscribed: self.count(Which::Unsubscribed)?,
            suppressed: self.count(Which::Suppressed)?,
            total: Counts::default(),
            sources: BTreeMap::new(),
            weeks: Vec::new(),
        };
        let mut weeks: BTreeMap<NaiveDate, Counts> = BTreeMap::new();
        // By the hour, which every time zone but a few shares its borders with, and those few by
        // half or quarter hours.
        self.store.read(|tx| {
            tx.each(EVENTS, &[], |row: &Row<'_, '_>| {
                let (at, kind, source, number): (i64, String, Option<String>, u64) =
                    (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
                stats.total.add(&kind, number);
                stats.sources.entry(source).or_default().add(&kind, number);
                weeks.entry(monday(at, zone)).or_default().add(&kind, number);
                Ok::<_, StoreError>(())
            })
        })?;
        stats.weeks = filled(&weeks);
        Ok(stats)
    }
}

fn monday(at: i64, zone: Tz) -> NaiveDate {
    let day = DateTime::from_timestamp(at, 0).unwrap_or_default().with_timezone(&zone).date_naive();
    day - TimeDelta::days(day.weekday().num_days_from_monday().into())
}

/// Every week from the first to the last: one in which nothing happened says so. Where a date is
/// wrong by centuries, only the weeks that have something.
fn filled(weeks: &BTreeMap<NaiveDate, Counts>) -> Vec<Week> {
    const MOST: i64 = 60 * 53;
    let (Some((&first, _)), Some((&last, _))) = (weeks.first_key_value(), weeks.last_key_value()) else {
        return Vec::new();
    };
    if (last - first).num_weeks() > MOST {
        return weeks.iter().map(|(&monday, &counts)| Week { monday, counts }).collect();
    }
    let mondays = std::iter::successors(Some(first), |monday| Some(*monday + TimeDelta::weeks(1)));
    let week = |monday| Week { monday, counts: weeks.get(&monday).copied().unwrap_or_default() };
    mondays.take_while(|monday| *monday <= last).map(week).collect()
}
