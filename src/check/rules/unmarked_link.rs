//! Links that look like the text round them.

use crate::check::rule::rule;
use crate::check::rules::css::{Home, Piece, pieces};
use crate::check::rules::markup::{Tag, Written, raw, tags, templates};
use crate::check::{Context, Shared};
use crate::diagnostic::{Diagnostic, Sink, Span, code};

rule! {
    /// A link in running text without an underline.
    ///
    /// Who does not see the colour, and that is one man in twelve, does not see the link (WCAG 2.2, 1.4.1). A button
    /// with a ground, a border or a padding of its own, and a name or picture that stands alone, need no line.
    ///
    /// ## Example
    ///
    /// ```md
    /// It rained, as <a href="https://upstream.example/rain" style="text-decoration: none">we said</a>.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// It rained, as <a href="https://upstream.example/rain">we said</a>.
    /// ```
    UNMARKED_LINK, Both(check_post, check_templates)
}

fn check_post(context: &Context<'_>, sink: &mut Sink) {
    // Inline HTML stands in running text; what is beside it is Markdown.
    raw(context, &mut |written| report(written, tags(&written.text).len() == 1, sink));
}

fn check_templates(shared: &Shared<'_>, sink: &mut Sink) {
    templates(shared, &mut |written| report(written, false, sink));
}

fn report(written: &Written<'_>, is_inline: bool, sink: &mut Sink) {
    // Of the selector that declarations stand under, whether it is every link's.
    let mut all_links = false;
    let mut bare = Vec::new();
    pieces(written, &mut |piece, home| match (piece, home) {
        (Piece::Selector(span), _) => all_links = written.slice(span).split(',').any(is_every_link),
        (Piece::Declaration(name, value), home) if is_bare(written, name, value) => {
            let link = match home {
                Home::Attribute(tag) => {
                    tag.name == "a" && !is_button(written, tag) && (is_inline || is_running(written, tag))
                }
                _ => all_links,
            };
            if link {
                bare.push(name.to(value));
            }
        }
        _ => {}
    });
    for span in bare {
        let message = "a link in running text is marked by its colour alone";
        let found = Diagnostic::new(code::UNMARKED_LINK, written.source, written.place(span), message);
        sink.push(found.help("leave it underlined"));
    }
}

fn is_every_link(selector: &str) -> bool {
    matches!(selector.split_whitespace().last(), Some("a" | "a:link" | "a:visited"))
}

fn is_bare(written: &Written<'_>, name: Span, value: Span) -> bool {
    let name = written.slice(name);
    let is_line = name.eq_ignore_ascii_case("text-decoration") || name.eq_ignore_ascii_case("text-decoration-line");
    is_line && written.slice(value).trim_end_matches("!important").trim().eq_ignore_ascii_case("none")
}

/// Whether something else than its colour marks it.
fn is_button(written: &Written<'_>, tag: &Tag) -> bool {
    let style = tag.get("style").map_or("", |style| written.slice(style.value)).to_ascii_lowercase();
    ["background", "border", "padding", "display", "font-weight"].iter().any(|mark| style.contains(mark))
}

/// Whether text stands directly before or behind the link.
fn is_running(written: &Written<'_>, tag: &Tag) -> bool {
    let before = written.slice(Span::new(0, tag.span.start));
    let after = written.slice(Span::new(tag.span.end, written.text.len()));
    let after = after.find("</a>").and_then(|end| after.get(end + 4..)).unwrap_or_default();
    let before = before.rsplit('>').next().unwrap_or_default();
    let after = after.split('<').next().unwrap_or_default();
    before.chars().chain(after.chars()).any(char::is_alphabetic)
}
