//! The fields by which mail programs offer to leave.

use serde::{Deserialize, Serialize};

use crate::address::{AddressError, EmailAddress, TokenAddress};
use crate::config;
use crate::message::header::{Fields, ascii_url};
use crate::message::percent::push_percent;
use crate::message::stamp::Stamp;

/// The ways to leave, with the place of the token in them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Unsubscribe {
    url: Option<String>,
    mailto: Option<TokenAddress>,
}

/// The place of the token.
const MARK: &str = "{token}";

impl Unsubscribe {
    pub(super) fn new(config: &config::Unsubscribe) -> Result<Self, AddressError> {
        let mailto = config.mailto.as_deref().map(|address| address.strip_prefix("mailto:").unwrap_or(address));
        Ok(Self { url: config.url.as_deref().map(ascii_url), mailto: mailto.map(TokenAddress::parse).transpose()? })
    }

    /// `List-Unsubscribe` (RFC 2369), the web first, and the promise that a single POST is enough
    /// (RFC 8058).
    pub(super) fn fields(&self, stamp: &Stamp) -> Fields {
        let url = self.url.as_deref().map(|url| format!("<{}>", url.replace(MARK, stamp.token())));
        let mailto = self.mailto.as_ref().map(|address| mailto(&address.fill(stamp.mail_token())));
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

/// An address as RFC 6068 writes it: what would mean something there is escaped.
fn mailto(address: &EmailAddress) -> String {
    let mut made = "<mailto:".to_owned();
    for byte in address.as_str().bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~+@".contains(&byte) {
            made.push(char::from(byte));
        } else {
            push_percent(byte, &mut made);
        }
    }
    made + ">"
}
