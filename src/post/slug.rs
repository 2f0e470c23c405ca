//! The part of a post's address that is its own.

use std::fmt;
use std::sync::Arc;

/// A name for a folder and an address: letters and digits of any script, in lower case where
/// there is one, joined by `-`. Never empty, never `.` or `..`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(Arc<str>);

impl Default for Slug {
    fn default() -> Self {
        Self("post".into())
    }
}

impl Slug {
    /// The longest slug, in bytes: file systems take 255.
    pub const MAX_BYTES: usize = 120;

    /// Makes a slug of any text: `What counts?` gives `what-counts`. Nothing where the text has
    /// no letter or digit.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut slug = String::new();
        for c in text.chars().flat_map(char::to_lowercase) {
            if c.is_alphanumeric() {
                if slug.len() + c.len_utf8() > Self::MAX_BYTES {
                    break;
                }
                slug.push(c);
            } else if !slug.is_empty() && !slug.ends_with('-') && !matches!(c, '\'' | '’') {
                slug.push('-');
            }
        }
        let slug = slug.trim_end_matches('-');
        (!slug.is_empty()).then(|| Self(slug.into()))
    }

    /// The slug as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
