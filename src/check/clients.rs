//! What mail clients show of HTML and CSS, as others have tested it: a table of facts, written by
//! `.ci/caniemail.py` and read when a rule first asks.

use std::collections::BTreeMap;
use std::sync::LazyLock;

const TABLE: &str = include_str!("clients.txt");

/// The clients as readers know them, the ones that most of them have first: name, family,
/// platform. Without a platform it is all of them.
const CLIENTS: [(&str, &str, &str); 22] = [
    ("Gmail", "gmail", ""),
    ("Outlook (Windows)", "outlook", "windows"),
    ("Apple Mail", "apple-mail", ""),
    ("Yahoo Mail", "yahoo", ""),
    ("Outlook.com", "outlook", "outlook-com"),
    ("Outlook (iOS)", "outlook", "ios"),
    ("Outlook (Android)", "outlook", "android"),
    ("Outlook (Mac)", "outlook", "macos"),
    ("Samsung Email", "samsung-email", ""),
    ("AOL", "aol", ""),
    ("Thunderbird", "thunderbird", ""),
    ("Proton Mail", "protonmail", ""),
    ("Fastmail", "fastmail", ""),
    ("HEY", "hey", ""),
    ("GMX", "gmx", ""),
    ("WEB.DE", "web-de", ""),
    ("Orange", "orange", ""),
    ("SFR", "sfr", ""),
    ("Mail.ru", "mail-ru", ""),
    ("LaPoste.net", "laposte", ""),
    ("IONOS", "ionos-1and1", ""),
    ("T-Online", "t-online-de", ""),
];

/// How many of [`CLIENTS`] no newsletter can do without.
const MAJOR: usize = 3;

/// One property, value, selector, element, attribute or format, and who shows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Feature {
    /// When it was tested, as `2019-02-28`.
    pub(super) tested: &'static str,
    cells: &'static str,
}

/// The clients that do not show a feature on any platform.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lacking(Vec<&'static str>);

/// The feature that `key` stands for: `gap`, `display:grid`, `@import`, `:hover`, `calc()`, `1vw`,
/// `<video>`, `<input:text>`, `[hidden]`, `.webp`.
pub(super) fn feature(key: &str) -> Option<Feature> {
    static FEATURES: LazyLock<BTreeMap<&'static str, Feature>> = LazyLock::new(|| {
        let mut features = BTreeMap::new();
        for (_, tested, keys, cells) in rows() {
            features.extend(keys.split('|').map(|key| (key, Feature { tested, cells })));
        }
        features
    });
    FEATURES.get(key).copied()
}

/// The features of the table: slug, date of the test, what they stand for, support by client.
fn rows() -> impl Iterator<Item = (&'static str, &'static str, &'static str, &'static str)> {
    TABLE.lines().filter(|line| !line.starts_with(['#', '@'])).filter_map(|line| {
        let mut parts = line.splitn(5, ' ');
        let (slug, _category) = (parts.next()?, parts.next()?);
        Some((slug, parts.next()?, parts.next()?, parts.next()?))
    })
}

/// Family and platform of the columns, in their order.
fn columns() -> &'static [(&'static str, &'static str)] {
    static COLUMNS: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
        let lines = TABLE.lines().filter_map(|line| line.strip_prefix("@ "));
        lines.filter_map(|line| Some((line.split(' ').next()?, line.split(' ').nth(1)?))).collect()
    });
    &COLUMNS
}

impl Feature {
    /// Who does not show it: on no platform that was tested, in the newest version tested.
    pub(super) fn lacking(self) -> Lacking {
        self.clients(|support| support.contains(&b'n') && !support.contains(&b'y') && !support.contains(&b'a'))
    }

    /// Who does not show it on some platform.
    pub(super) fn lacking_somewhere(self) -> Lacking {
        self.clients(|support| support.contains(&b'n'))
    }

    /// The clients whose support on their platforms is as `lacks` says.
    fn clients(self, lacks: fn(&[u8]) -> bool) -> Lacking {
        let support = |family: &str, platform: &str| -> Vec<u8> {
            let cells = columns().iter().zip(self.cells.split(' '));
            let own = cells.filter(|((f, p), _)| *f == family && (platform.is_empty() || *p == platform));
            own.filter_map(|(_, cell)| cell.bytes().last()).collect()
        };
        let all = CLIENTS.iter().filter(|(_, family, platform)| lacks(&support(family, platform)));
        Lacking(all.map(|(name, _, _)| *name).collect())
    }
}

impl Lacking {
    /// Whether one of Gmail, Outlook on Windows and Apple Mail is among them.
    pub(super) fn is_major(&self) -> bool {
        let mut major = CLIENTS.iter().take(MAJOR);
        major.any(|(name, _, _)| self.0.contains(name))
    }

    /// Whether all of them show it.
    pub(super) fn is_nobody(&self) -> bool {
        self.0.is_empty()
    }

    /// The first of them and how many more: `Gmail, Outlook (Windows) and 4 more`.
    pub(super) fn names(&self) -> String {
        const SHOWN: usize = 4;
        let more = self.0.len().saturating_sub(SHOWN);
        let shown = self.0.get(..self.0.len().min(SHOWN)).unwrap_or_default();
        match (shown, more) {
            (shown, 1..) => format!("{} and {more} more", shown.join(", ")),
            ([first @ .., last], _) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
            (shown, _) => shown.concat(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CLIENTS, columns, feature, rows};

    #[test]
    fn every_row_has_a_cell_for_every_client() {
        assert_eq!(rows().count(), 302);
        for (slug, tested, _, cells) in rows() {
            assert_eq!(cells.split(' ').count(), columns().len(), "{slug}");
            assert_eq!(tested.len(), 10, "{slug}");
        }
    }

    #[test]
    fn every_client_is_a_column() {
        for (name, family, platform) in CLIENTS {
            assert!(columns().iter().any(|(f, p)| *f == family && (platform.is_empty() || *p == platform)), "{name}");
        }
    }

    #[test]
    fn features_are_found_by_what_they_stand_for() {
        for key in [
            "gap",
            "row-gap",
            "display:grid",
            "@import",
            "@media(hover)",
            ":hover",
            "::before",
            "calc()",
            "1vw",
            "a>b",
            "--",
            "!important",
            "=initial",
            "<video>",
            "<input:text>",
            "[hidden]",
            "<h3>",
            ".webp",
            "data:",
        ] {
            assert!(feature(key).is_some(), "{key}");
        }
        assert!(feature("colour").is_none());
    }

    #[test]
    fn who_lacks_a_feature_is_told_with_the_widest_spread_first() {
        let names = |key: &str| feature(key).unwrap().lacking().names();
        assert_eq!(names("1px"), "");
        assert!(names("display:grid").starts_with("Outlook (Windows), "), "{}", names("display:grid"));
        assert_eq!(names("position"), "Gmail, Outlook (Windows), Outlook (iOS) and Mail.ru");
        assert!(feature("display:grid").unwrap().lacking().is_major());
        assert!(!feature("1px").unwrap().lacking().is_major());
    }
}
