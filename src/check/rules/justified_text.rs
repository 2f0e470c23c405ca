//! Text set flush on both sides.

use crate::check::rule::rule;
use crate::check::rules::css::{Piece, pieces};
use crate::check::rules::markup::{Written, raw, tags, templates};
use crate::check::{Context, Shared};
use crate::diagnostic::{Diagnostic, Sink, Span, code};

rule! {
    /// Justified text.
    ///
    /// Mail clients do not hyphenate, so a justified line of a phone has rivers of white between its words, which many
    /// readers with dyslexia cannot cross (WCAG 2.2, 1.4.8).
    ///
    /// ## Example
    ///
    /// ```md
    /// <p style="text-align: justify">It rained.</p>
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// <p style="margin: 0">It rained.</p>
    /// ```
    JUSTIFIED_TEXT, Both(check_post, check_templates)
}

fn check_post(context: &Context<'_>, sink: &mut Sink) {
    raw(context, &mut |written| report(written, sink));
}

fn check_templates(shared: &Shared<'_>, sink: &mut Sink) {
    templates(shared, &mut |written| report(written, sink));
}

fn report(written: &Written<'_>, sink: &mut Sink) {
    let mut places = Vec::new();
    pieces(written, &mut |piece, _| {
        if let Piece::Declaration(name, value) = piece
            && written.slice(name).eq_ignore_ascii_case("text-align")
            && written.slice(value).to_ascii_lowercase().starts_with("justify")
        {
            places.push(name.to(value));
        }
    });
    for tag in tags(&written.text) {
        if let Some(align) = tag.get("align").filter(|align| written.slice(align.value).eq_ignore_ascii_case("justify"))
        {
            places.push(Span::new(align.place.start, align.value.end));
        }
    }
    for span in places {
        let found = Diagnostic::new(code::JUSTIFIED_TEXT, written.source, written.place(span), "the text is justified");
        sink.push(found.help("let its lines end where they end"));
    }
}
