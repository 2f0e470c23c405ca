//! CSS that large mail clients do not know.

use std::collections::BTreeSet;

use crate::check::clients::{Feature, Lacking, feature};
use crate::check::rule::rule;
use crate::check::rules::css::{Home, Piece, pieces};
use crate::check::rules::markup::{Written, raw, templates};
use crate::check::{Context, Shared};
use crate::diagnostic::{Diagnostic, Sink, Span, code};

rule! {
    /// CSS that Gmail, Outlook on Windows or Apple Mail do not know.
    ///
    /// They leave out what they do not know, and the letter falls apart for a large part of the readers: columns stand
    /// under each other, text lies over text. Mail is laid out with tables, paddings and colours in six digits. What
    /// only adorns, as round corners, is not reported here (see `decorative-css`), nor what stands in `@media` or
    /// `@supports`.
    ///
    /// Templates of mails are looked at, and `style` in the raw HTML of posts. The facts are those of the published
    /// package `caniemail`; each finding says when its feature was tested.
    ///
    /// ## Example
    ///
    /// ```md
    /// <div style="display: grid">It rained.</div>
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// <div style="padding: 8px 0">It rained.</div>
    /// ```
    UNSUPPORTED_CSS, Both(check_post, check_templates)
}

fn check_post(context: &Context<'_>, sink: &mut Sink) {
    raw(context, &mut |written| {
        each(written, &mut |found| sink.extend(found.in_layout(written)));
    });
}

fn check_templates(shared: &Shared<'_>, sink: &mut Sink) {
    templates(shared, &mut |written| {
        each(written, &mut |found| sink.extend(found.in_layout(written)));
    });
}

/// CSS that not every client knows.
pub(super) struct Found<'a> {
    /// Where it stands in the text.
    span: Span,
    /// As the finding names it: `display: grid`.
    shown: &'a str,
    /// What the table calls it.
    key: &'a str,
    feature: Feature,
    lacking: Lacking,
    guarded: bool,
}

impl Found<'_> {
    /// Whether a letter without it is read as well: it is only less handsome.
    pub(super) fn is_decoration(&self) -> bool {
        self.guarded || DECORATION.binary_search(&self.key).is_ok() || !self.lacking.is_major()
    }

    /// What the finding says, for every rule the same.
    pub(super) fn message(&self) -> String {
        format!("`{}` is not supported by {}", self.shown, self.lacking.names())
    }

    /// Its place in the text.
    pub(super) fn span(&self) -> Span {
        self.span
    }

    /// When it was tested.
    pub(super) fn tested(&self) -> &'static str {
        self.feature.tested
    }

    fn in_layout(&self, written: &Written<'_>) -> Option<Diagnostic> {
        if self.is_decoration() {
            return None;
        }
        let place = written.place(self.span);
        let help = match self.key {
            "--" => "write the value itself",
            "background-image" | "linear-gradient()" | "radial-gradient()" | "conic-gradient()" => {
                "give a `background-color` that the text can be read on, in a declaration of its own"
            }
            "lch()" | "oklch()" | "lab()" | "oklab()" | "rgba()" | "light-dark()" => "write the colour as `#rrggbb`",
            "calc()" | "min()" | "max()" | "clamp()" | "1rem" | "1vw" | "1vh" | "1vmin" | "1vmax" | "1ch" => {
                "write the length in `px`"
            }
            "::before" | "::after" => "write the text into the HTML",
            "object-fit" | "object-position" | "aspect-ratio" => {
                "crop the image file, and give `width` and `height` as attributes"
            }
            _ => "lay it out with tables and padding, or keep it for those who know it in `@media` or `@supports`",
        };
        let found = Diagnostic::new(code::UNSUPPORTED_CSS, written.source, place, self.message());
        Some(found.help(format!("{help} (tested {})", self.feature.tested)))
    }
}

/// Shows the CSS of a piece of HTML that some clients do not know, each feature once.
pub(super) fn each(written: &Written<'_>, see: &mut dyn FnMut(&Found<'_>)) {
    let mut seen = BTreeSet::new();
    pieces(written, &mut |piece, home| {
        let mut note = |key: &str, span: Span, shown: &str| {
            let Some(feature) = feature(key) else { return };
            let lacking = feature.lacking();
            if lacking.is_nobody() || !seen.insert(key.to_owned()) {
                return;
            }
            see(&Found { span, shown, key, feature, lacking, guarded: home == Home::Guarded });
        };
        match piece {
            Piece::Declaration(name, value) => declaration(written, name, value, &mut note),
            // What is moved into `style` attributes has no selector any more.
            Piece::Selector(span) if home == Home::Kept => selector(written, span, &mut note),
            // What is to be loaded cannot be moved either.
            Piece::AtRule(name, rest) if home == Home::Kept || written.slice(name) == "@import" => {
                at_rule(written, name, rest, &mut note);
            }
            _ => {}
        }
    });
}

/// Takes the table's name of a feature, its place and how the finding names it.
type Note<'a> = dyn FnMut(&str, Span, &str) + 'a;

fn declaration(written: &Written<'_>, name: Span, value: Span, note: &mut Note<'_>) {
    let property = written.slice(name).to_ascii_lowercase();
    let text = written.slice(value);
    if property.starts_with("--") {
        return note("--", name, written.slice(name));
    }
    note(&property, name, &property);
    let lower = text.to_ascii_lowercase();
    for (at, word) in words(&lower) {
        let place = Span::new(value.start + at, value.start + at + word.len());
        let shown = format!("{property}: {word}");
        note(&format!("{property}:{word}"), name.to(place), &shown);
        note(&format!("={word}"), name.to(place), &shown);
        if let Some(function) = word.strip_suffix('(') {
            let key = if function == "var" { "--" } else { &format!("{function}()") };
            note(key, place, &format!("{function}()"));
        }
        let unit = word.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
        if unit.len() < word.len() && !unit.is_empty() {
            note(&format!("1{unit}"), place, unit);
        }
    }
}

/// The words of a value, with their places: `flex`, `12px`, `calc(`.
fn words(value: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '+' | '%' | '_');
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = value.get(at..)?;
            let start = at + rest.find(|c: char| is_word(c) || matches!(c, '"' | '\'' | '#'))?;
            let rest = value.get(start..)?;
            let first = rest.chars().next()?;
            if matches!(first, '"' | '\'') {
                let end = rest.get(1..)?.find(first)?;
                at = start + end + 2;
                continue;
            }
            let len = rest.get(1..)?.find(|c: char| !is_word(c)).map_or(rest.len(), |len| len + 1);
            at = start + len;
            if first == '#' {
                continue;
            }
            // An address is not CSS.
            if rest.starts_with("url(") {
                at = start + rest.find(')').map_or(rest.len(), |end| end + 1);
                continue;
            }
            let paren = usize::from(value.as_bytes().get(at) == Some(&b'('));
            return Some((start, value.get(start..at + paren)?));
        }
    })
}

fn selector(written: &Written<'_>, span: Span, note: &mut Note<'_>) {
    let text = written.slice(span);
    if text.starts_with('&') || text.contains(" &") {
        note("&", span, "&");
    }
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find(':')).map(|found| at + found) {
        let rest = text.get(start..).unwrap_or_default();
        let name = rest.trim_start_matches(':');
        let colons = rest.len() - name.len();
        let len = colons + name.find(|c: char| !c.is_alphanumeric() && c != '-').unwrap_or(name.len());
        let written = rest.get(..len).unwrap_or_default().to_ascii_lowercase();
        // `:before` is the old way to write `::before`.
        let key = match &*written {
            ":before" | ":after" | ":first-line" | ":first-letter" => format!(":{written}"),
            _ => written.clone(),
        };
        note(&key, Span::new(span.start + start, span.start + start + len), &written);
        at = start + len.max(1);
    }
}

fn at_rule(written: &Written<'_>, name: Span, rest: Span, note: &mut Note<'_>) {
    let rule = written.slice(name).to_ascii_lowercase();
    note(&rule, name, &rule);
    for (at, _) in written.slice(rest).match_indices('(') {
        let inside = written.slice(rest).get(at + 1..).unwrap_or_default();
        let feature = inside.split([':', ')']).next().unwrap_or_default().trim();
        note(&format!("{rule}({feature})"), name.to(rest), &format!("{rule} ({feature})"));
    }
}

/// What the text is as easy to read without, sorted.
#[rustfmt::skip]
const DECORATION: [&str; 97] = [
    "::first-letter", "::first-line", "::marker", ":active", ":first-child", ":first-of-type", ":focus", ":hover",
    ":lang", ":last-child", ":last-of-type", ":link", ":visited", "=initial", "=system-ui", "=ui-monospace",
    "=ui-rounded", "=ui-sans-serif", "=ui-serif", "@font-face", "@keyframes", "@media",
    "@media(-webkit-device-pixel-ratio)", "@media(any-hover)", "@media(hover)", "@media(orientation)",
    "@media(prefers-color-scheme)", "@media(prefers-reduced-motion)", "@supports", "accent-color", "animation",
    "backdrop-filter", "background-blend-mode", "background-clip", "background-origin", "background-position",
    "background-repeat", "background-size", "border-block", "border-collapse", "border-image", "border-inline",
    "border-radius", "border-spacing", "box-shadow", "box-sizing", "caption-side", "color-scheme", "cursor",
    "direction", "empty-cells", "filter", "font-kerning", "font-stretch", "font-weight", "hyphenate-character",
    "hyphenate-limit-chars", "hyphens", "letter-spacing", "list-style-image", "list-style-position", "max-height",
    "max-width", "min-height", "min-width", "mix-blend-mode", "opacity", "orphans", "outline", "outline-offset",
    "overflow", "overflow-wrap", "resize", "table-layout", "text-align-last", "text-decoration-color",
    "text-decoration-line", "text-decoration-skip-ink", "text-decoration-style", "text-decoration-thickness",
    "text-emphasis", "text-emphasis-position", "text-justify", "text-overflow", "text-shadow",
    "text-underline-offset", "text-underline-position", "text-wrap", "transition", "user-select", "visibility",
    "white-space", "white-space-collapse", "widows", "word-break", "word-spacing", "word-wrap",
];

#[cfg(test)]
mod tests {
    use super::{DECORATION, each};
    use crate::check::rules::markup::written;
    use crate::diagnostic::{Source, Span};

    /// The features that are found, those that only adorn in parentheses.
    fn found(html: &str) -> Vec<String> {
        let source = Source::new("x", html);
        let mut all = Vec::new();
        each(&written(&source, html, Span::new(0, html.len())), &mut |found| {
            let words = html.get(found.span().range()).unwrap();
            all.push(if found.is_decoration() { format!("({words})") } else { words.to_owned() });
        });
        all
    }

    #[test]
    fn decorations_are_sorted() {
        assert!(DECORATION.is_sorted());
    }

    #[test]
    fn a_feature_is_found_by_property_value_function_and_unit() {
        assert_eq!(found("<p style='color:red;padding:0 4px;display:none'>"), [""; 0]);
        assert_eq!(found("<p style='display : flex; gap:1em'>"), ["display : flex", "gap"]);
        assert_eq!(found("<p style='width:calc(1px + 2vw)'>"), ["calc(", "2vw"]);
        assert_eq!(found("<p style='--x:1px;color:var(--x)'>"), ["--x"]);
        assert_eq!(found("<p style='background:#fff url(flex.png) no-repeat'>"), [""; 0]);
        assert_eq!(found("<p style='border-radius:3px;BOX-SHADOW:0 0 2px'>"), ["(border-radius)", "(BOX-SHADOW)"]);
    }

    #[test]
    fn selectors_count_where_they_stay() {
        assert_eq!(found("<style>a:hover,a:before{color:red}@media (hover){a{gap:1px}}</style>"), ["(gap)"]);
        assert_eq!(found("<style data-css-inline=keep>a::before{color:red}</style>"), ["::before"]);
    }
}
