//! Links without an address, and links without words.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::links::each;
use crate::diagnostic::{Diagnostic, Sink, code};
use crate::post::tree::{Inline, InlineKind};

rule! {
    /// A link that leads nowhere, or that nothing shows.
    ///
    /// The address was to be filled in later, as `[the report]()` or `[the report](#)`, and the reader who follows it
    /// stays where they are. A link without words, `[](https://…)`, cannot be seen at all, but a screen reader stops
    /// at it.
    ///
    /// ## Example
    ///
    /// ```md
    /// See [the report]().
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// See [the report](https://upstream.example/report).
    /// ```
    EMPTY_LINK, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    each(context, &mut |link| {
        let url = link.url.trim();
        let leads = !matches!(url, "" | "#") && !url.ends_with("://") && url != "mailto:";
        let is_shown = link.content.is_none_or(shows);
        let (message, help) = match (leads, is_shown) {
            (true, true) => return,
            (false, _) => ("this link leads nowhere", "write its address, or take the link away"),
            (true, false) => ("this link has no words, and cannot be seen", "write words between `[` and `]`"),
        };
        sink.push(Diagnostic::new(code::EMPTY_LINK, link.source, link.whole, message).help(help));
    });
}

/// Whether something of it can be seen.
fn shows(content: &[Inline]) -> bool {
    content.iter().any(|inline| match &inline.kind {
        InlineKind::Text(text) | InlineKind::Code(text) => !text.trim().is_empty(),
        InlineKind::Emphasis(inner)
        | InlineKind::Strong(inner)
        | InlineKind::Strikethrough(inner)
        | InlineKind::Superscript(inner)
        | InlineKind::Subscript(inner) => shows(inner),
        InlineKind::SoftBreak | InlineKind::HardBreak => false,
        _ => true,
    })
}
