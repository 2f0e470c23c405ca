//! What holds in every cell, whatever the relay does. It believes the relay's own log first.

use std::collections::BTreeSet;

use newsletter::campaign::ledger::{DeliveryState, State};

use super::base::{Base, READERS, SECOND, THIRD};
use super::drive::{Driven, Stretch};
use super::fault::{Case, Manner, Mode, Third};
use super::seen::Seen;
use crate::support::relay::MISBEHAVES;

/// What does not hold, in words.
pub(super) fn judge(case: &Case, mode: Mode, manner: Manner, driven: &Driven, seen: &Seen) -> Vec<String> {
    let mut wrong = Vec::new();
    let addresses = Base::of(case.third).addresses();
    if seen.ledger != case.ledger {
        wrong.push(format!("the ledger says `{}` and not `{}`: {:?}", seen.ledger, case.ledger, driven.rude.halt));
    }
    letters(&addresses, driven, &mut wrong);
    for stretch in [&driven.rude, &driven.polite] {
        dialogue(stretch, &addresses, case.third, &mut wrong);
    }
    if !case.at.starts_with("each") {
        bystanders(case, driven, &mut wrong);
    }
    match manner {
        Manner::GoesOn if driven.rude.log.connections != 1 => wrong.push("the connection was not kept".to_owned()),
        Manner::GoesOn | Manner::Either => {}
        Manner::Ends => aftermath(case, mode, &driven.rude, &mut wrong),
    }
    wrong
}

fn copies(stretch: &Stretch, address: &str) -> Vec<String> {
    let to = format!("<{address}>");
    stretch.log.taken.iter().filter(|(taken, _)| *taken == to).map(|(_, text)| text.clone()).collect()
}

/// Nobody is lost, nobody doubled unless in doubt, and a copy is a copy.
fn letters(addresses: &[&str; 6], driven: &Driven, wrong: &mut Vec<String>) {
    let Driven { rude, polite, .. } = driven;
    if rude.deliveries.len() != 6 || polite.deliveries.len() != 6 {
        wrong.push(format!("{} and {} deliveries of 6", rude.deliveries.len(), polite.deliveries.len()));
        return;
    }
    if polite.state != State::Finished {
        wrong.push(format!("it comes to no end, but to {}: {:?}", polite.state, polite.halt));
    }
    for (rank, address) in addresses.iter().enumerate() {
        let (before, after) = (&rude.deliveries[rank], &polite.deliveries[rank]);
        let (first, then) = (copies(rude, address), copies(polite, address));
        let doubted = before.state == DeliveryState::InDoubt;
        if first.len() > 1 || (first.len() + then.len() > 1 && !doubted) {
            wrong.push(format!("{address} is doubled: {} and {}, {}", first.len(), then.len(), before.state));
        }
        if !(first.is_empty() || doubted || before.state == DeliveryState::Sent) {
            wrong.push(format!("the relay took {address}, and the ledger says {}", before.state));
        }
        if before.state == DeliveryState::Sent && first.is_empty() {
            wrong.push(format!("{address} is sent, and the relay has nothing"));
        }
        if doubted && !rude.log.heard.iter().any(|(_, words)| words == ".") {
            wrong.push(format!("{address} is in doubt, and no dot was seen"));
        }
        match after.state {
            DeliveryState::Sent if first.is_empty() && then.is_empty() => wrong.push(format!("{address} is lost")),
            DeliveryState::Sent => {}
            DeliveryState::Failed if before.state == DeliveryState::Failed => {}
            other => wrong.push(format!("{address} ends as {other}")),
        }
        if let ([first], [then]) = (&first[..], &then[..])
            && first != then
        {
            wrong.push(format!("the second copy to {address} is another message"));
        }
    }
}

/// What reached the relay is our commands and our messages alone.
fn dialogue(stretch: &Stretch, addresses: &[&str; 6], third: Third, wrong: &mut Vec<String>) {
    if stretch.log.bare > 0 {
        wrong.push(format!("{} lines with a CR or LF alone", stretch.log.bare));
    }
    for (_, words) in &stretch.log.heard {
        let known = match words.split([' ', ':']).next().unwrap_or_default() {
            "." | MISBEHAVES | "DATA" | "RSET" | "QUIT" | "STARTTLS" => !words.contains(' '),
            "EHLO" | "HELO" | "AUTH" => true,
            "MAIL" => words.starts_with("MAIL FROM:<mira@upstream.example>"),
            "RCPT" => addresses.iter().any(|address| *words == format!("RCPT TO:<{address}>")),
            _ => false,
        };
        if !known {
            wrong.push(format!("the relay was told `{words}`"));
        }
    }
    for (to, text) in &stretch.log.taken {
        let head = text.split("\r\n\r\n").next().unwrap_or_default();
        let names: Vec<_> = head
            .split("\r\n")
            .filter(|line| !line.starts_with([' ', '\t']))
            .filter_map(|line| Some(line.split_once(':')?.0))
            .collect();
        let once: BTreeSet<_> = names.iter().collect();
        if once.len() != names.len() || names.iter().any(|name| name.eq_ignore_ascii_case("bcc")) {
            wrong.push(format!("the headers to {to} are {names:?}"));
        }
        let rank = addresses.iter().position(|address| *to == format!("<{address}>"));
        let Some(rank) = rank else {
            wrong.push(format!("a message went to {to}"));
            continue;
        };
        if rank == THIRD && third == Third::Long {
            wrong.extend((!text.contains("longwords")).then(|| format!("the message to {to} lacks its words")));
            continue;
        }
        let Ok(mail) = mailparse::parse_mail(text.as_bytes()) else {
            wrong.push(format!("the message to {to} cannot be read"));
            continue;
        };
        let body = mail.subparts.first().and_then(|part| part.get_body().ok()).unwrap_or_default();
        if !READERS[rank].town.split_whitespace().all(|word| body.contains(word)) || !body.contains("all is well.") {
            wrong.push(format!("the message to {to} lacks something: {body}"));
        }
    }
}

/// Whoever the fault did not meet has the letter at the first try, or was not tried.
fn bystanders(case: &Case, driven: &Driven, wrong: &mut Vec<String>) {
    let everybody = case.ledger.contains("6 tried twice") || case.ledger.contains("5 failed");
    for (rank, delivery) in driven.rude.deliveries.iter().enumerate() {
        let met = everybody || rank == THIRD || (rank == SECOND && case.at == "RSET");
        let untouched = match delivery.state {
            DeliveryState::Sent => delivery.attempts == 1,
            DeliveryState::Pending => delivery.attempts == 0,
            _ => false,
        };
        if !met && !untouched {
            wrong.push(format!("{} is {} after {} tries", delivery.address, delivery.state, delivery.attempts));
        }
    }
}

/// After a reply that cannot be trusted nothing is said any more: at the most, what was on its way
/// in the same group is still heard.
fn aftermath(case: &Case, mode: Mode, stretch: &Stretch, wrong: &mut Vec<String>) {
    for connection in 1..=stretch.log.connections {
        let said = stretch.log.heard.iter().filter(|(other, _)| *other == connection).map(|(_, words)| words.as_str());
        // The letter before RSET is refused on purpose, which is no misbehaviour.
        let said: Vec<&str> = said.skip_while(|words| case.at == "RSET" && *words != "RSET").collect();
        let Some(first) = said.iter().position(|words| *words == MISBEHAVES) else { continue };
        let after = said.iter().skip(first).filter(|words| **words != MISBEHAVES);
        let after: Vec<&str> = after.filter_map(|words| words.split([' ', ':']).next()).collect();
        let in_flight =
            mode != Mode::Plain && ["MAIL", "RCPT", "DATA"].windows(after.len().max(1)).any(|part| part == after);
        if !(after.is_empty() || in_flight) {
            wrong.push(format!("after its misbehaviour the relay was told {after:?}"));
        }
    }
}
