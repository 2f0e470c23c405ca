//! The examples of the CommonMark specification, through our tree.
//!
//! `COMMONMARK_SPEC` names a JSON file of them, as `node -p
//! 'JSON.stringify(require("commonmark-spec").tests)'` prints it.
#![expect(clippy::format_push_string, reason = "a test writes as it reads best")]

use newsletter::config::Config;
use newsletter::diagnostic::Source;
use newsletter::files::{Memory, RelPath};
use newsletter::post::tree::{Alignment, Block, BlockKind, Cell, Inline, InlineKind, Table, plain_text};
use newsletter::post::{Document, parse};

#[test]
#[ignore = "needs the npm package commonmark-spec"]
fn the_examples_of_commonmark_come_out_as_it_says() {
    let path = std::env::var("COMMONMARK_SPEC").expect("COMMONMARK_SPEC names the examples");
    let examples: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let (mut same, mut failed) = (0, Vec::new());
    for example in examples.as_array().unwrap() {
        let markdown = example["markdown"].as_str().unwrap().replace('→', "\t");
        let expected = example["html"].as_str().unwrap().replace('→', "\t");
        let number = example["number"].as_u64().or(example["example"].as_u64()).unwrap();
        let html = html(&document(&markdown));
        if normal(&html) == normal(&expected) {
            same += 1;
        } else {
            failed.push(format!("example {number}\n{markdown}\n--- expected\n{expected}\n--- found\n{html}"));
        }
    }
    assert!(failed.is_empty(), "{same} are the same, these are not:\n{}", failed.join("\n\n"));
    assert!(same > 600, "only {same} examples");
}

/// What GFM says of tables, each rule with an example of ours.
#[test]
fn tables_come_out_as_gfm_says() {
    let table = |head: &str, body: &str| {
        let body = if body.is_empty() { String::new() } else { format!("<tbody>{body}</tbody>") };
        format!("<table><thead><tr>{head}</tr></thead>{body}</table>")
    };
    let one = table("<th>city</th><th>rail</th>", "<tr><td>Chengdu</td><td>yes</td></tr>");
    for (markdown, expected) in [
        ("| city | rail |\n| --- | --- |\n| Chengdu | yes |", one.clone()),
        // Pipes at both ends may be missing, and columns need not line up.
        ("city | rail\n-|---\nChengdu | yes", one.clone()),
        // The second row gives the sides.
        (
            "| a | b | c |\n|:--|:-:|--:|\n| d | e | f |",
            table(
                "<th align=\"left\">a</th><th align=\"center\">b</th><th align=\"right\">c</th>",
                "<tr><td align=\"left\">d</td><td align=\"center\">e</td><td align=\"right\">f</td></tr>",
            ),
        ),
        // A pipe with a backslash is a character, in code too.
        (
            "| a\\|b |\n| --- |\n| `c\\|d` |\n| **e\\|f** |",
            table("<th>a|b</th>", "<tr><td><code>c|d</code></td></tr><tr><td><strong>e|f</strong></td></tr>"),
        ),
        // A blank line or another block ends it.
        ("| city | rail |\n|--|--|\n| Chengdu | yes |\n> said", format!("{one}<blockquote><p>said</p></blockquote>")),
        ("| city | rail |\n|--|--|\n| Chengdu | yes |\n\nsaid", format!("{one}<p>said</p>")),
        (
            "| city | rail |\n|--|--|\n| Chengdu | yes |\nsaid",
            table("<th>city</th><th>rail</th>", "<tr><td>Chengdu</td><td>yes</td></tr><tr><td>said</td><td></td></tr>"),
        ),
        // Header and second row have as many cells, else it is a paragraph.
        ("| a | b |\n| --- |\n| c |", "<p>| a | b |\n| --- |\n| c |</p>".to_owned()),
        // Rows are filled up, and what is too much is left out.
        (
            "| a | b |\n|--|--|\n| c |\n| d | e | f |",
            table("<th>a</th><th>b</th>", "<tr><td>c</td><td></td></tr><tr><td>d</td><td>e</td></tr>"),
        ),
        ("| a | b |\n|--|--|", table("<th>a</th><th>b</th>", "")),
    ] {
        assert_eq!(normal(&html(&document(markdown))), expected, "{markdown}");
    }
}

fn document(markdown: &str) -> Document {
    let mut config = Config::named("Test");
    config.markdown.smart_punctuation = false;
    let source = Source::new("posts/2024-01-01-x.md", format!("---\ntitle: x\n---\n{markdown}"));
    let path = RelPath::new(source.path()).unwrap();
    parse(&path, &source, &config, &Memory::default()).document.unwrap()
}

/// Without the blanks that mean nothing between tags.
fn normal(html: &str) -> String {
    html.replace("\n<", "<").replace(">\n", ">").trim().to_owned()
}

fn html(document: &Document) -> String {
    let mut html = String::new();
    blocks(&document.blocks, &mut html);
    html
}

fn blocks(all: &[Block], html: &mut String) {
    for block in all {
        self::block(block, html);
    }
}

fn block(block: &Block, html: &mut String) {
    match &block.kind {
        BlockKind::Paragraph(content) => element("p", content, html),
        BlockKind::Heading(heading) => element(&format!("h{}", heading.level), &heading.content, html),
        BlockKind::List(list) => {
            let (open, close) = match list.start {
                Some(1) => ("<ol>".to_owned(), "</ol>"),
                Some(start) => (format!("<ol start=\"{start}\">"), "</ol>"),
                None => ("<ul>".to_owned(), "</ul>"),
            };
            html.push_str(&open);
            for item in &list.items {
                html.push_str("\n<li>");
                for block in &item.blocks {
                    match &block.kind {
                        BlockKind::Paragraph(content) if list.tight => inlines(content, html),
                        _ => {
                            html.push('\n');
                            self::block(block, html);
                        }
                    }
                }
                html.push_str("</li>");
            }
            html.push_str(&format!("\n{close}\n"));
        }
        BlockKind::Quote(inner) | BlockKind::Alert(_, inner) => {
            html.push_str("<blockquote>\n");
            blocks(inner, html);
            html.push_str("</blockquote>\n");
        }
        BlockKind::Code { language, text } => {
            let class = language.as_ref().map(|l| format!(" class=\"language-{}\"", escape(l))).unwrap_or_default();
            let end = if text.is_empty() { "" } else { "\n" };
            html.push_str(&format!("<pre><code{class}>{}{end}</code></pre>\n", escape(text)));
        }
        BlockKind::Divider => html.push_str("<hr />\n"),
        BlockKind::Html(raw) => html.push_str(&format!("{raw}\n")),
        BlockKind::Table(table) => self::table(table, html),
        BlockKind::Definitions(_) | BlockKind::Directive(_) => {
            html.push_str("<not-commonmark />");
        }
    }
}

fn table(table: &Table, html: &mut String) {
    let row = |name: &str, cells: &[Cell], html: &mut String| {
        html.push_str("<tr>\n");
        for (cell, alignment) in cells.iter().zip(&table.alignments) {
            let align = match alignment {
                Alignment::None => "",
                Alignment::Left => " align=\"left\"",
                Alignment::Center => " align=\"center\"",
                Alignment::Right => " align=\"right\"",
            };
            html.push_str(&format!("<{name}{align}>"));
            inlines(&cell.content, html);
            html.push_str(&format!("</{name}>\n"));
        }
        html.push_str("</tr>\n");
    };
    html.push_str("<table>\n<thead>\n");
    row("th", &table.head, html);
    html.push_str("</thead>\n");
    if !table.rows.is_empty() {
        html.push_str("<tbody>\n");
        table.rows.iter().for_each(|cells| row("td", cells, html));
        html.push_str("</tbody>\n");
    }
    html.push_str("</table>\n");
}

fn element(name: &str, content: &[Inline], html: &mut String) {
    html.push_str(&format!("<{name}>"));
    inlines(content, html);
    html.push_str(&format!("</{name}>\n"));
}

fn inlines(all: &[Inline], html: &mut String) {
    for inline in all {
        let mut wrap = |name: &str, content: &[Inline]| {
            html.push_str(&format!("<{name}>"));
            inlines(content, html);
            html.push_str(&format!("</{name}>"));
        };
        let title_of = |title: &Option<String>| {
            title.as_ref().map(|title| format!(" title=\"{}\"", escape(title))).unwrap_or_default()
        };
        match &inline.kind {
            InlineKind::Text(text) => html.push_str(&escape(text)),
            InlineKind::Emphasis(content) => wrap("em", content),
            InlineKind::Strong(content) => wrap("strong", content),
            InlineKind::Strikethrough(content) => wrap("del", content),
            InlineKind::Code(code) => html.push_str(&format!("<code>{}</code>", escape(code))),
            InlineKind::Link { url, title, content } => {
                html.push_str(&format!("<a href=\"{}\"{}>", address(url), title_of(title)));
                inlines(content, html);
                html.push_str("</a>");
            }
            InlineKind::Image(image) => html.push_str(&format!(
                "<img src=\"{}\" alt=\"{}\"{} />",
                address(&image.url),
                escape(&image.alt),
                title_of(&image.title)
            )),
            InlineKind::SoftBreak => html.push('\n'),
            InlineKind::HardBreak => html.push_str("<br />\n"),
            InlineKind::Html(raw) => html.push_str(raw),
            InlineKind::Superscript(content) | InlineKind::Subscript(content) => html.push_str(&plain_text(content)),
            InlineKind::FootnoteMark(_) | InlineKind::Hole(_) => html.push_str("<not-commonmark />"),
        }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn address(url: &str) -> String {
    let mut escaped = String::new();
    for byte in url.bytes() {
        match byte {
            b'&' => escaped.push_str("&amp;"),
            b'\'' => escaped.push_str("&#x27;"),
            b'"' | b'\\' | b'`' | b'[' | b']' | b' ' | b'<' | b'>' | b'{' | b'}' | b'^' | 128.. => {
                escaped.push_str(&format!("%{byte:02X}"));
            }
            _ => escaped.push(byte as char),
        }
    }
    escaped.replace("&#x27;", "'")
}
