//! What a feed takes of HTML, which is shown among the letters of others: text, pictures, sound and
//! film, and nothing that runs, asks, or changes its surroundings.

use crate::html::{self, Element, Node};
use crate::render::{Escaped, is_void};
use crate::site::feed::put;
use crate::site::markup::{Tag, unescaped};

/// The elements. Of others, but for those of `GONE`, what they hold is taken.
#[rustfmt::skip]
const ELEMENTS: &[&str] = &[
    "a", "abbr", "address", "article", "aside", "audio", "b", "bdi", "bdo", "big", "blockquote", "br", "caption",
    "center", "cite", "code", "col", "colgroup", "data", "dd", "del", "details", "dfn", "div", "dl", "dt", "em",
    "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "i", "img",
    "ins", "kbd", "li", "mark", "menu", "nav", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section",
    "small", "source", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "time", "tr", "track", "tt", "u", "ul", "var", "video", "wbr",
];

/// Elements of which nothing is taken.
const GONE: &[&str] = &["datalist", "dialog", "math", "script", "select", "style", "svg", "template", "textarea"];

/// The attributes.
#[rustfmt::skip]
const ATTRIBUTES: &[&str] = &[
    "abbr", "align", "alt", "aria-hidden", "aria-label", "border", "class", "color", "colspan", "controls", "datetime",
    "dir", "headers", "height", "hidden", "href", "id", "kind", "label", "lang", "loading", "name", "open", "poster",
    "rel", "reversed", "role", "rowspan", "scope", "size", "span", "src", "start", "tabindex", "title", "type",
    "valign", "value", "width",
];

/// Whether a tag of `html` has nothing else, by a look that reads less than browsers do: what it cannot
/// read, it does not know.
pub(super) fn has(tag: &Tag, html: &str) -> bool {
    let name = tag.name.strip_prefix('/').unwrap_or(&tag.name);
    ELEMENTS.binary_search(&name).is_ok()
        && tag.bare.iter().all(|name| takes(name, ""))
        && tag.attributes.iter().all(|(name, range)| {
            let value = html.get(range.clone()).unwrap_or_default();
            let is_plain = || value.split('&').skip(1).all(|rest| ENTITIES.iter().any(|one| rest.starts_with(one)));
            takes(name, &unescaped(value)) && (!is_address(name) || is_plain())
        })
}

/// What addresses are escaped by, behind the `&`.
const ENTITIES: [&str; 5] = ["amp;", "lt;", "gt;", "quot;", "#39;"];

/// What is taken of `html`, which may be anything.
pub(super) fn alone(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    push_all(&html::parse(html), &mut out);
    out
}

fn push_all(nodes: &[Node], out: &mut String) {
    for node in nodes {
        match node {
            Node::Text(text) => put!(out, "{}", Escaped(text)),
            Node::Element(element) if GONE.contains(&&*element.name) => {}
            Node::Element(element) if element.name == "iframe" => push_link(element, out),
            Node::Element(element) if ELEMENTS.binary_search(&&*element.name).is_ok() => push(element, out),
            Node::Element(element) => push_all(&element.children, out),
        }
    }
}

fn push(element: &Element, out: &mut String) {
    let name = &element.name;
    put!(out, "<{name}");
    for (name, value) in element.attributes().filter(|(name, value)| takes(name, value)) {
        put!(out, " {name}=\"{}\"", Escaped(value));
    }
    out.push('>');
    if !is_void(name) {
        push_all(&element.children, out);
        put!(out, "</{name}>");
    }
}

/// A link to what a frame shows.
fn push_link(frame: &Element, out: &mut String) {
    let address = frame.attribute("src").filter(|address| !address.is_empty() && takes("src", address));
    if let Some(address) = address {
        let words = frame.attribute("title").unwrap_or(address);
        put!(out, "<a href=\"{}\">{}</a>", Escaped(address), Escaped(words));
    }
}

/// Whether an attribute is taken.
fn takes(name: &str, value: &str) -> bool {
    ATTRIBUTES.binary_search(&name).is_ok() && (!is_address(name) || !runs(name, value))
}

fn is_address(name: &str) -> bool {
    matches!(name, "href" | "poster" | "src")
}

/// Whether whoever follows an address runs what stands in it.
fn runs(name: &str, address: &str) -> bool {
    // Browsers read over some of these.
    let read = address.chars().filter(|c| !c.is_control() && *c != ' ');
    let head: String = read.take_while(|c| !matches!(c, '/' | '?' | '#')).collect();
    let Some((scheme, rest)) = head.split_once(':') else { return false };
    match &*scheme.to_ascii_lowercase() {
        "javascript" | "vbscript" => true,
        "data" => name == "href" || !rest.eq_ignore_ascii_case("image"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{ATTRIBUTES, ELEMENTS};

    #[test]
    fn names_are_sorted() {
        assert!(ELEMENTS.is_sorted() && ATTRIBUTES.is_sorted());
    }
}
