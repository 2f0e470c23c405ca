//! `newsletter resolve`.

use crate::address::EmailAddress;
use crate::campaign::ledger::Resolution;
use crate::campaign::pick::PickError;
use crate::cli::campaigns::{exit, grouped, next, pick, zone};
use crate::cli::global::Global;
use crate::cli::output::Terminal;
use crate::cli::subscribers::address;
use crate::cli::{Exit, Failure};

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
    for address in &decided.unknown {
        terminal.say(&format!("`{address}` is not in doubt"));
    }
    // What a run that died left under way was settled before, and may have had no doubt.
    if decided.changed == 0 {
        return Err(PickError::NoDoubt(picked.slug).into());
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
