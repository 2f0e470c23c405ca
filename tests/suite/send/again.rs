//! What stops a run, and how it goes on.

use super::{Office, header, reader, until};
use crate::support::relay::{Act, Script, Step};

use std::time::Duration;

/// A relay that needs some time for each message.
pub(super) fn slow() -> Script {
    Script::default().on(Step::Dot, 0, Act::Late(Duration::from_millis(150)))
}

pub(super) fn each_has_one(office: &Office, readers: usize) {
    let copies: Vec<_> = (0..readers).map(|number| office.copies(&reader(number))).collect();
    assert_eq!(copies, vec![1; readers]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_finishes_what_is_on_the_wire_and_send_goes_on() {
    let office = Office::new(slow(), 12);
    let child = office.start("send west --yes");
    until("some are sent", || office.server.taken() >= 2);
    super::signal(&child, "-INT");
    let ran = office.end(child).exits(3).says("stopping after what is on the wire; `newsletter send west` goes on");
    ran.says("it was stopped").says("next: newsletter send west");
    let sent = office.count("sent");
    assert_eq!(sent, office.server.taken() as u64);
    assert_eq!((office.count("in_doubt"), office.count("pending")), (0, 12 - sent));
    office.send("").success().says("12 sent");
    each_has_one(&office, 12);
}

#[cfg(unix)]
#[test]
fn a_killed_run_leaves_at_most_what_was_on_the_wire_in_doubt() {
    let office = Office::new(slow(), 12);
    let child = office.start("send west --yes");
    until("some are sent", || office.server.taken() >= 3);
    super::signal(&child, "-KILL");
    office.end(child);
    until("the server is done with it", || {
        let before = office.server.taken();
        std::thread::sleep(Duration::from_millis(300));
        before == office.server.taken()
    });
    // Nobody holds it any more: what is under way is settled by whoever looks.
    office.run("status west").exits(3).says("Campaign 1 of `west`: paused, its process ended without a word");
    assert_eq!(office.count("sending"), 0);
    let ran = office.send("");
    assert!(matches!(ran.code, Some(0 | 3)), "{}", ran.all());
    let doubt = office.count("in_doubt");
    assert!(doubt <= 1, "{doubt} in doubt");
    if doubt > 0 {
        office.run("resolve west --assume-sent").success();
    }
    assert_eq!(office.status()["state"], "finished");
    each_has_one(&office, 12);
}

#[cfg(unix)]
#[test]
fn what_a_dead_run_left_goes_on_by_itself_when_it_is_due() {
    let office = Office::new(slow(), 6);
    let child = office.start("send west --yes");
    until("some are sent", || office.server.taken() >= 2);
    super::signal(&child, "-KILL");
    office.end(child);
    office.run("status west").exits(3);
    let ran = office.run("send --due");
    assert!(matches!(ran.code, Some(0 | 3)), "{}", ran.all());
    assert_eq!(office.count("sent") + office.count("in_doubt"), 6);
}

#[cfg(unix)]
#[test]
fn a_second_ctrl_c_stops_at_once_and_leaves_a_doubt() {
    let office = Office::new(Script::default().on(Step::Dot, 2, Act::Stall), 3);
    let mut child = office.start("send west --yes");
    until("one hangs", || office.server.taken() == 2);
    let mut asked = 0;
    until("it has ended", || {
        super::signal(&child, "-INT");
        asked += 1;
        std::thread::sleep(Duration::from_millis(300));
        child.try_wait().unwrap().is_some()
    });
    assert!(asked >= 2, "the first waits for what is on the wire");
    office.end(child).exits(130).says("Once more stops at once");
    let json = office.status();
    assert_eq!((&json["state"], &json["sent"], &json["in_doubt"]), (&"paused".into(), &1.into(), &1.into()));
    office.send("").exits(3).says("1 in doubt");
}

#[test]
fn an_edit_after_the_freeze_changes_nothing_for_the_rest() {
    let office = Office::with(
        Script::default(),
        "email,name\na@example.org,Ann\nb@example.org,Ann\nc@example.org,Ann\n",
        "Dear {{subscriber.name}},\n\nall is well.",
    );
    office.send("--limit 1").exits(3);
    office.import("email,name\nb@example.org,Bob\n");
    office.project.write("posts/west.md", "---\ntitle: [broken\nstatus: draft\n---\n\nAll is lost.\n");
    office.send("--limit 1").exits(3).says("going on with west: 2 of 3 are left");
    std::fs::remove_file(office.project.path("posts/west.md")).unwrap();
    office.send("").success().says("3 sent");
    let bodies: Vec<_> = ["a", "b", "c"]
        .iter()
        .map(|who| {
            let letter = office.letters(&format!("{who}@example.org")).remove(0);
            assert_eq!(header(&letter, "Subject"), "Subject: Notes from the west");
            let mail = mailparse::parse_mail(letter.as_bytes()).unwrap();
            let text = mail.subparts[0].get_body().unwrap();
            text.split("/leave/").next().unwrap().to_owned()
        })
        .collect();
    assert_eq!(bodies[0], bodies[1]);
    assert_eq!(bodies[0], bodies[2]);
    assert!(bodies[0].contains("Dear Ann") && bodies[0].contains("all is well"), "{}", bodies[0]);
}

#[test]
fn who_leaves_or_is_suppressed_after_the_freeze_gets_nothing() {
    let office = Office::new(Script::default(), 5);
    office.send("--limit 1").exits(3);
    office.run("subscribers unsubscribe r2@example.org").success();
    office.run("subscribers suppress r3@example.org").success();
    // Those who get nothing do not count towards a limit.
    office.send("--limit 2").success().says("3 sent, 2 suppressed");
    assert_eq!([2, 3].map(|number| office.copies(&reader(number))), [0, 0]);
}

#[cfg(unix)]
#[test]
fn a_second_process_leaves_a_campaign_to_the_first() {
    let office = Office::new(slow(), 10);
    let child = office.start("send west --yes");
    until("it is on", || office.server.taken() >= 1);
    assert_eq!(office.status()["state"], "running");
    office.send("").exits(2).says("the campaign is being sent by another process").never_says("going on");
    office.run("send --due").success();
    office.end(child).success().says("10 sent");
    each_has_one(&office, 10);
}

#[test]
fn those_who_join_later_get_it_alone_and_a_correction_goes_to_all_who_got_it() {
    let office = Office::new(Script::default(), 3);
    office.send("").success();
    office.send("--to-new").exits(2).says("everybody on the list was in an earlier campaign of `west`");
    office.import("email\nnew0@example.org\nnew1@example.org\n");
    office.send("--to-new --limit 1").exits(3);
    office.send("--to-new").success().says("going on with west: 1 of 2 are left").says("2 sent");
    office.run("subscribers unsubscribe r1@example.org").success();
    office.import("email\nlate@example.org\n");
    office.project.write("posts/sorry.md", "---\ntitle: Sorry\nstatus: ready\n---\n\nThe map was wrong.\n");
    office.run("send sorry --correction-of west --yes --limit 1").exits(3);
    office.run("send sorry --correction-of west --yes").success().says("going on with sorry").says("4 sent");
    let copies = |who: &str| office.copies(&format!("{who}@example.org"));
    assert_eq!(["r0", "r1", "r2", "new0", "new1", "late"].map(copies), [2, 1, 2, 2, 2, 0]);
}

#[test]
fn those_who_join_later_wait_until_the_earlier_campaign_is_finished() {
    let office = Office::new(Script::default(), 3);
    office.send("--limit 1").exits(3);
    office.import("email\nnew0@example.org\n");
    let ran = office.send("--to-new").exits(3).says("the earlier campaign of `west` is not finished: 2 of 3 are left");
    ran.says("next: newsletter send west\n").never_says("everybody");
    office.send("").success();
    office.send("--to-new").success().says("1 sent");
}

#[test]
fn a_signed_message_is_sent_again_byte_for_byte_with_the_time_of_its_date() {
    let office = Office::new(Script::default().to(&reader(1), Step::Dot, Act::Close), 2);
    office.run("dkim keygen --domain upstream.example --selector s --out key.pem").success();
    office.reconfigure("smtp:", "dkim: {sign: own, selector: s, key: {file: key.pem}}\nsmtp:");
    office.send("").exits(3).says("1 in doubt");
    // Another second has begun by then.
    std::thread::sleep(Duration::from_millis(1100));
    office.run("resolve west --resend").exits(3);
    office.send("").success().says("2 sent");
    let letters = office.letters(&reader(1));
    assert_eq!(letters.len(), 2);
    assert_eq!(letters[0], letters[1]);
    let date = header(&letters[0], "Date");
    let date = chrono::DateTime::parse_from_rfc2822(date.trim_start_matches("Date: ")).unwrap();
    let signature = letters[0].split("DKIM-Signature:").nth(1).unwrap();
    assert!(signature.contains(&format!("t={};", date.timestamp())), "{signature}");
}

#[test]
fn what_failed_is_tried_once_more_when_it_is_said() {
    let script = Script::default().to(&reader(1), Step::Rcpt, Act::Say(b"550 5.2.1 disabled\r\n"));
    let office = Office::new(script, 3);
    office.send("").success().says("2 sent, 1 failed");
    office.run("send west --retry-failed").success().says("1 message to try once more").says("3 sent");
    each_has_one(&office, 3);
}

#[test]
fn a_scheduled_issue_waits_and_nothing_is_due() {
    let office = Office::new(Script::default(), 3);
    office.send("--at 2020-01-01T07:30").exits(2).says("is past");
    office.run("send west --yes --at 2027-03-28T02:30").exits(2).says("never show");
    office.run("send west --yes --at 2027-10-31T02:30").exits(2).says("twice");
    office.send("--at 2099-01-01T07:30").success().says("frozen for 3 readers").says("schedule print");
    assert_eq!(office.server.log().connections, 0);
    office.send("").exits(2).says("`west` is scheduled for 2099-01-01 07:30 Europe/Vienna");
    office.run("send --due").success().says("nothing is due").says("next: newsletter schedule list");
    assert_eq!(office.server.log().connections, 0);
    office.run("cancel west --yes").success();
    office.send("").success().says("3 sent");
}

#[test]
fn what_a_freeze_has_settled_is_refused_when_it_goes_on() {
    let office = Office::new(Script::default(), 3);
    office.send("--limit 1").exits(3);
    for flag in ["--at 2099-01-01T07:30", "--warmup 1,1", "--retry-for 2h", "--correction-of east"] {
        office.send(flag).exits(2).says("is frozen already").says("cancel");
    }
    assert_eq!(office.count("sent"), 1, "nothing more went out");
    office.run("cancel west --yes").success();
    office.send("").exits(2).says("`west` was begun on 20").says(", is cancelled, and was sent to 1\n");
}

#[test]
fn a_rehearsal_of_a_retry_changes_nothing() {
    let office = Office::new(Script::default().on(Step::Rcpt, 0, Act::Say(b"550 5.2.1 disabled\r\n")), 2);
    office.send("").exits(3);
    let before = office.status();
    office.send("--retry-failed --dry-run").success().says("2 messages would be tried once more");
    assert_eq!(office.status(), before);
}

#[test]
fn what_is_left_goes_into_files_only_if_that_is_said() {
    let office = Office::new(Script::default(), 5);
    office.send("--limit 2").exits(3);
    office.run("send west --to-dir mails").exits(2).says("counts as sent").says("--yes");
    assert!(!office.project.path("mails").exists());
    office.send("").success().says("5 sent");
    assert_eq!(office.server.taken(), 5);
}
