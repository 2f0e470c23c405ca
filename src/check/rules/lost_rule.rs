//! Rules of style sheets that cannot move into `style` attributes.

use crate::check::Shared;
use crate::check::rule::rule;
use crate::check::rules::css::{Home, Piece, pieces};
use crate::check::rules::markup::templates;
use crate::diagnostic::{Diagnostic, Sink, Span, code};

rule! {
    /// A rule of a template's style sheet that is lost because the sheet is moved into `style` attributes.
    ///
    /// Many mail clients drop style sheets, so their rules are written into the elements that they apply to. What an
    /// element cannot hold is lost on the way: `@media`, `:hover`, `::before`. A sheet of its own with
    /// `data-css-inline="keep"` stays as it is, for the clients that read it.
    ///
    /// ## Example
    ///
    /// ```hbs templates/letter.hbs
    /// <style>a:hover { color: #0b5a6e }</style>{{{issue.content}}}
    /// ```
    ///
    /// ## Instead
    ///
    /// ```hbs templates/letter.hbs
    /// <style data-css-inline="keep">a:hover { color: #0b5a6e }</style>{{{issue.content}}}
    /// ```
    LOST_RULE, Shared(check)
}

/// What holds at a moment or for a part of an element, which `style` attributes cannot say.
const MOMENTS: [&str; 9] =
    [":hover", ":focus", ":active", ":visited", "::", ":before", ":after", ":first-letter", ":first-line"];

fn check(shared: &Shared<'_>, sink: &mut Sink) {
    templates(shared, &mut |written| {
        pieces(written, &mut |piece, home| {
            let (span, words) = match (piece, home) {
                (Piece::AtRule(name, _), Home::Moved) => (name, written.slice(name)),
                (Piece::Selector(span), Home::Moved) => match MOMENTS.iter().find_map(|moment| {
                    let at = written.slice(span).find(moment)? + span.start;
                    let rest = written.slice(Span::new(at, span.end));
                    let len = rest.find([' ', ',', '{', '>']).unwrap_or(rest.len());
                    Some(Span::new(at, at + len))
                }) {
                    Some(span) => (span, written.slice(span)),
                    None => return,
                },
                _ => return,
            };
            let message = format!("`{words}` is lost when this style sheet is moved into `style` attributes");
            let found = Diagnostic::new(code::LOST_RULE, written.source, written.place(span), message);
            sink.push(found.help("put it into a `<style data-css-inline=\"keep\">` of its own"));
        });
    });
}
