//! Images written into the address.

use crate::check::Context;
use crate::check::clients::feature;
use crate::check::rule::rule;
use crate::check::rules::images::{each, each_raw};
use crate::diagnostic::{Diagnostic, Sink, Source, Span, code};
use std::sync::Arc;

rule! {
    /// An image that is written into its address, `data:image/png;base64,…`.
    ///
    /// Gmail does not show it, and its bytes count against the size at which the letter is cut off. As a file it is
    /// scaled, and linked or carried along.
    ///
    /// ## Example
    ///
    /// ```md
    /// <img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=" alt="A dot.">
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ![The two rivers meet below the old town.](map.png)
    /// ```
    DATA_IMAGE, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    each(context, &mut |image, _, source| report(&image.url, image.url_span, source, sink));
    each_raw(context, &mut |url, place, source| report(url, place, source, sink));
}

fn report(url: &str, place: Span, source: &Arc<Source>, sink: &mut Sink) {
    if !url.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:")) {
        return;
    }
    let Some(feature) = feature("data:") else { return };
    let message = format!("an image in a `data:` address is not shown by {}", feature.lacking().names());
    let found = Diagnostic::new(code::DATA_IMAGE, source, place, message);
    sink.push(found.help(format!("save it as a file beside the post (tested {})", feature.tested)));
}
