//! `newsletter resolve`.

use std::collections::BTreeMap;

use crate::address::EmailAddress;
use crate::campaign::ledger::{DeliveryState, Ledger, Resolution};
use crate::campaign::pick::PickError;
use crate::cli::campaigns::{exit, next, pick, words, zone};
use crate::cli::global::Global;
use crate::cli::output::Terminal;
use crate::cli::subscribers::address;
use crate::cli::{Exit, Failure};
use crate::diagnostic::nearest;
use crate::language::grouped;
use crate::token::CampaignId;

/// Decide about messages that are in doubt: the relay may have them, and nobody can tell
///
/// A connection that breaks after the end of a message and before the answer leaves it in doubt.
/// Whether its reader has it is for you to decide: look into the relay's log by the Message-ID that
/// `newsletter status POST --recipients --format json` shows.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Resolve the newest campaign of this post with a doubt: its file or its slug
    #[arg(value_name = "POST")]
    post: String,
    /// Decide about these addresses alone
    #[arg(value_name = "ADDRESS", value_parser = address)]
    addresses: Vec<EmailAddress>,
    #[command(flatten)]
    decision: Decision,
    /// Resolve this campaign of the post
    #[arg(long, value_name = "NUMBER")]
    campaign: Option<u32>,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Decision {
    /// Send them again, the same bytes with the same Message-ID: some may get it twice
    #[arg(long)]
    resend: bool,
    /// Take them for sent: some may not have got it
    #[arg(long)]
    assume_sent: bool,
}

pub(super) fn run(args: &Args, global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    let place = global.open()?;
    let (_, ledger, picked) = pick(&place, &args.post, args.campaign)?;
    let id = picked.to_resolve()?.campaign.id;
    let resolution = if args.decision.resend { Resolution::Resend } else { Resolution::AssumeSent };
    let addresses = Some(args.addresses.clone()).filter(|addresses| !addresses.is_empty());
    let decided = ledger.resolve(id, resolution, addresses, chrono::Utc::now())?;
    let why = if decided.unknown.is_empty() { Vec::new() } else { unknown(&ledger, id, &decided.unknown)? };
    if decided.changed == 0 {
        return Err(if why.is_empty() {
            PickError::NoDoubt(picked.slug).into()
        } else {
            Failure::NotInDoubt { slug: picked.slug, why }
        });
    }
    for (why, help) in why {
        terminal.say(&why);
        if let Some(help) = help {
            terminal.say(&help);
        }
    }
    let changed = grouped(decided.changed);
    terminal.say(&match resolution {
        Resolution::Resend => {
            format!(
                "{changed} to be sent again by the next run, with the same Message-ID: whoever has it may get it twice"
            )
        }
        Resolution::AssumeSent => format!("{changed} taken for sent: whoever has not got it will not get it"),
    });
    let standing = ledger.standing(id)?;
    next(&standing, &place, zone(&place), terminal);
    Ok(exit(&standing))
}

/// Why addresses are not in doubt, and which was meant.
fn unknown(
    ledger: &Ledger,
    id: CampaignId,
    unknown: &[EmailAddress],
) -> Result<Vec<(String, Option<String>)>, Failure> {
    let mut states: BTreeMap<&str, DeliveryState> = BTreeMap::new();
    let mut doubted = Vec::new();
    ledger.deliveries(id, |delivery| {
        if let Some(address) = unknown.iter().find(|address| address.as_str() == delivery.address) {
            states.insert(address.as_str(), delivery.state);
        }
        if delivery.state == DeliveryState::InDoubt {
            doubted.push(delivery.address);
        }
        Ok::<_, Failure>(())
    })?;
    let reason = |address: &EmailAddress| {
        if let Some(state) = states.get(address.as_str()) {
            return (format!("`{address}` is not in doubt: it is {}", words(*state)), None);
        }
        let near = nearest(address.as_str(), doubted.iter().map(String::as_str));
        let help = near.map(|near| format!("did you mean `{near}`?"));
        (format!("`{address}` is not among the readers of campaign {id}"), help)
    };
    Ok(unknown.iter().map(reason).collect())
}
