//! `newsletter cancel`.

use crate::archive::Archive;
use crate::campaign::ledger::{DeliveryState, State};
use crate::cli::ask::confirm;
use crate::cli::campaigns::{exit, next, pick, zone};
use crate::cli::global::Global;
use crate::cli::output::{Terminal, printable};
use crate::cli::{Exit, Failure};
use crate::language::grouped;

/// Cancel a campaign: what is not sent is never sent; what is sent stays sent
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Cancel the newest campaign of this post that has not ended: its file or its slug
    #[arg(value_name = "POST")]
    post: String,
    /// Cancel this campaign of the post
    #[arg(long, value_name = "NUMBER")]
    campaign: Option<u32>,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

pub(super) fn run(args: &Args, global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    let place = global.open()?;
    let (_, ledger, picked) = pick(&place, &args.post, args.campaign)?;
    let standing = picked.to_cancel()?;
    let id = standing.campaign.id;
    let open = [DeliveryState::Pending, DeliveryState::Deferred];
    let open: u64 = open.map(|state| standing.counts.of(state)).iter().sum();
    let question = format!(
        "cancel campaign {id} of `{}`? {} of {} are not sent and never will be",
        printable(&picked.slug),
        grouped(open),
        grouped(standing.counts.total())
    );
    if !args.yes && !confirm(&question, terminal)? {
        terminal.say("nothing was changed");
        return Ok(exit(standing));
    }
    let was_running = standing.campaign.state == State::Running;
    ledger.cancel(id, chrono::Utc::now())?;
    let standing = ledger.standing(id)?;
    let of = |state| grouped(standing.counts.of(state));
    terminal.say(&format!(
        "cancelled campaign {id}: {} sent, {} not",
        of(DeliveryState::Sent),
        of(DeliveryState::Cancelled)
    ));
    // What nobody got, and nothing is on its way of, leaves no record.
    if !standing.has_reached() && Archive::of(place.root()).withdraw(&picked.slug)? {
        terminal.say("its record is taken out of the archive");
    }
    if was_running && standing.counts.of(DeliveryState::Sending) > 0 {
        terminal.say(&format!(
            "{} on the wire: the run that is on finishes what it has there, and stops",
            of(DeliveryState::Sending)
        ));
    }
    next(&standing, &place, zone(&place), terminal);
    Ok(exit(&standing))
}
