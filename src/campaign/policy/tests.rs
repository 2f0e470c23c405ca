use std::io;
use std::time::Duration;

use proptest::prelude::*;

use super::{Cause, Course, Decision, Verdict, after_failure, after_letter, after_refusal};
use crate::campaign::backoff::Backoff;
use crate::campaign::wording::{OUR_MAIL, OUR_PACE, OUR_QUOTA};
use crate::smtp::{Command, Dot, Mechanism, Outcome, Reply, SessionError, Stage, Unsendable};

fn refusal(stage: Stage, reply: &str) -> (Verdict, Course) {
    let (code, text) = reply.split_once(' ').unwrap_or((reply, ""));
    let Decision { delivery, sending } = after_refusal(stage, &Reply::new(code.parse().unwrap(), [text]));
    (delivery, sending)
}

fn answered(command: Command, reply: &str) -> SessionError {
    let (code, text) = reply.split_once(' ').unwrap();
    SessionError::UnexpectedReply { command, reply: Reply::new(code.parse().unwrap(), [text]) }
}

fn lost(dot: Dot, error: SessionError) -> (Verdict, Course) {
    let Decision { delivery, sending } = after_letter(&Outcome::Lost { dot, error });
    (delivery, sending)
}

#[test]
fn a_421_anywhere_drops_the_connection_and_requeues() {
    for stage in [Stage::Mail, Stage::Rcpt, Stage::Data] {
        assert_eq!(refusal(stage, "421 4.7.0 closing"), (Verdict::Requeued, Course::Reconnect));
    }
    assert_eq!(refusal(Stage::Dot, "421 4.7.0 closing"), (Verdict::Deferred, Course::Reconnect));
    for command in [Command::Mail, Command::Rcpt, Command::Data, Command::Idle] {
        assert_eq!(lost(Dot::Unwritten, answered(command, "421 closing")), (Verdict::Requeued, Course::Reconnect));
    }
}

#[test]
fn what_fails_before_mail_is_charged_to_nobody() {
    let timeout = SessionError::Timeout { command: Command::Greeting, after: Duration::from_secs(1) };
    assert_eq!(after_failure(&timeout), Course::Reconnect);
    assert_eq!(after_failure(&answered(Command::Greeting, "554 no")), Course::Reconnect);
    let refused =
        SessionError::Connect { host: "h".to_owned(), port: 25, error: io::ErrorKind::ConnectionRefused.into() };
    assert_eq!(after_failure(&refused), Course::Reconnect);
    assert_eq!(lost(Dot::Unwritten, SessionError::Closed(Command::Idle)), (Verdict::Requeued, Course::Reconnect));
}

#[test]
fn refused_credentials_pause_the_campaign() {
    let auth = Command::Auth(Mechanism::Plain);
    assert_eq!(after_failure(&answered(auth, "535 5.7.8 no")), Course::Pause(Cause::Credentials));
    assert_eq!(after_failure(&answered(auth, "454 4.7.0 not now")), Course::Reconnect);
    assert_eq!(
        after_failure(&answered(auth, "451 Authentication failed: Maximum credits exceeded")),
        Course::AwaitQuota
    );
    assert_eq!(after_failure(&SessionError::NoStartTls("h".to_owned())), Course::Pause(Cause::Configuration));
}

#[test]
fn credentials_that_expired_are_given_anew() {
    assert_eq!(
        lost(Dot::Unwritten, answered(Command::Mail, "530 5.7.0 authenticate")),
        (Verdict::Requeued, Course::Reconnect)
    );
}

#[test]
fn a_refused_sender_pauses_the_campaign() {
    assert_eq!(refusal(Stage::Mail, "550 5.7.1 not you"), (Verdict::Requeued, Course::Pause(Cause::Sender)));
    assert_eq!(
        refusal(Stage::Mail, "553 5.1.8 sender address rejected"),
        (Verdict::Requeued, Course::Pause(Cause::Sender))
    );
    assert_eq!(refusal(Stage::Mail, "451 4.1.8 not now"), (Verdict::Deferred, Course::SlowDown));
}

#[test]
fn a_rate_that_is_too_high_is_lowered() {
    assert_eq!(
        refusal(Stage::Data, "454 Throttling failure: Maximum sending rate exceeded."),
        (Verdict::Requeued, Course::SlowDown)
    );
    assert_eq!(refusal(Stage::Rcpt, "454 4.7.1 Relay access denied"), (Verdict::Deferred, Course::SlowDown));
    assert_eq!(refusal(Stage::Rcpt, "450 4.2.0 Greylisted"), (Verdict::Deferred, Course::SlowDown));
    assert_eq!(refusal(Stage::Rcpt, "452 4.5.3 Too many recipients"), (Verdict::Deferred, Course::SlowDown));
    assert_eq!(
        refusal(Stage::Rcpt, "550 5.1.1 has sent to too many recipients this hour"),
        (Verdict::Deferred, Course::SlowDown)
    );
}

#[test]
fn a_daily_quota_is_waited_for() {
    for reply in
        ["454 Throttling failure: Daily message quota exceeded.", "550 5.4.5 Daily user sending quota exceeded."]
    {
        for stage in [Stage::Mail, Stage::Rcpt, Stage::Data] {
            assert_eq!(refusal(stage, reply), (Verdict::Requeued, Course::AwaitQuota));
        }
        assert_eq!(refusal(Stage::Dot, reply), (Verdict::Deferred, Course::AwaitQuota));
    }
}

#[test]
fn a_transient_refusal_and_a_full_mailbox_are_tried_again() {
    for reply in [
        "451 4.3.0 later",
        "452 4.2.2 full",
        "550 5.2.2 full",
        "552 5.2.2 over quota",
        "522 5.2.0 Over quota",
        "550 mailbox full",
        "400",
    ] {
        for stage in [Stage::Rcpt, Stage::Data, Stage::Dot] {
            assert_eq!(refusal(stage, reply), (Verdict::Deferred, Course::Steady), "{reply}");
        }
    }
}

#[test]
fn three_codes_suppress_an_address() {
    for reply in ["550 5.1.1 no", "550 5.1.2 no", "550 5.1.10 no", "554 5.1.1 <spam@policy.example> unknown"] {
        for stage in [Stage::Rcpt, Stage::Dot] {
            assert_eq!(refusal(stage, reply), (Verdict::Bounced, Course::Steady), "{reply}");
        }
    }
    for reply in [
        "550 5.1.0 no",
        "550 5.1.3 no",
        "551 5.1.6 moved",
        "550 5.2.1 user unknown",
        "550 5.4.1 user unknown",
        "550 5.5.0 user unknown",
    ] {
        assert_eq!(refusal(Stage::Rcpt, reply), (Verdict::Failed, Course::Steady), "{reply}");
    }
}

#[test]
fn a_bare_refusal_suppresses_only_in_plain_words() {
    for reply in [
        "550 Unknown user a@b",
        "550 <a@b>... No such user",
        "550 5.0.0 user unknown",
        "554 This user doesn\u{2019}t have a mail.example account",
    ] {
        assert_eq!(refusal(Stage::Rcpt, reply), (Verdict::Bounced, Course::Steady), "{reply}");
    }
    for reply in [
        "550",
        "550 no",
        "550 mailbox unavailable",
        "550 user unknown; try again later",
        "501 syntax",
        "554 Transaction failed",
    ] {
        assert_eq!(refusal(Stage::Rcpt, reply), (Verdict::Failed, Course::Steady), "{reply}");
    }
}

#[test]
fn policy_counts_towards_the_breaker() {
    for reply in [
        "550 5.7.1 User unknown",
        "550 5.7.606 Access denied",
        "554 Blocked - see https://a.example",
        "550 DMARC check failed",
        "550 5.1.1 sender rejected",
    ] {
        assert_eq!(refusal(Stage::Rcpt, reply), (Verdict::Failed, Course::CountRejection), "{reply}");
    }
    for detail in [26, 33, 40] {
        assert_eq!(refusal(Stage::Dot, &format!("421 4.7.{detail} a")), (Verdict::Deferred, Course::Reconnect));
        assert_eq!(refusal(Stage::Dot, &format!("450 4.7.{detail} a")), (Verdict::Deferred, Course::CountRejection));
    }
    assert_eq!(refusal(Stage::Dot, "451 4.7.25 a"), (Verdict::Deferred, Course::Steady));
}

#[test]
fn what_is_refused_after_the_dot_counts_towards_the_breaker() {
    for stage in [Stage::Data, Stage::Dot] {
        for reply in ["552 too large", "554 Transaction failed", "552 5.3.4 Message too large", "554 user unknown"] {
            assert_eq!(refusal(stage, reply), (Verdict::Failed, Course::CountRejection), "{reply}");
        }
    }
}

#[test]
fn a_sender_refused_for_the_size_is_one_letter_s_fault() {
    for reply in ["552 5.3.4 too large", "552 too large"] {
        assert_eq!(refusal(Stage::Mail, reply), (Verdict::Failed, Course::CountRejection), "{reply}");
    }
    assert_eq!(refusal(Stage::Mail, "552 5.7.1 no"), (Verdict::Requeued, Course::Pause(Cause::Sender)));
}

#[test]
fn no_answer_to_the_dot_leaves_doubt() {
    let timeout = SessionError::Timeout { command: Command::Dot, after: Duration::from_secs(1) };
    assert_eq!(lost(Dot::Written, timeout), (Verdict::InDoubt, Course::Reconnect));
    assert_eq!(lost(Dot::Written, SessionError::Closed(Command::Dot)), (Verdict::InDoubt, Course::Reconnect));
    assert_eq!(lost(Dot::Written, answered(Command::Dot, "354 what")), (Verdict::InDoubt, Course::Reconnect));
}

#[test]
fn a_letter_at_which_the_connection_breaks_is_charged() {
    assert_eq!(lost(Dot::Unwritten, SessionError::Closed(Command::Body)), (Verdict::Deferred, Course::Reconnect));
}

#[test]
fn a_disk_that_takes_nothing_pauses_the_campaign() {
    let full = || io::Error::from(io::ErrorKind::StorageFull);
    assert_eq!(lost(Dot::Unwritten, SessionError::Withheld(full())), (Verdict::Requeued, Course::Pause(Cause::Disk)));
}

#[test]
fn what_no_relay_could_take_fails() {
    let after = |fault| after_letter(&Outcome::Unsendable(fault));
    let failed = |sending| Decision { delivery: Verdict::Failed, sending };
    assert_eq!(after(Unsendable::TooLarge { size: 2, limit: 1 }), failed(Course::CountRejection));
    assert_eq!(after(Unsendable::NeedsSmtpUtf8(String::new())), failed(Course::Steady));
}

#[test]
fn retries_follow_the_schedule_until_they_end() {
    let backoff = Backoff { retry_for: Duration::from_hours(48), seed: 7 };
    let (first, mut now, mut waits) = (1_000_000, 1_000_000, Vec::new());
    let mut attempts = 1;
    while let Some(next) = backoff.next(3, attempts, first, now) {
        waits.push(next - now);
        now = next;
        attempts += 1;
    }
    for (wait, minutes) in waits.iter().zip([1, 5, 15, 30, 60, 120, 240, 240, 240]) {
        assert!((minutes * 54..=minutes * 66).contains(wait), "{waits:?}");
    }
    assert!(now - first <= 48 * 3600 && now - first > 43 * 3600, "{waits:?}");
    assert_eq!(backoff.next(3, 1, first, first), Some(first + waits[0]), "the same seed gives the same time");
    let others: std::collections::BTreeSet<_> =
        (0..50).filter_map(|delivery| backoff.next(delivery, 6, 0, 0)).collect();
    assert!(others.len() > 40, "deliveries are spread");
}

proptest! {
    #[test]
    fn the_table_is_total_and_suppresses_by_5xx_alone(code in 200u16..600, text in ".{0,80}", first in 0i64.., attempts: u32) {
        let reply = Reply::new(code, [text.as_str()]);
        for stage in Stage::ALL {
            let decision = after_refusal(stage, &reply);
            prop_assert!(stage != Stage::Dot || decision.delivery != Verdict::Requeued);
            if decision.delivery == Verdict::Bounced {
                prop_assert!(reply.is_permanent() && stage != Stage::Mail);
                prop_assert_eq!(decision.sending, Course::Steady);
            }
        }
        let backoff = Backoff { retry_for: Duration::from_hours(48), seed: 1 };
        prop_assert!(backoff.next(1, attempts, first, first).is_none_or(|at| at >= first));
    }

    #[test]
    fn no_word_about_us_suppresses(word in proptest::sample::select(OUR_MAIL.iter().chain(OUR_PACE).chain(OUR_QUOTA).copied().collect::<Vec<_>>()), code in proptest::sample::select(vec!["", "5.1.1 ", "5.1.2 ", "5.1.10 "])) {
        let text = format!("{code}User unknown: {}", word.trim_end_matches('*'));
        for stage in Stage::ALL {
            prop_assert_ne!(after_refusal(stage, &Reply::new(550, [text.as_str()])).delivery, Verdict::Bounced);
        }
    }
}
