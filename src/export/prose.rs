//! A letter's HTML as portable Markdown (CommonMark with GFM's tables and notes): what differs by
//! reader, directives and included files are settled in it already, so that nothing of ours is left
//! for other tools to stumble over.

use crate::html::{Element, Node};
use crate::render::Escaped;

/// The letter as Markdown.
pub(super) fn markdown(nodes: &[Node]) -> String {
    let mut out = blocks(nodes);
    out.push('\n');
    out
}

/// Blocks, a blank line between them.
fn blocks(nodes: &[Node]) -> String {
    joined(nodes, Set::Loose)
}

/// How the blocks of a list's item follow each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Set {
    /// By a blank line.
    Loose,
    /// A list follows its line at once.
    Close,
}

fn joined(nodes: &[Node], set: Set) -> String {
    let mut out = String::new();
    let mut add = |text: &str, between: &str| {
        if !text.is_empty() {
            out.push_str(if out.is_empty() { "" } else { between });
            out.push_str(text);
        }
    };
    let mut run: Vec<&Node> = Vec::new();
    for node in nodes {
        match node {
            Node::Element(element) if is_hidden(element) => {}
            Node::Element(element) if is_block(&element.name) => {
                add(&lines(&inlines(run.drain(..))), "\n\n");
                let is_close = set == Set::Close && matches!(element.name.as_str(), "ul" | "ol");
                add(&block(element), if is_close { "\n" } else { "\n\n" });
            }
            node => run.push(node),
        }
    }
    add(&lines(&inlines(run.drain(..))), "\n\n");
    out
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "ul"
            | "ol"
            | "dl"
            | "blockquote"
            | "pre"
            | "table"
            | "hr"
            | "figure"
            | "figcaption"
            | "div"
            | "section"
            | "article"
            | "aside"
            | "header"
            | "footer"
            | "main"
            | "nav"
            | "address"
            | "center"
            | "details"
            | "summary"
            | "form"
            | "fieldset"
    )
}

fn is_hidden(element: &Element) -> bool {
    element.attribute("hidden").is_some()
        || matches!(element.name.as_str(), "script" | "style" | "template" | "head" | "title" | "noscript")
}

fn block(element: &Element) -> String {
    let children = &element.children;
    match element.name.as_str() {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
            let level = element.name.get(1..).and_then(|level| level.parse().ok()).unwrap_or(1);
            let text = inlines(children.iter()).replace("\\\n", " ").replace('\n', " ");
            format!("{} {}", "#".repeat(level), text.trim())
        }
        "ul" => list(children, |_| "- ".to_owned()),
        "ol" => {
            let start: u64 = element.attribute("start").and_then(|start| start.parse().ok()).unwrap_or(1);
            list(children, |at| format!("{}. ", start.saturating_add(at)))
        }
        "dl" => definitions(children),
        "blockquote" => quoted(&blocks(children)),
        "div" if element.has_class("alert") || element.has_class("callout") => quoted(&blocks(children)),
        "p" if element.has_class("boxhead") => emphasised("**", "strong", inlines(children.iter()).trim()),
        "section" if element.has_class("notes") => notes(element),
        "pre" => code(element),
        "table" => table(element),
        "hr" => "---".to_owned(),
        "figcaption" => emphasised("*", "em", inlines(children.iter()).trim()),
        "summary" => emphasised("**", "strong", inlines(children.iter()).trim()),
        "p" | "address" if !children.iter().any(is_block_node) => lines(&inlines(children.iter())),
        _ => blocks(children),
    }
}

fn is_block_node(node: &Node) -> bool {
    matches!(node, Node::Element(element) if is_block(&element.name))
}

fn quoted(text: &str) -> String {
    let line = |line: &str| if line.is_empty() { ">".to_owned() } else { format!("> {line}") };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// `text` behind `mark`, its other lines as deep.
fn hung(mark: &str, text: &str) -> String {
    let indent = " ".repeat(mark.len());
    let mut lines = text.split('\n');
    let mut made = format!("{mark}{}", lines.next().unwrap_or_default());
    for line in lines {
        made.push('\n');
        if !line.is_empty() {
            made.extend([&*indent, line]);
        }
    }
    made
}

fn list(children: &[Node], mark: impl Fn(u64) -> String) -> String {
    let items: Vec<_> = children.iter().filter_map(element).collect();
    // A loose list has paragraphs in it.
    let is_loose = items.iter().any(|item| item.children.iter().filter_map(element).any(|inner| inner.name == "p"));
    let (set, between) = if is_loose { (Set::Loose, "\n\n") } else { (Set::Close, "\n") };
    let items = (0..).zip(items).map(|(at, item)| hung(&mark(at), &joined(&item.children, set)));
    items.collect::<Vec<_>>().join(between)
}

/// Markdown has no such list: the term stands over its meanings.
fn definitions(children: &[Node]) -> String {
    let items = children.iter().filter_map(element).map(|item| match item.name.as_str() {
        "dt" => emphasised("**", "strong", inlines(item.children.iter()).trim()),
        _ => hung("- ", &blocks(&item.children)),
    });
    items.collect::<Vec<_>>().join("\n\n")
}

fn element(node: &Node) -> Option<&Element> {
    match node {
        Node::Element(element) if !is_hidden(element) => Some(element),
        _ => None,
    }
}

fn notes(section: &Element) -> String {
    let items = section.children.iter().filter_map(element).flat_map(|list| &list.children).filter_map(element);
    let items = items.map(|item| {
        let number = item.attribute("value").unwrap_or("1");
        let text = blocks(&item.children);
        // What follows the first line belongs to the note where it stands four columns in.
        format!("[^{number}]: {}", hung("    ", &text).trim_start())
    });
    items.collect::<Vec<_>>().join("\n\n")
}

fn code(pre: &Element) -> String {
    let code = pre.children.iter().filter_map(element).find(|inner| inner.name == "code");
    let language = code.and_then(|code| code.attribute("class")?.strip_prefix("language-")).unwrap_or_default();
    let text = pre.text();
    let fence = "`".repeat(longest_run(&text).max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}", text.trim_end_matches('\n'))
}

/// The longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

fn table(table: &Element) -> String {
    let mut caption = None;
    let mut rows: Vec<&Element> = Vec::new();
    let mut open: Vec<&Element> = vec![table];
    while let Some(part) = open.pop() {
        match part.name.as_str() {
            "tr" => rows.push(part),
            "caption" => caption = Some(emphasised("**", "strong", inlines(part.children.iter()).trim())),
            _ => open.extend(part.children.iter().rev().filter_map(element).filter(|part| part.name != "td")),
        }
    }
    let cells = |row: &Element| -> Vec<String> {
        let cells = row.children.iter().filter_map(element).filter(|cell| matches!(cell.name.as_str(), "td" | "th"));
        cells
            .map(|cell| blocks(&cell.children).replace("\\\n", "<br>").replace('\n', " ").replace('|', "\\|"))
            .collect()
    };
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let Some((head, rest)) = rows.split_first() else { return caption.unwrap_or_default() };
    let marks = head.children.iter().filter_map(element).map(|cell| match cell.attribute("class") {
        Some("right") => "---:".to_owned(),
        Some("center") => ":---:".to_owned(),
        _ => "---".to_owned(),
    });
    let mut lines = vec![line(cells(head)), line(marks.collect())];
    lines.extend(rest.iter().map(|row| line(cells(row))));
    let caption = caption.map(|caption| caption + "\n\n").unwrap_or_default();
    caption + &lines.join("\n")
}

fn inlines<'a>(nodes: impl Iterator<Item = &'a Node>) -> String {
    let mut out = String::new();
    for node in nodes {
        match node {
            Node::Text(text) => out.push_str(&escaped(text)),
            Node::Element(element) if is_hidden(element) => {}
            Node::Element(element) => inline(element, &mut out),
        }
    }
    out
}

fn inline(element: &Element, out: &mut String) {
    let inner = || inlines(element.children.iter());
    match element.name.as_str() {
        "em" | "i" => out.push_str(&emphasised("*", "em", &inner())),
        "strong" | "b" => out.push_str(&emphasised("**", "strong", &inner())),
        "del" | "s" | "strike" => out.push_str(&emphasised("~~", "del", &inner())),
        "code" => {
            let text = element.text().replace('\n', " ");
            let fence = "`".repeat(longest_run(&text) + 1);
            let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
            out.extend([&*fence, pad, &text, pad, &fence]);
        }
        "a" => match element.attribute("href") {
            Some(url) if element.attribute("role") == Some("doc-noteref") => {
                out.extend(["[^", url.trim_start_matches("#note:"), "]"]);
            }
            Some(_) if element.attribute("role") == Some("doc-backlink") => {}
            Some(url) => {
                let title = element.attribute("title").map(title).unwrap_or_default();
                out.extend(["[", &inner(), "](", &destination(url), &title, ")"]);
            }
            None => out.push_str(&inner()),
        },
        "img" => {
            let (alt, src) =
                (element.attribute("alt").unwrap_or_default(), element.attribute("src").unwrap_or_default());
            let title = element.attribute("title").map(title).unwrap_or_default();
            out.extend(["![", &escaped(alt).replace('\n', " "), "](", &destination(src), &title, ")"]);
        }
        "br" => out.push_str("\\\n"),
        "sup" if element.has_class("ref") => out.push_str(&inner()),
        "span" if element.has_class("box") => {
            out.push_str(if element.has_class("done") { "[x]" } else { "[ ]" });
        }
        // Markdown has no sign of its own for these.
        name @ ("sup" | "sub" | "kbd" | "mark" | "u" | "small" | "q" | "ins" | "abbr" | "ruby" | "rt" | "rp") => {
            out.extend(["<", name, ">", &inner(), "</", name, ">"]);
        }
        _ => out.push_str(&inner()),
    }
}

fn title(title: &str) -> String {
    format!(" \"{}\"", escaped(title).replace('"', "\\\"").replace('\n', " "))
}

/// An address as a link takes it.
fn destination(url: &str) -> String {
    if url.contains([' ', '(', ')', '<', '>']) {
        format!("<{}>", url.replace('<', "%3C").replace('>', "%3E"))
    } else {
        url.to_owned()
    }
}

/// `text` between signs; by tags, where signs would not count as such: Chinese has no spaces, and
/// its words may begin or end with a mark.
fn emphasised(sign: &str, tag: &str, text: &str) -> String {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    if text.trim().is_empty() {
        text.to_owned()
    } else if is_word(text.chars().next()) && is_word(text.chars().next_back()) {
        format!("{sign}{text}{sign}")
    } else {
        format!("<{tag}>{text}</{tag}>")
    }
}

/// Text whose signs mean nothing.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' => out.extend(['\\', c]),
            '<' | '&' => out.push_str(&Escaped(c.encode_utf8(&mut [0; 4])).to_string()),
            c => out.push(c),
        }
    }
    out
}

/// Lines of running text: trimmed, and what would begin something else at a line's start is escaped.
fn lines(text: &str) -> String {
    let mut made: Vec<String> = Vec::new();
    for line in text.trim().lines() {
        let line = line.trim_matches([' ', '\t', '\n']);
        let digits = line.chars().take_while(char::is_ascii_digit).count();
        let after = line.chars().nth(digits);
        let is_item = digits > 0 && matches!(after, Some('.' | ')'));
        made.push(if line.starts_with(['#', '+', '-', '=', '>', '|', ':']) {
            format!("\\{line}")
        } else if is_item {
            let (number, rest) = line.split_at_checked(digits).unwrap_or_default();
            format!("{number}\\{rest}")
        } else {
            line.to_owned()
        });
    }
    // A blank line would end the paragraph.
    made.retain(|line| !line.is_empty() && line != "\\");
    made.join("\n")
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Options, Parser, html::push_html};

    use super::markdown;
    use crate::html::{Node, parse};

    /// What is shown of it, by words.
    fn words(nodes: &[Node]) -> String {
        fn push(nodes: &[Node], out: &mut String) {
            for node in nodes {
                match node {
                    Node::Text(text) => out.push_str(text),
                    Node::Element(element) if element.attribute("hidden").is_some() => {}
                    Node::Element(element) => {
                        let is_inline = matches!(element.name.as_str(), "a" | "em" | "strong" | "del" | "code" | "sup");
                        out.push_str(if is_inline { "" } else { " " });
                        push(&element.children, out);
                        out.push_str(if is_inline { "" } else { " " });
                    }
                }
            }
        }
        let mut text = String::new();
        push(nodes, &mut text);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_shown_stays_the_same() {
        for html in [
            "<p>a * b _c_ [d](e) `f` &lt;g&gt; &amp;amp; ~h~ \\ i</p>",
            "<p># no heading\n- no list\n12. no list\n+ none\n&gt; none</p><p>| no | table |</p>",
            "<p>一<strong>粗体：</strong>紧跟着<em>“引号”</em>也在</p>",
            "<h2 id=\"x\">Two<br>lines</h2><hr><blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote>",
            "<ul><li>one<ul><li>two</li></ul></li><li>three</li></ul><ol start=\"3\"><li><p>a</p><pre><code>x\n\ny</code></pre></li><li><p>b</p></li></ol>",
            "<table><thead><tr><th>a|b</th><th class=\"right\">c</th></tr></thead><tbody><tr><td>1<br>2</td><td><code>x|y</code></td></tr></tbody></table>",
            "<pre><code class=\"language-md\">```\n# x\n```\n</code></pre><p><code>a ` b</code> <code>`c`</code></p>",
            "<dl><dt>Term</dt><dd>Meaning</dd></dl><div class=\"cols\"><div class=\"col\"><p>l</p></div><div class=\"col\"><p>r</p></div></div>",
            "<p><a href=\"https://a.example/b (c)\" title=\"d &quot;e&quot;\">f [g]</a> <em><strong>h</strong></em></p>",
        ] {
            let mut back = String::new();
            let text = markdown(&parse(html));
            push_html(&mut back, Parser::new_ext(&text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH));
            assert_eq!(words(&parse(&back)), words(&parse(html)), "{html}\n{text}\n{back}");
        }
    }

    #[test]
    fn notes_stand_at_their_marks_and_at_the_end() {
        let html = "<p>a<sup class=\"ref\" id=\"mark:1\"><a class=\"far\" href=\"#note:1\" role=\"doc-noteref\">1</a>\
            <a class=\"near\" href=\"#side:1\" role=\"doc-noteref\" hidden>1</a></sup><span class=\"side\" hidden>N</span></p>\
            <section class=\"notes sided\"><ol><li id=\"note:1\" value=\"1\"><p>N <a href=\"#mark:1\" role=\"doc-backlink\">Back</a></p></li></ol></section>";
        assert_eq!(markdown(&parse(html)), "a[^1]\n\n[^1]: N\n");
    }

    #[test]
    fn pictures_boxes_and_tasks_have_portable_forms() {
        let html = "<figure><img src=\"images/a.png\" alt=\"A [map]\" width=\"5\"><figcaption>See</figcaption></figure>\
            <div class=\"callout\"><p class=\"boxhead\">Title</p><p>text</p></div>\
            <ul class=\"tasks\"><li><span class=\"box done\"></span> x</li></ul><p class=\"button\"><a href=\"https://a.example\">Go</a></p>";
        insta::assert_snapshot!(markdown(&parse(html)), @r"
        ![A \[map\]](images/a.png)

        *See*

        > **Title**
        >
        > text

        - [x] x

        [Go](https://a.example)
        ");
    }
}
