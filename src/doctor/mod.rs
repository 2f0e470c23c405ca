//! Whether a publication is ready to send: configuration, relay, DNS, database, clock.
//!
//! Each [`Check`] says what was looked at and what was found; where that is not well, why it
//! matters and what to do about it. What cannot be looked at is a note, never a guess.

mod bounces;
mod clock;
mod database;
mod dkim;
mod dmarc;
pub mod dns;
mod relay;
mod rewriting;
mod secrets;
mod setup;
mod spf;
mod tags;

use std::path::Path;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::campaign;
use crate::config::Config;
use crate::files::Files;
use crate::message::dkim::Signer;
use crate::publication::Publication;
use dns::{DnsError, Resolver};

/// How well something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// As it should be.
    Ok,
    /// Worth knowing, or not to be looked at from here.
    Note,
    /// Some readers may be served badly.
    Warning,
    /// Nothing should be sent like this.
    Error,
}

impl Level {
    /// The word that people and JSON use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Which, as machines know it: `spf`.
    pub check: &'static str,
    /// How well it is.
    pub level: Level,
    /// What was found: lower case, no full stop, names in backticks.
    pub message: String,
    /// Why it matters, where it is not well.
    pub why: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Check {
    fn new(check: &'static str, level: Level, message: impl Into<String>) -> Self {
        Self { check, level, message: message.into(), why: None, help: None }
    }

    fn ok(check: &'static str, message: impl Into<String>) -> Self {
        Self::new(check, Level::Ok, message)
    }

    fn note(check: &'static str, message: impl Into<String>) -> Self {
        Self::new(check, Level::Note, message)
    }

    fn warning(check: &'static str, message: impl Into<String>) -> Self {
        Self::new(check, Level::Warning, message)
    }

    fn error(check: &'static str, message: impl Into<String>) -> Self {
        Self::new(check, Level::Error, message)
    }

    fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// What is looked at, and by what.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The publication with all its posts.
    pub publication: &'a Publication,
    /// Its files.
    pub files: &'a dyn Files,
    /// Its folder.
    pub root: &'a Path,
    /// Whom to ask for names.
    pub resolver: &'a Resolver,
    /// What this machine takes the time to be.
    pub now: DateTime<Utc>,
}

/// Looks at everything, in the order in which it is best mended. Secrets are fetched, which may ask
/// the user; nothing is sent.
pub async fn examine(subject: &Subject<'_>) -> Vec<Check> {
    let Subject { publication, files, root, resolver, now } = *subject;
    let config = &publication.config;
    let mut all = setup::examine(publication);
    all.extend(secrets::examine(config, root));
    all.extend(database::examine(root));
    let (signer, checks) = signer(config, root);
    all.extend(checks);
    all.extend(rewriting::examine(config));
    all.extend(relay::examine(config, root, setup::newest(publication, files), now).await);
    all.extend(names(config, signer.as_ref(), resolver));
    all.push(clock::examine(config, now));
    all
}

/// Who signs.
fn signer(config: &Config, root: &Path) -> (Option<Signer>, Option<Check>) {
    match campaign::relay::signer(config, root) {
        Ok(Some(signer)) => (Some(signer), None),
        Ok(None) if config.dkim.is_some() => {
            (None, Some(Check::note("dkim", "the relay signs; its keys and records are its own")))
        }
        Ok(None) => {
            let check = Check::warning("dkim", "nothing says who signs the mail")
                .why("Gmail and Yahoo ask senders of bulk mail for a DKIM signature of their domain")
                .help("set `dkim: {sign: relay}` if the relay signs for your domain, else make a key with `newsletter dkim keygen`");
            (None, Some(check))
        }
        Err(error) => (None, Some(Check::error("dkim", error.to_string()).help(error.help()))),
    }
}

type Question<'a> = &'a dyn Fn() -> Result<Vec<Check>, DnsError>;

/// What DNS says of the domains that the mail is from.
fn names(config: &Config, signer: Option<&Signer>, resolver: &Resolver) -> Vec<Check> {
    let Some(from) = config.from.as_ref().map(|from| from.address.domain()) else { return Vec::new() };
    // Where bounces go to is the envelope's sender.
    let envelope = config.bounces.as_deref().and_then(|bounces| bounces.rsplit_once('@')).map_or(from, |(_, of)| of);
    let envelope = envelope.to_ascii_lowercase();
    let questions: [(&'static str, Question<'_>); 4] = [
        ("spf", &|| spf::examine(&envelope, resolver)),
        ("dkim", &|| signer.map_or_else(|| Ok(Vec::new()), |signer| dkim::examine(signer, resolver))),
        ("dmarc", &|| dmarc::examine(from, &envelope, signer, resolver)),
        ("bounces", &|| bounces::examine(&envelope, resolver)),
    ];
    let mut all = Vec::new();
    for (check, ask) in questions {
        match ask() {
            Ok(found) => all.extend(found),
            Err(error) if error.is_silence() => {
                let message = format!("SPF, DKIM, DMARC and the domain of bounces are not checked: {error}");
                all.push(Check::note("dns", message).help("name a name server that does, with `--resolver ADDRESS`"));
                break;
            }
            Err(error) => all.push(Check::warning(check, format!("not checked: {error}")).help("try again later")),
        }
    }
    all
}

/// What was found of a name; nothing where there is no such name.
fn found<T>(answer: Result<Vec<T>, DnsError>) -> Result<Vec<T>, DnsError> {
    match answer {
        Err(DnsError::NoSuchName(_)) => Ok(Vec::new()),
        answer => answer,
    }
}
