//! Sessions with a server that misbehaves, one way at a time: what is said of it. What a campaign
//! makes of it, at every step and in every mode, is the business of `rude`.

use std::time::{Duration, Instant};

use newsletter::smtp::{
    Connection, Credentials, Mechanism, Pipelining, Relay, Secret, SessionError, Settings, SmtpRelay, Tls,
};

use crate::relays::{Counted, connect, end, letter, letter_of, settings};
use crate::support::relay::{Act, Script, Scripted, Step};

const PIPELINING: &[&str] = &["PIPELINING", "SIZE 100000", "8BITMIME", "SMTPUTF8"];

/// Sends letters to a, b, c… over as many connections as it takes, at most as many as letters.
/// The end of each, how many permits were spent, and what the server saw.
async fn send_over(relay: &SmtpRelay, count: usize) -> (Vec<String>, usize) {
    let letters: Vec<_> = ('a'..='z').take(count).map(|name| letter(&format!("{name}@x.example"))).collect();
    let permit = Counted::default();
    let mut ends = Vec::new();
    let mut open = None;
    for (n, letter) in letters.iter().enumerate() {
        let connection = match open.take() {
            Some(connection) => connection,
            None => relay.connect().await.unwrap(),
        };
        let turn = connection.send(letter, permit.clone(), letters.get(n + 1)).await;
        ends.push(end(&turn));
        open = turn.connection;
    }
    if let Some(connection) = open {
        connection.quit().await;
    }
    (ends, permit.spent())
}

async fn send(server: &Scripted, count: usize) -> (Vec<String>, usize) {
    send_over(&SmtpRelay::new(settings(server, Tls::None)).unwrap(), count).await
}

const SENT: &str = "sent: 250 2.0.0 Ok: queued as SCRIPT01 (SCRIPT01); spent, goes on";

#[tokio::test]
async fn letters_follow_each_other_step_by_step() {
    let server = Script::default().start().await;
    assert_eq!(send(&server, 3).await, (vec![SENT.to_owned(); 3], 3));
    let log = server.log();
    assert_eq!((log.connections, log.taken.len(), server.told("RSET"), server.told("QUIT")), (1, 3, 0, 1));
    assert_eq!(log.commands[1..4], ["MAIL FROM:<bounce@upstream.example>", "RCPT TO:<a@x.example>", "DATA"]);
    assert_eq!(
        log.taken[2],
        ("<c@x.example>".to_owned(), "To: c@x.example\r\nSubject: Hello\r\n\r\nHello.\r\n".to_owned())
    );
}

#[tokio::test]
async fn letters_follow_each_other_in_groups() {
    let server = Script::offering(PIPELINING).start().await;
    assert_eq!(send(&server, 3).await, (vec![SENT.to_owned(); 3], 3));
    let log = server.log();
    assert_eq!((log.connections, log.taken.len(), server.told("RSET"), server.told("QUIT")), (1, 3, 0, 1));
    assert_eq!(log.commands[1], "MAIL FROM:<bounce@upstream.example> SIZE=43");
}

#[tokio::test]
async fn a_group_is_one_round_trip() {
    let late = Duration::from_millis(60);
    let server =
        Script::offering(PIPELINING).on(Step::Mail, 0, Act::Late(late)).on(Step::Dot, 0, Act::Late(late)).start().await;
    let letters = ["a@x.example", "b@x.example"].map(letter);
    let session = connect(&server).await;
    let begin = Instant::now();
    let turn = session.send(&letters[0], Counted::default(), Some(&letters[1])).await;
    assert_eq!(end(&turn), SENT);
    // The reply to the dot is not held back until those to the next letter's commands are here.
    assert!(begin.elapsed() < late * 3, "{:?}", begin.elapsed());
    let turn = turn.connection.unwrap().send(&letters[1], Counted::default(), None).await;
    assert_eq!(end(&turn), SENT);
    assert_eq!((server.taken(), server.told("MAIL")), (2, 2));
}

#[tokio::test]
async fn dots_at_the_start_of_lines_arrive_as_they_were() {
    for capabilities in [&[][..], PIPELINING] {
        let server = Script::offering(capabilities).start().await;
        let text = ".\r\n..\r\n.a\r\nb.\r\n\r\n.\r\n";
        let turn = connect(&server).await.send(&letter_of("a@x.example", text), Counted::default(), None).await;
        assert_eq!(end(&turn), SENT);
        assert_eq!(server.log().taken, [("<a@x.example>".to_owned(), text.to_owned())]);
    }
}

#[tokio::test]
async fn a_connection_takes_leave_after_its_letters() {
    let server = Script::offering(PIPELINING).start().await;
    let relay = SmtpRelay::new(Settings { letters_per_connection: 2, ..settings(&server, Tls::None) }).unwrap();
    let letters = ["a@x.example", "b@x.example", "c@x.example"].map(letter);
    let session = relay.connect().await.unwrap();
    let turn = session.send(&letters[0], Counted::default(), Some(&letters[1])).await;
    let session = turn.connection.unwrap();
    assert!(!session.is_spent());
    let turn = session.send(&letters[1], Counted::default(), Some(&letters[2])).await;
    let session = turn.connection.unwrap();
    assert!(session.is_spent());
    session.quit().await;
    assert_eq!((server.taken(), server.told("MAIL"), server.told("QUIT")), (2, 2, 1), "the third was not announced");
}

/// What ends a connection before a letter's dot loses nothing: the permit comes back, and the
/// server has no message.
async fn nothing_is_sent(capabilities: &[&'static str], step: Step, act: Act) -> String {
    let server = Script::offering(capabilities).on(step, 1, act).start().await;
    let (ends, spent) = send(&server, 2).await;
    assert_eq!(ends[1], SENT, "{step:?}: the next connection is as good as new");
    assert!(ends[0].starts_with("lost, dot Unwritten"), "{step:?}: {}", ends[0]);
    assert!(ends[0].ends_with("; unspent, gone"), "{step:?}: {}", ends[0]);
    assert_eq!((spent, server.taken(), server.log().connections), (1, 1, 2), "{step:?}");
    ends[0].clone()
}

const BEFORE_THE_DOT: [(Step, &str); 3] =
    [(Step::Mail, "`MAIL FROM`"), (Step::Rcpt, "`RCPT TO`"), (Step::Data, "`DATA`")];

#[tokio::test]
async fn a_connection_closed_before_the_dot_loses_nothing() {
    for (step, name) in BEFORE_THE_DOT {
        let found = nothing_is_sent(&[], step, Act::Close).await;
        assert_eq!(found, format!("lost, dot Unwritten: the server closed the connection at {name}; unspent, gone"));
        let found = nothing_is_sent(PIPELINING, step, Act::Close).await;
        // What was written along with it turns the end into a reset, now and then.
        assert!(found.contains(name), "{found}");
    }
}

#[tokio::test]
async fn a_server_that_stalls_before_the_dot_loses_nothing() {
    for (step, name) in BEFORE_THE_DOT {
        for capabilities in [&[][..], PIPELINING] {
            let found = nothing_is_sent(capabilities, step, Act::Stall).await;
            assert_eq!(found, format!("lost, dot Unwritten: no answer to {name} within 0.4 s; unspent, gone"));
        }
    }
}

#[tokio::test]
async fn garbage_before_the_dot_loses_nothing() {
    for (step, name) in BEFORE_THE_DOT {
        for capabilities in [&[][..], PIPELINING] {
            let found = nothing_is_sent(capabilities, step, Act::Say(b"\x16\x03\x01 what\r\n")).await;
            assert!(found.contains(&format!("the answer to {name} cannot be read")), "{found}");
        }
    }
}

#[tokio::test]
async fn a_reply_without_end_before_the_dot_loses_nothing() {
    const LONG: &[u8] = &[b'2'; 5000];
    for (step, name) in BEFORE_THE_DOT {
        let found = nothing_is_sent(&[], step, Act::Say(LONG)).await;
        assert!(
            found.contains(&format!("the answer to {name} cannot be read: a line of the reply is longer")),
            "{found}"
        );
    }
}

#[tokio::test]
async fn a_connection_reset_in_the_message_loses_nothing() {
    let server = Script::offering(PIPELINING).on(Step::Body, 1, Act::Break).start().await;
    let text = "0123456789 0123456789 0123456789\r\n".repeat(300_000);
    let turn = connect(&server).await.send(&letter_of("a@x.example", &text), Counted::default(), None).await;
    // 10 MB are more than the announced 100,000 bytes that it takes.
    assert!(end(&turn).starts_with("unsendable"), "{}", end(&turn));
    let server = Script::offering(&["PIPELINING"]).on(Step::Body, 1, Act::Break).start().await;
    let turn = connect(&server).await.send(&letter_of("a@x.example", &text), Counted::default(), None).await;
    assert!(end(&turn).starts_with("lost, dot Unwritten: the connection broke at the message"), "{}", end(&turn));
    assert!(turn.unspent.is_some() && turn.connection.is_none());
    assert_eq!(server.taken(), 0);
}

#[tokio::test]
async fn a_server_that_stops_reading_the_message_loses_nothing() {
    let server = Script::default().on(Step::Body, 1, Act::Stall).start().await;
    let text = "0123456789 0123456789 0123456789\r\n".repeat(600_000);
    let turn = connect(&server).await.send(&letter_of("a@x.example", &text), Counted::default(), None).await;
    assert_eq!(end(&turn), "lost, dot Unwritten: no answer to the message within 0.4 s; unspent, gone");
    assert_eq!(server.taken(), 0);
}

#[tokio::test]
async fn a_refusal_in_the_message_is_one_of_the_message() {
    let server = Script::default().on(Step::Body, 1, Act::SayAndClose(b"552 5.3.4 too large\r\n")).start().await;
    let text = "0123456789 0123456789 0123456789\r\n".repeat(300_000);
    let turn = connect(&server).await.send(&letter_of("a@x.example", &text), Counted::default(), None).await;
    // The reset that follows may take the reply away before it is read.
    let refused = "refused at Data: 552 5.3.4 too large; unspent, gone";
    assert!(
        end(&turn) == refused || end(&turn).starts_with("lost, dot Unwritten: the connection broke at the message"),
        "{}",
        end(&turn)
    );
    assert!(turn.unspent.is_some() && turn.connection.is_none());
    assert_eq!(server.taken(), 0);
}

/// What ends a connection after a letter's dot leaves it in doubt, whether the server has it or not.
async fn doubt(act: Act, taken: usize) -> String {
    let mut found = Vec::new();
    for capabilities in [&[][..], PIPELINING] {
        let server = Script::offering(capabilities).on(Step::Dot, 1, act.clone()).start().await;
        let (ends, spent) = send(&server, 2).await;
        assert!(ends[0].starts_with("lost, dot Written") && ends[0].ends_with("; spent, gone"), "{}", ends[0]);
        assert_eq!(ends[1], SENT);
        assert_eq!((spent, server.taken(), server.log().connections), (2, taken + 1, 2));
        found.push(ends[0].clone());
    }
    found.remove(0)
}

#[tokio::test]
async fn a_connection_closed_after_the_dot_leaves_doubt() {
    assert_eq!(
        doubt(Act::Close, 1).await,
        "lost, dot Written: the server closed the connection at the end of the message; spent, gone"
    );
}

#[tokio::test]
async fn a_reply_to_the_dot_that_cannot_be_read_leaves_doubt() {
    assert!(doubt(Act::Say(b"\xff\xfe\r\n"), 0).await.contains("cannot be read"));
    assert!(doubt(Act::Say(b"250-a\r\n550 b\r\n"), 1).await.contains("the lines of one reply say 250 and 550"));
}

#[tokio::test]
async fn a_354_is_no_answer_to_the_dot() {
    assert!(
        doubt(Act::Say(b"354 go ahead\r\n"), 0).await.contains("answered the end of the message with `354 go ahead`")
    );
}

#[tokio::test]
async fn a_refused_recipient_does_not_cost_the_connection() {
    for capabilities in [&[][..], PIPELINING] {
        let server = Script::offering(capabilities).on(Step::Rcpt, 2, Act::Say(b"550 5.1.1 nobody\r\n")).start().await;
        let (ends, spent) = send(&server, 4).await;
        assert_eq!(ends, [SENT, "refused at Rcpt: 550 5.1.1 nobody; unspent, goes on", SENT, SENT]);
        assert_eq!((spent, server.taken(), server.log().connections, server.told("RSET")), (3, 3, 1, 1));
    }
}

#[tokio::test]
async fn a_recipient_deferred_in_a_row_does_not_cost_the_connection() {
    let server = Script::offering(PIPELINING).on(Step::Rcpt, 0, Act::Say(b"450 4.2.0 greylisted\r\n")).start().await;
    let (ends, spent) = send(&server, 3).await;
    assert_eq!(ends, ["refused at Rcpt: 450 4.2.0 greylisted; unspent, goes on"; 3]);
    assert_eq!((spent, server.taken(), server.log().connections), (0, 0, 1));
}

#[tokio::test]
async fn a_refused_sender_is_told_apart() {
    for capabilities in [&[][..], PIPELINING] {
        let server = Script::offering(capabilities).on(Step::Mail, 1, Act::Say(b"550 5.7.1 not you\r\n")).start().await;
        let (ends, spent) = send(&server, 1).await;
        assert_eq!(ends, ["refused at Mail: 550 5.7.1 not you; unspent, goes on"]);
        assert_eq!(spent, 0);
    }
}

#[tokio::test]
async fn a_refused_data_is_told_apart() {
    for capabilities in [&[][..], PIPELINING] {
        let server = Script::offering(capabilities).on(Step::Data, 1, Act::Say(b"452 4.3.1 no room\r\n")).start().await;
        let (ends, spent) = send(&server, 2).await;
        assert_eq!(ends, ["refused at Data: 452 4.3.1 no room; unspent, goes on", SENT]);
        assert_eq!((spent, server.taken(), server.log().connections), (1, 1, 1));
    }
}

#[tokio::test]
async fn a_message_refused_after_its_dot_does_not_cost_the_connection() {
    for capabilities in [&[][..], PIPELINING] {
        let server = Script::offering(capabilities).on(Step::Dot, 1, Act::Say(b"554 5.7.1 spam\r\n")).start().await;
        let (ends, spent) = send(&server, 2).await;
        assert_eq!(ends, ["refused at Dot: 554 5.7.1 spam; spent, goes on", SENT]);
        assert_eq!((spent, server.taken(), server.log().connections), (2, 1, 1));
    }
}

#[tokio::test]
async fn a_421_destroys_the_connection_and_nothing_is_sent() {
    for (step, name) in BEFORE_THE_DOT {
        for capabilities in [&[][..], PIPELINING] {
            let found = nothing_is_sent(capabilities, step, Act::SayAndClose(b"421 4.3.2 closing\r\n")).await;
            assert_eq!(
                found,
                format!("lost, dot Unwritten: the server answered {name} with `421 4.3.2 closing`; unspent, gone")
            );
        }
    }
}

#[tokio::test]
async fn a_421_to_the_dot_is_an_answer_and_ends_the_connection() {
    for capabilities in [&[][..], PIPELINING] {
        let server =
            Script::offering(capabilities).on(Step::Dot, 1, Act::SayAndClose(b"421 4.3.2 closing\r\n")).start().await;
        let (ends, spent) = send(&server, 2).await;
        assert_eq!(ends, ["refused at Dot: 421 4.3.2 closing; spent, gone", SENT]);
        assert_eq!((spent, server.taken(), server.log().connections), (2, 1, 2));
    }
}

#[tokio::test]
async fn an_extra_reply_before_the_message_destroys_the_connection() {
    for capabilities in [&[][..], PIPELINING] {
        let server =
            Script::offering(capabilities).on(Step::Data, 1, Act::Say(b"354 go ahead\r\n250 extra\r\n")).start().await;
        let (ends, spent) = send(&server, 2).await;
        assert_eq!(
            ends,
            ["lost, dot Unwritten: the server said `250 extra`, to which no command led; unspent, gone", SENT]
        );
        assert_eq!((spent, server.taken(), server.log().connections), (1, 1, 2));
    }
}

#[tokio::test]
async fn an_extra_reply_to_a_command_destroys_the_connection() {
    let server = Script::default().on(Step::Mail, 1, Act::Say(b"250 ok\r\n250 extra\r\n")).start().await;
    let (ends, spent) = send(&server, 2).await;
    assert_eq!(
        ends,
        ["lost, dot Unwritten: the server said `250 extra`, to which no command led; unspent, gone", SENT]
    );
    assert_eq!((spent, server.taken()), (1, 1));
}

#[tokio::test]
async fn a_reply_while_idle_destroys_the_connection() {
    let server = Script::default()
        .on(Step::Dot, 1, Act::Pieces(vec![b"250 ok\r\n", b"421 4.4.2 idle for too long\r\n"]))
        .start()
        .await;
    let session = connect(&server).await;
    let turn = session.send(&letter("a@x.example"), Counted::default(), None).await;
    assert_eq!(end(&turn), "sent: 250 ok (-); spent, goes on");
    tokio::time::sleep(Duration::from_millis(100)).await;
    let turn = turn.connection.unwrap().send(&letter("b@x.example"), Counted::default(), None).await;
    assert_eq!(
        end(&turn),
        "lost, dot Unwritten: the server answered nothing with `421 4.4.2 idle for too long`; unspent, gone"
    );
    assert_eq!(server.taken(), 1);
}

#[tokio::test]
async fn pipelining_can_be_turned_off() {
    let server = Script::offering(PIPELINING).on(Step::Mail, 0, Act::Forget).start().await;
    let settings = Settings { pipelining: Pipelining::Off, ..settings(&server, Tls::None) };
    let (ends, spent) = send_over(&SmtpRelay::new(settings).unwrap(), 2).await;
    assert_eq!((ends, spent, server.taken()), (vec![SENT.to_owned(); 2], 2, 2));
}

#[tokio::test]
async fn another_letter_than_was_announced_costs_the_connection_alone() {
    let server = Script::offering(PIPELINING).start().await;
    let [a, b, c] = ["a@x.example", "b@x.example", "c@x.example"].map(letter);
    let permit = Counted::default();
    let turn = connect(&server).await.send(&a, permit.clone(), Some(&b)).await;
    let turn = turn.connection.unwrap().send(&c, permit.clone(), None).await;
    assert_eq!(
        end(&turn),
        "lost, dot Unwritten: the letter that was announced to the server is not the one to send; unspent, gone"
    );
    assert_eq!((permit.spent(), server.taken()), (1, 1));
}

#[tokio::test]
async fn a_session_with_a_letter_announced_leaves_without_quit() {
    let server = Script::offering(PIPELINING).start().await;
    let [a, b] = ["a@x.example", "b@x.example"].map(letter);
    let turn = connect(&server).await.send(&a, Counted::default(), Some(&b)).await;
    turn.connection.unwrap().quit().await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!((server.taken(), server.told("QUIT")), (1, 0), "QUIT would have been the text of b's letter");
}

#[tokio::test]
async fn a_send_that_is_cancelled_destroys_the_connection() {
    let server = Script::default().on(Step::Rcpt, 1, Act::Stall).start().await;
    let session = connect(&server).await;
    let permit = Counted::default();
    let a = letter("a@x.example");
    let sending = session.send(&a, permit.clone(), None);
    assert!(tokio::time::timeout(Duration::from_millis(100), sending).await.is_err());
    assert_eq!((permit.spent(), server.taken()), (0, 0));
}

#[tokio::test]
async fn a_message_larger_than_the_server_takes_is_not_offered() {
    let server = Script::offering(&["SIZE 40"]).start().await;
    let turn = connect(&server).await.send(&letter("a@x.example"), Counted::default(), None).await;
    assert_eq!(
        end(&turn),
        "unsendable: the message of 43 bytes is larger than the 40 that the relay takes; unspent, goes on"
    );
    assert_eq!(server.told("MAIL"), 0);
}

#[tokio::test]
async fn an_address_outside_ascii_needs_smtputf8() {
    let odd = letter("用户@x.example");
    let server = Script::offering(&["8BITMIME"]).start().await;
    let turn = connect(&server).await.send(&letter_of("用户@x.example", "Hello.\r\n"), Counted::default(), None).await;
    assert_eq!(end(&turn), "unsendable: `用户@x.example` needs a relay that offers SMTPUTF8; unspent, goes on");
    assert_eq!(server.told("MAIL"), 0);
    let server = Script::offering(&["8BITMIME", "SMTPUTF8"]).start().await;
    let turn = connect(&server).await.send(&odd, Counted::default(), None).await;
    assert_eq!(end(&turn), SENT);
    assert_eq!(
        server.log().commands[1..3],
        ["MAIL FROM:<bounce@upstream.example> BODY=8BITMIME SMTPUTF8", "RCPT TO:<用户@x.example>"]
    );
}

#[tokio::test]
async fn a_message_outside_ascii_needs_8bitmime() {
    let server = Script::default().start().await;
    let turn = connect(&server).await.send(&letter_of("a@x.example", "Grüße.\r\n"), Counted::default(), None).await;
    assert_eq!(end(&turn), "unsendable: the message needs a relay that offers 8BITMIME; unspent, goes on");
}

async fn refused(server: &Scripted, credentials: Option<Credentials>) -> SessionError {
    let settings = Settings { credentials, ..settings(server, Tls::None) };
    SmtpRelay::new(settings).unwrap().connect().await.unwrap_err()
}

#[tokio::test]
async fn a_greeting_that_is_none_is_named() {
    for (act, words) in [
        (Act::SayAndClose(b"554 5.7.1 go away\r\n"), "the server answered the greeting with `554 5.7.1 go away`"),
        (
            Act::Say(b"SSH-2.0-OpenSSH_9.2\r\n"),
            "the answer to the greeting cannot be read: `SSH-2.0-OpenSSH_9.2` is not a reply",
        ),
        (Act::Stall, "no answer to the greeting within 0.4 s"),
        (Act::Close, "the server closed the connection at the greeting"),
    ] {
        let server = Script::default().on(Step::Greeting, 1, act).start().await;
        assert_eq!(refused(&server, None).await.to_string(), words);
        assert_eq!(server.told(""), 0, "nothing was said to it");
    }
}

#[tokio::test]
async fn a_server_without_ehlo_is_greeted_with_helo() {
    let server = Script::offering(PIPELINING).on(Step::Ehlo, 1, Act::Say(b"502 5.5.1 what?\r\n")).start().await;
    assert_eq!(send(&server, 2).await, (vec![SENT.to_owned(); 2], 2));
    assert_eq!((server.told("HELO [127.0.0.1]"), server.told("MAIL FROM:<bounce@upstream.example> SIZE")), (1, 0));
}

#[tokio::test]
async fn an_ehlo_that_is_put_off_is_no_reason_for_helo() {
    let server = Script::default().on(Step::Ehlo, 1, Act::SayAndClose(b"421 4.3.2 not now\r\n")).start().await;
    let error = refused(&server, None).await;
    assert_eq!(error.to_string(), "the server answered `EHLO` with `421 4.3.2 not now`");
    assert!(error.is_shutdown());
    assert_eq!(server.told("HELO"), 0);
}

fn password() -> Credentials {
    Credentials::Password { username: "mira".to_owned(), password: Secret::new("hunter2") }
}

#[tokio::test]
async fn a_password_goes_by_plain_or_else_by_login() {
    let credentials = || Settings { credentials: Some(password()), ..Settings::new("", 0, Tls::None) }.credentials;
    let server = Script::offering(&["AUTH LOGIN PLAIN"]).start().await;
    SmtpRelay::new(Settings { credentials: credentials(), ..settings(&server, Tls::None) })
        .unwrap()
        .connect()
        .await
        .unwrap();
    assert_eq!(server.log().commands[1..], ["AUTH PLAIN AG1pcmEAaHVudGVyMg=="]);
    let server = Script::offering(&["AUTH LOGIN CRAM-MD5"]).start().await;
    SmtpRelay::new(Settings { credentials: credentials(), ..settings(&server, Tls::None) })
        .unwrap()
        .connect()
        .await
        .unwrap();
    assert_eq!(server.log().commands[1..], ["AUTH LOGIN", "bWlyYQ==", "aHVudGVyMg=="]);
}

#[tokio::test]
async fn a_mechanism_that_is_named_is_the_only_one() {
    let named = |server: &Scripted, mechanism| Settings {
        credentials: Some(password()),
        mechanism: Some(mechanism),
        ..settings(server, Tls::None)
    };
    let server = Script::offering(&["AUTH LOGIN PLAIN"]).start().await;
    SmtpRelay::new(named(&server, Mechanism::Login)).unwrap().connect().await.unwrap();
    assert_eq!(server.log().commands[1..], ["AUTH LOGIN", "bWlyYQ==", "aHVudGVyMg=="]);
    let server = Script::offering(&["AUTH PLAIN"]).start().await;
    let error = SmtpRelay::new(named(&server, Mechanism::Login)).unwrap().connect().await.unwrap_err();
    assert_eq!(error.to_string(), "the server offers none of AUTH LOGIN");
    assert_eq!(server.told("AUTH"), 0);
}

#[tokio::test]
async fn a_token_goes_by_xoauth2() {
    let credentials = Some(Credentials::OAuth2 { username: "mira".to_owned(), token: Secret::new("tok") });
    let server = Script::offering(&["AUTH PLAIN XOAUTH2"]).start().await;
    SmtpRelay::new(Settings { credentials: credentials.clone(), ..settings(&server, Tls::None) })
        .unwrap()
        .connect()
        .await
        .unwrap();
    assert_eq!(server.log().commands[1..], ["AUTH XOAUTH2 dXNlcj1taXJhAWF1dGg9QmVhcmVyIHRvawEB"]);
    let server = Script::offering(&["AUTH PLAIN"]).start().await;
    assert_eq!(refused(&server, credentials).await.to_string(), "the server offers none of AUTH XOAUTH2");
}

#[tokio::test]
async fn a_refused_token_gets_its_empty_line() {
    let credentials = Some(Credentials::OAuth2 { username: "mira".to_owned(), token: Secret::new("tok") });
    let server = Script::offering(&["AUTH XOAUTH2"])
        .on(Step::Auth, 1, Act::Say(b"334 eyJzdGF0dXMiOiI0MDEifQ==\r\n"))
        .start()
        .await;
    let error = refused(&server, credentials).await;
    assert_eq!(error.to_string(), "the server answered `AUTH XOAUTH2` with `535 5.7.8 no`");
    assert!(error.is_authentication());
    assert_eq!(server.log().commands.last().unwrap(), "");
}

#[tokio::test]
async fn refused_credentials_are_named_and_not_shown() {
    for (capability, step) in [("AUTH PLAIN", 1), ("AUTH LOGIN", 3)] {
        let server = Script::offering(std::slice::from_ref(&capability))
            .on(Step::Auth, step, Act::Say(b"535 5.7.8 wrong\r\n"))
            .start()
            .await;
        let error = refused(&server, Some(password())).await;
        assert_eq!(error.to_string(), format!("the server answered `{capability}` with `535 5.7.8 wrong`"));
        assert!(error.is_authentication());
        assert!(error.help().is_some());
        let all = format!("{error:?} {error}");
        for secret in ["hunter2", "aHVudGVyMg", "AG1pcmEAaHVudGVyMg"] {
            assert!(!all.contains(secret), "{all}");
        }
    }
}

#[tokio::test]
async fn a_server_without_authentication_gets_no_password() {
    let server = Script::default().start().await;
    let error = refused(&server, Some(password())).await;
    assert_eq!(error.to_string(), "the server offers none of AUTH PLAIN and LOGIN");
    assert_eq!(server.log().commands.len(), 1);
}

#[tokio::test]
async fn nobody_at_the_port_is_named() {
    let server = Script::default().start().await;
    let unused = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let settings = Settings { port: unused, ..settings(&server, Tls::None) };
    let error = SmtpRelay::new(settings).unwrap().connect().await.unwrap_err();
    assert!(error.to_string().starts_with(&format!("`localhost:{unused}` cannot be reached: ")), "{error}");
}

#[tokio::test]
async fn another_machine_is_not_spoken_to_without_tls() {
    // An address for documentation (RFC 5737): nothing is sent there.
    let error = SmtpRelay::new(Settings::new("192.0.2.1", 25, Tls::None)).unwrap().connect().await.unwrap_err();
    assert_eq!(error.to_string(), "`192.0.2.1` is another machine, and the connection to it has no TLS");
    assert!(error.is_configuration());
}
