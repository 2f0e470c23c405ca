//! Images that are blown up.

use crate::check::Rendered;
use crate::check::rule::rule;
use crate::check::rules::images::{each, short};
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// An image that has fewer pixels than the width it is shown at.
    ///
    /// Blown up it is blurred, on phones most of all: their screens have two or three pixels where a letter counts one.
    /// An image is best twice as wide as it is shown.
    ///
    /// ## Example
    ///
    /// ```md
    /// ![A stamp with the old bridge on it.](stamp.png){width=300}
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ![A stamp with the old bridge on it.](stamp.png){width=60}
    /// ```
    BLURRY_IMAGE, Rendered(check)
}

fn check(rendered: &Rendered<'_, '_>, sink: &mut Sink) {
    each(rendered.context, &mut |image, _, source| {
        let Some(asset) = rendered.assets.get(&image.url) else { return };
        let ((shown, _), (own, _)) = (asset.size_for(image), asset.pixels);
        if shown > own {
            let message = format!("`{}` is {own} pixels wide and shown at {shown}", short(&image.url));
            let found = Diagnostic::new(code::BLURRY_IMAGE, source, image.url_span, message);
            let help = format!("bring an image {} pixels wide, or show it at {own}: `{{width={own}}}`", shown * 2);
            sink.push(found.help(help));
        }
    });
}
