//! Approvals: somebody has read an issue, and what is sent is what they read.
//!
//! What is approved is the issue as a reader gets it, not the file that it is written in: sender,
//! subject, preheader and the whole text part, with the places of subscribers' values as they are
//! written, and the hash of its HTML with its images. So a change in an included file, in a
//! template or in the configuration counts as much as one in the post, and one that reaches no
//! reader, as of the post's status, does not count.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use crate::build::Output;
use crate::config::{Config, Mailbox};
use crate::post::Document;
use crate::post::tree::Hole;
use crate::render::AssetPlace;
use crate::store::{Store, StoreError, values};

/// Whether a text was approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Approval {
    /// As it is.
    Approved {
        /// When.
        at: DateTime<Utc>,
        /// Who said so.
        by: Option<String>,
    },
    /// Never.
    Never,
    /// It was, and has changed since.
    Changed {
        /// When it was approved.
        at: DateTime<Utc>,
        /// Who said so.
        by: Option<String>,
        /// What has changed since, as a unified diff.
        diff: String,
    },
}

/// What is approved of a built issue.
pub fn text(config: &Config, document: &Document, output: &Output) -> String {
    let header = &document.front_matter;
    let holes = &output.renditions.holes;
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        text.push_str(&[name, ": ", value, "\n"].concat());
    };
    for (name, mailbox) in [("From", &config.from), ("Reply-To", &config.reply_to)] {
        if let Some(mailbox) = mailbox {
            line(name, &shown(mailbox));
        }
    }
    line("Subject", header.subject.as_deref().unwrap_or(&header.title));
    if let Some(preheader) = &header.preheader {
        line("Preheader", preheader);
    }
    // The names of images hold the hash of their content.
    let html = output.assets.place(&output.renditions.email, &AssetPlace::Folder("images/".to_owned()));
    line("HTML", &hash(holes.replace(&html, written).as_bytes()));
    for attachment in output.assets.attachments() {
        line("Attachment", &format!("{} {}", attachment.name, hash(&attachment.bytes)));
    }
    text.push('\n');
    text.push_str(&holes.replace(&output.renditions.text, written));
    text
}

/// A hole as a post has it.
fn written(hole: &Hole) -> String {
    let field = &hole.field;
    match &hole.default {
        Some(default) => format!("{{{{default subscriber.{field} {default:?}}}}}"),
        None => format!("{{{{subscriber.{field}}}}}"),
    }
}

fn shown(mailbox: &Mailbox) -> String {
    let Mailbox { name, address } = mailbox;
    let address = address.as_str();
    name.as_ref().map_or_else(|| address.to_owned(), |name| format!("{name} <{address}>"))
}

fn hash(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// Notes that `text` is approved, in the place of what was approved before of the same post.
///
/// # Errors
/// When the database fails.
pub fn approve(store: &Store, slug: &str, text: &str, by: Option<&str>, now: DateTime<Utc>) -> Result<(), StoreError> {
    let (slug, text, by) = (slug.to_owned(), text.to_owned(), by.map(str::to_owned));
    store.write(move |tx| {
        tx.run(
            "INSERT INTO approval (slug, text, at, by) VALUES (?, ?, ?, ?)
             ON CONFLICT (slug) DO UPDATE SET text = excluded.text, at = excluded.at, by = excluded.by",
            values![&slug, &text, now.timestamp(), by.as_deref()],
        )?;
        Ok(())
    })
}

/// Whether `text`, which [`text`] made of a post, is what was approved of it.
///
/// # Errors
/// When the database fails.
pub fn check(store: &Store, slug: &str, text: &str) -> Result<Approval, StoreError> {
    let found = store.read(|tx| {
        tx.first("SELECT text, at, by FROM approval WHERE slug = ?", values![slug], |row| {
            Ok::<(String, i64, Option<String>), StoreError>((row.get(0)?, row.get(1)?, row.get(2)?))
        })
    })?;
    let Some((approved, at, by)) = found else { return Ok(Approval::Never) };
    let damaged = || StoreError::Corrupt(format!("{at} is not a time"));
    let at = DateTime::from_timestamp(at, 0).ok_or_else(damaged)?;
    if approved == text {
        return Ok(Approval::Approved { at, by });
    }
    let diff = similar::TextDiff::from_lines(approved.as_str(), text);
    let diff = diff.unified_diff().header("approved", "now").to_string();
    Ok(Approval::Changed { at, by, diff })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_approved_until_it_changes_and_again_after_a_new_approval() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("subscribers.db")).unwrap();
        let (then, later) = (DateTime::UNIX_EPOCH, DateTime::from_timestamp(3600, 0).unwrap());
        assert_eq!(check(&store, "west", "one\ntwo\n").unwrap(), Approval::Never);
        approve(&store, "west", "one\ntwo\n", Some("Mira"), then).unwrap();
        let by = Some("Mira".to_owned());
        assert_eq!(check(&store, "west", "one\ntwo\n").unwrap(), Approval::Approved { at: then, by: by.clone() });
        assert_eq!(check(&store, "east", "one\ntwo\n").unwrap(), Approval::Never, "another post");
        let diff = "--- approved\n+++ now\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n".to_owned();
        assert_eq!(check(&store, "west", "one\n2\n").unwrap(), Approval::Changed { at: then, by, diff });
        approve(&store, "west", "one\n2\n", None, later).unwrap();
        assert_eq!(check(&store, "west", "one\n2\n").unwrap(), Approval::Approved { at: later, by: None });
    }
}
