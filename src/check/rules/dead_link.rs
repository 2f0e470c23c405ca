//! Links whose page is not there.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::answered::{Use, each_answer};
use crate::check::rules::links::short;
use crate::diagnostic::{Diagnostic, Sink, code};
use crate::web::{Answer, AskError};

rule! {
    /// A link to a page that is not there.
    ///
    /// The server says so (404, 410), there is no such server, or it cannot prove who it is, so that browsers turn the
    /// reader back. A reader who follows the link of a letter and meets an error follows the next one less readily.
    ///
    /// The web is asked only by `newsletter check --online`: each address once, by `HEAD` and where that is refused by
    /// `GET`, one after another at each host.
    ///
    /// ## Example
    ///
    /// ```md
    /// The [yearbook](https://figures.example/gone) has them.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// The [yearbook](https://figures.example/2024) has them.
    /// ```
    DEAD_LINK, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    each_answer(context, &mut |target, answer| {
        let Some(why) = fault(answer).filter(|_| target.used == Use::Link) else { return };
        let message = format!("`{}` leads nowhere: {why}", short(&target.url));
        let found = Diagnostic::new(code::DEAD_LINK, target.source, target.span, message);
        sink.push(found.help("link the page's new address or a copy in a web archive, or leave the link out"));
    });
}

/// What is wrong where nobody will get there.
pub(super) fn fault(answer: &Result<Answer, AskError>) -> Option<String> {
    match answer {
        Ok(answer) if answer.is_gone() => Some(match answer.final_url() {
            Some(end) => {
                // What follows `?` may be somebody's session.
                let end = end.split('?').next().unwrap_or_default();
                format!("it redirects to `{}`, which answers {}", short(end), answer.status)
            }
            None => format!("the server answers {}", answer.status),
        }),
        Err(error) if error.is_dead() => Some(error.to_string()),
        _ => None,
    }
}
