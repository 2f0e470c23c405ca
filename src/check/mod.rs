//! The rules that make findings of a document that could be read.
//!
//! A rule is one file in `rules/` and one line in the list of
//! [`code`](crate::diagnostic::code). Rules say what is wrong at the code's own severity; levels
//! of the configuration and what the post allows are applied once, afterwards.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

mod allow;
mod clients;
mod lacking;
mod rule;
mod rules;

pub use allow::apply_allow;
pub use lacking::lacking;
pub use rule::{Rule, doc, docs, explain};
pub use rules::RULES;
pub use rules::answered::{Addresses, addresses};

use std::cell::OnceCell;
use std::sync::Arc;

use rule::Look;
use rules::images::Written;
use rules::links::Link;
use rules::prose::Run;

use chrono::NaiveDate;

use crate::config::{Config, Profile};
use crate::diagnostic::{Severity, Sink, Source};
use crate::files::Files;
use crate::post::Document;
use crate::post::front_matter::Status;
use crate::post::tree::{Image, Inline, InlineKind};
use crate::post::visit::{Node, visit};
use crate::publication::{Outline, Publication};
use crate::render::{Assets, Renditions, Templates};
use crate::web::Answers;

/// What rules over one post read.
pub struct Context<'a> {
    /// The post.
    pub document: &'a Document,
    /// The newsletter.
    pub config: &'a Config,
    /// What all posts are called, this one too.
    pub outlines: &'a [Outline],
    /// The day on which it is looked at, where findings may depend on it.
    pub today: Option<NaiveDate>,
    /// What the addresses in it answered, where they were asked.
    pub answers: Option<&'a Answers>,
    /// The publication's files.
    pub files: &'a dyn Files,
    /// What stands in the post but words and the ends of lines: what most rules look for is rarer,
    /// and one walk serves them all.
    nodes: OnceCell<Vec<(&'a Arc<Source>, Node<'a>)>>,
    /// The prose of the post, which many rules read.
    prose: OnceCell<Vec<Run<'a>>>,
    /// Its links.
    links: OnceCell<Vec<Link<'a>>>,
    /// Its images.
    images: OnceCell<Vec<(&'a Image, Written, &'a Arc<Source>)>>,
}

/// What rules over a rendered post read.
pub struct Rendered<'r, 'a> {
    /// The post and what is round it.
    pub context: &'r Context<'a>,
    /// What was made of it; nothing where it is known to be small and to have each link in both
    /// parts.
    pub renditions: Option<&'r Renditions>,
    /// Its images, as they are sent.
    pub assets: &'r Assets,
    /// The bytes of the HTML part, as written or as sent, whichever are more;
    /// where nothing was made of it, this many at most.
    pub html_bytes: usize,
}

/// What rules over what all posts share read.
#[derive(Debug)]
struct Shared<'a> {
    config: &'a Config,
    templates: &'a Templates,
    /// What all posts are called and how they stand.
    outlines: &'a [Outline],
}

impl<'a> Shared<'a> {
    /// A post that may go out: before there is one, what a mail must have may still come.
    fn ready(&self) -> Option<&'a Outline> {
        self.outlines.iter().find(|post| post.status == Some(Status::Ready))
    }
}

impl<'a> Context<'a> {
    /// What rules read of `document`.
    pub fn new(
        document: &'a Document,
        config: &'a Config,
        outlines: &'a [Outline],
        today: Option<NaiveDate>,
        files: &'a dyn Files,
    ) -> Self {
        Self {
            document,
            config,
            outlines,
            today,
            answers: None,
            files,
            nodes: OnceCell::new(),
            prose: OnceCell::new(),
            links: OnceCell::new(),
            images: OnceCell::new(),
        }
    }

    /// The nodes of the post in the order of [`visit`], with the files they stand in, but for those
    /// that only bring words or end a line.
    fn nodes(&self) -> impl Iterator<Item = (&'a Arc<Source>, Node<'a>)> {
        let collect = || {
            let mut nodes = Vec::new();
            visit(self.document, &mut |source, node| {
                let is_plain = matches!(
                    node,
                    Node::Inline(Inline {
                        kind: InlineKind::Text(_) | InlineKind::SoftBreak | InlineKind::HardBreak,
                        ..
                    })
                );
                if !is_plain {
                    nodes.push((source, node));
                }
            });
            nodes
        };
        self.nodes.get_or_init(collect).iter().copied()
    }

    /// What the post must have, when it names a profile that is there.
    fn profile(&self) -> Option<&'a Profile> {
        self.config.profiles.get(self.document.front_matter.profile.as_deref()?)
    }

    /// How bad something is that a draft may still lack.
    fn by_status(&self) -> Severity {
        self.document.front_matter.status.severity()
    }
}

/// Whether addresses at a domain, in lower case, are given to anybody: receivers refuse newsletters
/// from there.
pub fn is_freemail(domain: &str) -> bool {
    rules::freemail_from::is_freemail(domain)
}

/// Runs the rules over one post as it was read.
pub fn check_post(context: &Context<'_>, sink: &mut Sink) {
    for rule in RULES.iter().filter(|rule| !context.config.checks.levels.is_off(rule.code)) {
        if let Look::Post(look) | Look::Both(look, _) = rule.look {
            look(context, sink);
        }
    }
}

/// Runs the rules over one post as it was rendered.
pub fn check_rendered(rendered: &Rendered<'_, '_>, sink: &mut Sink) {
    let levels = &rendered.context.config.checks.levels;
    for rule in RULES.iter().filter(|rule| !levels.is_off(rule.code)) {
        if let Look::Rendered(look) = rule.look {
            look(rendered, sink);
        }
    }
}

/// Runs the rules over configuration and templates.
pub fn check_shared(publication: &Publication, sink: &mut Sink) {
    let Publication { config, templates, outlines, .. } = publication;
    let shared = Shared { config, templates, outlines };
    for rule in RULES {
        if let Look::Shared(look) | Look::Both(_, look) = rule.look {
            look(&shared, sink);
        }
    }
}
