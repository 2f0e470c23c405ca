//! Copies that no ledger knows of: tests for the writer's own eyes, and a rehearsal in files.

use std::path::Path;
use std::sync::Arc;

use chrono::Utc;

use crate::address::EmailAddress;
use crate::build;
use crate::campaign::freeze::{self, Audience, FreezeError, Report};
use crate::campaign::letters::Letters;
use crate::campaign::{gate, relay};
use crate::cli::findings::{self, Format};
use crate::cli::global::{Place, shell};
use crate::cli::output::Terminal;
use crate::cli::send::{Args, broken, one, template, to_mend};
use crate::cli::{Exit, Failure};
use crate::config::Mailbox;
use crate::message::dkim::Signer;
use crate::message::{MessageTemplate, Recipient, Stamp};
use crate::publication::LoadError;
use crate::smtp::{Connection, FolderRelay, Letter, Outcome, Permit, Relay, Reply, SessionError, Unsendable, Withheld};
use crate::subscribers::{FILE, List, ListError, State};
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
    let built = one(&publication, place)?;
    let (Some(document), Some(output)) = (&built.document, &built.output) else {
        return to_mend(&publication, &built, place, terminal);
    };
    findings::show(&gate::findings(&publication, &built), Format::Human, &place.folder(), terminal)?;
    let template = Arc::new(template(&publication, document, output)?);
    let config = &publication.config;
    let signer = relay::signer(config, place.root())?.map(Arc::new);
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
            Err(failure) => {
                exit = Exit::CouldNotRun;
                terminal.failed(&Failure::Copy(address.as_str().to_owned(), failure));
            }
        }
        if let Some(word) = list.as_ref().map(|list| passed_over(list, address)).transpose()?.flatten() {
            terminal.say(&format!("note: {} is {word}, and no issue goes there", address.as_str()));
        }
    }
    let slug = shell(document.front_matter.slug.as_str());
    let next = if exit == Exit::Done { format!("send {slug} --dry-run") } else { "doctor".to_owned() };
    terminal.next(&place.command(&next));
    Ok(exit)
}

/// Why an issue would not go to an address, in a word.
fn passed_over(list: &List, address: &EmailAddress) -> Result<Option<&'static str>, ListError> {
    if list.suppression(address)?.is_some() {
        return Ok(Some("suppressed"));
    }
    let left = list.find(address)?.filter(|subscriber| subscriber.state == State::Unsubscribed);
    Ok(left.map(|subscriber| subscriber.state.as_str()))
}

/// Why a copy did not go out.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum CopyError {
    #[error("{0}")]
    Refused(Reply),
    #[error(transparent)]
    Unsendable(Unsendable),
    #[error(transparent)]
    Session(SessionError),
}

impl CopyError {
    /// What to do about it.
    pub(in crate::cli) fn help(&self) -> Option<&'static str> {
        match self {
            Self::Refused(_) => {
                Some("the relay says why; `newsletter doctor` looks at sender, signature and DNS records")
            }
            Self::Unsendable(_) => None,
            Self::Session(error) => error.help(),
        }
    }
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
async fn send<R: Relay>(relay: &R, letters: &[Letter]) -> Vec<Result<String, CopyError>> {
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
                said.push(Err(CopyError::Session(error)));
                continue;
            }
        };
        said.push(match outcome {
            Outcome::Sent { reply, .. } => Ok(reply.text()),
            Outcome::Refused { reply, .. } => Err(CopyError::Refused(reply)),
            Outcome::Unsendable(fault) => Err(CopyError::Unsendable(fault)),
            Outcome::Lost { error, .. } => Err(CopyError::Session(error)),
        });
    }
    if let Some(connection) = connection {
        connection.quit().await;
    }
    said
}

/// Rehearses a campaign, and writes the messages to a folder, `most` of them at most.
pub(super) fn copies(
    list: &List,
    audience: &Audience<'_>,
    template: &Arc<MessageTemplate>,
    signer: Option<&Arc<Signer>>,
    folder: &Path,
    most: u64,
) -> Result<Report, Failure> {
    let relay = FolderRelay::open(folder)?;
    let runtime = super::run::runtime()?;
    let mut failed: Option<SessionError> = None;
    let mut written = 0;
    let mut write = |letter: &Letter| {
        if written == most || failed.is_some() {
            return;
        }
        written += 1;
        if let Outcome::Lost { error, .. } = runtime.block_on(relay.clone().send(letter, Free, None)).outcome {
            failed = Some(error);
        }
    };
    let report = freeze::rehearse(list, audience, template, signer, Utc::now(), Some(&mut write))?;
    failed.map_or(Ok(report), |error| Err(error.into()))
}
