//! Complete messages: MIME, headers, and what differs by subscriber.
//!
//! A [`MessageTemplate`] is encoded once; filling it for a subscriber copies its bytes and
//! encodes that subscriber's values alone.

mod header;
mod mime;
mod percent;
pub mod personalize;
mod structure;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveTime, TimeDelta, TimeZone, Utc};
use sha2::{Digest, Sha256};

pub use personalize::{Media, PlaceError, Values};

use crate::address::{AddressError, EmailAddress};
use crate::config::{Config, ImagePolicy, Mailbox};
use crate::post::front_matter::PostDate;
use crate::post::{Document, Holes, substitute};
use crate::render::{AssetPlace, Assets, Renditions};
use header::{Fields, ascii_domain, ascii_url};
use personalize::Pattern;
use structure::{Segment, Structure};

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

/// The field that holds a subscriber's unsubscribe token.
const TOKEN: &str = "token";
/// The token of nobody, which a writer sees in its place.
const SAMPLE_TOKEN: &str = "sample";

/// Who gets a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Their address, and their name where it is known.
    pub mailbox: Mailbox,
    /// What is known of them, by field. `token` is their unsubscribe token.
    pub fields: BTreeMap<String, String>,
}

impl Recipient {
    /// Somebody to show an issue with: every field that has no default of its own holds its
    /// name, so that a writer sees where values go.
    pub fn sample(holes: &Holes) -> Self {
        let shown = holes.all().iter().filter(|hole| hole.default.is_none());
        let mut fields: BTreeMap<_, _> = shown.map(|hole| (hole.field.clone(), hole.field.clone())).collect();
        for (field, value) in [("name", "Sample Reader"), ("email", "reader@example.com"), (TOKEN, SAMPLE_TOKEN)] {
            fields.insert(field.to_owned(), value.to_owned());
        }
        let mailbox =
            Mailbox { name: Some("Sample Reader".to_owned()), address: EmailAddress::known("reader@example.com") };
        Self { mailbox, fields }
    }
}

/// The message of one issue, encoded once for all recipients.
#[derive(Clone, Debug)]
pub struct MessageTemplate {
    from: Fields,
    /// What comes between `Date` and the unsubscribe fields.
    fixed: Fields,
    subject: Pattern<'static>,
    date: String,
    unsubscribe: Unsubscribe,
    /// What makes ids: a hash of all that is the same for everybody.
    hash: [u8; 32],
    domain: String,
    structure: Structure,
}

#[derive(Clone, Debug, Default)]
struct Unsubscribe {
    url: Option<String>,
    mailto: Option<String>,
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
        let policy = header.images.unwrap_or(config.images);
        let place = match (&config.base_url, policy) {
            (Some(base), ImagePolicy::Hosted) => {
                AssetPlace::Folder(ascii_url(&format!("{base}/{}/images/", header.slug)))
            }
            // An image that is hosted nowhere has to come along.
            _ => AssetPlace::Message(domain.clone()),
        };
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
            unsubscribe: Unsubscribe {
                url: config.unsubscribe.url.as_deref().map(ascii_url),
                mailto: config.unsubscribe.mailto.clone(),
            },
            structure: structure::build(text, html, &images, assets.attachments(), &hash),
            hash,
            domain,
        })
    }

    /// The message for one recipient, ready for the wire: ASCII, CRLF.
    ///
    /// # Errors
    /// When the recipient's address cannot travel.
    pub fn fill(&self, recipient: &Recipient) -> Result<Vec<u8>, MessageError> {
        let values = Values::Of(&recipient.fields);
        let mut personal = Fields::default();
        personal.mailbox("To", &recipient.mailbox);
        personal.text("Subject", &self.subject.fill(values));
        personal.items("Date", &[&self.date]);
        personal.items("Message-ID", &[format!("<{}@{}>", self.message_id(recipient), self.domain)]);
        let unsubscribe = self.unsubscribe.fields(recipient.fields.get(TOKEN).map_or("", String::as_str));

        let mut message = Vec::with_capacity(self.structure.len() + 1024);
        message.extend_from_slice(self.from.as_bytes());
        message.extend_from_slice(personal.as_bytes());
        message.extend_from_slice(self.fixed.as_bytes());
        message.extend_from_slice(unsubscribe.as_bytes());
        message.extend_from_slice(b"MIME-Version: 1.0\r\n");
        for segment in &self.structure.segments {
            match segment {
                Segment::Bytes(bytes) => message.extend_from_slice(bytes),
                Segment::Body(body) => body.write(values, &mut message),
            }
        }
        Ok(message)
    }

    /// The bytes of the HTML part as sent, but for what differs by subscriber.
    pub fn html_len(&self) -> usize {
        self.structure.html_len
    }

    /// The bytes of the text part as sent, but for what differs by subscriber.
    pub fn text_len(&self) -> usize {
        self.structure.text_len
    }

    /// What stands before the `@` of the Message-ID: the same for the same message and reader.
    fn message_id(&self, recipient: &Recipient) -> String {
        let mut hash = Sha256::new();
        hash.update(self.hash);
        hash.update(recipient.mailbox.address.as_str());
        percent::hex(hash.finalize().get(..16).unwrap_or_default())
    }
}

impl Unsubscribe {
    /// `List-Unsubscribe` (RFC 2369), the web first, and the promise that a single POST is enough
    /// (RFC 8058).
    fn fields(&self, token: &str) -> Fields {
        let token: String = token.chars().filter(|c| c.is_ascii_alphanumeric() || "-._~".contains(*c)).collect();
        let filled = |address: &str| address.replace("{token}", &token);
        let url = self.url.as_deref().map(|url| format!("<{}>", filled(url)));
        let mailto = self.mailto.as_deref().map(|address| {
            let address = filled(address.strip_prefix("mailto:").unwrap_or(address));
            format!("<mailto:{}>", ascii_url(&address))
        });
        let mut fields = Fields::default();
        let one_click = url.as_deref().is_some_and(|url| url.starts_with("<https://"));
        let ways: Vec<String> = match (url, mailto) {
            (Some(url), Some(mailto)) => vec![url + ",", mailto],
            (url, mailto) => url.into_iter().chain(mailto).collect(),
        };
        if !ways.is_empty() {
            fields.items("List-Unsubscribe", &ways);
        }
        if one_click {
            fields.items("List-Unsubscribe-Post", &["List-Unsubscribe=One-Click"]);
        }
        fields
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
