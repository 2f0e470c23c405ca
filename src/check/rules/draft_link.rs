//! Links to posts that are not out.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::links::{Link, candidates, each, local_path};
use crate::diagnostic::{Diagnostic, Sink, code};
use crate::post::front_matter::Status;
use crate::publication::Outline;

rule! {
    /// A post that is ready links to one that is a draft.
    ///
    /// The draft has no page that readers could open. Send or publish it first, or leave the link out.
    ///
    /// ## Example
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    /// status: ready
    /// ---
    ///
    /// More on this in [the next letter](next.md).
    /// ```
    /// ```md posts/next.md
    /// ---
    /// title: The rail
    /// date: 2024-05-03
    /// status: draft
    /// ---
    ///
    /// It is being built.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md posts/next.md
    /// ---
    /// title: The rail
    /// date: 2024-05-03
    /// status: ready
    /// ---
    ///
    /// It is being built.
    /// ```
    DRAFT_LINK, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    if context.document.front_matter.status == Status::Draft {
        return;
    }
    each(context, &mut |link| {
        let Some(post) = target(&link, context).filter(|post| post.status == Some(Status::Draft)) else { return };
        let message = format!("`{}` is a draft, which readers cannot open", post.path);
        let found = Diagnostic::new(code::DRAFT_LINK, link.source, link.address(), message);
        sink.push(found.help("set it to `status: ready`, or leave the link out until it is"));
    });
}

/// The post that a link leads to, by its file or by its page.
fn target<'a>(link: &Link<'_>, context: &Context<'a>) -> Option<&'a Outline> {
    if let Some(path) = local_path(link.url) {
        let mut meant = candidates(context.document, &path);
        return meant.find_map(|path| context.outlines.iter().find(|post| post.path == path));
    }
    let page = link.url.strip_prefix(context.config.base_url.as_deref()?)?;
    let page = page.split(['?', '#']).next()?.trim_matches('/');
    context.outlines.iter().find(|post| post.slug.as_str() == page)
}
