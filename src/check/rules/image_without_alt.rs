//! Images need words.

use crate::check::rule::rule;
use crate::check::rules::images::{Written, each, short};
use crate::check::rules::markup::{self, raw, tags, templates};
use crate::check::{Context, Shared};
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
    IMAGE_WITHOUT_ALT, Both(check_post, check_templates)
}

fn check_post(context: &Context<'_>, sink: &mut Sink) {
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
    raw(context, &mut |written| tag_without_alt(written, sink));
}

fn check_templates(shared: &Shared<'_>, sink: &mut Sink) {
    templates(shared, &mut |written| tag_without_alt(written, sink));
}

/// In HTML `alt=""` is how an ornament is written: it says that there is nothing to read.
fn tag_without_alt(written: &markup::Written<'_>, sink: &mut Sink) {
    for tag in tags(&written.text).iter().filter(|tag| tag.name == "img" && !tag.end && tag.get("alt").is_none()) {
        let message = "this `<img>` has no alternative text";
        let found = Diagnostic::new(code::IMAGE_WITHOUT_ALT, written.source, written.place(tag.span), message);
        sink.push(found.help("say what it shows, as `alt=\"what it shows\"`; `alt=\"\"` for an ornament"));
    }
}
