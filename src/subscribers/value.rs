//! Values of fields: text from a file as what the field holds.

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeZone as _};
use chrono_tz::Tz;
use serde_json::Value as Json;

use crate::segment::{FieldType, day, number};
use crate::subscribers::text::one_line;

/// The longest text of a field, in bytes.
const LONGEST: usize = 4096;

/// Why a text is no value of a field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// It is of another type.
    #[error("`{value}` is not {wanted}")]
    Type {
        /// What was written.
        value: String,
        /// What should have been.
        wanted: &'static str,
    },
    /// It is longer than any name or place.
    #[error("a text of {0} bytes is longer than {LONGEST}; a quote may be missing")]
    Length(usize),
}

/// Reads a value as a field of this type holds it. Nothing where it is empty.
pub(super) fn read(text: &str, kind: FieldType) -> Result<Option<Json>, ValueError> {
    let text = one_line(text);
    if text.is_empty() {
        return Ok(None);
    }
    if text.len() > LONGEST {
        return Err(ValueError::Length(text.len()));
    }
    let value = match kind {
        FieldType::Text => Some(Json::from(text.as_str())),
        FieldType::Number => number(&text).map(from_number),
        FieldType::Date => day(text.get(..10).unwrap_or(&text))
            .filter(|_| text.len() == 10 || text.get(10..).is_some_and(|rest| rest.starts_with(['T', ' '])))
            .map(|day| Json::from(day.to_string())),
        FieldType::Boolean => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Some(Json::from(true)),
            "false" | "no" | "0" => Some(Json::from(false)),
            _ => None,
        },
    };
    let wanted = match kind {
        FieldType::Text => "a text",
        FieldType::Number => "a number such as `12` or `-0.5`",
        FieldType::Date => "a day such as `2024-01-31`",
        FieldType::Boolean => "`true` or `false`",
    };
    value.map(Some).ok_or(ValueError::Type { value: shortened(&text), wanted })
}

/// A whole number without a fraction.
fn from_number(number: f64) -> Json {
    if number.fract() != 0.0 {
        return number.into();
    }
    #[expect(clippy::cast_possible_truncation, reason = "numbers are at most 2^53")]
    let whole = number as i64;
    whole.into()
}

/// A value as text, as [`read`] takes it.
pub(super) fn write(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        value => value.to_string(),
    }
}

/// A moment as `2024-01-31T12:00:00Z`, or a day or a time of `zone`; in seconds.
pub(super) fn moment(text: &str, zone: Tz) -> Result<Option<i64>, ValueError> {
    let text = one_line(text);
    if text.is_empty() {
        return Ok(None);
    }
    let local = |time: NaiveDateTime| Some(zone.from_local_datetime(&time).earliest()?.timestamp());
    let forms = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"];
    let read = DateTime::parse_from_rfc3339(&text)
        .ok()
        .map(|time| time.timestamp())
        .or_else(|| local(day(&text)?.and_time(NaiveTime::MIN)))
        .or_else(|| forms.iter().find_map(|form| local(NaiveDateTime::parse_from_str(&text, form).ok()?)));
    let wanted = "a day or time such as `2024-01-31` or `2024-01-31T12:00:00Z`";
    read.map(Some).ok_or(ValueError::Type { value: shortened(&text), wanted })
}

/// Seconds as `2024-01-31T12:00:00Z`.
pub(super) fn rfc3339(seconds: i64) -> String {
    let time = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
