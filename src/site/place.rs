//! Where everything lies in the site.

use sha2::{Digest, Sha256};

use crate::archive::hex;
use crate::post::Slug;

/// The place of a page: its path from the top of the site, which ends with `/`, or is empty for the
/// home page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(String);

/// The kinds of lists beside the home page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    Tag,
    Series,
    Author,
    Year,
}

impl Group {
    /// Its folder. It holds folders alone, and the folder of an issue of that name a file and
    /// pictures alone, so that they never meet.
    fn folder(self) -> &'static str {
        match self {
            Self::Tag => "tag",
            Self::Series => "series",
            Self::Author => "author",
            Self::Year => "year",
        }
    }
}

impl Place {
    pub(super) fn home() -> Self {
        Self(String::new())
    }

    /// The page of the search. Below the letter of that name, where there is one: a letter's folder
    /// holds no `all`.
    pub(super) fn search(has_letter: bool) -> Self {
        Self(if has_letter { "search/all/" } else { "search/" }.to_owned())
    }

    pub(super) fn issue(slug: &str) -> Self {
        Self(format!("{slug}/"))
    }

    /// The list of what bears a name.
    pub(super) fn group(group: Group, name: &str) -> Self {
        Self(format!("{}/{}/", group.folder(), name_of(name)))
    }

    /// The path of a file in it.
    pub(super) fn file(&self, name: &str) -> String {
        format!("{}{name}", self.0)
    }

    /// Its whole address.
    pub(super) fn url(&self, base: &str) -> String {
        format!("{base}/{}", encoded(&self.0))
    }

    /// What leads from here to the top: `../` a level, `./` at the top.
    pub(super) fn up(&self) -> String {
        match self.0.matches('/').count() {
            0 => "./".to_owned(),
            levels => "../".repeat(levels),
        }
    }

    /// The address as seen from a page from which `up` leads to the top.
    pub(super) fn from(&self, up: &str) -> String {
        if self.0.is_empty() { up.to_owned() } else { format!("{}{}", up.trim_start_matches("./"), encoded(&self.0)) }
    }
}

/// The path on its host of a site that stands at `base`, with `/` at both ends.
pub fn base_path(base: &str) -> String {
    let host = base.find("://").map_or(0, |at| at + 3);
    let path = base.get(host..).and_then(|rest| rest.split_once('/')).map_or("", |(_, path)| path);
    if path.is_empty() { "/".to_owned() } else { format!("/{}/", encoded(path)) }
}

/// Names that differ in case and spaces alone are one.
pub(super) fn key(name: &str) -> String {
    let mut key = String::new();
    for c in name.trim().chars().flat_map(char::to_lowercase) {
        if !(c.is_whitespace() || matches!(c, '-' | '_')) {
            key.push(c);
        } else if !key.ends_with('-') {
            key.push('-');
        }
    }
    key
}

/// The name as part of an address. What a slug cannot hold is told apart by a hash behind `~`,
/// which no slug holds: `C` is `c`, `C++` is `c~…`, whatever else there is.
fn name_of(name: &str) -> String {
    let key = key(name);
    let slug = Slug::from_text(&key).map(|slug| slug.to_string()).unwrap_or_default();
    if slug == key {
        return slug;
    }
    let hash = hex(&Sha256::digest(key.as_bytes()));
    let hash = hash.get(..8).unwrap_or(&hash);
    format!("{slug}~{hash}")
}

/// A path with what addresses cannot hold percent-encoded.
pub(super) fn encoded(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            encoded.push(char::from(byte));
        } else {
            let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or('0').to_ascii_uppercase();
            encoded.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Group, Place, encoded, key};

    #[test]
    fn awkward_names_have_places_of_their_own() {
        let names = ["C", "C++", "C#", "a/b", "a-b", "a.b", "..", "/", "西部", "西部·开发", "machine learning"];
        let places: BTreeSet<_> = names.iter().map(|name| Place::group(Group::Tag, name)).collect();
        assert_eq!(places.len(), names.len());
        for place in places {
            let path = place.file("index.html");
            assert_eq!(path.matches('/').count(), 3 - 1, "{path}");
            assert!(!path.contains("/../") && !path.contains("/./"), "{path}");
        }
    }

    #[test]
    fn names_that_differ_in_case_and_spaces_alone_share_one() {
        for name in ["Machine learning", "machine-learning", " MACHINE  LEARNING "] {
            assert_eq!(Place::group(Group::Tag, name), Place::group(Group::Tag, "machine learning"));
        }
        assert_eq!(key("C++"), "c++");
    }

    #[test]
    fn addresses_lead_from_anywhere_to_anywhere() {
        let (home, issue, tag) = (Place::home(), Place::issue("west"), Place::group(Group::Tag, "西部"));
        assert_eq!((home.up(), issue.up(), tag.up()), ("./".into(), "../".into(), "../../".into()));
        assert_eq!(issue.from(&home.up()), "west/");
        assert_eq!(home.from(&home.up()), "./");
        assert_eq!(home.from(&tag.up()), "../../");
        assert_eq!(tag.from(&issue.up()), "../tag/%E8%A5%BF%E9%83%A8/");
        assert_eq!(tag.url("https://a.example"), "https://a.example/tag/%E8%A5%BF%E9%83%A8/");
        assert_eq!(encoded("a b~/"), "a%20b~/");
    }
}
