//! When a campaign is to begin, as people write it.

use chrono::{DateTime, MappedLocalTime, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;

use crate::post::front_matter::date;

/// Why a time cannot be kept. Times are shown in the publication's zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WhenError {
    /// It does not have the shape of a time.
    #[error("`{0}` is not a time")]
    Shape(String),
    /// A day alone.
    #[error("`{0}` is a day without a time")]
    Day(String),
    /// A part of it does not exist.
    #[error("`{text}`: {part}")]
    Part {
        /// As it was written.
        text: String,
        /// Which part.
        part: String,
    },
    /// It is over.
    #[error("`{text}` is past: it is {now}")]
    Past {
        /// As it was written.
        text: String,
        /// The time that it is.
        now: String,
    },
    /// Clocks go forward over it.
    #[error("clocks in {zone} never show `{text}`: they go forward then")]
    Never {
        /// As it was written.
        text: String,
        /// The zone.
        zone: Tz,
        /// What they show instead.
        instead: String,
    },
    /// Clocks go back over it.
    #[error("clocks in {zone} show `{text}` twice: they go back then")]
    Twice {
        /// As it was written.
        text: String,
        /// The zone.
        zone: Tz,
        /// The first time, with its offset.
        first: String,
        /// The second time, with its offset.
        second: String,
    },
}

impl WhenError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Shape(_) | Self::Part { .. } => {
                "write `2026-11-30 07:30`, with `+01:00` where another zone is meant, or `tomorrow 07:30`".to_owned()
            }
            Self::Day(text) => format!("write the time as well: `{text} 07:30`"),
            Self::Past { text, .. } if text.contains(['-', ' ']) => {
                "name a time that is still to come, or send now without `--at`".to_owned()
            }
            Self::Past { text, .. } => format!("write `tomorrow {text}`, or send now without `--at`"),
            Self::Never { instead, .. } => format!("write `{instead}`"),
            Self::Twice { first, second, .. } => format!("write `{first}` or `{second}`"),
        }
    }
}

/// A time with its offset, as it is shown and can be written.
const SHOWN: &str = "%Y-%m-%d %H:%M:%S %:z";

/// Reads a time that is still to come at `now`: a day and a time (`2026-11-30 07:30`, also with
/// `T`), a time of today, or `tomorrow` and a time. It is in `zone` unless an offset stands behind
/// it.
///
/// # Errors
/// When it is no time, is past, or does not say one moment.
pub fn parse(text: &str, zone: Tz, now: DateTime<Utc>) -> Result<DateTime<Utc>, WhenError> {
    let text = text.trim();
    let owned = || text.to_owned();
    let today = now.with_timezone(&zone).date_naive();
    let parts = date::split(&dated(text, today)).ok_or_else(|| WhenError::Shape(owned()))?;
    let (day, time, offset) = date::written(&parts).map_err(|part| WhenError::Part { text: owned(), part })?;
    let time = time.ok_or_else(|| WhenError::Day(owned()))?;
    let local = day.and_time(time);
    let shown = |at: DateTime<Utc>| at.with_timezone(&zone).format(SHOWN).to_string();
    let found = match offset {
        Some(offset) => offset.from_local_datetime(&local).map(|at| at.to_utc()),
        None => zone.from_local_datetime(&local).map(|at| at.to_utc()),
    };
    let at = match found {
        MappedLocalTime::Single(at) => at,
        MappedLocalTime::Ambiguous(_, second) if second <= now => second,
        MappedLocalTime::Ambiguous(first, second) => {
            return Err(WhenError::Twice { text: owned(), zone, first: shown(first), second: shown(second) });
        }
        MappedLocalTime::None => {
            let date::Moment::Never(instead) = date::in_zone(local, zone) else {
                return Err(WhenError::Shape(owned()));
            };
            return Err(WhenError::Never {
                text: owned(),
                zone,
                instead: instead.format("%Y-%m-%d %H:%M").to_string(),
            });
        }
    };
    if at <= now {
        return Err(WhenError::Past { text: owned(), now: shown(now) });
    }
    Ok(at)
}

/// `text` with the day that it leaves out.
fn dated(text: &str, today: NaiveDate) -> String {
    if let Some(time) = text.strip_prefix("tomorrow ") {
        return format!("{} {time}", today.succ_opt().unwrap_or(today));
    }
    let time = text.strip_prefix("today ").unwrap_or(text);
    // The first mark of a day is `-`, that of a time `:`.
    if time.chars().find(|c| matches!(c, ':' | '-')) == Some(':') { format!("{today} {time}") } else { time.to_owned() }
}

/// A time as it is shown to people: in the zone that they plan in, with the zone's name.
pub fn shown(at: DateTime<Utc>, zone: Tz) -> String {
    written(at, zone, "%Y-%m-%d %H:%M")
}

/// The same, to the second, for what is soon.
pub fn shown_exactly(at: DateTime<Utc>, zone: Tz) -> String {
    written(at, zone, "%Y-%m-%d %H:%M:%S")
}

/// With the offset as well, where clocks of the zone show the time twice.
fn written(at: DateTime<Utc>, zone: Tz, form: &str) -> String {
    let local = at.with_timezone(&zone);
    let offset = match zone.from_local_datetime(&local.naive_local()) {
        MappedLocalTime::Ambiguous(..) => local.format(" %:z").to_string(),
        _ => String::new(),
    };
    format!("{}{offset} {zone}", local.format(form))
}

/// A sentence that ends in a time as RFC 3339 has it, as it stands in the ledger, for people.
pub fn in_zone(sentence: &str, zone: Tz) -> String {
    let time = sentence.rsplit_once(' ').and_then(|(before, time)| {
        let at = DateTime::parse_from_rfc3339(time).ok()?;
        Some(format!("{before} {}", shown(at.to_utc(), zone)))
    });
    time.unwrap_or_else(|| sentence.to_owned())
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
    use chrono_tz::{Europe::Vienna, TZ_VARIANTS, Tz};
    use proptest::prelude::*;

    use super::{WhenError, in_zone, parse, shown, shown_exactly};

    /// 2026-11-24, half past nine in the evening in Vienna.
    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_552_200, 0).unwrap()
    }

    fn said(text: &str) -> String {
        match parse(text, Vienna, now()) {
            Ok(at) => shown(at, Vienna),
            Err(error) => format!("{error} / {}", error.help()),
        }
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        assert_eq!(shown(now(), Vienna), "2026-11-24 21:30 Europe/Vienna");
        for (text, at) in [
            ("2026-11-30 07:30", "2026-11-30 07:30"),
            ("2026-11-30T07:30", "2026-11-30 07:30"),
            ("2026-11-30T07:30:00", "2026-11-30 07:30"),
            ("2026-11-30T07:30:00Z", "2026-11-30 08:30"),
            ("2026-11-30T07:30:00-08:00", "2026-11-30 16:30"),
            ("2027-07-01 07:30 +0000", "2027-07-01 09:30"),
            (" 23:15 ", "2026-11-24 23:15"),
            ("today 23:15", "2026-11-24 23:15"),
            ("19:15 -08:00", "2026-11-25 04:15"),
            ("tomorrow 07:30", "2026-11-25 07:30"),
        ] {
            assert_eq!(said(text), format!("{at} Europe/Vienna"), "{text}");
        }
    }

    #[test]
    fn a_time_that_clocks_show_twice_is_shown_with_its_offset() {
        for (text, words) in [
            ("2027-10-31 02:30 +02:00", "2027-10-31 02:30 +02:00 Europe/Vienna"),
            ("2027-10-31 02:30 +01:00", "2027-10-31 02:30 +01:00 Europe/Vienna"),
            ("2027-10-31 03:30 +01:00", "2027-10-31 03:30 Europe/Vienna"),
        ] {
            assert_eq!(said(text), words);
            let at = parse(text, Vienna, now()).unwrap();
            assert_eq!(shown_exactly(at, Vienna), words.replacen(":30", ":30:00", 1));
        }
    }

    #[test]
    fn what_is_no_time_to_come_says_what_to_write() {
        let shape = "write `2026-11-30 07:30`, with `+01:00` where another zone is meant, or `tomorrow 07:30`";
        for (text, words) in [
            ("", format!("`` is not a time / {shape}")),
            ("soon", format!("`soon` is not a time / {shape}")),
            ("重庆:30", format!("`重庆:30` is not a time / {shape}")),
            ("-", format!("`-` is not a time / {shape}")),
            ("tomorrow", format!("`tomorrow` is not a time / {shape}")),
            ("2026-02-31 07:30", format!("`2026-02-31 07:30`: February 2026 has no day 31 / {shape}")),
            ("25:00", format!("`25:00`: there is no time 25:00:00 / {shape}")),
            (
                "2026-11-30",
                "`2026-11-30` is a day without a time / write the time as well: `2026-11-30 07:30`".to_owned(),
            ),
            (
                "07:30",
                "`07:30` is past: it is 2026-11-24 21:30:00 +01:00 / write `tomorrow 07:30`, or send now without `--at`"
                    .to_owned(),
            ),
            (
                "2026-11-24 21:30",
                "`2026-11-24 21:30` is past: it is 2026-11-24 21:30:00 +01:00 / name a time that is still to come, or \
                 send now without `--at`"
                    .to_owned(),
            ),
            (
                "2027-03-28 02:30",
                "clocks in Europe/Vienna never show `2027-03-28 02:30`: they go forward then / write `2027-03-28 03:30`"
                    .to_owned(),
            ),
            (
                "2027-10-31 02:30",
                "clocks in Europe/Vienna show `2027-10-31 02:30` twice: they go back then / write \
                 `2027-10-31 02:30:00 +02:00` or `2027-10-31 02:30:00 +01:00`"
                    .to_owned(),
            ),
            (
                "2025-10-26 02:30",
                "`2025-10-26 02:30` is past: it is 2026-11-24 21:30:00 +01:00 / name a time that is still to come, or \
                 send now without `--at`"
                    .to_owned(),
            ),
        ] {
            assert_eq!(said(text), words, "{text}");
        }
    }

    fn zone() -> impl Strategy<Value = Tz> {
        proptest::sample::select(TZ_VARIANTS.to_vec())
    }

    /// Whether clocks of `zone` show `local` at some moment.
    fn is_shown(local: NaiveDateTime, zone: Tz) -> bool {
        let guess = local.and_utc();
        // No offset is more than a day, and none changes twice within one.
        [-1, 0, 1].iter().map(|days| guess + TimeDelta::days(*days)).any(|near| {
            let offset = zone.offset_from_utc_datetime(&near.naive_utc()).fix();
            let at = (local - offset).and_utc();
            at.with_timezone(&zone).naive_local() == local
        })
    }

    proptest! {
        /// Whatever clocks show is that moment again, or is asked about with that moment among the
        /// answers, each of which is read as one moment.
        #[test]
        fn a_time_on_the_clock_is_the_moment_at_which_it_shows(zone in zone(), after in 1_i64..2_000_000_000) {
            let at = now() + TimeDelta::seconds(after);
            let local = at.with_timezone(&zone);
            match parse(&local.format("%Y-%m-%d %H:%M:%S").to_string(), zone, now()) {
                Ok(read) => prop_assert_eq!(read, at),
                Err(WhenError::Twice { first, second, .. }) => {
                    let read = [first, second].map(|text| parse(&text, zone, DateTime::UNIX_EPOCH).unwrap());
                    prop_assert!(read.contains(&at), "{:?}", read);
                    prop_assert!(read[0] < read[1]);
                }
                Err(error) => prop_assert!(false, "{}", error),
            }
            prop_assert_eq!(parse(&local.to_rfc3339(), zone, now()), Ok(at));
        }

        /// What is refused as never shown is never shown, and what stands in its place is.
        #[test]
        fn a_time_that_is_refused_as_a_gap_is_on_no_clock(zone in zone(), days in 1_i64..20_000, minutes in 0_i64..240) {
            let local = (now() + TimeDelta::days(days)).date_naive().and_hms_opt(0, 0, 0).unwrap()
                + TimeDelta::minutes(minutes);
            match parse(&local.format("%Y-%m-%d %H:%M").to_string(), zone, now()) {
                Ok(at) => prop_assert_eq!(at.with_timezone(&zone).naive_local(), local),
                Err(WhenError::Never { instead, .. }) => {
                    prop_assert!(!is_shown(local, zone));
                    prop_assert!(parse(&instead, zone, now()).is_ok());
                }
                Err(WhenError::Twice { .. } | WhenError::Past { .. }) => prop_assert!(is_shown(local, zone)),
                Err(error) => prop_assert!(false, "{}", error),
            }
        }

        #[test]
        fn nothing_that_is_written_ends_in_a_panic(text in "\\PC{0,24}|(today |tomorrow )?[0-9:T +-]{0,24}") {
            drop(parse(&text, Vienna, now()));
        }
    }

    #[test]
    fn every_gap_of_ten_years_is_refused_in_every_zone() {
        let (mut gaps, mut folds) = (0, 0);
        for zone in TZ_VARIANTS {
            let offset = |at: DateTime<Utc>| zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc();
            for hours in (0..10 * 366 * 24).step_by(12) {
                let (before, after) = (now() + TimeDelta::hours(hours), now() + TimeDelta::hours(hours + 12));
                let change = offset(after) - offset(before);
                if change == 0 {
                    continue;
                }
                // The second of the change.
                let (mut low, mut high) = (before, after);
                while high - low > TimeDelta::seconds(1) {
                    let middle = low + (high - low) / 2;
                    if offset(middle) == offset(before) { low = middle } else { high = middle }
                }
                let inside = high.with_timezone(&zone).naive_local() - TimeDelta::seconds(i64::from(change.abs()) / 2);
                let inside = if change > 0 { inside } else { inside + TimeDelta::seconds(i64::from(change.abs())) };
                match parse(&inside.format("%Y-%m-%d %H:%M:%S").to_string(), zone, now()) {
                    Err(WhenError::Never { .. }) if change > 0 => gaps += 1,
                    Err(WhenError::Twice { .. }) if change < 0 => folds += 1,
                    other => panic!("{zone} {inside}: {other:?}"),
                }
            }
        }
        assert!(gaps > 1000 && folds > 1000, "{gaps} {folds}");
    }

    #[test]
    fn times_of_the_ledger_are_shown_in_the_zone_that_people_plan_in() {
        let shown = |sentence| in_zone(sentence, Vienna);
        assert_eq!(
            shown("what is left is due at 2026-11-25T00:15:28+00:00"),
            "what is left is due at 2026-11-25 01:15 Europe/Vienna"
        );
        assert_eq!(shown("it was stopped"), "it was stopped");
        assert_eq!(shown("2026"), "2026");
    }
}
