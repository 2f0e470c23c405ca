//! Images elsewhere that are not there.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::answered::{Use, each_answer};
use crate::check::rules::dead_link::fault;
use crate::check::rules::images::short;
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// An image from elsewhere that is not there.
    ///
    /// The server says so (404, 410), there is no such server, or it cannot prove who it is: mail programs show a
    /// broken picture. The web is asked only by `newsletter check --online`.
    ///
    /// ## Example
    ///
    /// ```md
    /// ![The two rivers meet below the old town.](https://figures.example/gone.png){width=600 height=400}
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ![The two rivers meet below the old town.](map.png)
    /// ```
    DEAD_IMAGE, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    each_answer(context, &mut |target, answer| {
        let Some(why) = fault(answer).filter(|_| target.used == Use::Image) else { return };
        let message = format!("`{}` cannot be loaded: {why}", short(&target.url));
        let found = Diagnostic::new(code::DEAD_IMAGE, target.source, target.span, message);
        sink.push(found.help("save the image beside the post, so that it stays"));
    });
}
