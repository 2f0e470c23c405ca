//! Reports: what became of a message (RFC 3464), and that somebody called it spam (RFC 5965).

use crate::subscribers::mail::message::{Header, parts};
use crate::subscribers::mail::tokens::{Candidate, Candidates};
use crate::token::Purpose;

/// The most recipients that a report is read of.
const MOST_GROUPS: usize = 100;

/// What a mail says of a message of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What happened.
    pub verdict: Verdict,
    /// What may tell to whom, the surest first.
    pub candidates: Vec<Candidate>,
}

/// What happened to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It could not be delivered.
    Failed(Failure),
    /// Its reader called it spam.
    Complained,
    /// It waits, or it arrived: nothing is to be done.
    Underway,
    /// A program's answer, as of somebody on holiday.
    Automatic,
    /// No report at all.
    None,
}

/// Why a message could not be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The status code (RFC 3463), where there is one.
    pub status: Option<String>,
    /// Whether there is no such mailbox, today and tomorrow.
    pub permanent: bool,
}

/// Reads a mail as a report.
pub fn read(bytes: &[u8]) -> Report {
    let (outer, _) = Header::read(bytes);
    let mut verdict = None;
    let mut verp = Candidates::default();
    let mut ids = Candidates::default();
    verp.recipients(&outer, Purpose::Bounce);
    for part in parts(bytes) {
        match part.kind.as_str() {
            "message/delivery-status" | "message/global-delivery-status" => {
                verdict = worse(verdict, delivery(&part.body));
            }
            "message/feedback-report" => {
                let (report, _) = Header::read(part.body.trim_ascii_start());
                verp.fields(&report, &["Original-Mail-From"], Purpose::Bounce);
                verdict = worse(verdict, feedback(&report));
            }
            "message/rfc822"
            | "message/global"
            | "text/rfc822-headers"
            | "message/rfc822-headers"
            | "message/global-headers" => {
                let (original, _) = Header::read(part.body.trim_ascii_start());
                verp.fields(&original, &["Return-Path"], Purpose::Bounce);
                ids.fields(&original, &["Message-ID"], Purpose::MessageId);
            }
            _ => {}
        }
    }
    // Some reports bring nothing of the message but its id.
    ids.fields(&outer, &["In-Reply-To", "References"], Purpose::MessageId);
    let none = if outer.is_automatic() { Verdict::Automatic } else { Verdict::None };
    let candidates = verp.all.into_iter().chain(ids.all).collect();
    Report { verdict: verdict.unwrap_or(none), candidates }
}

/// Of two verdicts the one that asks for more.
fn worse(one: Option<Verdict>, other: Option<Verdict>) -> Option<Verdict> {
    let rank = |verdict: &Verdict| match verdict {
        Verdict::Complained => 3,
        Verdict::Failed(Failure { permanent, .. }) => 1 + u8::from(*permanent),
        _ => 0,
    };
    match (one, other) {
        (Some(one), Some(other)) => Some(if rank(&other) > rank(&one) { other } else { one }),
        (one, other) => one.or(other),
    }
}

/// The groups of fields after the first are one recipient each (RFC 3464 §2.1).
fn delivery(body: &[u8]) -> Option<Verdict> {
    let mut rest = body.trim_ascii_start();
    let mut verdict = None;
    for _ in 0..MOST_GROUPS {
        if rest.is_empty() {
            break;
        }
        let (group, after) = Header::read(rest);
        rest = after.trim_ascii_start();
        let Some(action) = group.first("Action") else { continue };
        // A comment may follow, as in `failed (undeliverable)`.
        let action = action.split(['(', ' ']).next().unwrap_or_default().trim().to_lowercase();
        let found = if action == "failed" { Verdict::Failed(failure(&group)) } else { Verdict::Underway };
        verdict = worse(verdict, Some(found));
    }
    verdict
}

fn failure(group: &Header<'_>) -> Failure {
    let status = group.first("Status").and_then(|status| code(&status));
    let reply = group.first("Diagnostic-Code").unwrap_or_default();
    // Some servers give a code that says nothing, and the other server's reply that says it all.
    let status = match status {
        Some(status) if !matches!(status.as_str(), "5.0.0" | "4.0.0") => Some(status),
        vague => code(&reply).or(vague),
    };
    let unknown = ["user unknown", "unknown user", "no such user", "mailbox not found", "user doesn't exist"];
    let says_unknown = || {
        let reply = reply.to_lowercase();
        unknown.iter().any(|words| reply.contains(words))
    };
    let permanent = match status.as_deref() {
        Some("5.1.1" | "5.1.2" | "5.1.10") => true,
        None | Some("5.0.0") => says_unknown(),
        Some(_) => false,
    };
    Failure { status, permanent }
}

/// The first enhanced status code in a text: `5.1.1`.
fn code(text: &str) -> Option<String> {
    let words =
        text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '[' | ']' | '#' | ';' | '-'));
    let is_code = |word: &&str| {
        let mut numbers = word.split('.');
        let class = matches!(numbers.next(), Some("2" | "4" | "5"));
        let small = |number: Option<&str>| {
            number.is_some_and(|number| (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()))
        };
        class && small(numbers.next()) && small(numbers.next()) && numbers.next().is_none()
    };
    words.map(|word| word.trim_end_matches([':', ',', '.'])).find(is_code).map(str::to_owned)
}

fn feedback(report: &Header<'_>) -> Option<Verdict> {
    let kind = report.first("Feedback-Type")?.trim().to_lowercase();
    // `not-spam`, and reports about signatures, are not about what a reader wants.
    let complains = matches!(kind.as_str(), "abuse" | "fraud" | "virus" | "opt-out" | "opt-out-list");
    Some(if complains { Verdict::Complained } else { Verdict::Underway })
}
