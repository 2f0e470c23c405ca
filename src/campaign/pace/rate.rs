//! A rate as it is written.

use std::fmt;
use std::str::FromStr;

/// So many messages by the second: more than none, and finite.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Rate(f64);

/// It is no rate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a rate; write messages by the second, or by another time: 20, 600/min, 30000/h")]
pub struct RateError(String);

impl Rate {
    /// Messages by the second.
    pub fn per_second(self) -> f64 {
        self.0
    }
}

/// As it is written: `20`, which is `20/s`, `600/min` or `30000/h`.
impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let (number, unit) = text.split_once('/').map_or((text, "s"), |(number, unit)| (number, unit.trim()));
        let seconds = match unit {
            "s" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3600.0,
            _ => return Err(RateError(text.to_owned())),
        };
        let number = number.trim();
        // Not all that is read as a real number is written by people: `inf`, `1e3`.
        let plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let rate = number.parse::<f64>().ok().filter(|_| plain).map(|rate| rate / seconds);
        rate.filter(|rate| *rate > 0.0 && rate.is_finite()).map(Self).ok_or_else(|| RateError(text.to_owned()))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/s", self.0)
    }
}
