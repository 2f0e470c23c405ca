//! What has to hold of a folder after a loss of power.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use newsletter::campaign::ledger::{Delivery, DeliveryState, Ledger, LedgerError, State};
use newsletter::store::{Store, StoreError};
use newsletter::subscribers::List;
use newsletter::subscribers::suppression::Reason;
use newsletter::token::CampaignId;

use crate::campaign::{ParseAddress as _, Recorded, Told, database, finish};
use crate::reader::{Manner, manner};
use crate::relay::{Fake, Heard, Sink};

/// Sees that a folder holds what was told and sent before the event `cut`, and that its campaign
/// comes to a good end.
pub(crate) fn judge(folder: &Path, recorded: &Recorded, cut: usize) -> Result<(), String> {
    let told: Vec<&Told> = recorded.tale.iter().filter(|(at, _)| *at <= cut).map(|(_, told)| told).collect();
    let heard: Vec<Heard> = recorded.sink.heard.iter().filter(|heard| heard.at <= cut).cloned().collect();
    let store = Store::open(&database(folder)).map_err(|error| format!("cannot be opened: {error}"))?;
    sound(&store)?;
    let list = List::of(store).map_err(|error| format!("is no list: {error}"))?;
    kept(&list, &told)?;
    let ledger = Ledger::new(list.store().clone());
    let campaigns = ledger.campaigns().map_err(|error| error.to_string())?;
    if campaigns.is_empty() {
        return if heard.is_empty() { Ok(()) } else { Err("has no campaign".to_owned()) };
    }
    let mut sink = Sink { heard, ..Sink::default() };
    for told in &told {
        match told {
            Told::Left(address) | Told::Suppressed(address) => drop(sink.left.insert(address.clone())),
            Told::InDoubt(addresses) => {
                for address in addresses {
                    *sink.resent.entry(address.clone()).or_default() += 1;
                }
            }
            _ => {}
        }
    }
    let before = deliveries(&ledger)?;
    accounted(&before, &sink)?;
    let doubtful: Vec<String> = before
        .iter()
        .filter(|delivery| matches!(delivery.state, DeliveryState::Sending | DeliveryState::InDoubt))
        .map(|delivery| delivery.address.clone())
        .collect();
    let sink = Arc::new(Mutex::new(sink));
    let fake = Arc::new(Fake { sink: Arc::clone(&sink), now: || usize::MAX, tell: Box::new(|_| ()) });
    let doubted = Mutex::new(Vec::new());
    let tell = |told| {
        if let Told::InDoubt(addresses) = told {
            doubted.lock().unwrap().extend(addresses);
        }
    };
    finish(list.clone(), fake, None, &tell).map_err(|error| format!("cannot be sent on: {error}"))?;
    let sink = std::mem::take(&mut *sink.lock().unwrap());
    for address in doubted.into_inner().unwrap() {
        let is_lost = matches!(manner(&address), Manner::LostAndTaken | Manner::LostAndNotTaken);
        if !is_lost && !doubtful.contains(&address) {
            return Err(format!("{address} is in doubt for no reason"));
        }
    }
    if !sink.faults.is_empty() {
        return Err(sink.faults.join("; "));
    }
    ended(&list, &ledger, &sink)?;
    sound(list.store())
}

/// Whether SQLite finds the database whole.
fn sound(store: &Store) -> Result<(), String> {
    for (question, good) in [("PRAGMA integrity_check", vec!["ok".to_owned()]), ("PRAGMA foreign_key_check", vec![])] {
        let found = store.read(|tx| tx.all(question, &[], |row| row.get::<String>(0)));
        let found: Vec<String> = found.map_err(|error: StoreError| format!("cannot be checked: {error}"))?;
        if found != good {
            return Err(format!("is damaged: {found:?}"));
        }
    }
    Ok(())
}

/// Whether everything is there that somebody was told is there.
fn kept(list: &List, told: &[&Told]) -> Result<(), String> {
    let rows = list.store().read(|tx| {
        tx.all("SELECT address, status FROM subscriber", &[], |row| {
            Ok::<_, StoreError>((row.get::<String>(0)?, row.get::<String>(1)?))
        })
    });
    let rows: BTreeMap<String, String> = rows.map_err(|error| error.to_string())?.into_iter().collect();
    let counts = || Ledger::new(list.store().clone()).counts(CampaignId(1));
    for told in told {
        let is_kept = match told {
            Told::Imported(addresses) => addresses.iter().all(|address| rows.contains_key(address)),
            Told::Left(address) => rows.get(address).is_some_and(|status| status == "unsubscribed"),
            Told::Suppressed(address) => {
                matches!(list.suppression(&address.parse_address()), Ok(Some(Reason::Manual)))
            }
            Told::Frozen => counts().is_ok(),
            Told::Ended(told) => counts().is_ok_and(|counts| {
                let for_good = [DeliveryState::Sent, DeliveryState::Failed, DeliveryState::Suppressed];
                for_good.map(|state| counts.of(state)).iter().sum::<u64>() >= *told
            }),
            Told::Finished => counts().is_ok_and(|counts| counts.left() == 0),
            Told::InDoubt(_) => true,
        };
        if !is_kept {
            return Err(format!("has lost what it told: {told:?}"));
        }
    }
    Ok(())
}

/// Whether every dot that the relay saw is known: as a try that ended, or as one under way.
fn accounted(deliveries: &[Delivery], sink: &Sink) -> Result<(), String> {
    for delivery in deliveries {
        let tries = delivery.attempts as usize + usize::from(delivery.state == DeliveryState::Sending);
        let dots = sink.dots(&delivery.address);
        if dots > tries {
            return Err(format!("{} is {}, with {dots} dots and {tries} tries", delivery.address, delivery.state));
        }
    }
    let unknown = sink.heard.iter().find(|heard| deliveries.iter().all(|delivery| delivery.address != heard.address));
    unknown.map_or(Ok(()), |heard| Err(format!("{} got it and is no recipient", heard.address)))
}

/// Whether everybody came to the end that the relay gave them.
fn ended(list: &List, ledger: &Ledger, sink: &Sink) -> Result<(), String> {
    let campaign = ledger.campaign(CampaignId(1)).map_err(|error| error.to_string())?;
    if campaign.state != State::Finished {
        return Err(format!("ends as {}", campaign.state));
    }
    for Delivery { address, state, .. } in deliveries(ledger)? {
        let manner = manner(&address);
        let is_good = match state {
            DeliveryState::Sent => sink.taken(&address) > 0,
            DeliveryState::Failed => manner.bounces() || manner == Manner::Disabled,
            DeliveryState::Suppressed => is_gone(list, &address)?,
            _ => false,
        };
        if !is_good {
            return Err(format!(
                "{address} ends as {state}, and the relay heard {:?}",
                sink.of(&address).collect::<Vec<_>>()
            ));
        }
        if state == DeliveryState::Failed
            && manner.bounces()
            && !matches!(list.suppression(&address.parse_address()), Ok(Some(Reason::Bounced)))
        {
            return Err(format!("{address} bounced and is not suppressed"));
        }
    }
    Ok(())
}

fn is_gone(list: &List, address: &str) -> Result<bool, String> {
    let address = address.to_owned().parse_address();
    let found = list.find(&address).map_err(|error| error.to_string())?;
    Ok(found.is_none_or(|subscriber| subscriber.state != newsletter::subscribers::State::Active))
}

fn deliveries(ledger: &Ledger) -> Result<Vec<Delivery>, String> {
    let mut all = Vec::new();
    let looked = ledger.deliveries(CampaignId(1), |delivery| {
        all.push(delivery);
        Ok::<_, LedgerError>(())
    });
    looked.map_err(|error| error.to_string())?;
    Ok(all)
}
