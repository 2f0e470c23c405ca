//! What a server says it can do (RFC 5321 §4.1.1.1).

use std::collections::BTreeSet;
use std::fmt;

use super::reply::Reply;

/// What a server offered in its reply to EHLO; nothing after HELO.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    keywords: BTreeSet<String>,
    size: Option<u64>,
    mechanisms: BTreeSet<Mechanism>,
}

/// A way to say who we are (RFC 4954).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mechanism {
    /// Name and password in one line (RFC 4616).
    Plain,
    /// Name and password in two lines; older than PLAIN, and all that some servers know.
    Login,
    /// An OAuth 2 access token.
    XOAuth2,
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::XOAuth2 => "XOAUTH2",
        })
    }
}

impl Capabilities {
    /// Reads the reply to EHLO. Its first line is a greeting.
    pub(super) fn read(reply: &Reply) -> Self {
        let mut found = Self::default();
        for line in reply.lines().iter().skip(1) {
            let line = line.to_ascii_uppercase();
            // `AUTH=LOGIN` is how some servers wrote it before RFC 2554.
            let line = line.strip_prefix("AUTH=").map_or(line.clone(), |rest| format!("AUTH {rest}"));
            let mut words = line.split_ascii_whitespace();
            let Some(keyword) = words.next() else { continue };
            match keyword {
                // 0 says that there is a limit which is not told.
                "SIZE" => found.size = words.next().and_then(|size| size.parse().ok()).filter(|size| *size > 0),
                "AUTH" => found.mechanisms.extend(words.filter_map(|name| match name {
                    "PLAIN" => Some(Mechanism::Plain),
                    "LOGIN" => Some(Mechanism::Login),
                    "XOAUTH2" => Some(Mechanism::XOAuth2),
                    _ => None,
                })),
                _ => {}
            }
            found.keywords.insert(keyword.to_owned());
        }
        found
    }

    /// Whether the server offers the extension of this keyword, such as `PIPELINING`.
    pub fn offers(&self, keyword: &str) -> bool {
        self.keywords.contains(keyword)
    }

    /// The keywords that the server offers.
    pub fn keywords(&self) -> impl Iterator<Item = &str> {
        self.keywords.iter().map(String::as_str)
    }

    /// The largest message in bytes that the server takes, where it says (RFC 1870).
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// The ways to say who we are that both sides know.
    pub fn mechanisms(&self) -> impl Iterator<Item = Mechanism> {
        self.mechanisms.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::{Capabilities, Mechanism};
    use crate::smtp::Reply;

    #[test]
    fn keywords_are_read_in_any_case_and_the_greeting_is_none() {
        let reply = Reply::new(
            250,
            [
                "PIPELINING.example greets you",
                "pipelining",
                "SIZE 35882577",
                "AUTH CRAM-MD5 login XOAUTH2",
                "AUTH=PLAIN",
                "",
                "X-ODD a b",
            ],
        );
        let found = Capabilities::read(&reply);
        assert!(found.offers("PIPELINING") && found.offers("X-ODD") && !found.offers("STARTTLS"));
        assert_eq!(found.size(), Some(35_882_577));
        assert_eq!(found.mechanisms().collect::<Vec<_>>(), [Mechanism::Plain, Mechanism::Login, Mechanism::XOAuth2]);
    }

    #[test]
    fn a_size_that_says_nothing_is_none() {
        for line in ["SIZE", "SIZE 0", "SIZE x", "SIZE 99999999999999999999999"] {
            assert_eq!(Capabilities::read(&Reply::new(250, ["hello", line])).size(), None, "{line}");
        }
    }
}
