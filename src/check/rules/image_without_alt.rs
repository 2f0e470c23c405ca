//! Images need words.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::images::{Written, each, short};
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// An image without alternative text.
    ///
    /// Many mail programs load no image until they are asked to, and some readers hear the letter instead of seeing
    /// it: to both, an image without words is an empty box. Say in a sentence what it shows.
    ///
    /// ## Example
    ///
    /// ```md
    /// ![](map.png)
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ![The two rivers meet below the old town.](map.png)
    /// ```
    IMAGE_WITHOUT_ALT, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    each(context, &mut |image, written, source| {
        if !image.alt.trim().is_empty() {
            return;
        }
        let message = format!("`{}` has no alternative text", short(&image.url));
        let found = Diagnostic::new(code::IMAGE_WITHOUT_ALT, source, image.url_span, message);
        sink.push(found.help(match written {
            Written::Inline => "say what it shows, as `![what it shows](…)`",
            Written::Directive => "say what it shows, as `{alt=\"what it shows\"}`",
        }));
    });
}
