//! Images that are elsewhere cannot be measured.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::images::{Written, each, is_remote, short};
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// A remote image without `width` and `height`.
    ///
    /// Remote images are never fetched, so the tool cannot measure them; without a size the text jumps while they
    /// load, and Outlook shows them at whatever size they have.
    ///
    /// ## Example
    ///
    /// ```md
    /// ![The two rivers meet below the old town.](https://upstream.example/rivers.png)
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ![The two rivers meet below the old town.](https://upstream.example/rivers.png){width=600 height=400}
    /// ```
    REMOTE_IMAGE_SIZE, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    each(context, &mut |image, written, source| {
        if !is_remote(&image.url) || (image.width.is_some() && image.height.is_some()) {
            return;
        }
        let size = match written {
            Written::Inline => "![…](…){width=600 height=400}",
            Written::Directive => "{width=600 height=400}",
        };
        let message = format!("the size of `{}` is not known", short(&image.url));
        let found = Diagnostic::new(code::REMOTE_IMAGE_SIZE, source, image.url_span, message);
        sink.push(found.help(format!("give it, as `{size}`, or put the image beside the post")));
    });
}
