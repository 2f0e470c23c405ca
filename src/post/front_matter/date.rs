//! Dates as people write them.

use chrono::{DateTime, Duration, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone};
use chrono_tz::Tz;

/// The shape of a date, as [`split`] reads it.
pub(super) const PATTERN: &str = "^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(([Tt]| +)[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?( *(Z|z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?))?)?$";

/// The parts of a date, which may not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    day: (u32, u32, u32),
    time: Option<(u32, u32, u32)>,
    /// Minutes east of Greenwich.
    offset: Option<i32>,
}

/// A day that exists, with the time and the offset (in minutes) that stand beside it.
pub(super) type Written = (NaiveDate, Option<NaiveTime>, Option<FixedOffset>);

/// Takes `text` apart; nothing where it does not have the shape of a date.
pub(super) fn split(text: &str) -> Option<Parts> {
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
pub(super) fn written(parts: &Parts) -> Result<Written, String> {
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
pub(super) enum Moment {
    /// Once.
    Once(DateTime<FixedOffset>),
    /// Twice, as clocks go back; the first.
    Twice(DateTime<FixedOffset>),
    /// Never, as clocks go forward; as much later as they do.
    Never(DateTime<FixedOffset>),
}

/// The moment at which clocks of `zone` show `local`.
pub(super) fn in_zone(local: NaiveDateTime, zone: Tz) -> Moment {
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
pub(super) fn repair(text: &str) -> Option<String> {
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
