//! `newsletter.yaml`: what holds for the whole newsletter.

mod conceal;
mod load;
mod secret;
mod site;
pub mod table;

pub use crate::segment::FieldType;
pub(crate) use load::image_policy;
pub use secret::{Secret, SecretError, SecretValue};
pub use site::{Site, Subscribe};

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono_tz::Tz;

use crate::address::EmailAddress;
use crate::diagnostic::{Levels, Source, Span};
use crate::language::Language;
use crate::segment::{Fields, Segment};

/// The name of the configuration file, which marks the top of a publication.
pub const FILE: &str = "newsletter.yaml";

/// The configuration, complete with its defaults.
#[derive(Clone, Debug)]
pub struct Config {
    /// The text it was read from.
    pub source: Arc<Source>,
    /// Where each value stands in it, by its keys: `theme.colors.accent`, `profiles.a.fields.0`.
    pub places: BTreeMap<String, Span>,
    /// The newsletter's name.
    pub name: String,
    /// What it is about, in a line.
    pub tagline: Option<String>,
    /// Where its web site stands: `https://…` without a `/` at the end.
    pub base_url: Option<String>,
    /// The language of posts that do not say.
    pub language: Language,
    /// The time zone of dates without an offset.
    pub timezone: Tz,
    /// Who sends it.
    pub from: Option<Mailbox>,
    /// Where answers go, when not to `from`.
    pub reply_to: Option<Mailbox>,
    /// The sender's postal address, which the law of many countries wants in the mail.
    pub postal_address: Option<String>,
    /// The template of posts that do not say: `classic`, `digest`, `minimal` or one of the user's.
    pub template: String,
    /// Colours, fonts, logo, links.
    pub theme: Theme,
    /// Whether images are linked or carried along.
    pub images: ImagePolicy,
    /// Authors by id.
    pub authors: BTreeMap<String, Author>,
    /// The levels and limits of the checks.
    pub checks: Checks,
    /// What posts of a kind must have, by name.
    pub profiles: BTreeMap<String, Profile>,
    /// How Markdown is read.
    pub markdown: MarkdownOptions,
    /// The relay.
    pub smtp: Option<Smtp>,
    /// How readers leave.
    pub unsubscribe: Unsubscribe,
    /// Where mail that cannot be delivered comes back: `bounce+{token}@…`.
    pub bounces: Option<String>,
    /// Whether messages say `Precedence: bulk`.
    pub precedence_bulk: bool,
    /// Who signs.
    pub dkim: Option<Dkim>,
    /// The fields of subscribers and what each holds; `name`, a text, is always among them.
    pub fields: Fields,
    /// Parts of the list by name.
    pub segments: BTreeMap<String, Segment>,
    /// What the site of the archive has besides issues.
    pub archive: Site,
    /// The program and its arguments that put pages and images on the web; empty for none.
    pub publish: Vec<String>,
    /// Whether a text must be approved before it is sent.
    pub require_approval: bool,
}

impl Config {
    /// The web page of a post, the same in build and archive; nothing without a web site.
    pub fn page_url(&self, slug: &str) -> Option<String> {
        self.base_url.as_ref().map(|base| format!("{}/{slug}/", base.trim_end_matches('/')))
    }

    /// Whether readers are told how to leave. What is written and cannot be used counts: it is a
    /// finding of its own.
    pub fn has_unsubscribe(&self) -> bool {
        let Unsubscribe { url, mailto } = &self.unsubscribe;
        let written = ["unsubscribe.url", "unsubscribe.mailto"].iter().any(|key| self.places.contains_key(*key));
        url.is_some() || mailto.is_some() || written
    }

    /// Where the value with these keys stands, as `theme.colors.accent`; where it is not written,
    /// what it would stand in, and at last the newsletter's name, which every file has.
    pub fn place(&self, keys: &str) -> Span {
        let mut keys = keys;
        loop {
            match (self.places.get(keys), keys.rsplit_once('.')) {
                (Some(span), _) => return *span,
                (None, Some((outer, _))) => keys = outer,
                (None, None) => {
                    return self.places.get("name").copied().unwrap_or(Span::empty(self.source.bom_len()));
                }
            }
        }
    }
}

/// A name and a mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// The name shown, if any.
    pub name: Option<String>,
    /// The address.
    pub address: EmailAddress,
}

/// Colours, fonts, logo and links of the newsletter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    /// Colours by token (`accent`, `paper`, `ink` …) as `#rrggbb`; others keep the built-in value.
    pub colors: BTreeMap<String, String>,
    /// The same for readers in dark mode.
    pub dark_colors: BTreeMap<String, String>,
    /// The font stack of titles and text.
    pub serif: Option<String>,
    /// The font stack of tables, captions and controls.
    pub sans: Option<String>,
    /// The font stack of code.
    pub mono: Option<String>,
    /// An image that stands in the place of the name.
    pub logo: Option<String>,
    /// Links in the footer, in order: label and address.
    pub social: Vec<(String, String)>,
}

/// Whether a mail links its images or carries them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ImagePolicy {
    /// Linked, under `base_url`.
    #[default]
    Hosted,
    /// Carried in the message (`cid:`).
    Embedded,
}

/// Somebody who writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    /// The name shown.
    pub name: String,
    /// Who they are, in a sentence or two.
    pub bio: Option<String>,
    /// A picture, as a path in the publication.
    pub image: Option<String>,
    /// Their page.
    pub url: Option<String>,
}

/// Levels and limits of the checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checks {
    /// Levels by code.
    pub levels: Levels,
    /// The largest HTML part, in bytes as sent, before `size-limit` reports it.
    pub max_html_bytes: usize,
    /// The columns of a subject, at most.
    pub max_subject: usize,
    /// The columns of a preheader, at most.
    pub max_preheader: usize,
    /// The minutes that a letter may take to read, where there is a limit.
    pub max_minutes: Option<usize>,
    /// The most pixels an image may have before it is refused.
    pub max_image_pixels: u64,
    /// The heaviest image, in bytes as sent, before `heavy-image` reports it; 0 for no limit.
    pub max_image_bytes: usize,
    /// The heaviest animated image before `heavy-animation` reports it; 0 for no limit.
    pub max_animation_bytes: usize,
    /// The words of the house.
    pub terms: Vec<Term>,
}

/// A word of the house.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The word to write.
    pub prefer: String,
    /// The words that it stands for.
    pub instead_of: Vec<String>,
}

impl Default for Checks {
    fn default() -> Self {
        Self {
            levels: Levels::default(),
            max_html_bytes: 102 * 1024,
            max_subject: 70,
            max_preheader: 120,
            max_minutes: None,
            max_image_bytes: 500 * 1024,
            max_animation_bytes: 1024 * 1024,
            max_image_pixels: 50_000_000,
            terms: Vec::new(),
        }
    }
}

/// What a kind of post must have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// What it is for, shown by `new`.
    pub description: Option<String>,
    /// Front matter keys that must be there.
    pub fields: Vec<String>,
    /// Sections, in their order.
    pub sections: Vec<RequiredSection>,
    /// Whether the sections must stand in this order.
    pub ordered: bool,
    /// Words of the whole post, at least.
    pub min_words: Option<usize>,
    /// Words of the whole post, at most.
    pub max_words: Option<usize>,
}

/// One section that a profile asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequiredSection {
    /// Its name in messages, and the `{#id}` that a heading may carry.
    pub id: String,
    /// How it is recognised.
    pub kind: SectionKind,
    /// Headings that count as it, beside its id; compared without case and outer punctuation.
    pub any_of: Vec<String>,
    /// Its list must have at least so many items.
    pub min_items: Option<usize>,
    /// Words in it, at least.
    pub min_words: Option<usize>,
    /// Words in it, at most.
    pub max_words: Option<usize>,
}

/// How a required section is recognised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SectionKind {
    /// By a heading: its `{#id}` or its text.
    #[default]
    Heading,
    /// What stands before the first heading.
    Greeting,
    /// The short last lines of the post: a paragraph that is not a list, table or heading.
    SignOff,
}

/// How Markdown is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkdownOptions {
    /// Curly quotes, dashes and ellipses from straight ones.
    pub smart_punctuation: bool,
    /// Whether a single line end is a line break.
    pub hard_breaks: bool,
    /// Whether raw HTML is kept.
    pub html: bool,
}

impl Default for MarkdownOptions {
    fn default() -> Self {
        Self { smart_punctuation: true, hard_breaks: false, html: true }
    }
}

/// The relay that takes our mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Smtp {
    /// Its name.
    pub host: String,
    /// Its port; 465 for implicit TLS, 587 for STARTTLS, when not given.
    pub port: u16,
    /// How the connection is kept private.
    pub tls: Tls,
    /// Who we are there.
    pub username: Option<String>,
    /// Where the password is found.
    pub password: Option<Secret>,
    /// How to sign in; the best that is offered, when not given.
    pub auth: Option<Auth>,
    /// The certificates to trust in the place of the system's, relative to the publication.
    pub ca_file: Option<String>,
    /// Whether a connection to another machine may do without TLS.
    pub allow_plaintext: bool,
    /// Connections at once.
    pub connections: usize,
    /// Messages on one connection.
    pub messages_per_connection: usize,
    /// Messages in a second, at most.
    pub rate: Option<u32>,
    /// Messages in a day, at most.
    pub per_day: Option<u32>,
    /// Messages in a second to one domain, at most.
    pub domain_rate: Option<u32>,
}

/// How to sign in at the relay (RFC 4954).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// RFC 4616.
    Plain,
    /// The older way, one after the other.
    Login,
    /// An OAuth 2 access token.
    XOAuth2,
}

/// Who signs the mail, and with what (RFC 6376).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dkim {
    /// Who.
    pub sign: Sign,
    /// `d=`; that of `from`, when not given.
    pub domain: Option<String>,
    /// `s=`.
    pub selector: Option<String>,
    /// Where the private key is found.
    pub key: Option<Secret>,
    /// A second key (RFC 8463).
    pub ed25519: Option<SecondKey>,
}

/// Who signs the mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sign {
    /// We do.
    #[default]
    Own,
    /// The relay does.
    Relay,
}

/// The key of a second signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondKey {
    /// `s=`.
    pub selector: String,
    /// Where the private key is found.
    pub key: Secret,
}

/// How a connection to the relay is kept private.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte (RFC 8314).
    #[default]
    Implicit,
    /// By STARTTLS (RFC 3207), without which nothing is sent.
    Starttls,
    /// Not at all; for a relay on the same machine.
    None,
}

/// How readers leave. `{token}` is where the subscriber's token goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unsubscribe {
    /// An `https://…/{token}` address, for one-click (RFC 8058).
    pub url: Option<String>,
    /// A `leave+{token}@…` address.
    pub mailto: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::Config;

    #[test]
    fn a_page_stands_under_the_slug() {
        let config = Config { base_url: Some("https://a.example/letters/".to_owned()), ..Config::named("A") };
        assert_eq!(config.page_url("west").as_deref(), Some("https://a.example/letters/west/"));
    }
}
