//! What follows from what became of a letter: a pure table.
//!
//! A [`Decision`] has two sides: what the delivery is now ([`Verdict`]) and how the sending goes
//! on ([`Course`]). An address is given up for good only where the server says that there is
//! nobody behind it, by one of three codes or in plain words; no reply about us, our mail or our
//! pace ever does that.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

use super::wording::Words;
use crate::smtp::{Command, Dot, EnhancedCode, Outcome, Reply, SessionError, Stage, Unsendable};

/// What follows from one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What the delivery is now.
    pub delivery: Verdict,
    /// How the sending goes on.
    pub sending: Course,
}

/// What a delivery is after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The relay has it.
    Sent,
    /// It is tried again when [`Backoff`](super::backoff::Backoff) says, and the attempt counts.
    Deferred,
    /// It failed; the address stays on the list.
    Failed,
    /// It failed, and nobody is behind the address: it is suppressed.
    Bounced,
    /// It waits as if it had not been tried; the attempt does not count. Never after a dot.
    Requeued,
    /// The relay may have it or not.
    InDoubt,
}

/// How a campaign goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Course {
    /// As before.
    Steady,
    /// At half the rate for some seconds.
    SlowDown,
    /// As before, unless too many such answers come together: see
    /// [`Breaker`](super::breaker::Breaker).
    CountRejection,
    /// Over a new connection, made after a pause that grows with each failure in a row.
    Reconnect,
    /// Not until the relay's quota is full again.
    AwaitQuota,
    /// Not until somebody has changed something.
    Pause(Cause),
}

/// Why a campaign is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The relay does not know us by our credentials.
    Credentials,
    /// The relay does not take mail from our sender.
    Sender,
    /// The relay cannot be used as it is configured.
    Configuration,
    /// Our own disk does not take what has to be noted or written.
    Disk,
}

const fn decision(delivery: Verdict, sending: Course) -> Decision {
    Decision { delivery, sending }
}

/// What follows from what became of a letter.
pub fn after_letter(outcome: &Outcome) -> Decision {
    match outcome {
        Outcome::Sent { .. } => decision(Verdict::Sent, Course::Steady),
        // Letters of one campaign are much alike: where a few in a row are too large, all are.
        Outcome::Unsendable(Unsendable::TooLarge { .. } | Unsendable::NeedsEightBitMime) => {
            decision(Verdict::Failed, Course::CountRejection)
        }
        Outcome::Unsendable(Unsendable::NeedsSmtpUtf8(_)) => decision(Verdict::Failed, Course::Steady),
        Outcome::Refused { stage, reply } => after_refusal(*stage, reply),
        Outcome::Lost { dot: Dot::Written, error } => decision(Verdict::InDoubt, after_failure(error)),
        Outcome::Lost { dot: Dot::Unwritten, error: SessionError::Abandoned } => {
            decision(Verdict::Requeued, Course::Steady)
        }
        // A letter at whose text the connection breaks each time must not be tried for ever.
        Outcome::Lost { dot: Dot::Unwritten, error } if at_body(error) => {
            decision(Verdict::Deferred, after_failure(error))
        }
        Outcome::Lost { dot: Dot::Unwritten, error } => decision(Verdict::Requeued, after_failure(error)),
    }
}

/// What follows for the campaign where there is no connection, or none any more. No recipient is
/// charged.
pub fn after_failure(error: &SessionError) -> Course {
    if error.is_authentication() {
        return Course::Pause(Cause::Credentials);
    }
    if error.is_configuration() {
        return Course::Pause(Cause::Configuration);
    }
    match error {
        SessionError::Withheld(_) | SessionError::File { .. } => Course::Pause(Cause::Disk),
        error if error.reply().is_some_and(|reply| Words::of(reply).our_quota()) => Course::AwaitQuota,
        _ => Course::Reconnect,
    }
}

fn at_body(error: &SessionError) -> bool {
    match error {
        SessionError::Timeout { command, .. }
        | SessionError::Closed(command)
        | SessionError::Broken { command, .. }
        | SessionError::Unreadable { command, .. } => *command == Command::Body,
        _ => false,
    }
}

/// What follows from a reply that says no.
pub fn after_refusal(stage: Stage, reply: &Reply) -> Decision {
    match decide(stage, reply) {
        // The dot was written: that it was an attempt cannot be undone.
        Decision { delivery: Verdict::Requeued, sending } if stage == Stage::Dot => {
            decision(Verdict::Deferred, sending)
        }
        decision => decision,
    }
}

fn decide(stage: Stage, reply: &Reply) -> Decision {
    let words = Words::of(reply);
    let enhanced = reply.enhanced();
    let subject = enhanced.map(|code| code.subject);
    if reply.is_shutdown() {
        return decision(Verdict::Requeued, Course::Reconnect);
    }
    if words.our_quota() {
        return decision(Verdict::Requeued, Course::AwaitQuota);
    }
    if reply.code() == 454 && subject != Some(7) {
        return decision(Verdict::Requeued, Course::SlowDown);
    }
    if reply.code() == 454 || words.our_pace() {
        return decision(Verdict::Deferred, Course::SlowDown);
    }
    if stage == Stage::Mail && is_too_large(reply) {
        return decision(Verdict::Failed, Course::CountRejection);
    }
    if stage == Stage::Mail {
        return if reply.is_permanent() {
            decision(Verdict::Requeued, Course::Pause(Cause::Sender))
        } else {
            decision(Verdict::Deferred, Course::SlowDown)
        };
    }
    if is_full(enhanced, &words) {
        return decision(Verdict::Deferred, Course::Steady);
    }
    if !reply.is_permanent() {
        let policy = enhanced.is_some_and(|code| code.subject == 7 && (26..=40).contains(&code.detail));
        return decision(
            Verdict::Deferred,
            match reply.code() {
                _ if policy => Course::CountRejection,
                450 => Course::SlowDown,
                _ => Course::Steady,
            },
        );
    }
    if subject == Some(7) || words.our_mail() {
        return decision(Verdict::Failed, Course::CountRejection);
    }
    if enhanced.is_some_and(|code| NOBODY.contains(&code)) {
        return decision(Verdict::Bounced, Course::Steady);
    }
    let bare = enhanced.is_none_or(|code| (code.subject, code.detail) == (0, 0));
    let at_message = matches!(stage, Stage::Data | Stage::Dot) && matches!(reply.code(), 552 | 554);
    if at_message {
        return decision(Verdict::Failed, Course::CountRejection);
    }
    decision(if bare && words.nobody() { Verdict::Bounced } else { Verdict::Failed }, Course::Steady)
}

/// The codes that say that nobody is behind an address: no such mailbox, no such domain, a domain
/// that takes no mail.
const NOBODY: [EnhancedCode; 3] = [EnhancedCode::new(5, 1, 1), EnhancedCode::new(5, 1, 2), EnhancedCode::new(5, 1, 10)];

/// Whether the sender is refused for the size that is told along with it (RFC 1870 §6.1).
fn is_too_large(reply: &Reply) -> bool {
    match reply.enhanced() {
        Some(code) => code == EnhancedCode::new(5, 3, 4),
        None => reply.code() == 552,
    }
}

/// Whether the reader's mailbox is full, which passes.
fn is_full(enhanced: Option<EnhancedCode>, words: &Words) -> bool {
    match enhanced {
        Some(EnhancedCode { subject: 2, detail: 2, .. }) => true,
        Some(EnhancedCode { subject: 0 | 2, detail: 0, .. }) | None => words.full(),
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests;
