//! Images that take long to load.

use std::collections::BTreeSet;

use crate::check::Rendered;
use crate::check::rule::rule;
use crate::check::rules::images::{each, short};
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// An image that weighs more than 500 kB as it is sent.
    ///
    /// Weighed is what goes out, scaled to twice the width it is shown at. On the way to work it takes seconds to load,
    /// and in an embedded letter it counts against the size that mail servers take. `checks.max_image_bytes` sets
    /// another limit; moving images have one of their own (see `heavy-animation`).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// checks:
    ///   max_image_bytes: 100
    /// ```
    /// ```md
    /// ![The two rivers meet below the old town.](map.png)
    /// ```
    ///
    /// ## Instead
    ///
    /// ```yaml
    /// checks:
    ///   max_image_bytes: 512000
    /// ```
    HEAVY_IMAGE, Rendered(check)
}

fn check(rendered: &Rendered<'_, '_>, sink: &mut Sink) {
    let limit = rendered.context.config.checks.max_image_bytes;
    let mut seen = BTreeSet::new();
    each(rendered.context, &mut |image, _, source| {
        let Some(asset) = rendered.assets.get(&image.url) else { return };
        let bytes = asset.bytes.len();
        if limit == 0 || bytes <= limit || asset.is_animated() || !seen.insert(&image.url) {
            return;
        }
        let kb = |bytes: usize| bytes.div_ceil(1024);
        let message =
            format!("`{}` weighs {} kB as sent, over the limit of {} kB", short(&image.url), kb(bytes), kb(limit));
        let found = Diagnostic::new(code::HEAVY_IMAGE, source, image.url_span, message);
        sink.push(found.help(match asset.media_type {
            "image/png" => "save a photograph as JPEG, or show it smaller, as `{width=300}`",
            _ => "save it with a lower quality, or show it smaller, as `{width=300}`",
        }));
    });
}
