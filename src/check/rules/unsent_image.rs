//! Images of raw HTML that lie on the writer's disk.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::images::{each_raw, is_remote, short};
use crate::check::rules::links::scheme;
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// An image in raw HTML that names a file: it is not sent along.
    ///
    /// Images that Markdown or a directive shows are scaled, and go with the letter or onto the web site. Raw HTML is
    /// let through as it is, so the address in it is one that no reader's program can open.
    ///
    /// ## Example
    ///
    /// ```md
    /// <img src="map.png" alt="The two rivers meet below the old town.">
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ![The two rivers meet below the old town.](map.png)
    /// ```
    UNSENT_IMAGE, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    each_raw(context, &mut |url, place, source| {
        if url.is_empty() || is_remote(url) || scheme(url).is_some() || url.contains("{{") {
            return;
        }
        let message = format!("`{}` does not go with the letter: raw HTML is let through as it is", short(url));
        let found = Diagnostic::new(code::UNSENT_IMAGE, source, place, message);
        sink.push(found.help("write `![what it shows](…)` or `:::figure`, or the image's whole address"));
    });
}
