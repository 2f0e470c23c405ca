//! What the tests of several modules start from.

use crate::address::EmailAddress;
use crate::config::{Config, Mailbox};

/// A small publication's configuration.
pub(crate) fn config() -> Config {
    Config {
        base_url: Some("https://letter.example".to_owned()),
        from: Some(Mailbox { name: Some("Letter".to_owned()), address: EmailAddress::known("letter@letter.example") }),
        ..Config::named("Letter")
    }
}
