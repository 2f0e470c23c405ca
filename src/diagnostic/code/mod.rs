//! Every fault the tool can name. Codes are never reused.
//!
//! The doc comment of a code is its documentation: what, why, an example, what to write instead.
//! Codes of rules say it in the file of the rule.

use crate::diagnostic::Severity;

/// One kind of finding.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// `NL` and three digits; never reused.
    pub id: &'static str,
    /// The fault in words, reading well after 'allow': `missing-section`.
    pub name: &'static str,
    /// How bad it is unless the configuration says otherwise.
    pub severity: Severity,
    /// What it is about.
    pub group: Group,
    /// How far the configuration can change its level.
    pub standing: Standing,
    /// What it means and how to mend it, in Markdown; empty for a rule, which says it itself.
    pub doc: &'static str,
}

/// How far the configuration can change a code's level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Reported unless the configuration says otherwise.
    On,
    /// Reported only where the configuration gives it a level.
    Off,
    /// Reported only where the web was asked: by `check --online`.
    Online,
    /// Reported always: without it the tool cannot go on.
    Fixed,
}

/// What a code is about; the order of the documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Files, headers and the configuration.
    Files,
    /// Sections, fields, headings, and how posts go together.
    Structure,
    /// Directives and footnotes.
    Markdown,
    /// What an inbox shows, and how much it takes.
    Inbox,
    /// Links.
    Links,
    /// Images and attachments.
    Images,
    /// What readers with other eyes and other screens need.
    Accessibility,
    /// HTML and CSS as mail clients take it.
    Markup,
    /// Templates and what differs by subscriber.
    Personalisation,
    /// Words and punctuation.
    Language,
    /// What the law asks for.
    Law,
}

impl Group {
    /// Every group, in order.
    pub const ALL: [Self; 11] = [
        Self::Files,
        Self::Structure,
        Self::Markdown,
        Self::Inbox,
        Self::Links,
        Self::Images,
        Self::Accessibility,
        Self::Markup,
        Self::Personalisation,
        Self::Language,
        Self::Law,
    ];

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Files => "Files and headers",
            Self::Structure => "Structure",
            Self::Markdown => "Directives and footnotes",
            Self::Inbox => "The reader's inbox",
            Self::Links => "Links",
            Self::Images => "Images and attachments",
            Self::Accessibility => "Accessibility",
            Self::Markup => "Mail markup",
            Self::Personalisation => "Templates and personalisation",
            Self::Language => "Language",
            Self::Law => "Law",
        }
    }
}

impl Code {
    /// Whether the configuration and `allow` cannot silence it.
    pub fn is_fixed(&self) -> bool {
        self.standing == Standing::Fixed
    }
}

/// The code with this id or name.
pub fn find(id_or_name: &str) -> Option<&'static Code> {
    all().find(|code| code.id.eq_ignore_ascii_case(id_or_name) || code.name == id_or_name)
}

/// Every code, those of rules last.
pub fn all() -> impl Iterator<Item = &'static Code> {
    [files::ALL, markdown::ALL, images::ALL, templates::ALL, rules::ALL].into_iter().flatten().copied()
}

/// The names of the codes whose level can be set.
pub fn names() -> impl Iterator<Item = &'static str> {
    all().filter(|code| !code.is_fixed()).map(|code| code.name)
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $constant:ident = $id:literal $name:literal $severity:ident $group:ident $($standing:ident)?;)+) => {
        $($(#[doc = $doc])+ pub static $constant: &$crate::diagnostic::Code = &$crate::diagnostic::Code {
            id: $id,
            name: $name,
            severity: $crate::diagnostic::Severity::$severity,
            group: $crate::diagnostic::code::Group::$group,
            standing: standing!($($standing)?),
            doc: concat!($($doc, "\n"),+),
        };)+
        /// All of them.
        pub(super) static ALL: &[&$crate::diagnostic::Code] = &[$($constant),+];
    };
}

macro_rules! rule_codes {
    ($($file:ident $constant:ident = $id:literal $name:literal $severity:ident $group:ident $($standing:ident)?;)+) => {
        $(#[doc = concat!("The code of the rule `", $name, "`.")] pub static $constant: &$crate::diagnostic::Code = &$crate::diagnostic::Code {
            id: $id,
            name: $name,
            severity: $crate::diagnostic::Severity::$severity,
            group: $crate::diagnostic::code::Group::$group,
            standing: standing!($($standing)?),
            doc: "",
        };)+
        /// All of them.
        pub(super) static ALL: &[&$crate::diagnostic::Code] = &[$($constant),+];
    };
}

macro_rules! standing {
    (Fixed) => {
        $crate::diagnostic::code::Standing::Fixed
    };
    (Off) => {
        $crate::diagnostic::code::Standing::Off
    };
    (Online) => {
        $crate::diagnostic::code::Standing::Online
    };
    () => {
        $crate::diagnostic::code::Standing::On
    };
}

mod files;
mod images;
mod markdown;
mod rules;
mod templates;

// One namespace: `code::DUPLICATE_ID`, whichever file it stands in.
pub use files::*;
pub use images::*;
pub use markdown::*;
pub(crate) use rules::each_rule;
pub use rules::*;
pub use templates::*;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{all, find};

    #[test]
    fn a_code_is_found_by_its_id_and_by_its_name() {
        assert_eq!(find("nl020"), find("missing-section"));
        assert!(find("nl020").is_some());
        assert_eq!(find("missing"), None);
    }

    #[test]
    fn no_id_and_no_name_stands_twice() {
        let ids: Vec<_> = all().map(|code| code.id).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
        assert_eq!(all().map(|code| code.name).collect::<BTreeSet<_>>().len(), ids.len());
    }

    #[test]
    fn codes_stay_what_they_were() {
        let mut all: Vec<_> = all().map(|code| format!("{} {}", code.id, code.name)).collect();
        all.sort();
        insta::assert_snapshot!(all.join("\n"));
    }
}
