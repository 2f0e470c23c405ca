//! Images that are on somebody else's server.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::images::{each, is_remote, short};
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// An image that is loaded from elsewhere.
    ///
    /// It can change or vanish after the letter went out, it is neither scaled nor carried along, and its server learns
    /// who reads. Off unless asked for: some newsletters keep their images on a server of their own.
    ///
    /// ## Example
    ///
    /// ```md
    /// ![The two rivers meet below the old town.](https://elsewhere.example/rivers.png){width=600 height=400}
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ![The two rivers meet below the old town.](map.png)
    /// ```
    REMOTE_IMAGE, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let home = context.config.base_url.as_deref().unwrap_or("\0");
    each(context, &mut |image, _, source| {
        if is_remote(&image.url) && !image.url.starts_with(home) {
            let message = format!("`{}` is loaded from elsewhere", short(&image.url));
            let found = Diagnostic::new(code::REMOTE_IMAGE, source, image.url_span, message);
            sink.push(found.help("save it beside the post"));
        }
    });
}
