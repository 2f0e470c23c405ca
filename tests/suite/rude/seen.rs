//! What a cell came to, in words.

use newsletter::campaign::ledger::DeliveryState;
use newsletter::campaign::policy::Cause;
use newsletter::campaign::run::Halt;

use super::drive::{Driven, Stretch};

/// One cell of the matrix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// How many connections the relay saw.
    pub(super) connections: usize,
    /// How many ends of messages.
    pub(super) dots: usize,
    /// What the ledger says: how many are in which state, how many were tried twice, how many
    /// addresses were suppressed, and why the run ended before everything was done.
    pub(super) ledger: String,
    /// What a polite relay got afterwards.
    pub(super) afterwards: String,
}

impl Seen {
    pub(super) fn of(driven: &Driven) -> Self {
        let Driven { rude, resent, polite } = driven;
        let dots = rude.log.heard.iter().filter(|(_, words)| words == ".").count();
        let taken = polite.log.taken.len();
        let afterwards = match (taken, *resent) {
            (0, _) => "-".to_owned(),
            (_, 0) => format!("{taken} sent"),
            (_, resent) if taken as u64 == resent => format!("{taken} sent again"),
            (_, resent) => format!("{taken} sent, {resent} of them again"),
        };
        Self { connections: rude.log.connections, dots, ledger: ledger(rude), afterwards }
    }
}

fn ledger(stretch: &Stretch) -> String {
    let count = |state| stretch.deliveries.iter().filter(|delivery| delivery.state == state).count();
    let order = [
        DeliveryState::Sent,
        DeliveryState::Deferred,
        DeliveryState::InDoubt,
        DeliveryState::Failed,
        DeliveryState::Pending,
        DeliveryState::Sending,
        DeliveryState::Suppressed,
        DeliveryState::Cancelled,
    ];
    let counts = order.into_iter().map(|state| (state.name().replace('_', " "), count(state)));
    let counts: Vec<_> = counts.filter(|(_, n)| *n > 0).map(|(name, n)| format!("{n} {name}")).collect();
    let mut words = vec![counts.join(", ")];
    let again =
        stretch.deliveries.iter().filter(|delivery| delivery.attempts > 1 && delivery.state == DeliveryState::Sent);
    words.extend(Some(again.count()).filter(|n| *n > 0).map(|n| format!("{n} tried twice")));
    words.extend(Some(stretch.suppressed).filter(|n| *n > 0).map(|n| format!("{n} suppressed")));
    words.extend(stretch.halt.as_ref().map(|halt| why(halt).to_owned()));
    words.join("; ")
}

fn why(halt: &Halt) -> &'static str {
    match halt {
        Halt::Later(_) => "the rest is due later",
        Halt::Quota(_) => "waits for the quota",
        Halt::Paused(Cause::Credentials, _) => "paused: credentials",
        Halt::Paused(Cause::Sender, _) => "paused: sender",
        Halt::Paused(Cause::Configuration, _) => "paused: configuration",
        Halt::Unreachable(_) => "gave up: unreachable",
        Halt::Unwilling(_) => "gave up: unwilling",
        Halt::Rejected(_) => "stopped: rejected",
        Halt::Unanswered(_) => "stopped: unanswered",
        Halt::Paused(Cause::Disk, _) | Halt::Interrupted | Halt::Limit | Halt::Ledger(_) => "not for the relay's sake",
    }
}
