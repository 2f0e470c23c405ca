//! One misbehaviour of the relay a test.

use super::{Office, reader, until};
use crate::support::relay::{Act, Script, Step};

#[test]
fn an_address_that_nobody_is_behind_is_suppressed_and_the_rest_go() {
    let script = Script::default().to(&reader(1), Step::Rcpt, Act::Say(b"550 5.1.1 no such user\r\n"));
    let office = Office::new(script, 3);
    office.send("").success().says("2 sent, 1 failed");
    office.run("subscribers show r1@example.org").says("bounced");
    let json = office.status();
    assert_eq!((&json["recipients"][1]["code"], &json["recipients"][1]["enhanced"]), (&550.into(), &"5.1.1".into()));
    office.run("send west --retry-failed").success().says("1 message failed, at addresses that get no more mail");
    assert_eq!(office.server.log().connections, 2, "one before the freeze, one for all");
}

#[test]
fn a_relay_that_rejects_us_stops_the_campaign_and_suppresses_nobody() {
    let script = Script::default().on(Step::Dot, 0, Act::Say(b"550 5.7.1 you are on a list\r\n"));
    let office = Office::new(script, 20);
    office.send("").exits(3).says("the relay rejects too many of the messages: 550 5.7.1 you are on a list");
    assert_eq!((office.count("failed"), office.count("pending")), (5, 15));
    office.run("subscribers list").says("r0@example.org").never_says("bounced");
    office.run("send --due").success().says("nothing is due");
    let anew = "goes on with the text as it was frozen; once the letter is mended: `cancel west`, then `send west`";
    office.run("status west").exits(3).says(anew);
    // Whoever goes on finds out by one letter.
    let ran = office.send("").exits(3).says("the relay rejects too many of the messages");
    ran.says(anew).never_says("has changed since");
    let post = office.project.read("posts/west.md");
    office.project.write("posts/west.md", post.replace("all is well", "all is mended"));
    let ran = office.run("send west --dry-run").success().says("its post has changed since it was frozen");
    ran.says("to send the new one: `cancel west`, then `send west`\n");
    assert_eq!((office.count("failed"), office.count("pending")), (6, 14));
}

#[test]
fn where_every_message_is_refused_nobody_has_it_and_something_is_left() {
    let script = Script::default().on(Step::Rcpt, 0, Act::Say(b"550 5.2.1 disabled\r\n"));
    let office = Office::new(script, 2);
    let words = "nobody has got it; 2 failed: `send west --retry-failed` tries them once more";
    office.send("").exits(3).says(words).says("next: newsletter send west --retry-failed");
    office.run("status west").exits(3).says("Campaign 1 of `west`: finished").says(words);
    office.run("status").exits(3);
    office.run("subscribers suppress r1@example.org").success();
    office.run("status west").exits(3).says("2 failed: `send west --retry-failed` tries 1 of them once more");
    office.run("subscribers suppress r0@example.org").success();
    office.run("status west").exits(3).says("nobody whom it was for can be written to");
}

#[test]
fn what_this_relay_cannot_take_is_not_advised_to_be_tried_there_again() {
    let office = Office::new(Script::offering(&["PIPELINING", "8BITMIME"]), 1);
    office.project.write("wide.csv", "email\ninés@example.org\n");
    office.run("subscribers import wide.csv").success();
    let words = "1 failed, for this relay cannot take them: with one in `smtp` that can, `send west --retry-failed` tries \
                 them once more";
    office.send("").success().says("1 sent, 1 failed").says(words).says("next: newsletter doctor");
    let json = office.status();
    let recipient = &json["recipients"][1];
    assert_eq!((&recipient["code"], &recipient["enhanced"]), (&serde_json::Value::Null, &"5.6.7".into()));
    assert!(recipient["reply"].as_str().unwrap().ends_with("needs a relay that offers SMTPUTF8"), "{recipient}");
    // Whoever says so may have another relay by now.
    office.send("--retry-failed").success().says("1 message to try once more").says(words);
}

#[test]
fn a_421_requeues_the_letter_and_a_new_connection_sends_it() {
    let script = Script::default().on(Step::Mail, 2, Act::SayAndClose(b"421 4.3.2 going down\r\n"));
    let office = Office::new(script, 4);
    office.send("").success().says("4 sent").says("421");
    assert_eq!((0..4).map(|n| office.copies(&reader(n))).collect::<Vec<_>>(), [1; 4]);
    assert_eq!(office.server.log().connections, 3, "one before the freeze, and two");
}

#[cfg(unix)]
#[test]
fn greylisting_defers_and_ctrl_c_says_when_it_is_due() {
    let script = Script::default().to(&reader(1), Step::Rcpt, Act::Say(b"450 4.7.1 greylisted\r\n"));
    let office = Office::new(script, 3);
    let child = office.start("send west --yes");
    until("all were tried", || office.server.told("RCPT") == 3 && office.count("deferred") == 1);
    super::signal(&child, "-INT");
    office
        .end(child)
        .exits(3)
        .says("1 deferred, the next is due 20")
        .says("Europe/Vienna")
        .says("next: newsletter send west");
    office.run("send --due").success().says("nothing is due");
}

#[cfg(unix)]
#[test]
fn a_service_that_is_ended_while_it_waits_stops_as_by_ctrl_c() {
    let script = Script::default().to(&reader(1), Step::Rcpt, Act::Say(b"450 4.7.1 greylisted\r\n"));
    let office = Office::new(script, 3);
    let child = office.start("send west --yes");
    until("all were tried", || office.server.told("RCPT") == 3 && office.count("deferred") == 1);
    assert_eq!(office.status()["state"], "running");
    super::signal(&child, "-TERM");
    office.end(child).exits(3).says("`newsletter send west` goes on").says("it was stopped");
    assert_eq!(office.status()["state"], "paused");
}

#[test]
fn a_close_after_the_dot_is_in_doubt_and_resolved_both_ways() {
    let script = Script::default().to(&reader(1), Step::Dot, Act::Close).to(&reader(2), Step::Dot, Act::Close);
    let office = Office::new(script, 4);
    office.send("").exits(3).says("2 in doubt").says("next: newsletter resolve west --resend");
    assert_eq!((office.count("in_doubt"), office.count("sent")), (2, 2));
    let ran = office.send("").exits(3).says("of `west` nothing is left to send, but 2 in doubt");
    ran.says("next: newsletter resolve west --resend");
    office.run("resolve west --assume-sent r2@example.org").exits(3);
    office.run("resolve west --resend r1@example.org").exits(3);
    office.send("").success().says("4 sent");
    let letters = office.letters(&reader(1));
    assert_eq!(letters.len(), 2, "it was taken the first time");
    assert_eq!(letters[0], letters[1], "a resend is the same bytes");
    assert_eq!(office.copies(&reader(2)), 1);
}

#[test]
fn a_relay_that_answers_no_message_to_its_end_is_not_asked_for_ever() {
    let office = Office::new(Script::default().on(Step::Dot, 0, Act::Close), 20);
    office.send("").exits(3).says("the relay answers no message to its end");
    assert_eq!((office.count("in_doubt"), office.count("pending")), (5, 15));
    office.run("send --due").success().says("nothing is due");
}

#[test]
fn a_wrong_password_stops_before_anything_is_frozen() {
    let script = Script::offering(&["AUTH PLAIN"]).on(Step::Auth, 0, Act::Say(b"535 5.7.8 no\r\n"));
    let office = Office::new(script, 3);
    office.reconfigure("tls: none,", "tls: none, username: mira, password: {env: RELAY_WORD},");
    let mut command = office.project.command(["send", "west", "--yes"]);
    let ran = office.project.ran(command.env("RELAY_WORD", "hunter2").output().unwrap());
    ran.exits(2).says("535 5.7.8 no").says("next: newsletter doctor").never_says("hunter2");
    office.run("status west").exits(2).says("has no campaign");
}

#[cfg(unix)]
#[test]
fn a_token_that_a_program_prints_signs_in_and_one_that_is_refused_says_so() {
    use std::os::unix::fs::PermissionsExt as _;
    let script = Script::offering(&["AUTH XOAUTH2"])
        // Each send signs in before the freeze, and again to send.
        .on(Step::Auth, 3, Act::Say(b"334 eyJzdGF0dXMiOiI0MDEifQ==\r\n"))
        .on(Step::Auth, 4, Act::Say(b"535 5.7.3 the token has expired\r\n"));
    let office = Office::new(script, 2);
    office.reconfigure("tls: none,", "tls: none, username: mira, auth: xoauth2, password: {command: [./token.sh]},");
    office.project.write("token.sh", "#!/bin/sh\necho tok\n");
    let program = office.project.path("token.sh");
    std::fs::set_permissions(program, std::fs::Permissions::from_mode(0o700)).unwrap();
    office.send("--limit 1").exits(3);
    assert_eq!(office.server.told("AUTH XOAUTH2 dXNlcj1taXJhAWF1dGg9QmVhcmVyIHRvawEB"), 2);
    let ran = office.send("").exits(3).says("the relay does not know us by our credentials");
    ran.says("535 5.7.3 the token has expired").says("next: newsletter send west");
    assert_eq!((office.count("sent"), office.count("pending")), (1, 1));
    office.send("").success().says("2 sent");
}

#[test]
fn a_limit_counts_what_was_sent_and_not_what_came_back() {
    let script = Script::default().on(Step::Mail, 2, Act::SayAndClose(b"421 4.3.2 going down\r\n"));
    let office = Office::new(script, 6);
    office.send("--limit 3").exits(3).says("it sent as many as it was to send");
    assert_eq!((office.count("sent"), office.count("pending")), (3, 3));
    office.run("send --due").success().says("nothing is due");
    office.send("").success().says("6 sent");
    assert!((0..6).all(|n| office.copies(&reader(n)) == 1));
}

#[test]
fn pipelined_letters_that_are_refused_cost_no_connection() {
    let script = Script::offering(&["PIPELINING"]).to(&reader(1), Step::Rcpt, Act::Say(b"550 5.2.1 disabled\r\n"));
    let office = Office::new(script, 5);
    office.send("").success().says("4 sent, 1 failed");
    assert_eq!(office.server.log().connections, 2, "one before the freeze, one for all");
}

#[test]
fn a_rate_is_kept() {
    let office = Office::new(Script::default(), 6);
    let began = std::time::Instant::now();
    office.send("--rate 2").success().says("2/s");
    // Two at once, then one each half second.
    assert!(began.elapsed() > std::time::Duration::from_millis(1900), "{:?}", began.elapsed());
}

#[test]
fn a_relay_that_asks_for_less_is_not_given_what_was_on_its_way_in_a_burst() {
    let script = Script::offering(&["PIPELINING"]).on(Step::Rcpt, 3, Act::Say(b"450 4.7.0 slow down\r\n"));
    let office = Office::new(script, 18);
    let began = std::time::Instant::now();
    // All of a second's letters had their turn at once; at half the rate they take more than one.
    office.send("--rate 20 --limit 17").exits(3);
    assert!(began.elapsed() > std::time::Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!(office.count("sent"), 16);
}

/// Numbers that look random, from a seed.
fn numbers(mut seed: u64) -> impl FnMut(u64) -> u64 {
    move |below| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    }
}

/// A relay that does what it likes with each message, some of them twice.
fn whimsical(seed: u64, readers: usize) -> Script {
    let mut next = numbers(seed);
    let mut script = if next(2) == 0 { Script::default() } else { Script::offering(&["PIPELINING"]) };
    for number in 0..readers {
        for _ in 0..next(3) {
            let (step, act) = match next(10) {
                0 => (Step::Rcpt, Act::Say(b"550 5.1.1 nobody\r\n")),
                1 => (Step::Rcpt, Act::Close),
                2 => (Step::Rcpt, Act::SayAndClose(b"421 4.3.2 later\r\n")),
                3 => (Step::Dot, Act::Close),
                4 => (Step::Dot, Act::Break),
                5 => (Step::Dot, Act::Say(b"552 5.3.4 too large\r\n")),
                6 => (Step::Dot, Act::SayAndClose(b"250 2.0.0 taken\r\n")),
                7 => (Step::Dot, Act::Say(b"nonsense\r\n")),
                8 => (Step::Rcpt, Act::Pieces(vec![b"2", b"50 o", b"k\r\n"])),
                _ => (Step::Dot, Act::Say(b"250-multi\r\n250 line\r\n")),
            };
            script = script.to(&reader(number), step, act);
        }
    }
    script
}

#[test]
fn whatever_a_relay_does_everybody_comes_to_an_end_and_nobody_has_two_copies_undoubted() {
    const READERS: usize = 12;
    for seed in 1..=4 {
        let office = Office::new(whimsical(seed, READERS), READERS);
        office.reconfigure("connections: 1", "connections: 2");
        let mut doubted = std::collections::BTreeSet::new();
        for round in 0.. {
            assert!(round < 20, "seed {seed} comes to no end: {}", office.status());
            let ran = office.send("");
            let json = office.status();
            for one in json["recipients"].as_array().unwrap() {
                if one["state"] == "in_doubt" {
                    doubted.insert(one["address"].as_str().unwrap().to_owned());
                }
            }
            if ran.code == Some(0) {
                break;
            }
            if json["in_doubt"] != 0 {
                let how = if round % 2 == 0 { "--resend" } else { "--assume-sent" };
                office.run(&format!("resolve west {how}"));
            }
            if office.status()["state"] == "finished" {
                break;
            }
        }
        let json = office.status();
        assert_eq!(json["state"], "finished", "seed {seed}");
        for one in json["recipients"].as_array().unwrap() {
            let address = one["address"].as_str().unwrap();
            let copies = office.copies(address);
            assert!(copies <= 1 || doubted.contains(address), "seed {seed}: {copies} to {address}");
            assert!(one["state"] != "sent" || copies > 0 || doubted.contains(address), "seed {seed}: {address}");
        }
    }
}
