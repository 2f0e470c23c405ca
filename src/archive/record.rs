//! The record of one issue: its files, and the manifest that names their hashes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::build::{self, Output};
use crate::message::MessageTemplate;
use crate::post::Document;
use crate::post::front_matter::Visibility;

/// The file that names all others of a record.
pub const MANIFEST: &str = "manifest.json";

/// The version of the form; a change that breaks a reader raises it.
const VERSION: u32 = 1;

/// What a record says of itself: the same issue gives the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    version: u32,
    /// The issue's own part of its address, and the record's folder.
    pub slug: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) number: Option<u32>,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    language: String,
    visibility: String,
    /// The hash by which the ledger knows the content.
    pub(super) letter: String,
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
        let front = &document.front_matter;
        let mut files: BTreeMap<String, Vec<u8>> = [
            ("post.md", document.source.text().as_bytes().to_vec()),
            ("index.html", output.page.clone().into_bytes()),
            ("email.html", output.email.clone().into_bytes()),
            ("email.txt", output.text.clone().into_bytes()),
            ("message.eml", template.anonymous()),
        ]
        .into_iter()
        .map(|(name, bytes)| (name.to_owned(), bytes))
        .collect();
        files.extend(output.assets.iter().map(|asset| (format!("images/{}", asset.name), asset.bytes.to_vec())));
        let mut manifest = Manifest {
            version: VERSION,
            slug: front.slug.as_str().to_owned(),
            number: front.number,
            title: front.title.clone(),
            date: front.date.map(|date| date.day.to_string()),
            language: document.language.tag().to_owned(),
            visibility: match front.visibility {
                Visibility::Public => "public",
                Visibility::Unlisted => "unlisted",
                Visibility::Private => "private",
            }
            .to_owned(),
            letter: hex(&build::content_hash(document, &output.assets)),
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

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // A `String` takes everything.
        if write!(text, "{byte:02x}").is_err() {}
    }
    text
}
