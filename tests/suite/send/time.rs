//! Retries, waves and schedules: what takes hours, under a clock that leaps over them.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use newsletter::campaign::clock::Clock;
use newsletter::campaign::freeze::thaw;
use newsletter::campaign::ledger::{Age, DeliveryState, Ledger, State};
use newsletter::campaign::pace::{Limits, Waves};
use newsletter::campaign::run::{Ended, Halt, Options, Patience, passes_by_itself, run};
use newsletter::smtp::{Settings, SmtpRelay, Tls};
use newsletter::subscribers::List;
use tokio::sync::watch;

use super::{Office, reader};
use crate::support::relay::{Act, Script, Step};

fn options() -> Options {
    Options {
        connections: 1,
        limits: Limits::default(),
        waves: Waves::default(),
        retry_for: Duration::from_hours(48),
        limit: None,
        patience: Patience::USUAL,
    }
}

/// A campaign that is frozen, and a clock.
struct Bench {
    office: Office,
    ledger: Ledger,
    list: List,
    clock: Clock,
}

impl Bench {
    fn new(script: Script, readers: usize) -> Self {
        let office = Office::new(script, readers);
        office.send("--at 2099-01-01T07:30").success();
        let list = List::open_existing(&office.project.path("subscribers.db")).unwrap();
        let ledger = Ledger::new(list.store().clone());
        Self { office, ledger, list, clock: Clock::leaping(Utc::now()) }
    }

    /// Runs it; what it waits for is there at once.
    fn run(&self, options: Options) -> Ended {
        let campaign = self.ledger.campaigns().unwrap().remove(0);
        let template = self.ledger.template(campaign.id).unwrap();
        let (letters, _) = thaw(&self.list, &campaign, &template, None).unwrap();
        let relay = SmtpRelay::new(Settings::new("127.0.0.1", self.office.server.port, Tls::None)).unwrap();
        let clock = self.clock.clone();
        self.office.runtime.block_on(async {
            let begun = self.ledger.start(campaign.id, Age::Check, clock.now()).unwrap();
            let (_stop, stopped) = watch::channel(false);
            let running = run(begun, letters, Arc::new(relay), options, clock, stopped, |_| ());
            let ended = tokio::time::timeout(Duration::from_mins(1), running).await;
            ended.unwrap().unwrap()
        })
    }
}

#[test]
fn retries_within_a_quarter_of_an_hour_are_waited_for_and_later_ones_named() {
    let mut script = Script::default();
    for _ in 0..4 {
        script = script.to(&reader(1), Step::Rcpt, Act::Say(b"450 4.2.1 greylisted\r\n"));
    }
    let bench = Bench::new(script, 3);
    let ended = bench.run(options());
    let Some(Halt::Later(due)) = ended.halt else { panic!("{ended:?}") };
    assert_eq!((ended.state, ended.counts.of(DeliveryState::Deferred)), (State::Paused, 1));
    assert_eq!(ended.next_due, Some(due));
    assert!(due - bench.clock.now() > TimeDelta::minutes(13), "{due}");
    let ended = bench.run(Options { patience: Patience::Forever, ..options() });
    assert_eq!((ended.state, ended.halt), (State::Finished, None));
    assert_eq!(bench.office.copies(&reader(1)), 1);
}

#[test]
fn a_warm_up_sends_its_waves_on_successive_days_in_the_frozen_order() {
    let bench = Bench::new(Script::default(), 8);
    let waves = || Options { waves: Waves::new(vec![2, 3]), ..options() };
    let ended = bench.run(waves());
    let Some(Halt::Later(then)) = ended.halt else { panic!("{ended:?}") };
    assert_eq!(ended.counts.of(DeliveryState::Sent), 2);
    let reason = Halt::Later(then).reason();
    assert!(passes_by_itself(&reason), "{reason}");
    let ended = bench.run(waves());
    assert_eq!(ended.counts.of(DeliveryState::Sent), 2, "the same day");
    bench.clock.advance(then - bench.clock.now());
    assert_eq!(bench.run(waves()).counts.of(DeliveryState::Sent), 5);
    let ended = bench.run(Options { patience: Patience::Forever, ..waves() });
    assert_eq!(ended.state, State::Finished);
    let order: Vec<_> = bench.office.server.log().taken.into_iter().map(|(to, _)| to).collect();
    assert_eq!(order, (0..8).map(|number| format!("<{}>", reader(number))).collect::<Vec<_>>());
}

#[test]
fn what_is_tried_anew_after_days_has_all_its_time_again() {
    let script = Script::default().to(&reader(0), Step::Rcpt, Act::Say(b"550 5.2.1 disabled\r\n")).to(
        &reader(0),
        Step::Rcpt,
        Act::Say(b"450 4.2.1 greylisted\r\n"),
    );
    let bench = Bench::new(script, 1);
    let ended = bench.run(options());
    assert_eq!(ended.counts.of(DeliveryState::Failed), 1);
    bench.clock.advance(TimeDelta::days(3));
    let id = bench.ledger.campaigns().unwrap()[0].id;
    assert_eq!(bench.ledger.retry_failed(id, bench.clock.now()).unwrap().changed, 1);
    let ended = bench.run(options());
    assert_eq!(ended.counts.of(DeliveryState::Sent), 1);
}

#[test]
fn a_relay_that_puts_off_everything_is_not_asked_for_ever() {
    let bench = Bench::new(Script::default().on(Step::Rcpt, 0, Act::Say(b"454 4.3.0 too fast\r\n")), 3);
    let ended = bench.run(options());
    assert_eq!(ended.halt, Some(Halt::Unwilling("454 4.3.0 too fast".to_owned())));
    assert_eq!(ended.counts.of(DeliveryState::Pending), 3, "nobody is charged");
}

#[test]
fn a_relay_that_goes_at_once_is_given_up_after_a_quarter_of_an_hour() {
    let bench = Bench::new(Script::default().on(Step::Greeting, 0, Act::SayAndClose(b"421 4.3.2 closed\r\n")), 3);
    let began = bench.clock.now();
    let ended = bench.run(options());
    assert!(matches!(ended.halt, Some(Halt::Unreachable(_))), "{ended:?}");
    assert!(bench.clock.now() - began > TimeDelta::minutes(14));
    assert_eq!(ended.counts.of(DeliveryState::Pending), 3);
}

#[test]
fn a_daily_quota_of_the_relay_pauses_and_charges_nobody() {
    let words = b"452 4.3.1 daily sending quota exceeded\r\n";
    let bench = Bench::new(Script::default().on(Step::Mail, 3, Act::Say(words)), 5);
    let ended = bench.run(options());
    assert!(matches!(ended.halt, Some(Halt::Quota(_))), "{ended:?}");
    assert_eq!((ended.counts.of(DeliveryState::Sent), ended.counts.of(DeliveryState::Pending)), (2, 3));
    let ended = bench.run(Options { patience: Patience::Forever, ..options() });
    assert_eq!(ended.counts.of(DeliveryState::Sent), 5);
}

#[test]
fn a_domain_that_bears_little_does_not_hold_up_the_others() {
    let bench = Bench::new(Script::default(), 6);
    let ended = bench.run(Options { limits: Limits { domain_rate: Some(0.5), ..Limits::default() }, ..options() });
    assert_eq!((ended.state, ended.counts.of(DeliveryState::Sent)), (State::Finished, 6));
}

/// Puts the schedule of the only campaign at a time.
fn reschedule(bench: &Bench, at: DateTime<Utc>) {
    let at = at.timestamp();
    let done = bench.list.store().write(move |tx| tx.run("UPDATE campaign SET scheduled = ?", &[at.into()]));
    assert_eq!(done.unwrap(), 1);
}

#[test]
fn a_scheduled_issue_is_sent_when_it_is_due() {
    let bench = Bench::new(Script::default(), 3);
    reschedule(&bench, Utc::now() - TimeDelta::hours(1));
    let post = bench.office.project.read("posts/west.md");
    bench.office.project.write("posts/west.md", post.replace("all is well", "all is mended"));
    let changed = "west: its post has changed since it was frozen: the text goes out as it was";
    bench.office.run("send --due").success().says(changed).says("west: 3 sent");
    bench.office.run("send --due").success().says("nothing is due");
    assert_eq!(bench.office.server.taken(), 3);
}

/// It may be run every few minutes, and whatever it says then is mailed to somebody.
#[cfg(unix)]
#[test]
fn of_what_another_process_is_sending_nothing_is_said() {
    let office = Office::new(super::again::slow(), 8);
    let child = office.start("send west --yes");
    super::until("some are sent", || office.server.taken() >= 2);
    let post = office.project.read("posts/west.md");
    office.project.write("posts/west.md", post.replace("all is well", "all is mended"));
    office.run("send --due").success().never_says("has changed since");
    super::signal(&child, "-INT");
    office.end(child).exits(3);
    // Now it is this one's.
    office.run("send west --dry-run").success().says("west: its post has changed since it was frozen");
}

/// Whoever stops one means all.
#[cfg(unix)]
#[test]
fn what_is_due_after_a_campaign_that_was_stopped_is_not_begun() {
    let bench = Bench::new(super::again::slow(), 8);
    let office = &bench.office;
    office.project.write("posts/east.md", "---\ntitle: East\nstatus: ready\n---\n\nAnother text.\n");
    office.run("send east --yes --at 2099-01-01T07:30").success();
    let at = (Utc::now() - TimeDelta::hours(1)).timestamp();
    let done = bench.list.store().write(move |tx| tx.run("UPDATE campaign SET scheduled = ?", &[at.into()]));
    assert_eq!(done.unwrap(), 2);
    let child = office.start("send --due");
    super::until("some are sent", || office.server.taken() >= 2);
    super::signal(&child, "-INT");
    office.end(child).exits(3).says("`newsletter send --due` goes on").never_says("east");
    office.run("status east").exits(3).says("Campaign 2 of `east`: scheduled");
}

#[test]
fn a_window_that_was_missed_by_more_than_two_hours_sends_nothing() {
    let bench = Bench::new(Script::default(), 3);
    reschedule(&bench, Utc::now() - TimeDelta::hours(3));
    let ran = bench.office.run("send --due").exits(3).says("more than two hours ago; nothing was sent");
    ran.says("help: `newsletter send west` sends it now")
        .says("cancel west")
        .says("--at TIME")
        .says("next: newsletter send west\n");
    let ran = bench.office.run("status west").exits(3).says("Campaign 1 of `west`: scheduled");
    ran.says("3 were to go out at 20").says("nothing ran to send them").says("next: newsletter send west\n");
    assert_eq!(bench.office.server.log().connections, 0);
    bench.office.send("").success().says("west: 3 sent");
}

#[test]
fn what_was_put_off_is_taken_up_when_it_is_due() {
    let script = Script::default().to(&reader(1), Step::Rcpt, Act::Say(b"450 4.2.1 greylisted\r\n"));
    let bench = Bench::new(script, 3);
    let impatient = Options { patience: Patience::For(TimeDelta::zero()), ..options() };
    assert!(matches!(bench.run(impatient).halt, Some(Halt::Later(_))));
    bench.office.run("send --due").success().says("nothing is due");
    let due = (Utc::now() - TimeDelta::seconds(1)).timestamp();
    let sql = "UPDATE delivery SET due = ? WHERE state = 'deferred'";
    assert_eq!(bench.list.store().write(move |tx| tx.run(sql, &[due.into()])).unwrap(), 1);
    bench.office.run("send --due").success().says("west: 3 sent");
    assert_eq!(bench.office.copies(&reader(1)), 1);
}

#[test]
fn a_warm_up_goes_on_by_send_due_the_next_day() {
    let office = Office::new(Script::default(), 8);
    let ran = office.send("--warmup 2,3").exits(3).says("days  2, 3, then the rest").says("2 sent");
    ran.says("6 wait for the wave of").says("`send --due` sends it then").says("next: newsletter schedule print");
    office.run("schedule list").success().says("next wave of campaign 1");
    office.run("send --due").success().says("nothing is due");
    let list = List::open_existing(&office.project.path("subscribers.db")).unwrap();
    let a_day_goes_by = || {
        let done = list.store().write(|tx| tx.run("UPDATE campaign SET started = started - 86400", &[]));
        assert_eq!(done.unwrap(), 1);
    };
    a_day_goes_by();
    office.run("send --due").exits(3).says("3 pending, 5 sent").says("next: newsletter schedule print");
    office.run("send --due").success().says("nothing is due");
    a_day_goes_by();
    office.run("send --due").success().says("west: 8 sent");
    let order: Vec<_> = office.server.log().taken.into_iter().map(|(to, _)| to).collect();
    assert_eq!(order, (0..8).map(|number| format!("<{}>", reader(number))).collect::<Vec<_>>());
}

#[test]
fn a_clock_that_jumps_back_and_forth_by_days_costs_nobody_a_letter() {
    let greylisted = || Act::Say(b"450 4.2.1 greylisted\r\n");
    let script = Script::default()
        .on(Step::Dot, 0, Act::Late(Duration::from_millis(30)))
        .to(&reader(1), Step::Rcpt, greylisted())
        .to(&reader(7), Step::Rcpt, greylisted());
    let bench = Bench::new(script, 12);
    let (clock, server) = (bench.clock.clone(), &bench.office.server);
    let ended = std::thread::scope(|scope| {
        scope.spawn(move || {
            for (taken, days) in [(3, -3), (6, 5), (9, -1)] {
                super::until("it goes on", || server.taken() >= taken);
                clock.advance(TimeDelta::days(days));
            }
        });
        bench.run(Options { patience: Patience::Forever, ..options() })
    });
    assert_eq!((ended.state, ended.counts.of(DeliveryState::Sent)), (State::Finished, 12));
    assert!((0..12).all(|number| bench.office.copies(&reader(number)) == 1));
}
