//! Pictures and files that the text promises and the letter does not bring.

use crate::check::Context;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Sink, Span, code};
use crate::post::tree::{BlockKind, DirectiveKind, InlineKind};
use crate::post::visit::{Node, visit};

rule! {
    /// The text points to a picture or an attachment, and there is none.
    ///
    /// "See the map below" without a map: the reader looks for what was forgotten, and some write to ask.
    ///
    /// ## Example
    ///
    /// ```md
    /// The rivers rose (see the map below).
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// The rivers rose (see the map below).
    ///
    /// ![The two rivers meet below the old town.](map.png)
    /// ```
    ABSENT_PICTURE, Post(check)
}

/// What is pointed to (a figure may be a number), and where it is said to be.
const PICTURES: [&str; 10] =
    ["chart", "diagram", "graph", "graphic", "image", "illustration", "map", "photo", "picture", "screenshot"];
const PLACES: [&str; 3] = ["below", "above", "attached"];
const CHINESE: [&str; 6] = ["见下图", "如下图", "如图所示", "见上图", "如上图", "下图所示"];
const FILES: [&str; 6] =
    ["see attached", "see the attached", "see attachment", "the attached file", "见附件", "详见附件"];

fn check(context: &Context<'_>, sink: &mut Sink) {
    let document = context.document;
    let attached = !document.front_matter.attachments.is_empty();
    let mut pictured = false;
    let mut texts = Vec::new();
    visit(document, &mut |source, node| match node {
        Node::Inline(inline) => match &inline.kind {
            InlineKind::Text(text) => texts.push((source, inline.span, text)),
            InlineKind::Image(_) => pictured = true,
            InlineKind::Html(html) => pictured |= shows(html),
            _ => {}
        },
        Node::Block(block) => match &block.kind {
            BlockKind::Html(html) => pictured |= shows(html),
            // What is drawn in code or set as a table is a figure too.
            BlockKind::Code { .. } | BlockKind::Table(_) => pictured = true,
            BlockKind::Directive(directive) => {
                pictured |= matches!(directive.kind, DirectiveKind::Figure(_) | DirectiveKind::Video { .. });
            }
            _ => {}
        },
    });
    if pictured {
        return;
    }
    for (source, span, text) in texts {
        let Some(phrase) = phrase(text, attached) else { continue };
        let place = source.slice(span).find(phrase);
        let place = place.map_or(span, |at| Span::new(span.start + at, span.start + at + phrase.len()));
        let message = format!("`{phrase}` points to what is not there");
        let found = Diagnostic::new(code::ABSENT_PICTURE, source, place, message);
        sink.push(found.help("bring it, as `![what it shows](…)` or under `attachments`, or take the words out"));
    }
}

fn shows(html: &str) -> bool {
    ["<img", "<svg", "<video", "<picture", "<table"].iter().any(|tag| html.contains(tag))
}

/// The words that point to a picture, or to a file where nothing is attached.
fn phrase(text: &str, attached: bool) -> Option<&str> {
    if text.contains('图')
        && let Some(phrase) = CHINESE.iter().find_map(|phrase| find(text, phrase))
    {
        return Some(phrase);
    }
    let may_attach = !attached && (text.contains("attach") || text.contains("附件"));
    if may_attach && let Some(phrase) = FILES.iter().find_map(|phrase| find(text, phrase)) {
        return Some(phrase);
    }
    PLACES.iter().find_map(|place| {
        let at = text.find(place)?;
        let before = text.get(..at)?.trim_end();
        if text.get(at + place.len()..)?.starts_with(char::is_alphanumeric) {
            return None;
        }
        let start = before.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |at| at + 1);
        let thing = before.get(start..)?;
        // `the map below`, not `map below`: a verb may stand before it.
        let article = before.get(..start)?.trim_end().rsplit(|c: char| !c.is_alphanumeric()).next()?;
        let is_said = matches!(&*article.to_ascii_lowercase(), "the" | "this" | "see");
        let is_picture = PICTURES.contains(&&*thing.to_ascii_lowercase());
        (is_said && is_picture && !(attached && *place == "attached")).then(|| text.get(start..at + place.len()))?
    })
}

/// The words of `text` that are `phrase` but for the case of ASCII letters.
fn find<'t>(text: &'t str, phrase: &str) -> Option<&'t str> {
    let first = phrase.chars().next()?;
    let starts = text.match_indices([first, first.to_ascii_uppercase()]);
    starts.filter_map(|(at, _)| text.get(at..at + phrase.len())).find(|found| found.eq_ignore_ascii_case(phrase))
}

#[cfg(test)]
mod tests {
    use super::phrase;

    #[test]
    fn what_points_to_a_picture_is_told_from_what_does_not() {
        for (text, found) in [
            ("(see the map below)", "map below"),
            ("As the chart above shows", "chart above"),
            ("see the photo attached.", "photo attached"),
            ("See attached for more", "See attached"),
            ("结果见下图。", "见下图"),
        ] {
            assert_eq!(phrase(text, false), Some(found), "{text}");
        }
        for text in [
            "below the map",
            "the map belowground",
            "a map above all",
            "the figure above 5%",
            "see the attachment theory",
            "我附上了一张图",
        ] {
            assert_eq!(phrase(text, false), None, "{text}");
        }
        assert_eq!(phrase("see attached, and the photo attached", true), None);
    }
}
