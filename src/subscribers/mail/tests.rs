use super::{Outcome, Verdict, read_leave, read_report};
use crate::subscribers::suppression::Reason;
use crate::subscribers::tests::{address, list};
use crate::subscribers::{List, Record, State};
use crate::token::{CampaignId, Purpose};

/// A list with Ada on it, and her tokens put into a mail of `cases/`.
struct Case {
    _folder: tempfile::TempDir,
    list: List,
}

impl Case {
    fn new() -> Self {
        let (folder, list) = list();
        list.add(Record::new(address("ada@example.org")), 0).unwrap();
        Self { _folder: folder, list }
    }

    fn token(&self, purpose: Purpose) -> String {
        let ada = self.list.find(&address("ada@example.org")).unwrap().unwrap();
        self.list.keys().mint(purpose, self.list.id(), ada.public, CampaignId(3)).to_local_part()
    }

    fn mail(&self, name: &str) -> Vec<u8> {
        let path = format!("{}/tests/mails/{name}.eml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        // Servers may fold the case of a local part.
        text.replace("{BOUNCE}", &self.token(Purpose::Bounce).to_uppercase())
            .replace("{MESSAGE}", &self.token(Purpose::MessageId))
            .replace("{LEAVE}", &self.token(Purpose::Unsubscribe))
            .replace('\n', "\r\n")
            .into_bytes()
    }

    fn report(&self, name: &str) -> Outcome {
        self.list.take_report(&read_report(&self.mail(name)), 10).unwrap()
    }

    fn state(&self) -> State {
        self.list.find(&address("ada@example.org")).unwrap().unwrap().state
    }
}

#[test]
fn a_mailbox_that_is_not_there_is_suppressed_once() {
    for name in ["postfix-unknown", "exim-unknown", "gmail-unknown", "exchange-unknown", "wrapped-unknown"] {
        let case = Case::new();
        assert_eq!(case.report(name), Outcome::Suppressed, "{name}");
        assert_eq!(case.state(), State::Suppressed(Reason::Bounced), "{name}");
        assert_eq!(case.report(name), Outcome::Known, "{name}");
        // A report that is read again does not undo what the writer did since.
        case.list.lift(&address("ada@example.org")).unwrap();
        assert_eq!(case.report(name), Outcome::Known, "{name}");
        assert_eq!(case.state(), State::Active, "{name}");
        assert_eq!(case.list.stats(chrono_tz::UTC).unwrap().total.bounced, 1);
    }
}

#[test]
fn other_failures_suppress_nobody() {
    for name in ["postfix-full", "exchange-policy", "gmail-expired"] {
        let case = Case::new();
        assert_eq!(case.report(name), Outcome::Failed, "{name}");
        assert_eq!(case.report(name), Outcome::Known, "{name}");
        assert_eq!(case.state(), State::Active, "{name}");
    }
}

#[test]
fn a_hard_failure_after_a_soft_one_counts() {
    let case = Case::new();
    assert_eq!(case.report("postfix-full"), Outcome::Failed);
    assert_eq!(case.report("postfix-unknown"), Outcome::Suppressed);
}

#[test]
fn a_complaint_suppresses() {
    let case = Case::new();
    assert_eq!(case.report("complaint"), Outcome::Complained);
    assert_eq!(case.state(), State::Suppressed(Reason::Complained));
    assert_eq!(case.report("complaint"), Outcome::Known);
    assert_eq!(Case::new().report("not-spam"), Outcome::Underway);
}

#[test]
fn a_delay_an_answer_and_an_address_alone_change_nothing() {
    let case = Case::new();
    for (name, outcome) in [
        ("postfix-delayed", Outcome::Underway),
        ("relayed", Outcome::Underway),
        ("vacation", Outcome::Automatic),
        ("exim-without-token", Outcome::Unmatched),
        ("forged-address", Outcome::Unmatched),
        ("letter", Outcome::None),
    ] {
        assert_eq!(case.report(name), outcome, "{name}");
    }
    assert_eq!(case.state(), State::Active);
    assert_eq!(case.list.stats(chrono_tz::UTC).unwrap().total.bounced, 0);
}

#[test]
fn a_token_for_leaving_is_no_proof_of_a_bounce() {
    let case = Case::new();
    let mail = String::from_utf8(case.mail("postfix-unknown")).unwrap();
    let (bounce, message) = (case.token(Purpose::Bounce).to_uppercase(), case.token(Purpose::MessageId));
    let forged = mail.replace(&bounce, &case.token(Purpose::Unsubscribe)).replace(&message, &bounce);
    assert_eq!(case.list.take_report(&read_report(forged.as_bytes()), 1).unwrap(), Outcome::Unmatched);
    case.list.remove(&address("ada@example.org")).unwrap();
    assert_eq!(case.list.take_report(&read_report(mail.as_bytes()), 1).unwrap(), Outcome::Gone);
}

#[test]
fn whoever_writes_to_the_address_for_leaving_leaves() {
    for name in ["leave-to", "leave-delivered-to", "leave-subject"] {
        let case = Case::new();
        let mail = case.mail(name);
        assert_eq!(case.list.take_leave(&read_leave(&mail), 1).unwrap(), Outcome::Left, "{name}");
        assert_eq!(case.list.take_leave(&read_leave(&mail), 1).unwrap(), Outcome::Known, "{name}");
        assert_eq!(case.state(), State::Unsubscribed, "{name}");
    }
    let case = Case::new();
    for (name, outcome) in [
        ("vacation-to-leave", Outcome::Automatic),
        ("letter", Outcome::Unmatched),
        ("postfix-unknown", Outcome::Automatic),
    ] {
        assert_eq!(case.list.take_leave(&read_leave(&case.mail(name)), 1).unwrap(), outcome, "{name}");
    }
}

#[test]
fn deep_wide_and_endless_mails_end_soon() {
    let level = |level| format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n");
    let deep: String = (0..20_000).map(level).collect();
    let wide = format!("Content-Type: multipart/report; boundary=b\n\n{}", "--b\n\nx\n".repeat(100_000));
    let header = "X: y\n".repeat(150_000);
    let folded = format!("X: {}\n\n", "y\n ".repeat(200_000));
    let groups = format!("Content-Type: message/delivery-status\n\n{}", "Action: failed\n\n".repeat(50_000));
    let tokens = format!("To: {}\n\n", format!("{}@x, ", "a".repeat(45)).repeat(2_000));
    let start = std::time::Instant::now();
    for mail in [&deep, &wide, &header, &folded, &groups, &tokens, "", "\n", "--", "\0\0\0", ": :\n:"] {
        read_report(mail.as_bytes());
        read_leave(mail.as_bytes());
    }
    assert!(read_report(tokens.as_bytes()).candidates.len() <= 64);
    assert!(matches!(read_report(groups.as_bytes()).verdict, Verdict::Failed(_)));
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}
