//! The files that go with an issue: images, scaled and named by their content.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::Config;
use crate::diagnostic::Sink;
use crate::files::Files;
use crate::post::Document;

/// One file that goes with an issue.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its file's name: the stem as written, a hash of its content, the ending.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// What it holds.
    pub bytes: Arc<[u8]>,
    /// The width it is shown at, in CSS pixels; at most the column's.
    pub width: u32,
    /// The height it is shown at, in CSS pixels.
    pub height: u32,
    /// What stands for its address in renditions.
    pub token: String,
}

/// Where the images of a rendition lie.
#[derive(Clone, Debug)]
pub enum AssetPlace {
    /// In a folder, relative or not: `images/`, `https://…/slug/images/`. Ends with `/`.
    Folder(String),
    /// In the same message, by Content-ID (RFC 2392), under this domain.
    Message(String),
    /// In the page itself, as data URIs.
    Inline,
}

/// The files of one issue, by the path that the post wrote.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    by_url: BTreeMap<String, Asset>,
}

impl Assets {
    /// Reads and scales all local images of the document, of its header and of the theme. What is
    /// missing or unreadable is a finding at its place.
    pub fn load(_document: &Document, _config: &Config, _files: &dyn Files, _sink: &mut Sink) -> Self {
        Self::default()
    }

    /// The file that the post wrote as `url`; nothing for a remote or missing one.
    pub fn get(&self, url: &str) -> Option<&Asset> {
        self.by_url.get(url)
    }

    /// All files, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Asset> {
        self.by_url.values()
    }

    /// `markup` with each asset token replaced by its address in `place`.
    pub fn place(&self, markup: &str, _place: &AssetPlace) -> String {
        markup.to_owned()
    }
}
