//! Addresses of which nobody can tell.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::answered::each_answer;
use crate::check::rules::links::short;
use crate::diagnostic::{Diagnostic, Sink, code};
use crate::web::{Answer, AskError};

rule! {
    /// A link or an image whose server gave no clear answer.
    ///
    /// It was busy (429), in trouble (500 and above), too slow, or does not talk to programs (401, 403 and others). The
    /// page may well be there: open it in a browser, or ask again later with `newsletter check --online`.
    ///
    /// ## Example
    ///
    /// ```md
    /// The [yearbook](https://figures.example/busy) has them.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// The [yearbook](https://figures.example/2024) has them.
    /// ```
    UNANSWERED_ADDRESS, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    each_answer(context, &mut |target, answer| {
        let Some(why) = doubt(answer) else { return };
        let message = format!("`{}` could not be checked: {why}", short(&target.url));
        let found = Diagnostic::new(code::UNANSWERED_ADDRESS, target.source, target.span, message);
        sink.push(found.help("open it in a browser, or check again later"));
    });
}

/// Why nobody can tell whether the page is there.
fn doubt(answer: &Result<Answer, AskError>) -> Option<String> {
    match answer {
        Ok(answer) if answer.is_fine() || answer.is_gone() => None,
        Ok(Answer { status: 429, .. }) => Some("the server asks for patience (429)".to_owned()),
        Ok(answer) => Some(format!("the server answers {}", answer.status)),
        Err(error) if error.is_dead() => None,
        Err(error) => Some(error.to_string()),
    }
}
