use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use crate::campaign::pace::{Bucket, Daily, Limits, Pace, Rate, Throttle, Turn, Waves, depth};

fn at(milliseconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap() + TimeDelta::milliseconds(milliseconds)
}

/// The times at which messages go that want to at `times`, each no earlier than the one before.
fn go(times: &[i64], mut until: impl FnMut(DateTime<Utc>) -> Option<DateTime<Utc>>) -> Vec<DateTime<Utc>> {
    let mut now = at(0);
    let mut gone = Vec::new();
    for time in times {
        now = now.max(at(*time));
        while let Some(then) = until(now) {
            assert!(then > now, "waiting goes forward");
            now = then;
        }
        gone.push(now);
    }
    gone
}

/// Whether in every stretch of time no more went than `rate × t + burst`.
fn within(gone: &[DateTime<Utc>], rate: f64, burst: f64) -> bool {
    gone.iter().enumerate().all(|(first, from)| {
        gone.iter()
            .skip(first)
            .zip(1_u32..)
            .all(|(to, count)| f64::from(count) <= rate.mul_add((*to - *from).as_seconds_f64(), burst) + 1e-6)
    })
}

proptest! {
    #[test]
    fn never_more_than_the_rate_and_a_burst_goes(
        rate in 0.05_f64..200.0,
        mut times in prop::collection::vec(0_i64..20_000, 1..150),
    ) {
        times.sort_unstable();
        let mut bucket = Bucket::new(rate);
        let gone = go(&times, |now| {
            let until = bucket.until(now);
            if until.is_none() {
                bucket.take(now);
            }
            until
        });
        prop_assert!(within(&gone, rate, rate.max(1.0)));
    }

    #[test]
    fn a_throttle_is_never_faster_than_it_was_set(
        rate in 1_f64..100.0,
        events in prop::collection::vec((0_i64..5_000, any::<bool>()), 1..150),
    ) {
        let mut throttle = Throttle::new(Some(rate));
        let (mut now, mut gone) = (at(0), Vec::new());
        for (wait, complains) in events {
            now += TimeDelta::milliseconds(wait);
            if complains {
                throttle.slow_down(rate, now);
                prop_assert!(throttle.rate(now).unwrap() < rate);
            }
            while let Some(then) = throttle.until(now) {
                prop_assert!(then > now);
                now = then;
            }
            throttle.take(now);
            gone.push(now);
        }
        prop_assert!(within(&gone, rate, rate.max(1.0)));
        prop_assert_eq!(throttle.rate(now + TimeDelta::days(1)), Some(rate));
    }

    #[test]
    fn no_24_hours_hold_more_than_the_day_s_quota(
        limit in 1_u64..20,
        mut times in prop::collection::vec(0_i64..200_000_000, 1..60),
    ) {
        times.sort_unstable();
        let mut daily = Daily::new(limit);
        let gone = go(&times, |now| {
            let until = daily.until(now);
            if until.is_none() {
                daily.note(now, 1);
            }
            until
        });
        for from in &gone {
            let day = gone.iter().filter(|to| *to >= from && **to - *from < TimeDelta::hours(24)).count();
            prop_assert!(u64::try_from(day).unwrap() <= limit);
        }
    }
}

#[test]
fn a_domain_waits_by_itself() {
    let limits = Limits { domain_rate: Some(1.0), ..Limits::default() };
    let mut pace = Pace::new(&limits, []);
    assert_eq!(pace.take("a.example", at(0)), Turn::Go);
    assert_eq!(pace.take("a.example", at(0)), Turn::DomainUntil(at(1000)));
    assert_eq!(pace.take("b.example", at(0)), Turn::Go);
    assert_eq!(pace.take("a.example", at(1000)), Turn::Go);
}

#[test]
fn a_turn_that_is_refused_takes_nothing() {
    let limits = Limits { rate: Some(2.0), per_day: Some(3), domain_rate: Some(1.0) };
    let mut pace = Pace::new(&limits, []);
    assert_eq!(pace.take("a.example", at(0)), Turn::Go);
    for _ in 0..10 {
        assert_eq!(pace.take("a.example", at(0)), Turn::DomainUntil(at(1000)));
    }
    assert_eq!(pace.take("b.example", at(0)), Turn::Go);
    for _ in 0..10 {
        assert_eq!(pace.take("c.example", at(0)), Turn::Until(at(500)));
    }
    assert_eq!(pace.take("c.example", at(500)), Turn::Go);
    assert!(matches!(pace.take("d.example", at(5000)), Turn::TomorrowAt(_)));
}

#[test]
fn idle_domains_are_forgotten() {
    let limits = Limits { domain_rate: Some(10.0), ..Limits::default() };
    let mut pace = Pace::new(&limits, []);
    for number in 0..10_000 {
        assert_eq!(pace.take(&format!("{number}.example"), at(number * 10)), Turn::Go);
    }
    assert!(pace.domains.len() <= 1024);
}

#[test]
fn a_rate_is_halved_once_for_what_was_under_way_and_comes_back_slowly() {
    let mut pace = Pace::new(&Limits::default(), []);
    assert_eq!(pace.rate(at(0)), None);
    pace.slow_down(80.0, at(0));
    pace.slow_down(80.0, at(1000));
    assert_eq!(pace.rate(at(1000)), Some(40.0));
    pace.slow_down(80.0, at(6000));
    assert_eq!(pace.rate(at(6000)), Some(20.0));
    let minutes = |minutes: i64| at(6000 + minutes * 60_000);
    assert!((pace.rate(minutes(1)).unwrap() - 22.0).abs() < 0.1);
    assert!(pace.rate(minutes(10)).unwrap() < 60.0);
    assert_eq!(pace.rate(minutes(60)), None);
}

#[test]
fn what_went_before_counts_towards_the_day() {
    let limits = Limits { per_day: Some(10), ..Limits::default() };
    let mut pace = Pace::new(&limits, [(at(-3_600_000), 4), (at(-7_200_000), 6)]);
    let Turn::TomorrowAt(then) = pace.take("a.example", at(0)) else { panic!("the quota is used up") };
    assert!(then > at(21 * 3_600_000) && then < at(24 * 3_600_000), "{then}");
    assert_eq!(pace.take("a.example", then), Turn::Go);
}

#[test]
fn a_quota_that_the_relay_knows_better_pauses_everything() {
    let mut pace = Pace::new(&Limits::default(), []);
    let until = pace.pause_for_quota(at(0));
    assert_eq!(pace.take("a.example", at(0)), Turn::TomorrowAt(until));
    assert_eq!(pace.take("a.example", until), Turn::Go);
}

#[test]
fn a_clock_put_back_holds_nothing_up() {
    let mut bucket = Bucket::new(1.0);
    bucket.take(at(3_600_000));
    assert!(bucket.until(at(0)).unwrap() <= at(1000));
}

#[test]
fn waves_grow_by_the_day_and_the_rest_follows() {
    let waves = Waves::new(vec![500, 2000, 8000]);
    let day = 86_400_000;
    let allowed = |now| waves.allowed(at(0), at(now));
    assert_eq!([allowed(0), allowed(day - 1), allowed(day), allowed(2 * day)], [500, 500, 2500, 10_500].map(Some));
    assert_eq!(allowed(3 * day), None);
    assert_eq!(waves.next(at(0), at(day)), Some(at(2 * day)));
    assert_eq!(waves.next(at(0), at(3 * day)), None);
    assert_eq!(Waves::default().allowed(at(0), at(0)), None);
}

#[test]
fn depth_grows_with_the_rate_to_a_bound() {
    let ten = TimeDelta::milliseconds(10);
    assert_eq!([0.0, 1.0, 100.0, 1e9].map(|rate| depth(rate, ten)), [1, 3, 5, 16]);
    assert_eq!(depth(f64::NAN, ten), 1);
}

#[test]
fn waves_are_read_as_they_are_written() {
    assert_eq!("500, 2000,8000".parse(), Ok(Waves::new(vec![500, 2000, 8000])));
    assert_eq!("500,2000".parse::<Waves>().unwrap().to_string(), "500,2000");
    for text in ["", "500,", ",500", "0", "500,0", "-5", "+5", "5.5", "1e3", "500;2000"] {
        let said = text.parse::<Waves>().unwrap_err().to_string();
        assert!(said.contains("is not a number of messages"), "{text}: {said}");
    }
    assert_eq!("99999999999999999999".parse::<Waves>().unwrap_err().to_string(), "`99999999999999999999` is too large");
}

#[test]
fn a_rate_is_by_the_second_unless_it_says_otherwise() {
    let close = |text: &str, rate: f64| (text.parse::<Rate>().unwrap().per_second() - rate).abs() < 1e-9;
    assert!(close("20", 20.0) && close("0.5/s", 0.5) && close("600/min", 10.0) && close("36000 / h", 10.0));
    for text in ["", "0", "-1", "+1", "inf", "NaN", "1e9", "20/day", "/s", "1/", "1.2.3", "0.0/min"] {
        assert!(text.parse::<Rate>().unwrap_err().to_string().contains("is not a rate"), "{text}");
    }
}

#[test]
fn what_took_its_turn_before_the_relay_asked_for_less_takes_another() {
    let mut pace = Pace::new(&Limits { rate: Some(10.0), ..Limits::default() }, []);
    assert_eq!(pace.take("a.example", at(0)), Turn::Go);
    let mut paced = pace.present();
    assert_eq!(pace.take_again(&mut paced, at(0)), None, "its turn holds");
    while pace.take("a.example", at(0)) == Turn::Go {}
    pace.slow_down(0.0, at(0));
    let until = pace.take_again(&mut paced, at(0)).unwrap();
    assert_eq!(pace.take_again(&mut paced, until), None);
    assert_eq!(paced, pace.present());
    assert_eq!(pace.take_again(&mut paced, until), None, "once is enough");
}
