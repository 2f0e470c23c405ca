//! Complete messages: MIME, headers, and what differs by subscriber.
//!
//! A [`MessageTemplate`] is encoded once; filling it for a subscriber copies its bytes and
//! encodes that subscriber's values alone.

pub mod dkim;
mod frozen;
mod header;
mod lined;
mod mime;
mod percent;
pub mod personalize;
mod stamp;
mod structure;
#[cfg(test)]
mod tests;
mod unsubscribe;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use chrono::{DateTime, FixedOffset, NaiveTime, TimeDelta, TimeZone, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use frozen::FrozenError;
pub use lined::{Lined, MAX_LINE};
pub use personalize::{Media, PlaceError, Values};
pub use stamp::Stamp;

use crate::address::{AddressError, EmailAddress, TokenAddress};
use crate::config::{Config, ImagePolicy, Mailbox};
use crate::post::front_matter::{PostDate, Visibility};
use crate::post::{Document, Holes, substitute};
use crate::render::{AssetPlace, Assets, Renditions};
use crate::token::{CampaignId, ListId};
use header::{Fields, ascii_domain, ascii_url};
use personalize::Pattern;
use stamp::CopyKind;
use structure::{Segment, Structure};
use unsubscribe::Unsubscribe;

/// Who sends where the configuration does not say: a domain that cannot exist (RFC 2606).
const NO_SENDER: &str = "newsletter@newsletter.invalid";

/// Why there is no message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// An address cannot stand in a header.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// A subscriber's value stands where none is safe.
    #[error(transparent)]
    Place(#[from] PlaceError),
}

/// Who gets a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Their address, and their name where it is known.
    pub mailbox: Mailbox,
    /// What is known of them, by field. Their tokens come with the [`Stamp`].
    pub fields: BTreeMap<String, String>,
}

impl Recipient {
    /// Somebody to show an issue with: every field that has no default of its own holds its
    /// name, so that a writer sees where values go.
    pub fn sample(holes: &Holes) -> Self {
        let shown = holes.all().iter().filter(|hole| hole.default.is_none());
        let mut fields: BTreeMap<_, _> = shown.map(|hole| (hole.field.clone(), hole.field.clone())).collect();
        for (field, value) in [("name", "Sample Reader"), ("email", "reader@example.com")] {
            fields.insert(field.to_owned(), value.to_owned());
        }
        let mailbox =
            Mailbox { name: Some("Sample Reader".to_owned()), address: EmailAddress::known("reader@example.com") };
        Self { mailbox, fields }
    }
}

/// A message ready for the wire: CRLF, and ASCII but for an address that needs SMTPUTF8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    text: Lined,
    /// Where its body begins, after the empty line.
    body: usize,
    body_hash: Option<[u8; 32]>,
}

impl Message {
    /// All of it.
    pub fn as_bytes(&self) -> &[u8] {
        self.text.bytes()
    }

    /// All of it.
    pub fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }

    /// All of it, with what is known of its lines.
    pub fn into_text(self) -> Lined {
        self.text
    }

    /// Its header fields, each with its line end.
    pub fn header(&self) -> &[u8] {
        self.as_bytes().get(..self.body.saturating_sub(2)).unwrap_or_default()
    }

    /// Its body.
    pub fn body(&self) -> &[u8] {
        self.as_bytes().get(self.body..).unwrap_or_default()
    }

    /// The SHA-256 of its body, which is in DKIM's relaxed form already (RFC 6376 §3.4.4).
    pub fn body_hash(&self) -> [u8; 32] {
        self.body_hash.unwrap_or_else(|| Sha256::digest(self.body()).into())
    }
}

/// The message of one issue, encoded once for all recipients.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MessageTemplate {
    sender: EmailAddress,
    /// Where bounces go, when not to the sender.
    bounces: Option<TokenAddress>,
    from: Fields,
    /// What comes between `Date` and the unsubscribe fields.
    fixed: Fields,
    subject: Pattern<'static>,
    /// The moment that samples carry: the post's.
    date: String,
    unsubscribe: Unsubscribe,
    /// What makes ids: a hash of all that is the same for everybody.
    hash: [u8; 32],
    structure: Structure,
    /// The hash of the body, where it is the same for everybody.
    #[serde(skip)]
    body_hash: OnceLock<[u8; 32]>,
}

impl MessageTemplate {
    /// Encodes the message of `document`. Without a `from` in the configuration it comes from an
    /// address that cannot exist.
    ///
    /// # Errors
    /// When an address of the configuration cannot travel, or a hole stands where no value is
    /// safe.
    pub fn new(
        config: &Config,
        document: &Document,
        renditions: &Renditions,
        assets: &Assets,
    ) -> Result<Self, MessageError> {
        Self::make(config, document, renditions, assets, |_, _| ())
    }

    /// The same, with its HTML and its text as they are for a reader of whom nothing is known: the
    /// places of holes are looked for once.
    ///
    /// # Errors
    /// As [`MessageTemplate::new`].
    pub fn with_preview(
        config: &Config,
        document: &Document,
        renditions: &Renditions,
        assets: &Assets,
    ) -> Result<(Self, String, String), MessageError> {
        let (mut html, mut text) = (String::new(), String::new());
        let made = Self::make(config, document, renditions, assets, |html_pattern, text_pattern| {
            html = html_pattern.fill(Values::Defaults);
            text = text_pattern.fill(Values::Defaults);
        })?;
        Ok((made, html, text))
    }

    fn make(
        config: &Config,
        document: &Document,
        renditions: &Renditions,
        assets: &Assets,
        look: impl FnOnce(&Pattern<'_>, &Pattern<'_>),
    ) -> Result<Self, MessageError> {
        let sender = config
            .from
            .clone()
            .unwrap_or_else(|| Mailbox { name: Some(config.name.clone()), address: EmailAddress::known(NO_SENDER) });
        let address = sender.address.in_ascii()?;
        let domain = address.domain().to_owned();
        let header = &document.front_matter;
        let place = place_of_images(config, document, &domain);
        let html = final_line(assets.place(&renditions.email, &place));
        let text = final_line(Cow::Borrowed(&renditions.text));
        let mut holes = renditions.holes.clone();
        let subject = substitute(header.subject.as_deref().unwrap_or(&header.title), &mut holes);

        let mut hash = Sha256::new();
        for part in [address.as_str(), &*subject, &*text, &*html] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        let hash: [u8; 32] = hash.finalize().into();

        let mut from = Fields::default();
        from.mailbox("From", &sender);
        let mut fixed = Fields::default();
        if let Some(reply_to) = &config.reply_to {
            reply_to.address.in_ascii()?;
            fixed.mailbox("Reply-To", reply_to);
        }
        fixed.list_id(&config.name, &list_id(config, &domain));
        if let Some(base) = &config.base_url {
            fixed.items("List-Archive", &[format!("<{}>", ascii_url(base))]);
        }
        if config.precedence_bulk {
            fixed.items("Precedence", &["bulk"]);
        }
        let holes = &holes;
        let html = Pattern::parse(&html, Media::Html, holes)?;
        let text = Pattern::parse(&text, Media::Text, holes)?;
        look(&html, &text);
        let images: Vec<_> = match &place {
            AssetPlace::Message(domain) => assets
                .iter()
                .filter(|asset| renditions.email.contains(&asset.token))
                .map(|asset| (asset, asset.content_id(domain)))
                .collect(),
            _ => Vec::new(),
        };
        Ok(Self {
            from,
            fixed,
            subject: Pattern::parse(&subject, Media::Text, holes)?.into_owned(),
            date: date(header.date, config).to_rfc2822(),
            unsubscribe: Unsubscribe::new(&config.unsubscribe)?,
            structure: structure::build(text, html, &images, assets.attachments(), &hash),
            hash,
            sender: address.clone(),
            bounces: config.bounces.as_deref().map(TokenAddress::parse).transpose()?,
            body_hash: OnceLock::new(),
        })
    }

    /// The hash of all that is the same for everybody.
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// The subject as readers see it of whom nothing is known.
    pub fn subject(&self) -> String {
        self.subject.fill(Values::Defaults)
    }

    /// Where bounces of this message go: the envelope's sender.
    pub fn bounce_address(&self, stamp: &Stamp) -> EmailAddress {
        self.bounces.as_ref().map_or_else(|| self.sender.clone(), |bounces| bounces.fill(&stamp.bounce))
    }

    /// The Message-ID without its brackets.
    pub fn message_id(&self, stamp: &Stamp) -> String {
        format!("{}@{}", stamp.message_id, self.sender.domain())
    }

    /// The message for one recipient.
    pub fn fill(&self, recipient: &Recipient, stamp: &Stamp) -> Message {
        let values = Values::Stamped(&recipient.fields, stamp);
        let mut personal = Fields::default();
        personal.mailbox("To", &recipient.mailbox);
        let subject = self.subject.fill(values);
        match stamp.copy {
            CopyKind::Test => personal.text("Subject", &format!("[TEST] {subject}")),
            CopyKind::Sent(..) | CopyKind::Sample => personal.text("Subject", &subject),
        }
        personal.items("Date", &[&stamp.date]);
        personal.items("Message-ID", &[format!("<{}>", self.message_id(stamp))]);
        if let CopyKind::Sent(list, campaign) = stamp.copy {
            personal.items("Feedback-ID", &[feedback_id(list, campaign, self.sender.domain())]);
        }

        let text = self.written(&personal, &self.unsubscribe.fields(stamp), values);
        let body = memchr::memmem::find(text.bytes(), b"\r\n\r\n").map_or(text.len(), |at| at + 4);
        let mut message = Message { text, body, body_hash: None };
        if self.structure.is_fixed() {
            message.body_hash = Some(*self.body_hash.get_or_init(|| message.body_hash()));
        }
        message
    }

    /// The message as it is kept: of nobody. Its holes are at their defaults, and it has no
    /// recipient, no id, and no fields to leave by.
    pub fn anonymous(&self) -> Vec<u8> {
        let mut fields = Fields::default();
        fields.text("Subject", &self.subject());
        fields.items("Date", &[&self.date]);
        self.written(&fields, &Fields::default(), Values::Defaults).into_bytes()
    }

    fn written(&self, personal: &Fields, leave: &Fields, values: Values<'_>) -> Lined {
        let mut text = Lined::with_capacity(self.structure.capacity() + 2048);
        text.write(|text| {
            for fields in [&self.from, personal, &self.fixed, leave] {
                text.extend_from_slice(fields.as_bytes());
            }
            text.extend_from_slice(b"MIME-Version: 1.0\r\n");
        });
        for segment in &self.structure.segments {
            match segment {
                Segment::Bytes(more) => text.add(more),
                Segment::Body(body) => body.write(values, &mut text),
            }
        }
        text
    }

    /// The fields that this reader lacks and that nothing stands in for, in order: their places
    /// would stay empty. A branch asks for the fields of the part that is taken.
    pub fn missing(&self, recipient: &Recipient, stamp: &Stamp) -> BTreeSet<&str> {
        let values = Values::Stamped(&recipient.fields, stamp);
        let mut missing = BTreeSet::new();
        self.subject.push_missing(values, &mut missing);
        for segment in &self.structure.segments {
            if let Segment::Body(body) = segment {
                body.push_missing(values, &mut missing);
            }
        }
        missing
    }

    /// The fields that the message shows or asks for.
    pub fn fields(&self) -> BTreeSet<String> {
        let mut fields = BTreeSet::new();
        self.subject.push_fields(&mut fields);
        for segment in &self.structure.segments {
            if let Segment::Body(body) = segment {
                body.push_fields(&mut fields);
            }
        }
        fields
    }

    /// The message as it is looked at and never sent: with the post's date, and tokens of nobody.
    pub fn sample(&self, recipient: &Recipient) -> Message {
        let mut hash = Sha256::new();
        hash.update(self.hash);
        hash.update(recipient.mailbox.address.as_str());
        let id = percent::hex(hash.finalize().get(..16).unwrap_or_default());
        self.fill(recipient, &Stamp::sample(self.date.clone(), id))
    }

    /// The bytes of the HTML part as sent, but for what differs by subscriber.
    pub fn html_len(&self) -> usize {
        self.structure.html_len
    }

    /// The bytes of the text part as sent, but for what differs by subscriber.
    pub fn text_len(&self) -> usize {
        self.structure.text_len
    }
}

/// By what Gmail counts complaints: issue, list, kind and sender, the last of 5 to 15 characters
/// and the same for all mail of one sender.
fn feedback_id(list: ListId, campaign: CampaignId, domain: &str) -> String {
    let mut sender: String = domain.chars().filter(char::is_ascii_alphanumeric).take(15).collect();
    if sender.len() < 5 {
        sender.push_str("-mail");
    }
    format!("{campaign}:{}:newsletter:{sender}", list.0)
}

/// The most bytes that the HTML part can take, as written or as sent, but for what differs by
/// subscriber: of a mail of `bytes` bytes at most, in which the letter itself is `letter`.
pub fn most_html_bytes(config: &Config, document: &Document, assets: &Assets, letter: &str, bytes: usize) -> usize {
    let domain = config.from.as_ref().map_or("", |from| from.address.domain());
    let placed = assets.place(letter, &place_of_images(config, document, domain));
    let frame = bytes.saturating_sub(letter.len());
    let lines = memchr::memchr_iter(b'\n', placed.as_bytes()).count();
    // A line of a template has eight bytes at least, and whatever else is chosen is shorter than
    // Base64, but for the lines that values stand on.
    mime::base64_len(placed.len() + lines + frame + frame / 8) + 1024
}

/// The addresses of the images that the mail links, where it links them.
pub fn hosted_images(config: &Config, document: &Document, renditions: &Renditions, assets: &Assets) -> Vec<String> {
    let AssetPlace::Folder(folder) = place_of_images(config, document, "") else { return Vec::new() };
    let shown = assets.iter().filter(|asset| renditions.email.contains(&asset.token));
    shown.map(|asset| assets.place(&asset.token, &AssetPlace::Folder(folder.clone())).into_owned()).collect()
}

/// Where the mail's images lie.
fn place_of_images(config: &Config, document: &Document, domain: &str) -> AssetPlace {
    let header = &document.front_matter;
    // A private letter's images are no more on the web than its page is.
    let usual = if header.visibility == Visibility::Private { ImagePolicy::Embedded } else { config.images };
    match (&config.base_url, header.images.unwrap_or(usual)) {
        (Some(base), ImagePolicy::Hosted) => AssetPlace::Folder(ascii_url(&format!("{base}/{}/images/", header.slug))),
        // An image that is hosted nowhere has to come along.
        _ => AssetPlace::Message(domain.to_owned()),
    }
}

/// The identifier of the list: its name below the domain it belongs to (RFC 2919 §3).
fn list_id(config: &Config, sender_domain: &str) -> String {
    let host = config.base_url.as_deref().and_then(|url| url.split("://").nth(1));
    let host = host.and_then(|rest| rest.split(['/', ':', '?', '#']).next());
    let domain = host.and_then(ascii_domain).unwrap_or_else(|| sender_domain.to_owned());
    let mut label = String::new();
    for c in config.name.chars().take(60) {
        if c.is_ascii_alphanumeric() {
            label.push(c.to_ascii_lowercase());
        } else if !label.is_empty() && !label.ends_with('-') {
            label.push('-');
        }
    }
    let label = label.trim_end_matches('-');
    format!("{}.{domain}", if label.is_empty() { "newsletter" } else { label })
}

/// The moment that the message carries: the post's, midnight of its day, or a fixed one.
fn date(date: Option<PostDate>, config: &Config) -> DateTime<FixedOffset> {
    let Some(date) = date else { return DateTime::<Utc>::UNIX_EPOCH.fixed_offset() };
    date.at.unwrap_or_else(|| {
        let midnight = date.day.and_time(NaiveTime::MIN);
        // Where clocks are put forward at midnight, the day begins an hour later.
        let begins = [0, 1, 2]
            .iter()
            .find_map(|hours| config.timezone.from_local_datetime(&(midnight + TimeDelta::hours(*hours))).earliest());
        begins.map_or_else(|| midnight.and_utc().fixed_offset(), |at| at.fixed_offset())
    })
}

/// `text` with LF as line ends and one at its end.
fn final_line(mut text: Cow<'_, str>) -> Cow<'_, str> {
    if memchr::memchr(b'\r', text.as_bytes()).is_some() {
        text = text.replace("\r\n", "\n").replace('\r', "\n").into();
    }
    if !text.ends_with('\n') {
        text.to_mut().push('\n');
    }
    text
}
