//! The seal of a record, which names the seal before it.

use std::collections::BTreeSet;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use crate::archive::record::{Manifest, sha256};

/// The file of a record that seals it.
pub const SEAL: &str = "seal.json";

const VERSION: u32 = 1;

/// What makes a record stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    version: u32,
    /// The hash of the record.
    pub(super) record: String,
    /// When it was sealed: at the first message that a server took.
    pub(super) sealed: String,
    /// The seal before it; nothing for the first.
    pub(super) previous: Option<String>,
    /// SHA-256 of all this without this line, as compact JSON.
    hash: String,
}

impl Seal {
    /// Seals a record after the seal `previous`.
    pub(super) fn new(manifest: &Manifest, previous: Option<&Self>, now: DateTime<Utc>) -> Self {
        let mut made = Self {
            version: VERSION,
            record: manifest.hash().to_owned(),
            sealed: now.to_rfc3339_opts(SecondsFormat::Secs, true),
            previous: previous.map(|previous| previous.hash.clone()),
            hash: String::new(),
        };
        made.hash = made.hashed();
        made
    }

    /// Reads a seal; nothing where it is none of this version.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().filter(|seal: &Self| seal.version == VERSION)
    }

    /// The hash that the next seal names.
    pub(super) fn hash(&self) -> &str {
        &self.hash
    }

    /// When it was sealed.
    pub(super) fn at(&self) -> Option<DateTime<Utc>> {
        DateTime::parse_from_rfc3339(&self.sealed).ok().map(|at| at.with_timezone(&Utc))
    }

    /// Its place among seals that others made meanwhile.
    pub(super) fn moment(&self) -> (&str, &str) {
        (&self.sealed, &self.hash)
    }

    /// The hash as it should be.
    pub(super) fn hashed(&self) -> String {
        let bare = Self { hash: String::new(), ..self.clone() };
        sha256(&serde_json::to_vec(&bare).unwrap_or_default())
    }

    /// The bytes of its file.
    pub(super) fn json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec_pretty(self).unwrap_or_default();
        json.push(b'\n');
        json
    }
}

/// The end of the chain: the latest seal that no other names.
pub(super) fn last<'s>(seals: impl Iterator<Item = &'s Seal> + Clone) -> Option<&'s Seal> {
    let named: BTreeSet<_> = seals.clone().filter_map(|seal| seal.previous.as_ref()).collect();
    seals.filter(|seal| !named.contains(&seal.hash)).max_by(|a, b| a.moment().cmp(&b.moment()))
}
