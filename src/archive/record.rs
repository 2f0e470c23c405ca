//! The record of one issue: its files, and the manifest that names their hashes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::build::{self, Output};
use crate::message::MessageTemplate;
use crate::post::Document;
use crate::render::{About, Letter};

/// The file that names all others of a record.
pub const MANIFEST: &str = "manifest.json";

/// The post as it was sent.
pub(super) const POST: &str = "post.md";
/// The text of its web page, and the notes below it.
pub(super) const CONTENT: &str = "content.html";
/// The mail's HTML, filled with defaults.
pub(super) const EMAIL: &str = "email.html";
/// The mail's text, filled with defaults.
pub(super) const TEXT: &str = "email.txt";
/// The message without whatever differs by reader.
pub(super) const MESSAGE: &str = "message.eml";
/// The folder of its pictures.
pub(super) const IMAGES: &str = "images/";

/// The version of the form; a change that breaks a reader raises it.
const VERSION: u32 = 1;

/// What a record says of itself: the same issue gives the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    version: u32,
    /// What lists and pages tell of it. Its slug is the record's folder.
    pub issue: About,
    /// The hash by which the ledger knows the content.
    pub(super) letter: String,
    /// Where in `content.html` the notes begin, in bytes.
    notes_at: usize,
    /// The other files, by their path in the record.
    pub(super) files: BTreeMap<String, File>,
    /// SHA-256 of all this without this line, as compact JSON.
    record: String,
}

/// What a file of a record holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

impl File {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self { bytes: bytes.len() as u64, sha256: sha256(bytes) }
    }
}

impl Manifest {
    /// Reads a manifest; nothing where it is none of this version.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().filter(|manifest: &Self| manifest.version == VERSION)
    }

    /// The issue's own part of its address, and the record's folder.
    pub fn slug(&self) -> &str {
        &self.issue.slug
    }

    /// The letter of this `content.html`.
    pub(super) fn letter(&self, content: &str) -> Option<Letter> {
        let (text, notes) = content.split_at_checked(self.notes_at)?;
        Some(Letter { text: text.to_owned(), notes: notes.to_owned() })
    }

    /// The hash that stands for the record.
    pub fn hash(&self) -> &str {
        &self.record
    }

    /// The hash as it should be.
    pub(super) fn hashed(&self) -> String {
        let bare = Self { record: String::new(), ..self.clone() };
        sha256(&serde_json::to_vec(&bare).unwrap_or_default())
    }

    /// The bytes of its file.
    pub(super) fn json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec_pretty(self).unwrap_or_default();
        json.push(b'\n');
        json
    }
}

/// An issue as it is kept.
#[derive(Clone, Debug)]
pub struct Record {
    /// What it says of itself.
    pub manifest: Manifest,
    files: BTreeMap<String, Vec<u8>>,
}

impl Record {
    /// The record of a built issue: nothing in it is of a reader.
    pub fn new(document: &Document, output: &Output, template: &MessageTemplate) -> Self {
        let letter = output.letter();
        let mut files: BTreeMap<String, Vec<u8>> = [
            (POST, document.source.text().as_bytes().to_vec()),
            (CONTENT, [letter.text.as_bytes(), letter.notes.as_bytes()].concat()),
            (EMAIL, output.email.clone().into_bytes()),
            (TEXT, output.text.clone().into_bytes()),
            (MESSAGE, template.anonymous()),
        ]
        .into_iter()
        .map(|(name, bytes)| (name.to_owned(), bytes))
        .collect();
        files.extend(output.assets.iter().map(|asset| (format!("{IMAGES}{}", asset.name), asset.bytes.to_vec())));
        let mut manifest = Manifest {
            version: VERSION,
            issue: output.renditions.about.clone(),
            letter: hex(&build::content_hash(document, &output.assets, build::Form::Seen)),
            notes_at: letter.text.len(),
            files: files.iter().map(|(name, bytes)| (name.clone(), File::of(bytes))).collect(),
            record: String::new(),
        };
        manifest.record = manifest.hashed();
        Self { manifest, files }
    }

    /// All its files, the manifest last.
    pub(super) fn files(&self) -> Vec<(&str, Vec<u8>)> {
        let files = self.files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone()));
        files.chain([(MANIFEST, self.manifest.json())]).collect()
    }
}

/// The SHA-256 of `bytes` in hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The hexadecimal digits of `bytes`.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // A `String` takes everything.
        if write!(text, "{byte:02x}").is_err() {}
    }
    text
}
