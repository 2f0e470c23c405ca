//! The addresses of a post that are on the web, and what they answered: for the rules of
//! `check --online`. Nothing is asked here.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::check::Context;
use crate::check::rules::{images, links};
use crate::diagnostic::{Source, Span};
use crate::web::{Address, Answer, AskError, Reach, is_private};

/// What the addresses of a post are.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    /// Those to ask.
    pub foreign: BTreeSet<Address>,
    /// Pages of the newsletter's own site, which may not be there before the post is.
    pub own: BTreeSet<Address>,
}

/// The addresses of a post that may be asked.
pub fn addresses(context: &Context<'_>, reach: Reach) -> Addresses {
    let mut all = Addresses::default();
    each(context, &mut |target| {
        // What leads to the writer's own network is a finding of its own.
        if reach == Reach::Public && is_private(target.address.host()) {
            return;
        }
        let to = if target.is_own(context) { &mut all.own } else { &mut all.foreign };
        to.insert(target.address);
    });
    all
}

/// What an address is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// The reader may follow it.
    Link,
    /// The reader's program loads it.
    Image,
}

/// An address of the web in a post.
#[derive(Clone, Debug)]
pub(super) struct Target<'a> {
    /// As the reader's program sees it.
    pub(super) url: Cow<'a, str>,
    pub(super) address: Address,
    pub(super) used: Use,
    pub(super) source: &'a Arc<Source>,
    /// Where it stands.
    pub(super) span: Span,
    /// Whether it stands there just as it is.
    pub(super) is_plain: bool,
}

impl Target<'_> {
    /// Whether it is a page of the newsletter's own site.
    fn is_own(&self, context: &Context<'_>) -> bool {
        let base = context.config.base_url.as_deref().and_then(|base| Address::parse(base).ok());
        base.is_some_and(|base| {
            let rest = self.address.as_str().strip_prefix(base.as_str().trim_end_matches('/'));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
        })
    }
}

/// Shows every address of the post that was asked, with its answer, to `see`.
pub(super) fn each_answer<'a>(context: &'a Context<'_>, see: &mut impl FnMut(&Target<'a>, &Result<Answer, AskError>)) {
    let Some(answers) = context.answers else { return };
    each(context, &mut |target| {
        if let Some(answer) = answers.get(&target.address) {
            see(&target, answer);
        }
    });
}

fn each<'a>(context: &'a Context<'_>, see: &mut impl FnMut(Target<'a>)) {
    let mut show = |url: Cow<'a, str>, used, source: &'a Arc<Source>, span| {
        // What differs by subscriber is no one address.
        if context.document.holes.find(&url).next().is_some() {
            return;
        }
        let whole = if url.starts_with("//") { format!("https:{url}").into() } else { Cow::Borrowed(&*url) };
        let Ok(address) = Address::parse(&whole) else { return };
        let is_plain = source.slice(span) == url;
        see(Target { url, address, used, source, span, is_plain });
    };
    links::each(context, &mut |link| show(link.url.into(), Use::Link, link.source, link.address()));
    images::each(context, &mut |image, _, source| show((&*image.url).into(), Use::Image, source, image.url_span));
    images::each_raw(context, &mut |url, span, source| {
        show(url.to_owned().into(), Use::Image, source, span);
    });
}
