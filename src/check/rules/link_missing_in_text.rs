//! Links that the plain text lacks.

use std::collections::BTreeSet;

use memchr::memmem;

use crate::check::Rendered;
use crate::check::rule::rule;
use crate::check::rules::links::{Link, each};
use crate::diagnostic::{Diagnostic, Sink, code};

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

fn check(rendered: &Rendered<'_, '_>, sink: &mut Sink) {
    let Some(renditions) = rendered.renditions else { return };
    let mut told = BTreeSet::new();
    let text = renditions.text.as_bytes();
    each(rendered.context, &mut |Link { url, source, whole, .. }| {
        let web = url.starts_with("https://") || url.starts_with("http://");
        if !web || !told.insert(url) || memmem::find(text, url.as_bytes()).is_some() {
            return;
        }
        // What is written nowhere in the mail's HTML is no link of it.
        if !renditions.email.contains(&*crate::render::Escaped(url).to_string()) {
            return;
        }
        let found = Diagnostic::new(code::LINK_MISSING_IN_TEXT, source, whole, "the plain text lacks this link");
        sink.push(found.help("put it where both have it, or say it again in `:::text-only`"));
    });
}
