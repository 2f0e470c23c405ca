//! Whether this machine knows the time.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::campaign::publish;
use crate::config::Config;
use crate::doctor::Check;
use crate::web::{Limits, Web};

const CHECK: &str = "clock";
/// How far clocks that are set may be apart, with the way of the answer.
const USUAL: TimeDelta = TimeDelta::minutes(2);
/// From here on servers and certificates take offence.
const TOO_MUCH: TimeDelta = TimeDelta::hours(1);

/// SMTP says no time; the web site does.
pub(super) fn examine(config: &Config, now: DateTime<Utc>) -> Check {
    let unknown = |why: &str| Check::note(CHECK, format!("the clock is not checked: {why}"));
    let Some(base_url) = &config.base_url else { return unknown("there is no `base_url` to ask for the time") };
    let limits = Limits { request: Duration::from_secs(10), reach: publish::reach(base_url), ..Limits::default() };
    match Web::new(limits).time(base_url) {
        Ok(Some(time)) => judge(now - time, base_url),
        Ok(None) => unknown(&format!("`{base_url}` does not say what time it is")),
        Err(error) => unknown(&error.to_string()),
    }
}

fn judge(ahead: TimeDelta, base_url: &str) -> Check {
    let away = ahead.abs();
    if away <= USUAL {
        return Check::ok(CHECK, format!("the clock agrees with `{base_url}`"));
    }
    let direction = if ahead > TimeDelta::zero() { "ahead of" } else { "behind" };
    let message = format!("the clock is {} {direction} that of `{base_url}`", length(away));
    let check = if away > TOO_MUCH { Check::error(CHECK, message) } else { Check::warning(CHECK, message) };
    check
        .why("`Date`, signatures and certificates go by it, and mail from the future is taken for spam")
        .help("set the clock, best by NTP: `timedatectl set-ntp true`")
}

fn length(time: TimeDelta) -> String {
    match (time.num_days(), time.num_hours(), time.num_minutes()) {
        (2.., ..) => format!("{} days", time.num_days()),
        (_, 2.., _) => format!("{} hours", time.num_hours()),
        (_, _, minutes) => format!("{minutes} minutes"),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::judge;
    use crate::doctor::Level;

    #[test]
    fn a_clock_may_be_a_little_off_and_not_much() {
        let of = |seconds| {
            let check = judge(TimeDelta::seconds(seconds), "https://a.example");
            (check.level, check.message)
        };
        assert_eq!(of(-120).0, Level::Ok);
        assert_eq!(of(-150), (Level::Warning, "the clock is 2 minutes behind that of `https://a.example`".into()));
        assert_eq!(of(7300), (Level::Error, "the clock is 2 hours ahead of that of `https://a.example`".into()));
        assert_eq!(of(-1_000_000).1, "the clock is 11 days behind that of `https://a.example`");
    }
}
