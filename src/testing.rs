//! What the tests of several modules start from.

use std::collections::BTreeMap;

use crate::address::EmailAddress;
use crate::config::{Checks, Config, ImagePolicy, Mailbox, MarkdownOptions, Theme, Unsubscribe};
use crate::diagnostic::Source;
use crate::language::Language;

/// A small publication's configuration.
pub(crate) fn config() -> Config {
    Config {
        source: Source::new("newsletter.yaml", "name: Letter\n"),
        places: BTreeMap::new(),
        name: "Letter".to_owned(),
        tagline: None,
        base_url: Some("https://letter.example".to_owned()),
        language: Language::new("en").unwrap(),
        timezone: chrono_tz::UTC,
        from: Some(Mailbox { name: Some("Letter".to_owned()), address: EmailAddress::known("letter@letter.example") }),
        reply_to: None,
        postal_address: None,
        template: "classic".to_owned(),
        theme: Theme::default(),
        images: ImagePolicy::Hosted,
        authors: BTreeMap::new(),
        checks: Checks::default(),
        profiles: BTreeMap::new(),
        markdown: MarkdownOptions::default(),
        smtp: None,
        unsubscribe: Unsubscribe::default(),
    }
}
