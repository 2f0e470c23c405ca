//! Raw HTML of a post: let through, except what would break the page round it.
//!
//! `<string>` in prose is nearly always meant to be read, and browsers would swallow it: what is
//! no element of HTML becomes text. What a part of the text opens is closed at that part's end,
//! and an end tag without a start is left out, so that a slip stays where it is.

use crate::render::Escaped;

/// The elements that a part of the text has opened by raw HTML.
#[derive(Debug, Default)]
pub struct Open(Vec<String>);

impl Open {
    /// Appends `html`, which is a part of a document, to `out`.
    pub fn push(&mut self, html: &str, out: &mut String) {
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            out.push_str(rest.get(..at).unwrap_or_default());
            rest = rest.get(at..).unwrap_or_default();
            let Some(tag) = Tag::read(rest) else {
                let len = declaration(rest);
                if len == 0 && is_opening(rest) {
                    // Browsers would swallow all that follows what is never closed.
                    out.push_str(&rest.replace('<', "&lt;"));
                    return;
                }
                let (through, after) = rest.split_at_checked(len.max(1)).unwrap_or((rest, ""));
                // A comment is the writer's own, but for what one asks of Outlook.
                let is_own = through.starts_with("<!--")
                    && !through.starts_with("<!--[if")
                    && !through.ends_with("<![endif]-->");
                out.push_str(match len {
                    0 => "&lt;",
                    _ if is_own => "",
                    _ => through,
                });
                rest = after;
                continue;
            };
            let text = rest.get(..tag.len).unwrap_or_default();
            rest = rest.get(tag.len..).unwrap_or_default();
            self.tag(&tag, text, out);
        }
        out.push_str(rest);
    }

    fn tag(&mut self, tag: &Tag, text: &str, out: &mut String) {
        let name = &*tag.name;
        let too_deep = self.0.len() >= MAX_OPEN && !tag.end;
        if !is_element(name) || too_deep {
            out.push_str(&Escaped(text).to_string());
        } else if VOID.contains(&name) || IMPLIED.contains(&name) || (tag.closed && !tag.end) {
            out.push_str(text);
        } else if !tag.end {
            self.0.push(tag.name.clone());
            out.push_str(text);
        } else if let Some(at) = self.0.iter().rposition(|open| open == name) {
            self.close_from(at, out);
        }
    }

    /// Closes what is still open.
    pub fn close(&mut self, out: &mut String) {
        self.close_from(0, out);
    }

    fn close_from(&mut self, at: usize, out: &mut String) {
        while self.0.len() > at {
            if let Some(name) = self.0.pop() {
                out.extend(["</", &name, ">"]);
            }
        }
    }
}

/// A tag at the start of a text.
struct Tag {
    /// In lower case.
    name: String,
    end: bool,
    /// `<br/>`.
    closed: bool,
    len: usize,
}

impl Tag {
    fn read(text: &str) -> Option<Self> {
        let inside = text.strip_prefix('<')?;
        let (end, inside) = inside.strip_prefix('/').map_or((false, inside), |inside| (true, inside));
        if !inside.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let name_end = inside.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>')).unwrap_or(inside.len());
        let name = inside.get(..name_end)?.to_ascii_lowercase();
        let mut quote = None;
        for (at, c) in text.char_indices() {
            match (quote, c) {
                (None, '"' | '\'') => quote = Some(c),
                (Some(open), c) if open == c => quote = None,
                (None, '>') => {
                    let closed = text.get(..at)?.ends_with('/');
                    return Some(Self { name, end, closed, len: at + 1 });
                }
                _ => {}
            }
        }
        None
    }
}

/// Whether `text`, which starts with `<`, looks like a tag or a declaration.
fn is_opening(text: &str) -> bool {
    let after = text.get(1..).unwrap_or_default();
    let name = after.strip_prefix('/').unwrap_or(after);
    after.starts_with(['!', '?']) || name.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// The length of the comment, declaration or section at the start of `text`; 0 where there is none.
fn declaration(text: &str) -> usize {
    let end = if text.starts_with("<!--") {
        "-->"
    } else if text.starts_with("<!") || text.starts_with("<?") {
        ">"
    } else {
        return 0;
    };
    text.find(end).map_or(0, |at| at + end.len())
}

/// Elements inside each other, at most; browsers go no deeper.
const MAX_OPEN: usize = 512;

/// Elements that have no end tag.
const VOID: [&str; 10] = ["area", "br", "col", "embed", "hr", "img", "input", "source", "track", "wbr"];

/// Elements that other tags close, so that nothing needs to.
const IMPLIED: [&str; 13] =
    ["colgroup", "dd", "dt", "li", "optgroup", "option", "p", "tbody", "td", "tfoot", "th", "thead", "tr"];

/// Whether an element of HTML stays open until a tag closes it.
pub(crate) fn needs_end(name: &str) -> bool {
    is_element(name) && !VOID.contains(&name) && !IMPLIED.contains(&name)
}

/// Whether an element has no end tag.
pub(crate) fn is_void(name: &str) -> bool {
    VOID.contains(&name)
}

/// Whether HTML knows it, or it has the name of a custom element.
pub(crate) fn is_element(name: &str) -> bool {
    ELEMENTS.binary_search(&name).is_ok() || name.contains('-')
}

/// The elements of HTML that can stand in a letter, with SVG's and those of old mails, sorted. What
/// speaks for a whole document (`base`, `meta`) is the page's alone.
#[rustfmt::skip]
const ELEMENTS: [&str; 122] = [
    "a", "abbr", "address", "area", "article", "aside", "audio", "b", "bdi", "bdo", "big", "blockquote",
    "br", "button", "canvas", "caption", "center", "circle", "cite", "code", "col", "colgroup", "data",
    "datalist", "dd", "del", "details", "dfn", "dialog", "div", "dl", "dt", "ellipse", "em", "embed", "fieldset",
    "figcaption", "figure", "font", "footer", "form", "g", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hgroup", "hr", "i", "iframe", "img", "input", "ins", "kbd", "label", "legend", "li", "line",     "map", "mark", "math", "menu", "meter", "nav", "noscript", "object", "ol", "optgroup", "option",
    "output", "p", "path", "picture", "polygon", "polyline", "pre", "progress", "q", "rect", "rp", "rt", "ruby", "s",
    "samp", "script", "search", "section", "select", "slot", "small", "source", "span", "strike", "strong", "style",
    "sub", "summary", "sup", "svg", "table", "tbody", "td", "template", "text", "textarea", "tfoot", "th", "thead",
    "time", "tr", "track", "tspan", "tt", "u", "ul", "use", "var", "video", "wbr",
];

#[cfg(test)]
mod tests {
    use super::{ELEMENTS, Open};

    fn through(html: &str) -> String {
        let (mut open, mut out) = (Open::default(), String::new());
        open.push(html, &mut out);
        open.close(&mut out);
        out
    }

    #[test]
    fn the_elements_are_sorted() {
        assert!(ELEMENTS.is_sorted());
    }

    #[test]
    fn what_is_no_element_is_text() {
        assert_eq!(through("<string>"), "&lt;string&gt;");
        assert_eq!(through("</T>"), "&lt;/T&gt;");
        assert_eq!(through("<Base>"), "&lt;Base&gt;");
        assert_eq!(through("a <b"), "a &lt;b");
        assert_eq!(through("a <b 'c> d <i>e</i>"), "a &lt;b 'c> d &lt;i>e&lt;/i>");
        assert_eq!(through("a < b <i>c</i> <!-- d"), "a &lt; b <i>c</i> &lt;!-- d");
        assert_eq!(through("<b>x</b><my-tag/>"), "<b>x</b><my-tag/>");
    }

    #[test]
    fn depth_has_an_end() {
        let html = through(&"<b>".repeat(1000));
        assert_eq!(html.matches("<b>").count(), 512);
        assert_eq!(html.matches("</b>").count(), 512);
        assert_eq!(html.matches("&lt;b&gt;").count(), 488);
    }

    #[test]
    fn what_is_opened_is_closed_and_nothing_else_is() {
        assert_eq!(through("<div><span title='a>b'>x"), "<div><span title='a>b'>x</span></div>");
        assert_eq!(through("x</div>"), "x");
        assert_eq!(through("<div><b>x</div>"), "<div><b>x</b></div>");
        assert_eq!(through("<p>one<p>two<br><hr/>"), "<p>one<p>two<br><hr/>");
        assert_eq!(through("<!-- <div> --><!DOCTYPE html>"), "<!DOCTYPE html>");
    }
}
