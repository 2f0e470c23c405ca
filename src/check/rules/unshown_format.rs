//! Images from elsewhere in formats that mail clients do not show.

use std::sync::Arc;

use crate::check::Context;
use crate::check::clients::feature;
use crate::check::rule::rule;
use crate::check::rules::images::{each, each_raw, is_remote, short};
use crate::diagnostic::{Diagnostic, Sink, Source, Span, code};

rule! {
    /// An image from elsewhere in a format that large mail clients do not show: WebP, AVIF, SVG, HEIC.
    ///
    /// An image beside the post is turned into PNG or JPEG where it can be; one from elsewhere is sent as it is, and
    /// many readers see an empty box.
    ///
    /// ## Example
    ///
    /// ```md
    /// ![The two rivers meet.](https://upstream.example/rivers.webp){width=600 height=400}
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ![The two rivers meet.](https://upstream.example/rivers.png){width=600 height=400}
    /// ```
    UNSHOWN_FORMAT, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    each(context, &mut |image, _, source| report(&image.url, image.url_span, source, sink));
    each_raw(context, &mut |url, place, source| report(url, place, source, sink));
}

fn report(url: &str, place: Span, source: &Arc<Source>, sink: &mut Sink) {
    if !is_remote(url) {
        return;
    }
    // The path behind the host: `https://a.svg` is no image.
    let path = url.split(['?', '#']).next().unwrap_or_default().splitn(4, '/').nth(3).unwrap_or_default();
    let Some((_, ending)) = path.rsplit_once('.') else { return };
    let ending = ending.to_ascii_lowercase();
    let Some(feature) = feature(&format!(".{ending}")) else { return };
    let lacking = feature.lacking_somewhere();
    if !lacking.is_major() {
        return;
    }
    let message = format!("`{}` is not shown by {}", short(url), lacking.names());
    let found = Diagnostic::new(code::UNSHOWN_FORMAT, source, place, message);
    sink.push(found.help(format!("use a PNG, JPEG or GIF (tested {})", feature.tested)));
}
