//! Moving images that take long to load.

use std::collections::BTreeSet;

use crate::check::Rendered;
use crate::check::rule::rule;
use crate::check::rules::images::{each, short};
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// An animated GIF that weighs more than 1 MB.
    ///
    /// It is sent as it is, and does not move before all of it is there; Outlook on Windows shows its first picture
    /// alone. Fewer pictures, fewer colours or a smaller size make it light; a video can be linked by a picture,
    /// `:::video`. `checks.max_animation_bytes` sets another limit.
    HEAVY_ANIMATION, Rendered(check)
}

fn check(rendered: &Rendered<'_, '_>, sink: &mut Sink) {
    let limit = rendered.context.config.checks.max_animation_bytes;
    let mut seen = BTreeSet::new();
    each(rendered.context, &mut |image, _, source| {
        let Some(asset) = rendered.assets.get(&image.url) else { return };
        let bytes = asset.bytes.len();
        if limit == 0 || bytes <= limit || !asset.is_animated() || !seen.insert(&image.url) {
            return;
        }
        let kb = |bytes: usize| bytes.div_ceil(1024);
        let message =
            format!("`{}` moves and weighs {} kB, over the limit of {} kB", short(&image.url), kb(bytes), kb(limit));
        let found = Diagnostic::new(code::HEAVY_ANIMATION, source, image.url_span, message);
        sink.push(found.help("leave out pictures or colours, or link a video by a picture: `:::video https://…`"));
    });
}
