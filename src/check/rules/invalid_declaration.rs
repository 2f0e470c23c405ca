//! CSS that means nothing to any client.

use crate::check::clients::feature;
use crate::check::rule::rule;
use crate::check::rules::css::{Piece, pieces};
use crate::check::rules::markup::{Written, raw, templates};
use crate::check::{Context, Shared};
use crate::diagnostic::{Diagnostic, Fix, Sink, Span, code, nearest};

rule! {
    /// A declaration of CSS that no client can read: one without a colon, of a property that is misspelt, or with a
    /// colour of five digits.
    ///
    /// What a client cannot read it drops without a word, and the text has another colour or size than was meant.
    /// Templates of mails are looked at, and `style` in the raw HTML of posts.
    ///
    /// ## Example
    ///
    /// ```md
    /// <p style="colour: #475157">It rained.</p>
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// <p style="color: #475157">It rained.</p>
    /// ```
    INVALID_DECLARATION, Both(check_post, check_templates)
}

/// The properties that letters use most, and those of theirs that the table of clients does not hold.
#[rustfmt::skip]
const PROPERTIES: [&str; 62] = [
    "background", "background-color", "background-image", "border", "border-bottom", "border-bottom-color",
    "border-bottom-style", "border-bottom-width", "border-collapse", "border-color", "border-left", "border-radius",
    "border-right", "border-spacing", "border-style", "border-top", "border-width", "bottom", "clear", "color",
    "content", "cursor", "direction", "display", "float", "font", "font-family", "font-size", "font-style",
    "font-variant", "font-weight", "height", "left", "letter-spacing", "line-height", "list-style",
    "list-style-type", "margin", "margin-bottom", "margin-left", "margin-right", "margin-top", "max-height",
    "max-width", "min-height", "min-width", "order", "padding", "padding-bottom", "padding-left", "padding-right",
    "padding-top", "position", "right", "text-align", "text-decoration", "text-indent", "text-transform", "top",
    "vertical-align", "white-space", "width",
];

fn check_post(context: &Context<'_>, sink: &mut Sink) {
    raw(context, &mut |written| each(written, sink));
}

fn check_templates(shared: &Shared<'_>, sink: &mut Sink) {
    templates(shared, &mut |written| each(written, sink));
}

fn each(written: &Written<'_>, sink: &mut Sink) {
    pieces(written, &mut |piece, _| {
        let found = |span: Span, message: String| {
            Diagnostic::new(code::INVALID_DECLARATION, written.source, written.place(span), message)
        };
        match piece {
            // What a template fills in is not known.
            Piece::Stray(span) if !is_filled(written, span) => {
                let words = written.slice(span);
                let name = words.split_whitespace().next().unwrap_or_default();
                let found =
                    found(span, format!("`{}` has no colon, and is dropped", words.lines().next().unwrap_or_default()));
                sink.push(found.help(format!("write `{name}: …`")));
            }
            Piece::Declaration(name, value) => {
                let property = written.slice(name).to_ascii_lowercase();
                if let Some(meant) = misspelt(&property).filter(|_| !is_filled(written, name)) {
                    let fix = written.exact(name).map(|span| Fix::needs_a_look(span, meant));
                    let mut found = found(name, format!("no client knows a property `{property}`"));
                    found.fix = fix;
                    sink.push(found.help(format!("did you mean `{meant}`?")));
                } else if let Some(span) = broken_colour(written, value) {
                    let message = format!("`{}` is no colour", written.slice(span));
                    sink.push(found(span, message).help("write six digits from 0 to f, as `#475157`"));
                }
            }
            _ => {}
        }
    });
}

/// Whether a template's tag stands there.
fn is_filled(written: &Written<'_>, span: Span) -> bool {
    written.exact(span).is_none_or(|span| written.source.slice(span).contains("{{"))
}

/// The property that was meant by one that nobody knows.
fn misspelt(property: &str) -> Option<&'static str> {
    let is_word = property.starts_with(|c: char| c.is_ascii_lowercase()) && !property.starts_with("mso-");
    if !is_word || PROPERTIES.contains(&property) || feature(property).is_some() {
        return None;
    }
    nearest(property, PROPERTIES)
}

/// The first colour of a value that has another number of digits than colours have, or other signs.
fn broken_colour(written: &Written<'_>, value: Span) -> Option<Span> {
    let text = written.slice(value);
    if text.contains("url(") || text.contains(['"', '\'']) || is_filled(written, value) {
        return None;
    }
    text.match_indices('#').find_map(|(at, _)| {
        let rest = text.get(at + 1..).unwrap_or_default();
        let len = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let digits = rest.get(..len).unwrap_or_default();
        let is_colour = matches!(len, 3 | 4 | 6 | 8) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        (!is_colour).then(|| Span::new(value.start + at, value.start + at + 1 + len))
    })
}

#[cfg(test)]
mod tests {
    use super::misspelt;

    #[test]
    fn a_slip_is_told_from_a_property_of_others() {
        assert_eq!(misspelt("colour"), Some("color"));
        assert_eq!(misspelt("font-szie"), Some("font-size"));
        for property in ["color", "gap", "mso-line-height-rule", "-webkit-text-size-adjust", "--ink", "orphans"] {
            assert_eq!(misspelt(property), None, "{property}");
        }
    }
}
