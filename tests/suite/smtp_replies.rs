//! The policy, run over replies of real servers. The cases are not part of the project:
//! `NEWSLETTER_CASES` names the folder that holds them.

use std::collections::BTreeMap;

use newsletter::campaign::policy::{Course, Verdict, after_refusal};
use newsletter::smtp::{EnhancedCode, Reply, ReplyDecoder, Stage};
use serde_json::Value;

/// Reasons that are about the sender, the message, the pace or the room, not about who is there.
const NOT_ABOUT_THE_READER: &[&str] = &[
    "authfailure",
    "badreputation",
    "blocked",
    "contenterror",
    "expired",
    "mailboxfull",
    "mesgtoobig",
    "networkerror",
    "norelaying",
    "notcompliantrfc",
    "onhold",
    "policyviolation",
    "requireptr",
    "securityerror",
    "spamdetected",
    "speeding",
    "suspend",
    "syntaxerror",
    "systemerror",
    "systemfull",
    "toomanyconn",
    "virusdetected",
];

/// A reply as the cases have it: lines of one reply may stand in one line, and some lack their end.
fn read(text: &str) -> Reply {
    let code = text.get(..3).unwrap();
    let text = text
        .replace(&format!(" {code}-"), &format!("\r\n{code}-"))
        .replace(&format!(" {code} "), &format!("\r\n{code} "));
    let mut lines: Vec<String> =
        text.split("\r\n").map(|line| format!("{code}-{}", line.get(4..).unwrap_or_default())).collect();
    if let Some(last) = lines.last_mut() {
        last.replace_range(3..4, " ");
    }
    let mut decoder = ReplyDecoder::default();
    decoder.feed((lines.join("\r\n") + "\r\n").as_bytes());
    decoder.next_reply().unwrap().unwrap()
}

#[test]
#[ignore = "needs the cases of NEWSLETTER_CASES"]
fn the_policy_agrees_with_real_replies() {
    let folder = std::env::var("NEWSLETTER_CASES").unwrap();
    let cases = std::fs::read_to_string(format!("{folder}/smtp/replies.jsonl")).unwrap();
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let (mut disagreements, mut suppressed_for_policy, mut suppressed) = (Vec::new(), Vec::new(), 0);
    let mut all = 0;
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let field = |name: &str| case[name].as_str().unwrap().to_owned();
        let (reply, reason, class) = (read(&field("reply")), field("reason"), field("cls"));
        if reply.is_positive() {
            continue;
        }
        all += 1;
        let decision = after_refusal(Stage::Rcpt, &reply);
        let bounced = decision.delivery == Verdict::Bounced;
        suppressed += usize::from(bounced);
        let mut expected = class == "hard";
        // Where the project suppresses for three codes alone, a hard bounce by another is kept.
        let elsewhere = reply.enhanced().is_some_and(|code| {
            code != EnhancedCode::new(5, 0, 0) && !matches!((code.class, code.subject, code.detail), (5, 1, 1 | 2 | 10))
        });
        let by_rule = elsewhere || reply.is_transient();
        if by_rule && class == "hard" {
            expected = false;
            *counts.entry(("hard", "kept by rule: another code, or not for good")).or_default() += 1;
        } else {
            let class = if class == "hard" { "hard" } else { "soft" };
            *counts.entry((class, if bounced { "suppressed" } else { "kept" })).or_default() += 1;
        }
        if bounced != expected {
            disagreements.push(format!("{class} ({reason}) but {:?}: {reply}", decision.delivery));
        }
        if bounced && NOT_ABOUT_THE_READER.contains(&reason.as_str()) {
            suppressed_for_policy.push(reply.to_string());
        }
        // Whatever the stage, a rejection of our mail costs no address.
        for stage in Stage::ALL {
            let decision = after_refusal(stage, &reply);
            let ours = matches!(
                decision.sending,
                Course::CountRejection | Course::SlowDown | Course::AwaitQuota | Course::Pause(_)
            );
            assert!(!(ours && decision.delivery == Verdict::Bounced), "{reply}");
            assert!(
                !(NOT_ABOUT_THE_READER.contains(&reason.as_str()) && decision.delivery == Verdict::Bounced),
                "{reply}"
            );
        }
    }
    println!("{all} refusals, {suppressed} suppressed; {} disagreements:", disagreements.len());
    for ((class, what), count) in &counts {
        println!("  {class}: {count} {what}");
    }
    for disagreement in &disagreements {
        println!("  {disagreement}");
    }
    assert!(all > 100, "the cases are there");
    assert!(suppressed_for_policy.is_empty(), "{suppressed_for_policy:#?}");
    assert!(disagreements.len() <= 13, "the table got worse");
}
