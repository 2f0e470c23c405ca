//! What `newsletter.yaml` says, and whether it is enough.

use crate::build::build_issue;
use crate::config::{Config, FILE};
use crate::diagnostic::{Diagnostic, Severity, code};
use crate::doctor::{Check, Level};
use crate::files::Files;
use crate::post::Document;
use crate::post::front_matter::Status;
use crate::publication::{Post, Publication};

/// The newest post that is ready, as long as a message of it is.
pub(super) struct Newest {
    /// Its file.
    pub(super) path: String,
    /// Its bytes on the wire, near enough: signatures and readers' names come to it.
    pub(super) bytes: u64,
}

pub(super) fn examine(publication: &Publication) -> Vec<Check> {
    let config = &publication.config;
    let mut all: Vec<_> =
        publication.diagnostics.iter().filter(|found| !is_said_below(found)).map(of_finding).collect();
    if all.iter().all(|check| check.level < Level::Warning) {
        all.push(Check::ok("configuration", format!("`{FILE}` has no errors and no warnings")));
    }
    if config.from.is_none() {
        all.push(Check::error("from", "nobody sends the mail").help("set `from: {name: …, address: …}`"));
    }
    all.push(unsubscribe(config));
    all
}

fn is_said_below(found: &Diagnostic) -> bool {
    found.code == code::MISSING_UNSUBSCRIBE
}

fn of_finding(found: &Diagnostic) -> Check {
    let level = match found.severity {
        Severity::Note => Level::Note,
        Severity::Warning => Level::Warning,
        Severity::Error => Level::Error,
    };
    // Nothing is sent from there, whatever level the finding is given.
    let level = if found.code == code::FREEMAIL_FROM { Level::Error } else { level };
    let line = found.source.position(found.span.start).line;
    let message = format!("{}:{line}: {}", found.source.path(), found.message);
    let help = found.help.clone().unwrap_or_else(|| format!("`newsletter explain {}` tells more", found.code.name));
    Check::new("configuration", level, message).help(help)
}

fn unsubscribe(config: &Config) -> Check {
    const CHECK: &str = "unsubscribe";
    let leave = &config.unsubscribe;
    match (&leave.url, &leave.mailto) {
        (Some(url), _) if url.starts_with("https://") => Check::ok(CHECK, "readers leave with one click (RFC 8058)"),
        (Some(_), _) => Check::error(CHECK, "`unsubscribe.url` does not start with `https://`")
            .why("one-click leaving works by HTTPS alone (RFC 8058)")
            .help("write `https://` and have a certificate for it"),
        (None, Some(_)) => Check::warning(CHECK, "readers leave by mail alone")
            .why("Gmail and Yahoo ask senders of more than 5,000 messages a day for leaving with one click")
            .help("add `unsubscribe.url`, an `https://…/{token}` that takes the click"),
        (None, None) => Check::error(CHECK, "readers have no way to leave")
            .why("the law asks for one, and so do Gmail, Yahoo and every relay")
            .help("set `unsubscribe: {url: \"https://…/{token}\"}`, or `mailto: \"leave+{token}@…\"`"),
    }
}

/// The newest post that is ready, built; nothing where there is none without errors.
pub(super) fn newest(publication: &Publication, files: &dyn Files) -> Option<Newest> {
    let ready = publication.posts.iter().filter_map(|post| {
        let document = post.document.as_ref().filter(|document| document.front_matter.status == Status::Ready)?;
        Some((day(document), post))
    });
    let (_, post): (_, &Post) = ready.max_by(|one, other| one.0.cmp(&other.0))?;
    let output = build_issue(publication, post, files).output?;
    Some(Newest { path: post.path.to_string(), bytes: u64::try_from(output.message.len()).unwrap_or(u64::MAX) })
}

fn day(document: &Document) -> Option<chrono::NaiveDate> {
    document.front_matter.date.as_ref().map(|date| date.day)
}
