//! What the commands about campaigns share.

use chrono_tz::Tz;

use crate::campaign::ledger::{DeliveryState, Ledger, Standing};
use crate::campaign::pick::{PickError, Picked};
use crate::campaign::run::is_for_its_text;
use crate::campaign::status::Step;
use crate::campaign::when;
use crate::cli::Exit;
use crate::cli::Failure;
use crate::cli::global::{Place, shell};
use crate::cli::output::Terminal;
use crate::language::grouped;
use crate::publication::{Outline, Publication};
use crate::subscribers::{FILE, List};
use crate::token::CampaignId;

/// The list of the publication with its ledger, where there is one.
pub(super) fn open(place: &Place) -> Result<Option<(List, Ledger)>, Failure> {
    let path = place.root().join(FILE);
    if !path.exists() {
        return Ok(None);
    }
    let list = List::open_existing(&path)?;
    let ledger = Ledger::new(list.store().clone());
    Ok(Some((list, ledger)))
}

/// The campaigns of the post that the user named.
pub(super) fn pick(place: &Place, post: &str, number: Option<u32>) -> Result<(List, Ledger, Picked), Failure> {
    let unknown = || PickError::Unknown { written: post.to_owned(), nearest: None };
    let (list, ledger) = open(place)?.ok_or_else(unknown)?;
    // Without its posts the ledger alone tells.
    let outlines = Outline::all(&place.files).unwrap_or_default();
    let mut picked = Picked::find(&ledger, &place.wanted(post), &outlines, number.map(CampaignId))?;
    picked.standings = settled(&ledger, picked.standings)?;
    Ok((list, ledger, picked))
}

/// How all campaigns stand, the newest first.
pub(super) fn standings(ledger: &Ledger) -> Result<Vec<Standing>, Failure> {
    settled(ledger, ledger.standings(None)?)
}

/// The same, once what is left of runs that died was settled.
fn settled(ledger: &Ledger, standings: Vec<Standing>) -> Result<Vec<Standing>, Failure> {
    let now = chrono::Utc::now();
    standings.into_iter().map(|standing| Ok(ledger.settled(standing, now)?)).collect()
}

/// The zone of times without an offset. Whoever asks how a campaign stands is told so, whatever is
/// wrong with the configuration by now.
pub(super) fn zone(place: &Place) -> Tz {
    Publication::load_config(&place.files).map_or(Tz::UTC, |config| config.timezone)
}

/// Says what is left to do, and names the first command for it.
pub(super) fn next(standing: &Standing, place: &Place, zone: Tz, terminal: &Terminal) {
    let otherwise = format!("status {}", shell(&standing.campaign.slug));
    next_or(&otherwise, standing, place, zone, terminal);
}

/// The same, with the command for where nothing is left.
pub(super) fn next_or(otherwise: &str, standing: &Standing, place: &Place, zone: Tz, terminal: &Terminal) {
    let post = shell(&standing.campaign.slug);
    let steps = standing.steps(chrono::Utc::now());
    for step in &steps {
        terminal.say(&explained(*step, standing, zone, &post));
    }
    let first = steps.first().map(|step| step.arguments(&post));
    terminal.next(&place.command(first.as_deref().unwrap_or(otherwise)));
}

/// 3 where something is left to do or to decide.
pub(super) fn exit(standing: &Standing) -> Exit {
    if standing.is_unfinished() { Exit::Unfinished } else { Exit::Done }
}

/// How to send the post as it is by now, instead of what was frozen of it.
pub(super) fn anew(standing: &Standing, post: &str) -> String {
    if standing.has_reached() {
        format!("`cancel {post}`, then `send {post} --to-new` for those who have not got it")
    } else {
        format!("`cancel {post}`, then `send {post}`")
    }
}

fn explained(step: Step, standing: &Standing, zone: Tz, post: &str) -> String {
    let of = |state| grouped(standing.counts.of(state));
    match step {
        Step::Send if standing.campaign.reason.as_deref().is_some_and(is_for_its_text) => format!(
            "{} to send: `send {post}` goes on with the text as it was frozen; once the letter is mended: {}",
            of(DeliveryState::Pending),
            anew(standing, post)
        ),
        Step::Send => format!("{} to send: `send {post}` goes on where it stopped", of(DeliveryState::Pending)),
        Step::Missed { at } => format!(
            "{} were to go out at {}, and nothing ran to send them: `send {post}` sends them now, `cancel {post}` \
             gives them up; then `send {post} --at TIME` sets another time",
            of(DeliveryState::Pending),
            when::shown(at, zone)
        ),
        Step::Begin { at } => format!(
            "{} wait for {}: `send --due` begins, by cron or the timer of `schedule print`",
            of(DeliveryState::Pending),
            when::shown(at, zone)
        ),
        Step::Wave { at } => {
            format!(
                "{} wait for the wave of {}: `send --due` sends it then, by cron or the timer of `schedule print`",
                of(DeliveryState::Pending),
                when::shown(at, zone)
            )
        }
        Step::Retry { due } => {
            format!(
                "{} deferred, the next is due {}: `send {post} --wait` waits for it, or `send --due` sends it then, by \
                 cron or the timer of `schedule print`",
                of(DeliveryState::Deferred),
                when::shown(due, zone)
            )
        }
        Step::Resolve => format!(
            "{} in doubt, the relay may have them: `resolve {post} --resend` sends them again, with the same \
             Message-ID, and some may get it twice; `--assume-sent` takes them for sent, and some may not have got it",
            of(DeliveryState::InDoubt)
        ),
        Step::Assume => format!(
            "{} in doubt: nothing of a cancelled campaign is sent again; `resolve {post} --assume-sent` takes them \
             for sent",
            of(DeliveryState::InDoubt)
        ),
        Step::RetryFailed => {
            let nobody = if standing.reached_nobody() { "nobody has got it; " } else { "" };
            let (failed, able) = (of(DeliveryState::Failed), grouped(standing.retryable));
            let able = if able == failed { "them".to_owned() } else { format!("{able} of them") };
            format!("{nobody}{failed} failed: `send {post} --retry-failed` tries {able} once more")
        }
        Step::OtherRelay => format!(
            "{} failed, for this relay cannot take them: with one in `smtp` that can, `send {post} --retry-failed` tries \
             them once more; `doctor` shows what a relay offers",
            grouped(standing.unfit)
        ),
        Step::Unreachable => format!(
            "nobody has got it, and nobody whom it was for can be written to; `send {post} --to-new` sends it to others \
             once they are on the list"
        ),
        Step::ToRest => format!(
            "{} have not got it: `send {post} --to-new` sends it to them, should they get it after all",
            of(DeliveryState::Cancelled)
        ),
    }
}

/// A state in words.
pub(super) fn words(state: DeliveryState) -> String {
    state.name().replace('_', " ")
}
