//! A letter's tree as the XHTML of a book: well formed, of elements and attributes that EPUB knows,
//! each where it may stand, and of links that lead somewhere.

use std::collections::BTreeSet;

use crate::html::{Element, Node};
use crate::language::Language;
use crate::render::{Address, Escaped};

/// Where a chapter stands.
pub(super) struct Place<'a> {
    /// The page that it comes from, from which its links start.
    pub(super) page: Option<&'a str>,
    /// The file of a picture.
    pub(super) picture: &'a dyn Fn(&str) -> Option<String>,
    /// The chapter that was the page of this address.
    pub(super) chapter: &'a dyn Fn(&str) -> Option<String>,
}

/// Writes a letter.
pub(super) fn write(nodes: &[Node], place: &Place<'_>) -> String {
    let mut ids = BTreeSet::new();
    collect(nodes, &mut ids);
    let mut writer = Writer { place, ids, used: BTreeSet::new(), out: String::new() };
    writer.nodes(nodes, Inside::Flow);
    writer.out
}

/// Text, without what XML cannot hold.
pub(super) fn text(text: &str) -> String {
    let known = |c: char| if matches!(c, '\u{fffe}' | '\u{ffff}') { '\u{fffd}' } else { c };
    Escaped(&text.chars().map(known).collect::<String>()).to_string()
}

/// What may stand in an element.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// Blocks and running text.
    Flow,
    /// The same, and a caption.
    Figure,
    /// Running text alone.
    Line,
    /// One kind of child, by its name; anything else gets one round it.
    Items(&'static str),
    /// Terms and meanings.
    Terms,
    /// What the parser itself keeps in order: rows and cells.
    Table,
}

struct Writer<'a> {
    place: &'a Place<'a>,
    /// All ids that links may lead to.
    ids: BTreeSet<String>,
    /// Those that are written.
    used: BTreeSet<String>,
    out: String,
}

/// The ids of what is shown.
fn collect(nodes: &[Node], ids: &mut BTreeSet<String>) {
    for node in nodes {
        if let Node::Element(element) = node
            && !is_gone(element)
        {
            ids.extend(element.attribute("id").filter(|_| Kind::of(&element.name) != Kind::Unknown).map(id));
            collect(&element.children, ids);
        }
    }
}

/// Whether a list of terms begins with one, and ends with a meaning.
fn has_terms(list: &Element) -> bool {
    let mut parts = list.children.iter().filter_map(Element::of);
    let first = parts.next();
    first.is_some_and(|first| first.name == "dt") && parts.next_back().is_some_and(|last| last.name != "dt")
}

/// Whether a figure has one caption, before or after all else.
fn has_one_caption(figure: &Element) -> bool {
    let parts: Vec<_> = figure.children.iter().filter_map(Element::of).map(|part| part.name == "figcaption").collect();
    let is_at_an_end = parts.first() == Some(&true) || parts.last() == Some(&true);
    is_at_an_end && parts.iter().filter(|&&is_caption| is_caption).count() == 1
}

/// An id as XML takes it.
fn id(written: &str) -> String {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let id: String = written.chars().map(|c| if fits(c) { c } else { '-' }).collect();
    format!("id-{id}")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Line,
    Block,
    /// Stands in a parent of its own alone.
    Part,
    Unknown,
}

impl Kind {
    fn of(name: &str) -> Self {
        match name {
            "a" | "abbr" | "b" | "bdi" | "br" | "cite" | "code" | "del" | "dfn" | "em" | "i" | "img" | "ins"
            | "kbd" | "mark" | "q" | "ruby" | "rp" | "rt" | "s" | "samp" | "small" | "span" | "strong" | "sub"
            | "sup" | "time" | "u" | "var" | "wbr" => Self::Line,
            "address" | "article" | "aside" | "blockquote" | "div" | "dl" | "figure" | "footer" | "h1" | "h2"
            | "h3" | "h4" | "h5" | "h6" | "header" | "hr" | "ol" | "p" | "pre" | "section" | "table" | "ul" => {
                Self::Block
            }
            "li" | "dt" | "dd" | "figcaption" | "caption" | "thead" | "tbody" | "tfoot" | "tr" | "th" | "td" => {
                Self::Part
            }
            _ => Self::Unknown,
        }
    }
}

/// What a book does not show.
fn is_gone(element: &Element) -> bool {
    element.attribute("hidden").is_some()
        || matches!(
            element.name.as_str(),
            "script"
                | "style"
                | "template"
                | "noscript"
                | "iframe"
                | "object"
                | "embed"
                | "svg"
                | "math"
                | "video"
                | "audio"
                | "canvas"
                | "map"
                | "input"
                | "select"
                | "textarea"
                | "head"
                | "title"
        )
}

impl Writer<'_> {
    fn nodes(&mut self, nodes: &[Node], inside: Inside) {
        for node in nodes {
            match (node, inside) {
                (Node::Text(one), Inside::Flow | Inside::Figure | Inside::Line) => self.out.push_str(&text(one)),
                (Node::Text(one), _) if one.trim().is_empty() => self.out.push('\n'),
                (Node::Text(_), Inside::Table) => {}
                (Node::Text(one), Inside::Items(item)) => {
                    self.out.extend(["<", item, ">", &text(one), "</", item, ">"]);
                }
                (Node::Text(one), Inside::Terms) => self.out.extend(["<dd>", &text(one), "</dd>"]),
                (Node::Element(element), _) if is_gone(element) => {}
                (Node::Element(element), _) => self.element(element, inside),
            }
        }
    }

    fn element(&mut self, element: &Element, inside: Inside) {
        let name = &*element.name;
        if element.has_class("notes") && name == "section" && inside == Inside::Flow {
            return self.notes(element);
        }
        if element.has_class("box") && name == "span" {
            return self.out.push(if element.has_class("done") { '☑' } else { '☐' });
        }
        let fits = match (inside, Kind::of(name)) {
            (Inside::Flow | Inside::Figure, Kind::Line | Kind::Block) => true,
            (Inside::Figure, _) => name == "figcaption",
            (Inside::Line, kind) => kind == Kind::Line,
            (Inside::Items(item), _) => name == item,
            (Inside::Terms, _) => matches!(name, "dt" | "dd"),
            (Inside::Table, kind) => kind == Kind::Part && !matches!(name, "li" | "dt" | "dd" | "figcaption"),
            (Inside::Flow, Kind::Part | Kind::Unknown) => false,
        };
        match (fits, inside) {
            (true, _) => self.fitting(element),
            (false, Inside::Items(item)) => self.wrapped(item, element),
            (false, Inside::Terms) => self.wrapped("dd", element),
            // What does not fit here leaves what it holds.
            (false, inside) => self.nodes(&element.children, inside),
        }
    }

    fn wrapped(&mut self, item: &str, element: &Element) {
        self.out.extend(["<", item, ">"]);
        self.element(element, Inside::Flow);
        self.out.extend(["</", item, ">"]);
    }

    fn fitting(&mut self, element: &Element) {
        let name = &*element.name;
        let inside = match name {
            "ul" | "ol" => Inside::Items("li"),
            "dl" if !has_terms(element) => return self.nodes(&element.children, Inside::Flow),
            "dl" => Inside::Terms,
            "figure" if has_one_caption(element) => Inside::Figure,
            "table" | "thead" | "tbody" | "tfoot" | "tr" => Inside::Table,
            "p" | "pre" | "dt" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Inside::Line,
            _ if Kind::of(name) == Kind::Line => Inside::Line,
            _ => Inside::Flow,
        };
        match name {
            "img" => self.image(element),
            "a" => self.link(element),
            "br" | "wbr" | "hr" => {
                self.open(name, element);
                self.out.truncate(self.out.len() - 1);
                self.out.push_str("/>");
            }
            _ => {
                self.open(name, element);
                self.nodes(&element.children, inside);
                self.out.extend(["</", name, ">"]);
            }
        }
    }

    /// The start tag, with what is known of attributes.
    fn open(&mut self, name: &str, element: &Element) {
        self.out.extend(["<", name]);
        self.global(element);
        let is_number =
            |value: &&str| !value.is_empty() && value.len() < 10 && value.bytes().all(|b| b.is_ascii_digit());
        let numbers: &[&str] = match name {
            "ol" => &["start"],
            "li" => &["value"],
            "td" | "th" => &["colspan", "rowspan"],
            _ => &[],
        };
        for key in numbers {
            if let Some(value) = element.attribute(key).filter(is_number).filter(|value| *value != "0") {
                self.attribute(key, value);
            }
        }
        if name == "th"
            && let Some(scope) = element.attribute("scope").filter(|scope| matches!(*scope, "col" | "row"))
        {
            self.attribute("scope", scope);
        }
        self.out.push('>');
    }

    /// What any element may have.
    fn global(&mut self, element: &Element) {
        if let Some(id) = element.attribute("id").map(id).filter(|id| self.used.insert(id.clone())) {
            self.attribute("id", &id);
        }
        for key in ["class", "title"] {
            if let Some(value) = element.attribute(key) {
                self.attribute(key, value);
            }
        }
        if let Some(language) = element.attribute("lang").and_then(Language::new) {
            self.attribute("lang", language.tag());
            self.attribute("xml:lang", language.tag());
        }
        if let Some(dir) = element.attribute("dir").filter(|dir| matches!(*dir, "ltr" | "rtl" | "auto")) {
            self.attribute("dir", dir);
        }
    }

    fn attribute(&mut self, key: &str, value: &str) {
        self.out.extend([" ", key, "=\"", &text(value), "\""]);
    }

    /// A picture of the book; one that is elsewhere on the web is a link to it.
    fn image(&mut self, element: &Element) {
        let src = element.attribute("src").unwrap_or_default();
        let alt = element.attribute("alt").unwrap_or_default();
        let own = src.strip_prefix("images/").and_then(|name| (self.place.picture)(name));
        if let Some(file) = own {
            self.out.push_str("<img");
            self.attribute("src", &file);
            self.attribute("alt", alt);
            self.global(element);
            self.out.push_str("/>");
        } else {
            self.out.push_str(&text(if alt.is_empty() { src } else { alt }));
        }
    }

    fn link(&mut self, element: &Element) {
        let target = element.attribute("href").and_then(|href| self.target(href));
        let Some(target) = target else {
            self.out.push_str("<span");
            self.global(element);
            self.out.push('>');
            self.nodes(&element.children, Inside::Line);
            self.out.push_str("</span>");
            return;
        };
        self.out.push_str("<a");
        self.out.extend([" href=\"", &Address(&target).to_string(), "\""]);
        match element.attribute("role") {
            Some("doc-noteref") => self.out.push_str(" epub:type=\"noteref\" role=\"doc-noteref\""),
            Some("doc-backlink") => self.out.push_str(" epub:type=\"backlink\" role=\"doc-backlink\""),
            _ => {}
        }
        self.global(element);
        self.out.push('>');
        self.nodes(&element.children, Inside::Line);
        self.out.push_str("</a>");
    }

    /// Where a link leads: in the chapter, to another one, or to the web.
    fn target(&self, href: &str) -> Option<String> {
        let href = href.trim();
        if let Some(fragment) = href.strip_prefix('#') {
            return Some(id(fragment)).filter(|id| self.ids.contains(id)).map(|id| format!("#{id}"));
        }
        let scheme = href.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        let url = match scheme.as_deref() {
            Some("http" | "https") => href.to_owned(),
            Some("mailto" | "tel") => return Some(href.to_owned()),
            Some(scheme) if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) => return None,
            _ => absolute(self.place.page?, href)?,
        };
        let host = url.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
        if host.is_empty() || !host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | ':' | '@')) {
            return None;
        }
        let bare = url.split(['#', '?']).next().unwrap_or_default();
        let bare = bare.trim_end_matches("index.html").trim_end_matches('/');
        Some((self.place.chapter)(bare).unwrap_or(url))
    }

    /// The notes, each of which readers may show where it is marked.
    fn notes(&mut self, section: &Element) {
        let label = section.attribute("aria-label").unwrap_or_default();
        self.out.push_str("<section class=\"notes\" epub:type=\"footnotes\"");
        self.attribute("aria-label", label);
        self.out.push_str(">\n");
        let lists = section.children.iter().filter_map(Element::of);
        for item in lists.flat_map(|list| &list.children).filter_map(Element::of) {
            self.out.push_str("<aside epub:type=\"footnote\" role=\"doc-footnote\"");
            if let Some(id) = item.attribute("id").map(id).filter(|id| self.used.insert(id.clone())) {
                self.attribute("id", &id);
            }
            self.out.push('>');
            let number = item.attribute("value").unwrap_or_default();
            self.out.extend(["<p><b>", &text(number), "</b></p>\n"]);
            self.nodes(&item.children, Inside::Flow);
            self.out.push_str("</aside>\n");
        }
        self.out.push_str("</section>\n");
    }
}

/// The whole address of a link in the page `page`.
fn absolute(page: &str, href: &str) -> Option<String> {
    let (scheme, rest) = page.split_once("://")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if let Some(rest) = href.strip_prefix("//") {
        return Some(format!("{scheme}://{rest}"));
    }
    let mut parts: Vec<&str> = if href.starts_with('/') { Vec::new() } else { path.split('/').collect() };
    // What stands after the last `/` is the page itself.
    if !href.starts_with('/') {
        parts.pop();
    }
    for part in href.trim_start_matches('/').split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    Some(format!("{scheme}://{host}/{}", parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::{Place, absolute, write};
    use crate::html::parse;

    fn written(html: &str) -> String {
        let place = Place {
            page: Some("https://a.example/letters/west/"),
            picture: &|name| (name == "a.png").then(|| "images/a.png".to_owned()),
            chapter: &|url| (url == "https://a.example/letters/north").then(|| "issue-0002.xhtml".to_owned()),
        };
        write(&parse(html), &place)
    }

    #[test]
    fn raw_html_of_any_kind_becomes_what_a_book_may_hold() {
        for (html, xhtml) in [
            (
                "<p>a<br>b & c<img src=images/a.png alt='x \"y\"' onclick=z>",
                "<p>a<br/>b &amp; c<img src=\"images/a.png\" alt=\"x &quot;y&quot;\"/></p>",
            ),
            ("<center><font color=red>a</font></center>", "a"),
            ("<span><div>a</div></span><b><p>c</p></b>", "<span>a</span><b>c</b>"),
            ("<ul>a<li>b</li><p>c</p></ul>", "<ul><li>a</li><li>b</li><li><p>c</p></li></ul>"),
            ("<script>a</script><iframe></iframe><svg><text>b</text></svg>c", "c"),
            (
                "<p lang=zh dir=rtl style='x' id='a b'>c<p id='a b' lang='?'>d",
                "<p id=\"id-a-b\" lang=\"zh\" xml:lang=\"zh\" dir=\"rtl\">c</p><p>d</p>",
            ),
            ("<img src='https://b.example/p.png' alt='Pic'>\u{ffff}", "Pic\u{fffd}"),
            ("<td>a</td><li>b</li>", "ab"),
            ("<dl><dd>a</dl><dl><dt>b<dd>c</dl>", "a<dl><dt>b</dt><dd>c</dd></dl>"),
            ("<figure>a<figcaption>b</figcaption></figure>", "<figure>a<figcaption>b</figcaption></figure>"),
        ] {
            assert_eq!(written(html), xhtml, "{html}");
        }
    }

    #[test]
    fn links_lead_somewhere_or_are_none() {
        for (href, target) in [
            ("#here", "#id-here"),
            ("../north/#x", "issue-0002.xhtml"),
            ("/about?a=b", "https://a.example/about?a=b"),
            ("mailto:a@b.example", "mailto:a@b.example"),
        ] {
            let html = format!("<p id=here><a href=\"{href}\">x</a></p>");
            assert!(written(&html).contains(&format!("<a href=\"{target}\">x</a>")), "{href}: {}", written(&html));
        }
        for href in ["#nowhere", "javascript:x", "https://", "https://a b/"] {
            let html = format!("<a href=\"{href}\">x</a>");
            assert_eq!(written(&html), "<span>x</span>", "{href}");
        }
        assert_eq!(absolute("https://a.example/b/c/", "../d"), Some("https://a.example/b/d".to_owned()));
    }

    #[test]
    fn notes_can_be_shown_where_they_are_marked() {
        let html = "<p>a<sup class=\"ref\" id=\"mark:1\"><a href=\"#note:1\" role=\"doc-noteref\">1</a></sup><span hidden>N</span></p>\
            <section class=\"notes\" aria-label=\"Notes\"><ol><li id=\"note:1\" value=\"1\"><p>N <a href=\"#mark:1\" role=\"doc-backlink\">Back</a></p></li></ol></section>";
        let written = written(html);
        let (mark, note) = written.split_once("</p>").unwrap();
        assert_eq!(
            mark,
            "<p>a<sup id=\"id-mark-1\" class=\"ref\">\
             <a href=\"#id-note-1\" epub:type=\"noteref\" role=\"doc-noteref\">1</a></sup>"
        );
        assert_eq!(
            note,
            "<section class=\"notes\" epub:type=\"footnotes\" aria-label=\"Notes\">\n\
             <aside epub:type=\"footnote\" role=\"doc-footnote\" id=\"id-note-1\"><p><b>1</b></p>\n\
             <p>N <a href=\"#id-mark-1\" epub:type=\"backlink\" role=\"doc-backlink\">Back</a></p></aside>\n</section>\n"
        );
    }
}
