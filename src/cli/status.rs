//! `newsletter status`.

use std::collections::BTreeSet;

use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::campaign::freeze::Settings;
use crate::campaign::ledger::{Answer, Delivery, DeliveryState, Domain, Kind, Picture, Standing};
use crate::campaign::pick::Picked;
use crate::campaign::status::{MessageIds, VERSION, recipient};
use crate::campaign::when;
use crate::cli::campaigns::{exit, next_or, open, pick, standings, words, zone};
use crate::cli::global::{Global, Place, shell};
use crate::cli::output::{Terminal, printable};
use crate::cli::table::{Align, shortened, table};
use crate::cli::{Exit, Failure};
use crate::language::grouped;
use crate::subscribers::List;

/// Show how campaigns stand: what was sent, what is left, and what servers said
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Show the newest campaign of this post: its file or its slug; without it all campaigns
    #[arg(value_name = "POST")]
    post: Option<String>,
    /// Show this campaign of the post instead of its newest
    #[arg(long, value_name = "NUMBER", requires = "post")]
    campaign: Option<u32>,
    /// Show every recipient as well
    #[arg(long, requires = "post")]
    recipients: bool,
    /// Show it in this form
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// For machines: one JSON document
    Json,
}

/// How many domains are shown, and how many of the words that each of them said.
const DOMAINS: usize = 20;
const WORDS: usize = 3;
/// How much is gathered before it is written.
const CHUNK: usize = 64 * 1024;

pub(super) fn run(args: &Args, global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    let place = global.open()?;
    match &args.post {
        Some(post) => one(args, post, &place, terminal),
        None => all(args, &place, terminal),
    }
}

fn all(args: &Args, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let standings = match open(place)? {
        Some((_, ledger)) => standings(&ledger)?,
        None => Vec::new(),
    };
    let zone = zone(place);
    // What one campaign of an issue reached nobody with, another may have brought to its end.
    let reached: BTreeSet<_> = standings.iter().filter(|one| one.has_reached()).map(|one| &one.campaign.slug).collect();
    let is_unfinished =
        |one: &&Standing| one.counts.left() > 0 || one.is_unfinished() && !reached.contains(&one.campaign.slug);
    let unfinished = standings.iter().find(is_unfinished);
    match args.format {
        Format::Json => {
            let campaigns: Vec<_> = standings.iter().map(listed).collect();
            terminal.result(&format!("{}\n", json!({ "version": VERSION, "campaigns": campaigns })))?;
        }
        Format::Human if standings.is_empty() => {
            terminal.say("Nothing was sent or scheduled yet");
            terminal.next(&place.command("list"));
        }
        Format::Human => {
            terminal.result(&overview(&standings, zone))?;
            let shown = unfinished.or(standings.first());
            let command = shown.map(|one| format!("status {}", shell(&one.campaign.slug))).unwrap_or_default();
            terminal.next(&place.command(&command));
        }
    }
    Ok(unfinished.map_or(Exit::Done, exit))
}

/// A campaign in the list of all.
fn listed(standing: &Standing) -> Value {
    let mut object = standing.json();
    object.insert("slug".to_owned(), standing.campaign.slug.clone().into());
    object.into()
}

fn overview(standings: &[Standing], zone: Tz) -> String {
    use Align::{Left, Right};
    use DeliveryState::{Deferred, Failed, InDoubt, Sent};
    let heads = ["campaign", "post", "state", "sent", "of", "deferred", "failed", "in doubt", "frozen"];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    for Standing { campaign, counts, .. } in standings {
        let mut row = vec![campaign.id.to_string(), printable(&campaign.slug), campaign.state.to_string()];
        row.push(grouped(counts.of(Sent)));
        row.push(grouped(counts.total()));
        row.extend([Deferred, Failed, InDoubt].map(|state| grouped(counts.of(state))));
        row.push(when::shown(campaign.frozen, zone));
        rows.push(row);
    }
    table(&[Right, Left, Left, Right, Right, Right, Right, Right, Left], &rows)
}

fn one(args: &Args, post: &str, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let (list, ledger, picked) = pick(place, post, args.campaign)?;
    let Some(latest) = picked.latest() else { return Ok(Exit::Done) };
    let zone = zone(place);
    ledger.picture(latest.campaign.id, |picture| {
        let standing = &picture.standing;
        match args.format {
            Format::Json if args.recipients => recipients(args.format, picture, &list, terminal)?,
            Format::Json => terminal.result(&format!("{}\n", Value::from(standing.json())))?,
            Format::Human => {
                terminal.result(&described(standing, zone))?;
                terminal.result(&by_domain(&picture.domains()?))?;
                others(&picked, terminal);
                let mut otherwise = format!("status {} --recipients", shell(&picked.slug));
                if args.recipients {
                    recipients(args.format, picture, &list, terminal)?;
                    "list".clone_into(&mut otherwise);
                }
                next_or(&otherwise, standing, place, zone, terminal);
            }
        }
        Ok(exit(standing))
    })
}

/// Names the older campaigns of the post.
fn others(picked: &Picked, terminal: &Terminal) {
    for other in picked.standings.iter().skip(1) {
        let id = other.campaign.id;
        terminal.say(&format!(
            "campaign {id} of the same post is {}: `status {} --campaign {id}`",
            other.campaign.state,
            shell(&picked.slug)
        ));
    }
}

/// A campaign in words.
fn described(standing: &Standing, zone: Tz) -> String {
    let Standing { campaign, counts, due, .. } = standing;
    let mut text = format!("Campaign {} of `{}`: {}", campaign.id, printable(&campaign.slug), campaign.state);
    if let Some(reason) = &campaign.reason {
        text = format!("{text}, {}", printable(&when::in_zone(reason, zone)));
    }
    let kind = match campaign.kind {
        Kind::First => None,
        Kind::New(of) => Some(format!("to those whom campaign {of} did not go to")),
        Kind::Correction(of) => Some(format!("a correction, to those who got campaign {of}")),
    };
    let facts = [
        Some(("subject", printable(&campaign.subject))),
        kind.map(|kind| ("kind", kind)),
        campaign.segment.as_ref().map(|name| ("segment", printable(name))),
        Some(("frozen", when::shown(campaign.frozen, zone))),
        campaign.scheduled.map(|at| ("scheduled", when::shown(at, zone))),
        campaign.started.map(|at| ("begun", when::shown(at, zone))),
        campaign.finished.map(|at| ("ended", when::shown(at, zone))),
        due.map(|at| ("next retry", when::shown(at, zone))),
    ];
    let facts: Vec<_> = facts.into_iter().flatten().map(|(name, value)| vec![name.to_owned(), value]).collect();
    let by_state = counts.iter().filter(|(_, count)| *count > 0).map(|(state, count)| (words(state), count));
    let by_state = by_state.chain([("total".to_owned(), counts.total())]);
    let counts: Vec<_> = by_state.map(|(name, count)| vec![name, grouped(count)]).collect();
    let facts = table(&[Align::Left, Align::Left], &facts);
    format!("{text}\n{facts}\n{}", table(&[Align::Left, Align::Right], &counts))
}

/// What became of the messages to each domain, and what its servers said.
fn by_domain(domains: &[Domain]) -> String {
    use Align::{Left, Right};
    use DeliveryState::{Deferred, Failed, InDoubt, Sent, Suppressed};
    let heads = ["domain", "sent", "of", "deferred", "failed", "in doubt", "suppressed"];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    let mut said = String::new();
    for domain in domains.iter().take(DOMAINS) {
        let counts = &domain.counts;
        let mut row = vec![name(domain), grouped(counts.of(Sent)), grouped(counts.total())];
        row.extend([Deferred, Failed, InDoubt, Suppressed].map(|state| grouped(counts.of(state))));
        rows.push(row);
        if !domain.words.is_empty() {
            said = format!("{said}\n{}:\n", name(domain));
        }
        for one in domain.words.iter().take(WORDS) {
            said = format!("{said}  {} {}: {}\n", grouped(one.count), words(one.state), answered(&one.answer));
        }
        if domain.words.len() > WORDS {
            said = format!("{said}  and {} more answers\n", domain.words.len() - WORDS);
        }
    }
    let mut text = format!("\n{}", table(&[Left, Right, Right, Right, Right, Right, Right], &rows));
    let rest = domains.get(DOMAINS..).unwrap_or_default();
    if !rest.is_empty() {
        let trouble: u64 = rest.iter().map(Domain::trouble).sum();
        let (rest, trouble) = (grouped(rest.len() as u64), grouped(trouble));
        text = format!("{text}and {rest} more domains, with {trouble} deferred, failed or in doubt\n");
    }
    text + &said
}

fn name(domain: &Domain) -> String {
    if domain.name.is_empty() { "(forgotten)".to_owned() } else { printable(&shortened(&domain.name, 60)) }
}

/// The server's own words.
fn answered(answer: &Answer) -> String {
    let Answer { code, enhanced, reply, .. } = answer;
    let parts = [code.map(|code| code.to_string()), enhanced.clone(), reply.clone()];
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    if text.is_empty() { "no answer".to_owned() } else { printable(&text) }
}

/// Every recipient, written in pieces: there may be a million.
fn recipients(format: Format, picture: &Picture<'_, '_>, list: &List, terminal: &Terminal) -> Result<(), Failure> {
    let campaign = &picture.standing.campaign;
    let template = picture.template()?;
    let settings: Option<Settings> = serde_json::from_str(&campaign.settings).ok();
    let keys = settings.and_then(|settings| list.keys().as_of(settings.key)).unwrap_or_else(|| list.keys().clone());
    let ids = match MessageIds::new(&template, &keys, list.id(), campaign.id) {
        Ok(ids) => Some(ids),
        // What became of them is told all the same.
        Err(error) => {
            terminal.say(&format!("no Message-ID can be told: {error}"));
            None
        }
    };
    let mut separator = "";
    let mut text = match format {
        Format::Human => "\n".to_owned(),
        // The list is the object's last member.
        Format::Json => {
            let object = Value::from(picture.standing.json()).to_string();
            format!("{},\"recipients\":[\n", object.trim_end_matches('}'))
        }
    };
    picture.deliveries(|delivery| {
        match format {
            Format::Human => text.push_str(&line(&delivery)),
            Format::Json => {
                let id = ids.as_ref().and_then(|ids| ids.of(&delivery));
                text.push_str(separator);
                text.push_str(&recipient(&delivery, id.as_deref()).to_string());
                separator = ",\n";
            }
        }
        if text.len() > CHUNK {
            terminal.result(&std::mem::take(&mut text))?;
        }
        Ok::<_, Failure>(())
    })?;
    if format == Format::Json {
        text.push_str("\n]}\n");
    }
    terminal.result(&text)
}

fn line(delivery: &Delivery) -> String {
    let address = if delivery.address.contains('@') { &delivery.address } else { "(forgotten)" };
    let state = words(delivery.state);
    let said = match delivery.answer {
        Answer { code: None, reply: None, .. } => String::new(),
        ref answer => format!("  {}", answered(answer)),
    };
    format!("{state:<10}  {}{said}\n", printable(address))
}
