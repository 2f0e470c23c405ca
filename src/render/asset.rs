//! The files that go with an issue: images, scaled and named by their content, and attachments.

mod collect;
mod memo;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem;
use sha2::{Digest, Sha256};

use crate::config::Config;
use crate::diagnostic::Sink;
use crate::files::Files;
use crate::post::Document;
use crate::post::tree::Image;
use crate::render::image::Fitted;

/// The width of the column that images are shown in, in CSS pixels.
pub const COLUMN: u32 = 552;

/// The most pixels that are decoded where the configuration does not say.
const MAX_PIXELS: u64 = 50_000_000;

/// One file that goes with an issue.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its file's name: the stem as written, a hash of its content, the ending.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// What it holds.
    pub bytes: Arc<[u8]>,
    /// The width it is shown at unless the post says otherwise, in CSS pixels; at most the column's.
    pub width: u32,
    /// The height it is shown at, in CSS pixels.
    pub height: u32,
    /// Whether its edge is white, so that it needs a line round it on white paper.
    pub pale: bool,
    /// The size of the file as it was written, in its own pixels.
    pub pixels: (u32, u32),
    /// What stands for its address in renditions.
    pub token: String,
}

impl Asset {
    /// Its Content-ID in a message of this domain (RFC 2392), without brackets.
    pub fn content_id(&self, domain: &str) -> String {
        // The token's digits: short, so that the line that carries them is.
        let digits = self.token.strip_prefix(TOKEN).unwrap_or(&self.token);
        format!("{}@{domain}", digits.get(..TOKEN_DIGITS).unwrap_or(digits))
    }

    /// Whether `name` is one that a picture whose file has this stem may have.
    pub fn is_name_of(name: &str, stem: &str) -> bool {
        let own = name.rsplit_once('.').and_then(|(name, _)| name.rsplit_once('-'));
        own.is_some_and(|(own, hash)| hash.len() == NAME_DIGITS && own == file_stem(stem))
    }

    /// Whether it moves: a GIF with a second picture.
    pub fn is_animated(&self) -> bool {
        // What stands before each picture of such a file (GIF89a, 23).
        let pictures = self.bytes.windows(4).filter(|bytes| *bytes == [0x00, 0x21, 0xf9, 0x04]);
        self.media_type == "image/gif" && pictures.take(2).count() == 2
    }

    /// The width and height at which `image` shows it: as the post says, with the other side in
    /// proportion, and no wider than the column.
    pub fn size_for(&self, image: &Image) -> (u32, u32) {
        shown((self.width, self.height), image.width, image.height)
    }
}

/// A file that is sent with the mail as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The name that readers see.
    pub name: String,
    /// Its media type, by its ending.
    pub media_type: &'static str,
    /// What it holds.
    pub bytes: Arc<[u8]>,
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
    by_token: BTreeMap<String, String>,
    attachments: Vec<Attachment>,
}

const TOKEN: &str = "nlasset";
const TOKEN_DIGITS: usize = 16;
/// The digits of the hash in a file's name.
const NAME_DIGITS: usize = 10;

impl Assets {
    /// Reads and scales all local images of the document, of its header and of the theme, and
    /// reads its attachments. What is missing or unreadable is a finding at its place.
    pub fn load(document: &Document, config: &Config, files: &dyn Files, sink: &mut Sink) -> Self {
        collect::load(document, config, files, sink)
    }

    /// A picture that the configuration names, by itself.
    pub fn of_config(url: &str, config: &Config, files: &dyn Files) -> Option<Asset> {
        collect::load_one(url, config, files).by_url.remove(url)
    }

    /// The file that the post wrote as `url`; nothing for a remote or missing one.
    pub fn get(&self, url: &str) -> Option<&Asset> {
        self.by_url.get(url)
    }

    /// Whether the post has no image that goes out with it.
    pub fn is_empty(&self) -> bool {
        self.by_token.is_empty()
    }

    /// All images, each once, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Asset> {
        let mut assets: Vec<_> = self.by_token.values().filter_map(|url| self.by_url.get(url)).collect();
        assets.sort_by(|a, b| a.name.cmp(&b.name));
        assets.into_iter()
    }

    /// The files that go with the mail, in the order of the front matter.
    pub fn attachments(&self) -> &[Attachment] {
        &self.attachments
    }

    /// `markup` with each asset token replaced by its address in `place`.
    pub fn place<'a>(&self, markup: &'a str, place: &AssetPlace) -> Cow<'a, str> {
        if self.by_token.is_empty() {
            return markup.into();
        }
        let mut placed = String::with_capacity(markup.len() + 256);
        let mut rest = markup;
        while let Some((before, found)) = memmem::find(rest.as_bytes(), TOKEN.as_bytes()).map(|at| rest.split_at(at)) {
            placed.push_str(before);
            let token = found.get(..TOKEN.len() + TOKEN_DIGITS + 1);
            let url = token.and_then(|token| self.by_token.get(token));
            if let (Some(token), Some(asset)) = (token, url.and_then(|url| self.by_url.get(url))) {
                push_address(&mut placed, asset, place);
                rest = found.get(token.len()..).unwrap_or_default();
            } else {
                placed.push_str(TOKEN);
                rest = found.get(TOKEN.len()..).unwrap_or_default();
            }
        }
        placed.push_str(rest);
        placed.into()
    }

    fn insert(&mut self, url: &str, stem: &str, fitted: &Fitted, bytes: &Arc<[u8]>) {
        let hash = hex(&Sha256::digest(bytes));
        let short = hash.get(..NAME_DIGITS).unwrap_or_default();
        let name = format!("{}-{short}.{}", file_stem(stem), fitted.format.extension());
        // The name is part of the token: the same picture under two names is two files.
        let mut token_hash = Sha256::new();
        token_hash.update(name.as_bytes());
        token_hash.update(hash.as_bytes());
        let digits = hex(&token_hash.finalize());
        let token = format!("{TOKEN}{}e", digits.get(..TOKEN_DIGITS).unwrap_or_default());
        let (width, height) = Density::of(stem).shown(fitted.intrinsic);
        let media_type = fitted.format.media_type();
        let pixels = fitted.intrinsic;
        let asset =
            Asset { name, media_type, bytes: Arc::clone(bytes), width, height, pixels, pale: fitted.pale, token };
        self.by_token.entry(asset.token.clone()).or_insert_with(|| url.to_owned());
        self.by_url.insert(url.to_owned(), asset);
    }
}

fn push_address(placed: &mut String, asset: &Asset, place: &AssetPlace) {
    match place {
        AssetPlace::Folder(folder) => {
            placed.push_str(folder);
            placed.push_str(&asset.name);
        }
        AssetPlace::Message(domain) => {
            placed.push_str("cid:");
            placed.push_str(&asset.content_id(domain));
        }
        AssetPlace::Inline => {
            placed.push_str("data:");
            placed.push_str(asset.media_type);
            placed.push_str(";base64,");
            STANDARD.encode_string(&asset.bytes, placed);
        }
    }
}

/// How many of an image's pixels make a CSS pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Density {
    Normal,
    /// Named `…@2x`: two in each direction.
    Double,
}

impl Density {
    fn of(stem: &str) -> Self {
        if stem.ends_with("@2x") { Self::Double } else { Self::Normal }
    }

    /// The size at which an image of `size` is shown: no wider than the column, never blown up.
    fn shown(self, (width, height): (u32, u32)) -> (u32, u32) {
        let own = match self {
            Self::Normal => (width, height),
            Self::Double => (width.div_ceil(2), height.div_ceil(2)),
        };
        shown(own, None, None)
    }
}

/// The size of an image whose own is `size`, shown at a given width or height.
fn shown(size: (u32, u32), width: Option<u32>, height: Option<u32>) -> (u32, u32) {
    let (own_width, own_height) = (size.0.max(1), size.1.max(1));
    let (width, height) = match (width, height) {
        (Some(width), Some(height)) => (width, height),
        (Some(width), None) => (width, in_proportion(own_height, width, own_width)),
        (None, Some(height)) => (in_proportion(own_width, height, own_height), height),
        (None, None) => (own_width, own_height),
    };
    let (width, height) = (width.max(1), height.max(1));
    if width > COLUMN { (COLUMN, in_proportion(height, COLUMN, width)) } else { (width, height) }
}

/// `value * to / from`, rounded, at least 1.
fn in_proportion(value: u32, to: u32, from: u32) -> u32 {
    let from = u64::from(from.max(1));
    let scaled = (u64::from(value) * u64::from(to) + from / 2) / from;
    u32::try_from(scaled).unwrap_or(u32::MAX).max(1)
}

/// The stem of a file's name as an address can hold it on any system.
fn file_stem(stem: &str) -> String {
    let mut name = String::new();
    for c in stem.chars().take(40) {
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name.trim_end_matches('-');
    if name.is_empty() { "image".to_owned() } else { name.to_owned() }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes.iter().flat_map(|&byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests;
