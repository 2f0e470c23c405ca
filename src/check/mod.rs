//! The rules that make findings of a document that could be read.
//!
//! A rule is one file in `rules/` and one line in [`RULES`]. Rules say what is wrong at the
//! code's own severity; levels of the configuration and the post's `allow` are applied once,
//! afterwards.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

mod rules;

use crate::config::{Config, Profile};
use crate::diagnostic::{Code, Severity, Sink, code};
use crate::files::Files;
use crate::post::Document;
use crate::post::front_matter::Status;

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// What it may find.
    pub codes: &'static [&'static Code],
    check: fn(&Context<'_>, &mut Sink),
}

/// Every rule over one post.
pub static RULES: &[Rule] = &[
    Rule { codes: &[code::MISSING_SECTION, code::SECTION_ORDER], check: rules::sections::check },
    Rule { codes: &[code::SECTION_LENGTH, code::SHORT_LIST], check: rules::section_size::check },
    Rule { codes: &[code::MISSING_FIELD], check: rules::missing_field::check },
    Rule { codes: &[code::UNKNOWN_AUTHOR], check: rules::unknown_author::check },
    Rule { codes: &[code::MISSING_LINK_TARGET], check: rules::missing_link_target::check },
    Rule { codes: &[code::REMOTE_IMAGE_SIZE, code::IMAGE_WITHOUT_ALT], check: rules::images::check },
];

/// What rules read.
struct Context<'a> {
    document: &'a Document,
    config: &'a Config,
    files: &'a dyn Files,
}

impl<'a> Context<'a> {
    /// What the post must have, when it names a profile that is there.
    fn profile(&self) -> Option<&'a Profile> {
        self.config.profiles.get(self.document.front_matter.profile.as_deref()?)
    }

    /// How bad something is that a draft may still lack.
    fn by_status(&self) -> Severity {
        match self.document.front_matter.status {
            Status::Draft => Severity::Warning,
            Status::Ready => Severity::Error,
        }
    }
}

/// Runs every rule over one post.
pub fn check_post(document: &Document, config: &Config, files: &dyn Files, sink: &mut Sink) {
    let context = Context { document, config, files };
    for rule in RULES {
        (rule.check)(&context, sink);
    }
}

/// Drops the findings that the post's front matter allows, whoever made them.
pub fn apply_allow(document: &Document, sink: &mut Sink) {
    let allow = &document.front_matter.allow;
    if !allow.is_empty() {
        let allowed: Vec<_> = allow.iter().filter_map(|allow| code::find(&allow.rule)).collect();
        sink.retain(|found| found.code.fixed || !allowed.contains(&found.code));
    }
}
