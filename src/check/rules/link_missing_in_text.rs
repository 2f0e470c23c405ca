//! Links that the plain text lacks.

use std::collections::BTreeSet;

use crate::check::Rendered;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Sink, Span, code};
use crate::post::tree::InlineKind;
use crate::post::visit::{Node, visit};

rule! {
    /// A link of the HTML is not in the plain text.
    ///
    /// Some readers choose the plain text, and it is what is read aloud, searched and quoted; a link that stands only in the
    /// HTML does not exist for them. It comes of `:::html-only`.
    ///
    /// ## Example
    ///
    /// ```md
    /// It rained.
    ///
    /// :::html-only
    /// [The gauge](https://upstream.example/gauge)
    /// :::
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// It rained.
    ///
    /// [The gauge](https://upstream.example/gauge)
    /// ```
    LINK_MISSING_IN_TEXT, Rendered(check)
}

fn check(rendered: &Rendered<'_>, sink: &mut Sink) {
    let document = rendered.context.document;
    let mut told = BTreeSet::new();
    visit(document, &mut |source, node| {
        let Node::Inline(inline) = node else { return };
        let InlineKind::Link { url, .. } = &inline.kind else { return };
        let web = url.starts_with("https://") || url.starts_with("http://");
        if !web || !told.insert(url) || rendered.renditions.text.contains(url.as_str()) {
            return;
        }
        // What is written nowhere in the mail's HTML is no link of it.
        if !rendered.renditions.email.contains(&*crate::render::Escaped(url).to_string()) {
            return;
        }
        let span = Span::new(inline.span.start, inline.span.end);
        let found = Diagnostic::new(code::LINK_MISSING_IN_TEXT, source, span, "the plain text lacks this link");
        sink.push(found.help("put it where both have it, or say it again in `:::text-only`"));
    });
}
