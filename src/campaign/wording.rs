//! What the words of a refusal are about, where its codes do not say.

use crate::smtp::Reply;

/// The words of a reply in lower case, without addresses and URLs: `spam@example.org` is no word
/// about spam. A space stands before and after each, and nothing else between them.
pub(super) struct Words(String);

impl Words {
    pub(super) fn of(reply: &Reply) -> Self {
        let mut words = String::from(" ");
        for word in reply.lines().iter().flat_map(|line| line.split_whitespace()) {
            if word.contains('@') || word.contains("://") {
                continue;
            }
            let word = word.to_lowercase().replace('\u{2019}', "'");
            for part in word.split(|c: char| !(c.is_alphanumeric() || c == '\'')).filter(|part| !part.is_empty()) {
                words.push_str(part);
                words.push(' ');
            }
        }
        Self(words)
    }

    /// Whether one of these phrases stands in it; one that ends in `*` may go on.
    fn have(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| match phrase.strip_suffix('*') {
            Some(start) => self.0.contains(&format!(" {start}")),
            None => self.0.contains(&format!(" {phrase} ")),
        })
    }

    /// We have sent what we may for now.
    pub(super) fn our_quota(&self) -> bool {
        self.have(OUR_QUOTA)
            || (self.have(&["daily", "per day"]) && self.have(&["quota", "limit*", "exceeded", "maximum"]))
    }

    /// We send too fast.
    pub(super) fn our_pace(&self) -> bool {
        self.have(OUR_PACE) && !self.have(&["too many hops", "too many received"])
    }

    /// It is about us or what we write.
    pub(super) fn our_mail(&self) -> bool {
        self.have(OUR_MAIL)
    }

    /// The reader's mailbox is full.
    pub(super) fn full(&self) -> bool {
        self.have(FULL)
    }

    /// It says plainly that there is nobody.
    pub(super) fn nobody(&self) -> bool {
        let account = self.have(&["doesn't have a", "does not have a", "doesn't have an"]) && self.have(&["account"]);
        (account || self.have(UNKNOWN)) && !self.have(&["sender", "temporar*", "try again", "try later"])
    }
}

pub(super) const OUR_QUOTA: &[&str] = &[
    "message quota exceeded",
    "sending quota",
    "sending limit",
    "submission quota",
    "submissionquotaexceeded*",
    "storedrv submission exception submissionquotaexceeded*",
    "maximum credits",
    "credits exceeded",
    "out of credits",
    "max emails per hour",
];

pub(super) const OUR_PACE: &[&str] = &[
    "rate limit*",
    "ratelimit*",
    "rate exceeded",
    "sending rate",
    "throttl*",
    "frequency limited",
    "too fast",
    "too quickly",
    "slow down",
    "too many",
    "unexpected volume",
    "unusual rate",
];

const FULL: &[&str] = &[
    "mailbox full",
    "mailbox is full",
    "inbox full",
    "inbox is full",
    "over quota",
    "overquota",
    "quota exceeded",
    "exceeded quota",
    "exceeds quota",
    "exceeded storage",
    "out of storage",
    "mailbox size limit",
    "storage allocation",
];

pub(super) const OUR_MAIL: &[&str] = &[
    "access denied",
    "authentication",
    "banned",
    "black list*",
    "blacklist*",
    "block list*",
    "blocked",
    "blocklist*",
    "bulk",
    "client host",
    "complaint*",
    "content",
    "deny list*",
    "denylist*",
    "dkim",
    "dmarc",
    "dnsbl",
    "duplicate header",
    "malware",
    "mcspamsignature",
    "mismatches client ip",
    "not allowed to send",
    "phish*",
    "policies",
    "policy",
    "ptr",
    "rbl",
    "rdns",
    "relay access",
    "relaying",
    "reputation",
    "reverse dns",
    "sender",
    "senders",
    "spam*",
    "spf",
    "suspicious",
    "ube",
    "unauthenticated",
    "unsolicited",
    "virus*",
];

const UNKNOWN: &[&str] = &[
    "account does not exist",
    "account doesn't exist",
    "account not found",
    "address does not exist",
    "address unknown",
    "addressee unknown",
    "mailbox does not exist",
    "mailbox doesn't exist",
    "mailbox not found",
    "mailbox unknown",
    "no mailbox by that name",
    "no mailbox here by that name",
    "no such address",
    "no such mailbox",
    "no such person",
    "no such recipient",
    "no such user",
    "recipient does not exist",
    "recipient doesn't exist",
    "recipient not found",
    "recipient unknown",
    "to reach does not exist",
    "unknown address",
    "unknown local part",
    "unknown mailbox",
    "unknown recipient",
    "unknown user",
    "user does not exist",
    "user doesn't exist",
    "user not exist",
    "user not found",
    "user not known",
    "user unknown",
];
