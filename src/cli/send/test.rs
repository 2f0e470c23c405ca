//! Copies that no ledger knows of: tests for the writer's own eyes, and a rehearsal in files.

use std::path::Path;
use std::sync::Arc;

use chrono::Utc;

use crate::address::EmailAddress;
use crate::build;
use crate::campaign::freeze::{self, Audience, FreezeError, Report};
use crate::campaign::letters::Letters;
use crate::campaign::relay;
use crate::cli::global::Place;
use crate::cli::output::Terminal;
use crate::cli::send::{Args, broken, one, template};
use crate::cli::{Exit, Failure};
use crate::config::Mailbox;
use crate::message::dkim::Signer;
use crate::message::{MessageTemplate, Recipient, Stamp};
use crate::publication::LoadError;
use crate::smtp::{Connection, FolderRelay, Letter, Outcome, Permit, Relay, SessionError, Withheld};
use crate::subscribers::{FILE, List};
use crate::token::{CampaignId, PublicId};

/// A dot that no ledger asks about.
struct Free;

impl Permit for Free {
    fn spend(self) -> Result<(), Withheld<Self>> {
        Ok(())
    }
}

/// Sends test copies.
pub(super) fn run(args: &Args, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let post = args.post.as_deref().unwrap_or_default().to_owned();
    let publication = match build::open(&place.files, &place.selection(&[post])) {
        Err(LoadError::Config(found)) => return broken(&found, place, terminal),
        result => result?,
    };
    let (built, document) = one(&publication, place, terminal)?;
    let all = crate::campaign::gate::findings(&publication, &built);
    crate::cli::findings::show(&all, crate::cli::findings::Format::Human, &place.folder(), terminal)?;
    let Some(output) = &built.output else { return Ok(Exit::Findings) };
    let template = Arc::new(template(&publication, &document, output)?);
    let config = &publication.config;
    let signer = if config.dkim.is_some() { relay::signer(config, place.root())?.map(Arc::new) } else { None };
    let list = List::open_existing(&place.root().join(FILE)).ok();
    let letters: Vec<Letter> = args
        .test
        .iter()
        .map(|address| copy(address, &template, list.as_ref(), signer.as_ref(), &output.renditions.holes))
        .collect::<Result<_, _>>()?;
    let runtime = super::run::runtime()?;
    let outcomes = match &args.to_dir {
        Some(folder) => runtime.block_on(send(&FolderRelay::open(place.resolve(folder))?, &letters)),
        None => runtime.block_on(send(&relay::smtp(config, place.root())?, &letters)),
    };
    let mut exit = Exit::Done;
    for (address, outcome) in args.test.iter().zip(outcomes) {
        match outcome {
            Ok(said) => terminal.say(&format!("{}: {said}", address.as_str())),
            Err(said) => {
                exit = Exit::CouldNotRun;
                terminal.findings(&format!("error: {}: {said}\n", address.as_str()));
            }
        }
    }
    let slug = document.front_matter.slug.as_str();
    terminal.next(&place.command(&format!("send {slug} --dry-run")));
    Ok(exit)
}

/// The test copy for an address: of a subscriber as they are, of anybody else as a sample.
fn copy(
    address: &EmailAddress,
    template: &Arc<MessageTemplate>,
    list: Option<&List>,
    signer: Option<&Arc<Signer>>,
    holes: &crate::post::Holes,
) -> Result<Letter, Failure> {
    let now = Utc::now();
    let known = list.and_then(|list| list.find(address).ok().flatten());
    let recipient = if let Some(subscriber) = &known {
        let fields = serde_json::Value::Object(subscriber.fields.clone());
        let name = fields.get("name").and_then(serde_json::Value::as_str).map(str::to_owned);
        crate::campaign::letters::recipient(&subscriber.address, name.as_deref(), &fields.to_string())
            .map_err(|error| FreezeError::Letter { address: subscriber.address.clone(), error })?
    } else {
        let mailbox = Mailbox { name: None, address: address.clone() };
        Recipient { mailbox, ..Recipient::sample(holes) }
    };
    let nonce = PublicId(crate::subscribers::nonce()?);
    let keys = match list {
        Some(list) => list.keys().clone(),
        // Nothing is to be learnt from a token of nobody.
        None => crate::token::KeyRing::new(crate::subscribers::nonce()?),
    };
    let id = list.map_or_else(Default::default, List::id);
    let stamp = Stamp::test(&keys, id, nonce, now);
    let letters = Letters {
        template: Arc::clone(template),
        mint: keys.mint_of(id),
        campaign: CampaignId::default(),
        signer: signer.cloned(),
    };
    let made = letters.made(&recipient, &stamp, now.timestamp());
    Ok(made.map_err(|error| FreezeError::Letter { address: address.as_str().to_owned(), error })?)
}

/// Sends letters over one connection; what was said of each.
async fn send<R: Relay>(relay: &R, letters: &[Letter]) -> Vec<Result<String, String>> {
    let mut connection: Option<R::Connection> = None;
    let mut said = Vec::new();
    for letter in letters {
        let ready = match connection.take() {
            Some(connection) => Ok(connection),
            None => relay.connect().await,
        };
        let outcome = match ready {
            Ok(ready) => {
                let turn = ready.send(letter, Free, None).await;
                connection = turn.connection;
                turn.outcome
            }
            Err(error) => {
                said.push(Err(error.to_string()));
                continue;
            }
        };
        said.push(match outcome {
            Outcome::Sent { reply, .. } => Ok(reply.text()),
            Outcome::Refused { reply, .. } => Err(format!("{} {}", reply.code(), reply.text())),
            Outcome::Unsendable(fault) => Err(fault.to_string()),
            Outcome::Lost { error, .. } => Err(error.to_string()),
        });
    }
    if let Some(connection) = connection {
        connection.quit().await;
    }
    said
}

/// Rehearses a campaign, and writes every message to a folder.
pub(super) fn copies(
    list: &List,
    audience: &Audience<'_>,
    template: &Arc<MessageTemplate>,
    signer: Option<&Arc<Signer>>,
    folder: &Path,
) -> Result<Report, Failure> {
    let relay = FolderRelay::open(folder)?;
    let runtime = super::run::runtime()?;
    let mut failed: Option<SessionError> = None;
    let mut write = |letter: &Letter| {
        if failed.is_none()
            && let Outcome::Lost { error, .. } = runtime.block_on(relay.clone().send(letter, Free, None)).outcome
        {
            failed = Some(error);
        }
    };
    let report = freeze::rehearse(list, audience, template, signer, Utc::now(), Some(&mut write))?;
    failed.map_or(Ok(report), |error| Err(error.into()))
}
