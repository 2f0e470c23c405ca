//! Links to posts that are not out.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::links::{each, target};
use crate::diagnostic::{Diagnostic, Sink, code};
use crate::post::front_matter::Status;

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
