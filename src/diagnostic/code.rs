//! Every fault the tool can name. Codes are never reused.
//!
//! The doc comment of a code is its documentation, read by `docs/diagnostics.md` and by people here.

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
    /// Whether the configuration cannot change its level: without it the tool cannot go on.
    pub fixed: bool,
    /// What it means and how to mend it, in Markdown.
    pub doc: &'static str,
}

/// The code with this id or name.
pub fn find(id_or_name: &str) -> Option<&'static Code> {
    ALL.iter().copied().find(|code| code.id.eq_ignore_ascii_case(id_or_name) || code.name == id_or_name)
}

/// `docs/diagnostics.md`: every code with what it means, from the one table here.
pub fn docs() -> String {
    use std::fmt::Write as _;

    let mut text = String::from(
        "# Diagnostics\n\n\
        Every finding has a code, which is never reused, and a name. A level is changed in `newsletter.yaml` under\n\
        `checks.levels`, by code or name; those marked *fixed* cannot change, for without what they ask the tool\n\
        cannot go on. A post lets one finding stand with `allow` in its front matter and a reason.\n",
    );
    for code in ALL {
        let (id, name, severity) = (code.id, code.name, code.severity.as_str());
        let fixed = if code.fixed { ", *fixed*" } else { "" };
        let doc: Vec<_> = code.doc.lines().map(str::trim).collect();
        // Writing to a string cannot fail.
        _ = write!(text, "\n## {id} `{name}`\n\n{severity}{fixed}\n\n{}\n", doc.join("\n").trim());
    }
    text
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $constant:ident = $id:literal $name:literal $severity:ident $($fixed:ident)?;)+) => {
        $($(#[doc = $doc])+ pub static $constant: &Code = &Code {
            id: $id,
            name: $name,
            severity: Severity::$severity,
            fixed: codes!(@fixed $($fixed)?),
            doc: concat!($($doc, "\n"),+),
        };)+
        /// Every code, by id.
        pub static ALL: &[&Code] = &[$($constant),+];
    };
    (@fixed fixed) => { true };
    (@fixed) => { false };
}

codes! {
    // Reading: NL001 to NL019.

    /// A file cannot be read as text: it is not UTF-8, is too large, or the disk refused.
    UNREADABLE_FILE = "NL001" "unreadable-file" Error fixed;
    /// The YAML of a header or of the configuration breaks off or contradicts itself.
    INVALID_YAML = "NL002" "invalid-yaml" Error fixed;
    /// A key that nothing reads, often a slip of the finger. A warning in a post, an error in
    /// `newsletter.yaml`. What is meant for templates goes under `extra`.
    UNKNOWN_KEY = "NL003" "unknown-key" Warning;
    /// A value of another kind than its key takes, as a list where a text belongs.
    WRONG_TYPE = "NL004" "wrong-type" Error fixed;
    /// The same key twice in one mapping: which one counts?
    DUPLICATE_KEY = "NL005" "duplicate-key" Error fixed;
    /// A key that has no sensible default is left out.
    MISSING_KEY = "NL006" "missing-key" Error fixed;
    /// A value of the right kind that cannot be meant, as 31 February or a colour of five digits.
    INVALID_VALUE = "NL007" "invalid-value" Error fixed;
    /// A post without front matter has no title, and so no subject.
    MISSING_FRONT_MATTER = "NL008" "missing-front-matter" Error fixed;
    /// Front matter starts with `---` but never ends.
    UNCLOSED_FRONT_MATTER = "NL009" "unclosed-front-matter" Error fixed;
    /// A path that is absolute or leads out of the publication, by `..` or by a symbolic link.
    UNSAFE_PATH = "NL010" "unsafe-path" Error fixed;
    /// A password or key written into the configuration, which git keeps for ever.
    /// Use `{ env: NAME }`, `{ file: PATH }` or `{ command: [..] }`.
    PLAIN_SECRET = "NL011" "plain-secret" Error fixed;
    /// Two posts would be written to the same folder.
    DUPLICATE_SLUG = "NL012" "duplicate-slug" Error fixed;
    /// Names an author that `authors` in `newsletter.yaml` does not hold.
    UNKNOWN_AUTHOR = "NL013" "unknown-author" Warning;
    /// Names a profile that `profiles` in `newsletter.yaml` does not hold.
    UNKNOWN_PROFILE = "NL014" "unknown-profile" Error;
    /// Names a template that is neither built in nor in `templates/`.
    UNKNOWN_TEMPLATE = "NL015" "unknown-template" Error fixed;
    /// The date in the file's name differs from the one in the front matter.
    DATE_MISMATCH = "NL016" "date-mismatch" Warning;
    /// An `allow` names a rule that does not exist, or gives no reason.
    INVALID_ALLOW = "NL017" "invalid-allow" Warning;

    // Structure: NL020 to NL029.

    /// A section that the post's profile requires is not there. A warning while the post is a
    /// draft, an error when it is ready.
    MISSING_SECTION = "NL020" "missing-section" Error;
    /// The sections stand in another order than the profile asks for.
    SECTION_ORDER = "NL021" "section-order" Warning;
    /// A section has fewer words than the profile asks for, or more than it allows.
    SECTION_LENGTH = "NL022" "section-length" Warning;
    /// A section's list has fewer items than the profile asks for.
    SHORT_LIST = "NL023" "short-list" Error;
    /// A field that the profile requires is not in the front matter.
    MISSING_FIELD = "NL024" "missing-field" Error;
    /// Two headings carry the same explicit id.
    DUPLICATE_ID = "NL025" "duplicate-id" Warning;

    // Markdown and directives: NL030 to NL039.

    /// `:::name` with a name that is not a directive.
    UNKNOWN_DIRECTIVE = "NL030" "unknown-directive" Error;
    /// A directive that is opened and never closed, or closed without being open.
    UNCLOSED_DIRECTIVE = "NL031" "unclosed-directive" Error;
    /// A directive lacks its argument, has one it does not know, or holds the wrong thing.
    DIRECTIVE_ARGUMENT = "NL032" "directive-argument" Error;
    /// `:::include` names a file that is not there.
    MISSING_INCLUDE = "NL033" "missing-include" Error;
    /// Files that include each other, or nest more than eight deep.
    INCLUDE_CYCLE = "NL034" "include-cycle" Error fixed;
    /// A footnote mark without its note; the brackets show as text.
    MISSING_FOOTNOTE = "NL035" "missing-footnote" Warning;
    /// A footnote that nothing in the text marks. It is left out.
    UNUSED_FOOTNOTE = "NL036" "unused-footnote" Warning;

    // Links and images: NL040 to NL049.

    /// A link to a file of the publication that is not there.
    MISSING_LINK_TARGET = "NL040" "missing-link-target" Error;
    /// An image that is not there.
    MISSING_IMAGE = "NL041" "missing-image" Error;
    /// An image that cannot be decoded, or is too large to.
    UNREADABLE_IMAGE = "NL042" "unreadable-image" Error;
    /// A remote image without `width` and `height`: its place jumps while it loads. Remote
    /// images are never fetched, so the tool cannot measure it.
    REMOTE_IMAGE_SIZE = "NL043" "remote-image-size" Warning;
    /// An image without alternative text: with images off, readers see an empty box.
    IMAGE_WITHOUT_ALT = "NL044" "image-without-alt" Warning;
    /// A link whose address no mail client will open: `javascript:`, `data:` and the like.
    /// It is rendered as plain text.
    UNSAFE_LINK = "NL045" "unsafe-link" Warning;
    /// An image that mail clients do not show, as SVG. Save it as PNG, twice as wide as it is to
    /// be shown.
    UNSHOWN_IMAGE = "NL046" "unshown-image" Warning;
    /// A file of `attachments` that is not there.
    MISSING_ATTACHMENT = "NL047" "missing-attachment" Error;

    // Templates and personalisation: NL050 to NL059.

    /// A template that does not parse.
    TEMPLATE_SYNTAX = "NL050" "template-syntax" Error fixed;
    /// A template names a variable that does not exist.
    UNKNOWN_VARIABLE = "NL051" "unknown-variable" Error fixed;
    /// A use of `subscriber` that cannot differ by recipient: only `{{subscriber.x}}`,
    /// `{{default subscriber.x "text"}}`, `{{#if subscriber.x}}` and `{{#unless subscriber.x}}`
    /// can, the last two in templates alone.
    FORBIDDEN_HOLE = "NL052" "forbidden-hole" Error fixed;
    /// The CSS of a template does not parse; mail clients would drop the rest of it.
    INVALID_CSS = "NL053" "invalid-css" Error fixed;
    /// A template lets the post's values in without escaping, `{{{title}}}`.
    UNESCAPED_VARIABLE = "NL054" "unescaped-variable" Error;

    // The message: NL060 to NL069.

    /// The HTML part is larger than 102 kB as sent; Gmail cuts it off there.
    SIZE_LIMIT = "NL060" "size-limit" Warning;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{ALL, docs, find};

    #[test]
    fn a_code_is_found_by_its_id_and_by_its_name() {
        assert_eq!(find("nl020"), find("missing-section"));
        assert!(find("nl020").is_some());
        assert_eq!(find("missing"), None);
    }

    #[test]
    fn docs_diagnostics_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/diagnostics.md");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, docs()).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(committed == docs(), "docs/diagnostics.md is stale: run `UPDATE_DOCS=1 cargo test`");
    }

    #[test]
    fn ids_and_names_are_unique_and_in_order() {
        let ids: Vec<_> = ALL.iter().map(|code| code.id).collect();
        assert!(ids.is_sorted(), "{ids:?}");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
        assert_eq!(ALL.iter().map(|code| code.name).collect::<BTreeSet<_>>().len(), ids.len());
    }
}
