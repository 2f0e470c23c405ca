//! Dates as people write them.

use chrono::{DateTime, Duration, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone};
use chrono_tz::Tz;

/// The shape of a date, as [`split`] reads it.
pub(crate) const PATTERN: &str = "^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(([Tt]| +)[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?( *(Z|z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?))?)?$";

/// The parts of a date, which may not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    day: (u32, u32, u32),
    time: Option<(u32, u32, u32)>,
    /// Minutes east of Greenwich.
    offset: Option<i32>,
}

/// A day that exists, with the time and the offset (in minutes) that stand beside it.
pub(crate) type Written = (NaiveDate, Option<NaiveTime>, Option<FixedOffset>);

/// Takes `text` apart; nothing where it does not have the shape of a date.
pub(crate) fn split(text: &str) -> Option<Parts> {
    let (year, rest) = number(text, 4, 4)?;
    let (month, rest) = number(rest.strip_prefix('-')?, 1, 2)?;
    let (day, rest) = number(rest.strip_prefix('-')?, 1, 2)?;
    let day = (year, month, day);
    if rest.is_empty() {
        return Some(Parts { day, time: None, offset: None });
    }
    let rest = match rest.strip_prefix(['T', 't']) {
        Some(rest) => rest,
        None => Some(rest.trim_start_matches(' ')).filter(|trimmed| trimmed.len() < rest.len())?,
    };
    let (hour, rest) = number(rest, 1, 2)?;
    let (minute, mut rest) = number(rest.strip_prefix(':')?, 2, 2)?;
    let mut second = 0;
    if let Some(after) = rest.strip_prefix(':') {
        (second, rest) = number(after, 2, 2)?;
        if let Some(fraction) = rest.strip_prefix('.') {
            let after = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if after.len() == fraction.len() {
                return None;
            }
            rest = after;
        }
    }
    let time = Some((hour, minute, second));
    let zone = rest.trim_start_matches(' ');
    let offset = match zone {
        "" if rest.is_empty() => None,
        "Z" | "z" | "UTC" | "GMT" => Some(0),
        _ => Some(split_offset(zone)?),
    };
    Some(Parts { day, time, offset })
}

fn split_offset(zone: &str) -> Option<i32> {
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, rest) = number(zone.strip_prefix(['-', '+'])?, 2, 2)?;
    let (minutes, rest) = match rest {
        "" => (0, ""),
        rest => number(rest.strip_prefix(':').unwrap_or(rest), 2, 2)?,
    };
    rest.is_empty().then(|| sign * i32::try_from(hours * 60 + minutes).unwrap_or_default())
}

/// The number that `text` starts with, of so many digits, and the rest.
fn number(text: &str, least: usize, most: usize) -> Option<(u32, &str)> {
    let digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits)?;
    (digits >= least).then(|| number.parse().ok().map(|number| (number, rest))).flatten()
}

/// The date that the parts name.
///
/// # Errors
/// Which part of it does not exist, for a message.
pub(crate) fn written(parts: &Parts) -> Result<Written, String> {
    let (year, month, day) = parts.day;
    let date =
        i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day)).ok_or_else(|| {
            if !(1..=12).contains(&month) {
                return format!("there is no month {month}");
            }
            let name = MONTHS.get(month.saturating_sub(1) as usize).copied().unwrap_or_default();
            if year == 0 { "there is no year 0".to_owned() } else { format!("{name} {year} has no day {day}") }
        })?;
    if year == 0 {
        return Err("there is no year 0".to_owned());
    }
    let time = parts
        .time
        .map(|(hour, minute, second)| {
            // A leap second is the last one of its minute.
            NaiveTime::from_hms_opt(hour, minute, second.min(if second == 60 { 59 } else { second }))
                .ok_or_else(|| format!("there is no time {hour:02}:{minute:02}:{second:02}"))
        })
        .transpose()?;
    let offset = parts
        .offset
        .map(|minutes| {
            let seconds = minutes.checked_mul(60).filter(|_| minutes.abs() % 100 < 60 || minutes.abs() >= 60);
            seconds
                .and_then(FixedOffset::east_opt)
                .ok_or_else(|| format!("there is no offset of {} hours", minutes / 60))
        })
        .transpose()?;
    Ok((date, time, offset))
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A moment in a time zone, and whether the clock shows it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Once.
    Once(DateTime<FixedOffset>),
    /// Twice, as clocks go back; the first.
    Twice(DateTime<FixedOffset>),
    /// Never, as clocks go forward; as much later as they do.
    Never(DateTime<FixedOffset>),
}

/// The moment at which clocks of `zone` show `local`.
pub(crate) fn in_zone(local: NaiveDateTime, zone: Tz) -> Moment {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(moment) => Moment::Once(moment.fixed_offset()),
        LocalResult::Ambiguous(first, _) => Moment::Twice(first.fixed_offset()),
        LocalResult::None => {
            // The offset that held a day before carries the time over the gap.
            let before = local.checked_sub_signed(Duration::days(1)).unwrap_or(local);
            let offset = zone.offset_from_utc_datetime(&before).fix();
            let utc = local.checked_sub_offset(offset).unwrap_or(local);
            Moment::Never(zone.from_utc_datetime(&utc).fixed_offset())
        }
    }
}

/// Other orders and separators as `2024-04-26`, where only one reading is possible.
pub(crate) fn repair(text: &str) -> Option<String> {
    let (day, time) = text.trim().split_once([' ', 'T']).map_or((text.trim(), ""), |(day, time)| (day, time));
    let mark = ['/', '.'].into_iter().find(|&mark| day.contains(mark))?;
    let parts: Vec<&str> = day.split(mark).collect();
    let ordered = match parts.as_slice() {
        [year, month, day] if year.len() == 4 => format!("{year}-{month:0>2}-{day:0>2}"),
        // With dots the day comes first everywhere; with slashes it depends on the country.
        [day, month, year] if year.len() == 4 && mark == '.' => format!("{year}-{month:0>2}-{day:0>2}"),
        _ => return None,
    };
    let whole = if time.is_empty() { ordered } else { format!("{ordered} {time}") };
    written(&split(&whole)?).is_ok().then_some(whole)
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Berlin;

    use super::{Moment, in_zone, repair, split, written};

    fn said(text: &str) -> String {
        match split(text).map(|parts| written(&parts)) {
            None => "no date".to_owned(),
            Some(Err(why)) => why,
            Some(Ok((day, time, offset))) => {
                let time = time.map(|time| format!(" {time}")).unwrap_or_default();
                let offset = offset.map(|offset| format!(" {offset}")).unwrap_or_default();
                format!("{day}{time}{offset}")
            }
        }
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        for (text, date) in [
            ("2024-04-26", "2024-04-26"),
            ("2024-4-6", "2024-04-06"),
            ("2024-04-26 09:00", "2024-04-26 09:00:00"),
            ("2024-04-26T09:00", "2024-04-26 09:00:00"),
            ("2024-04-26 9:00:30  -0000", "2024-04-26 09:00:30 +00:00"),
            ("2024-04-26 09:00:00 +0530", "2024-04-26 09:00:00 +05:30"),
            ("2024-04-26t09:00:00.123Z", "2024-04-26 09:00:00 +00:00"),
            ("2024-04-26 09:00 UTC", "2024-04-26 09:00:00 +00:00"),
            ("2024-04-26 09:00 -08", "2024-04-26 09:00:00 -08:00"),
        ] {
            assert_eq!(said(text), date, "{text}");
        }
    }

    #[test]
    fn what_does_not_exist_is_named() {
        assert_eq!(said("2024-02-31"), "February 2024 has no day 31");
        assert_eq!(said("2023-02-29"), "February 2023 has no day 29");
        assert_eq!(said("2024-13-01"), "there is no month 13");
        assert_eq!(said("2024-04-26 24:00"), "there is no time 24:00:00");
        assert_eq!(said("0000-01-01"), "there is no year 0");
        assert_eq!(said("2024-04-26 09:00 +2500"), "there is no offset of 25 hours");
    }

    #[test]
    fn other_texts_are_no_dates() {
        for text in
            ["", "2024", "2024-04", "24-04-26", "2024-04-26 ", "2024-04-26T", "2024-04-17 14:4g5:00 -0000", "soon"]
        {
            assert_eq!(said(text), "no date", "{text:?}");
        }
    }

    #[test]
    fn other_orders_are_mended_where_only_one_reading_is_possible() {
        assert_eq!(repair("2024/4/26").as_deref(), Some("2024-04-26"));
        assert_eq!(repair("26.4.2024 09:00").as_deref(), Some("2024-04-26 09:00"));
        assert_eq!(repair("04/05/2024"), None);
        assert_eq!(repair("31.02.2024"), None);
    }

    #[test]
    fn clocks_that_go_back_show_a_time_twice_and_clocks_that_go_forward_skip_one() {
        let local = |text: &str| {
            let (day, time, _) = written(&split(text).unwrap()).unwrap();
            in_zone(day.and_time(time.unwrap()), Berlin)
        };
        let shown = |moment: Moment| match moment {
            Moment::Once(at) => format!("once {at}"),
            Moment::Twice(at) => format!("twice {at}"),
            Moment::Never(at) => format!("never {at}"),
        };
        assert_eq!(shown(local("2024-04-26 09:00")), "once 2024-04-26 09:00:00 +02:00");
        assert_eq!(shown(local("2024-10-27 02:30")), "twice 2024-10-27 02:30:00 +02:00");
        assert_eq!(shown(local("2024-03-31 02:30")), "never 2024-03-31 03:30:00 +02:00");
    }
}
