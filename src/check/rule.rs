//! What a rule is: a code, its documentation and the function that looks.

use std::fmt::Write as _;

use crate::check::{Context, Rendered, Shared};
use crate::diagnostic::code::{self, Group};
use crate::diagnostic::{Code, Sink};

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// What it finds.
    pub code: &'static Code,
    /// What, why, an example and what to write instead, in Markdown.
    pub doc: &'static str,
    pub(super) look: Look,
}

/// What a rule looks at, and how.
#[derive(Debug)]
pub(super) enum Look {
    /// One post as it was read.
    Post(fn(&Context<'_>, &mut Sink)),
    /// One post as it was rendered.
    Rendered(fn(&Rendered<'_, '_>, &mut Sink)),
    /// The configuration and the templates.
    Shared(fn(&Shared<'_>, &mut Sink)),
    /// One post as it was read, and the templates: what can stand in either.
    Both(fn(&Context<'_>, &mut Sink), fn(&Shared<'_>, &mut Sink)),
}

/// Defines the `RULE` of a file in `rules/`: its documentation, its code and how it looks.
macro_rules! rule {
    ($(#[doc = $doc:literal])+ $code:ident, $look:ident($($function:ident),+)) => {
        $(#[doc = $doc])+
        pub(in crate::check) static RULE: crate::check::Rule = crate::check::Rule {
            code: crate::diagnostic::code::$code,
            doc: concat!($($doc, "\n"),+),
            look: crate::check::rule::Look::$look($($function),+),
        };
    };
}
pub(super) use rule;

/// The documentation of a code: what it means, why, an example and what to write instead, in
/// Markdown without a heading for the code itself.
pub fn doc(code: &Code) -> String {
    let rule = super::RULES.iter().find(|rule| rule.code == code);
    let doc = rule.map_or(code.doc, |rule| rule.doc);
    let lines: Vec<_> = doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()).collect();
    lines.join("\n").trim().to_owned()
}

/// A code as a section of the documentation: heading, level, text.
pub fn explain(code: &Code) -> String {
    let standing = match code.standing {
        code::Standing::On => "",
        code::Standing::Off => ", off unless asked for",
        code::Standing::Online => ", found by `check --online` alone",
        code::Standing::Fixed => ", *fixed*",
    };
    let doc = lower(&doc(code));
    format!("## {} `{}`\n\n{}{standing}\n\n{doc}", code.id, code.name, code.severity.as_str())
}

/// The text with its headings, though not those in code, a level down.
fn lower(text: &str) -> String {
    let mut lowered = String::new();
    let mut in_code = false;
    for line in text.lines() {
        in_code ^= line.starts_with("```");
        if line.starts_with("## ") && !in_code {
            lowered.push('#');
        }
        lowered.push_str(line);
        lowered.push('\n');
    }
    lowered
}

/// `docs/rules.md`: every code by group, from the one list.
pub fn docs() -> String {
    let mut all: Vec<_> = code::all().collect();
    all.sort_by_key(|code| (code.group, code.id));
    let mut text = format!(
        "# Rules\n\n\
        Every finding has a code, which is never reused, and a name that says the fault. There are {}:\n\n\
        | group | rules |\n|---|---:|\n",
        all.len()
    );
    for group in Group::ALL {
        let anchor: String = group
            .title()
            .to_lowercase()
            .chars()
            .filter_map(|c| if c == ' ' { Some('-') } else { Some(c).filter(|c| c.is_alphanumeric()) })
            .collect();
        let count = all.iter().filter(|code| code.group == group).count();
        // Writing to a string cannot fail.
        _ = writeln!(text, "| [{}](#{anchor}) | {count} |", group.title());
    }
    text.push_str(
        "\n`newsletter explain NAME` shows one of them. A level is changed in `newsletter.yaml` under \
        `checks.levels`, by\ncode or name, to `off`, `note`, `warning` or `error`; the *fixed* ones cannot change, \
        for without what they ask\nthe tool cannot go on. A post lets one stand with `allow` in its front matter, \
        or with a comment on the line\nabove the words: `<!-- allow NAME: the reason -->`.\n",
    );
    for group in Group::ALL {
        _ = write!(text, "\n# {}\n", group.title());
        for code in all.iter().filter(|code| code.group == group) {
            _ = write!(text, "\n{}", explain(code));
        }
    }
    text
}
