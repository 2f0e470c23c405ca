//! Laws of the tree: whatever the text, it is read without a panic and its places are true.
#![expect(
    clippy::format_push_string,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test writes as it reads best"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use newsletter::config::Config;
use newsletter::diagnostic::{Source, Span};
use newsletter::files::{Memory, RelPath};
use newsletter::language::Language;
use newsletter::post::tree::{Block, BlockKind, DirectiveKind, Inline, InlineKind};
use newsletter::post::{Document, Parsed, parse};
use proptest::prelude::*;

fn read(markdown: &str) -> Parsed {
    read_with(markdown, &Memory::default())
}

fn read_with(markdown: &str, files: &Memory) -> Parsed {
    let mut config = Config::named("Test");
    config.language = Language::new("en").unwrap();
    let source = Source::new("posts/2024-01-01-x.md", format!("---\ntitle: x\n---\n{markdown}"));
    let path = RelPath::new(source.path()).unwrap();
    parse(&path, &source, &config, files)
}

fn document(markdown: &str) -> Document {
    read(markdown).document.unwrap()
}

fn codes(parsed: &Parsed) -> Vec<(&'static str, String)> {
    let word = |d: &newsletter::diagnostic::Diagnostic| (d.code.id, d.source.slice(d.span).to_owned());
    parsed.diagnostics.iter().map(word).collect()
}

/// The tree as lines, each with the text at its place.
fn outline(document: &Document) -> String {
    let mut lines = String::new();
    outline_blocks(&document.blocks, &document.source, 0, &mut lines);
    for footnote in &document.footnotes {
        lines.push_str(&format!("footnote {} ×{}\n", footnote.number, footnote.marks));
        outline_blocks(&footnote.blocks, &document.source, 1, &mut lines);
    }
    lines
}

fn outline_blocks(blocks: &[Block], source: &Arc<Source>, depth: usize, lines: &mut String) {
    let indent = "  ".repeat(depth);
    for block in blocks {
        let mut line = |text: String| lines.push_str(&format!("{indent}{text}\n"));
        match &block.kind {
            BlockKind::Paragraph(content) => line(format!("p {}", outline_inlines(content))),
            BlockKind::Heading(h) => line(format!("h{} #{} {}", h.level, h.id, outline_inlines(&h.content))),
            BlockKind::List(list) => {
                line(format!("list start={:?} tight={}", list.start, list.tight));
                for item in &list.items {
                    lines.push_str(&format!("{indent} - task={:?}\n", item.task));
                    outline_blocks(&item.blocks, source, depth + 2, lines);
                }
            }
            BlockKind::Quote(inner) => {
                line("quote".into());
                outline_blocks(inner, source, depth + 1, lines);
            }
            BlockKind::Alert(kind, inner) => {
                line(format!("alert {kind:?}"));
                outline_blocks(inner, source, depth + 1, lines);
            }
            BlockKind::Code { language, text } => line(format!("code {language:?} {text:?}")),
            BlockKind::Table(table) => {
                line(format!(
                    "table {:?} caption={:?}",
                    table.alignments,
                    table.caption.as_deref().map(outline_inlines)
                ));
                for row in std::iter::once(&table.head).chain(&table.rows) {
                    let cells: Vec<_> = row.iter().map(|cell| outline_inlines(&cell.content)).collect();
                    lines.push_str(&format!("{indent}  | {}\n", cells.join(" | ")));
                }
            }
            BlockKind::Divider => line("divider".into()),
            BlockKind::Html(html) => line(format!("html {html:?}")),
            BlockKind::Definitions(definitions) => {
                for definition in definitions {
                    lines.push_str(&format!("{indent}term {}\n", outline_inlines(&definition.term)));
                    for meaning in &definition.meanings {
                        outline_blocks(meaning, source, depth + 1, lines);
                    }
                }
            }
            BlockKind::Directive(directive) => {
                let source = match &directive.kind {
                    DirectiveKind::Include { source } => source,
                    _ => source,
                };
                let kind = match &directive.kind {
                    DirectiveKind::Include { source } => format!("Include {}", source.path()),
                    kind => format!("{kind:?}"),
                };
                line(format!("::: {kind}"));
                outline_blocks(&directive.blocks, source, depth + 1, lines);
            }
        }
    }
}

fn outline_inlines(inlines: &[Inline]) -> String {
    let parts = inlines.iter().map(|inline| match &inline.kind {
        InlineKind::Text(text) => format!("{text:?}"),
        InlineKind::Emphasis(inner) => format!("em({})", outline_inlines(inner)),
        InlineKind::Strong(inner) => format!("strong({})", outline_inlines(inner)),
        InlineKind::Strikethrough(inner) => format!("del({})", outline_inlines(inner)),
        InlineKind::Superscript(inner) | InlineKind::Subscript(inner) => outline_inlines(inner),
        InlineKind::Code(code) => format!("code({code:?})"),
        InlineKind::Link { url, title, content } => format!("a({url} {title:?} {})", outline_inlines(content)),
        InlineKind::Image(image) => {
            format!("img({} {:?} {:?}x{:?} {:?})", image.url, image.alt, image.width, image.height, image.title)
        }
        InlineKind::FootnoteMark(number) => format!("mark({number})"),
        InlineKind::SoftBreak => "soft".into(),
        InlineKind::HardBreak => "hard".into(),
        InlineKind::Html(html) => format!("html({html:?})"),
        InlineKind::Hole(hole) => format!("hole({} {:?})", hole.field, hole.default),
    });
    parts.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_sample_becomes_the_tree_it_looks_like() {
    insta::assert_snapshot!(outline(&document(include_str!("markdown/sample.md"))));
}

#[test]
fn emphasis_beside_chinese_punctuation_is_emphasis() {
    let strong = |markdown: &str| outline(&document(markdown)).trim().to_owned();
    assert_eq!(strong("**粗体：**后面"), "p strong(\"粗体：\") \"后面\"");
    assert_eq!(strong("前面**（粗体）**后面"), "p \"前面\" strong(\"（粗体）\") \"后面\"");
    assert_eq!(strong("**“引用”**中文"), "p strong(\"“引用”\") \"中文\"");
    assert_eq!(strong("中文*「强调」*中文"), "p \"中文\" em(\"「强调」\") \"中文\"");
    assert_eq!(strong("**이것은(한국어)**을"), "p strong(\"이것은(한국어)\") \"을\"");
    assert_eq!(strong("`**：**后`"), "p code(\"**：**后\")");
    assert_eq!(strong("    **：**后"), "code None \"**：**后\"");
    assert_eq!(strong("**bold:**x"), "p \"**bold:**x\"");
}

#[test]
fn a_line_end_between_chinese_characters_is_nothing() {
    assert_eq!(
        outline(&document("中文。\n**下**一行 a\nb")).trim(),
        "p \"中文。\" strong(\"下\") \"一行 a\" soft \"b\""
    );
}

#[test]
fn holes_in_code_are_shown_as_written() {
    let parsed = read("`{{ subscriber.x }}` {{subscriber.y}}\n\n    {{subscriber.z}} {{subscriber}}\n");
    let document = parsed.document.as_ref().unwrap();
    assert_eq!(
        outline(document),
        "p code(\"{{ subscriber.x }}\") \" \" hole(y None)\ncode None \"{{subscriber.z}} {{subscriber}}\"\n"
    );
    assert_eq!(document.holes.all().len(), 1);
    assert_eq!(codes(&parsed), []);
}

#[test]
fn a_hole_in_an_address_stands_as_its_token() {
    let document = document("[x](https://a.example/?n={{subscriber.id}})");
    let InlineKind::Link { url, .. } = first_inline(&document) else { panic!() };
    assert_eq!(document.holes.replace(&url, |hole| format!("<{}>", hole.field)), "https://a.example/?n=<id>");
}

fn first_inline(document: &Document) -> InlineKind {
    match &document.blocks[0].kind {
        BlockKind::Paragraph(inlines) => inlines[0].kind.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_address_that_runs_code_is_no_link() {
    for url in
        ["javascript:x", "JavaScript:x", "&#106;avascript:x", "<java\tscript:x>", "data:text/html,x", "vbscript:x"]
    {
        let parsed = read(&format!("[go]({url})"));
        assert_eq!(codes(&parsed).first().map(|(code, _)| *code), Some("NL045"), "{url}");
        assert_eq!(outline(parsed.document.as_ref().unwrap()), "p \"go\"\n");
    }
}

#[test]
fn footnotes_are_numbered_by_their_marks() {
    let parsed = read("b[^b] a[^a] b[^b] [^none]\n\n[^a]: A\n[^b]: B[^c]\n[^c]: C\n[^d]: D\n");
    let numbers: Vec<_> = parsed.document.as_ref().unwrap().footnotes.iter().map(|f| (f.number, f.marks)).collect();
    assert_eq!(numbers, [(1, 2), (2, 1), (3, 1)]);
    assert_eq!(codes(&parsed), [("NL035", "[^none]".into()), ("NL036", "[^d]: D".into())]);
}

#[test]
fn directives_nest_by_their_colons() {
    let parsed = read("::::columns\n:::column\nleft\n::::\nafter");
    assert_eq!(codes(&parsed), [("NL031", ":::column".into())]);
    assert_eq!(outline(parsed.document.as_ref().unwrap()), "::: Columns\n  ::: Column\n    p \"left\"\np \"after\"\n");
}

#[test]
fn what_an_unknown_or_unclosed_directive_holds_is_kept() {
    let parsed = read(":::calout\ntext\n:::\n:::\n\n- a\n  :::callout\n  b\n\nc");
    let found = codes(&parsed);
    assert_eq!(found[..2], [("NL030", "calout".into()), ("NL031", ":::".into())]);
    assert_eq!(found[2].0, "NL031");
    let outline = outline(parsed.document.as_ref().unwrap());
    for word in ["text", "\"b\"", "\"c\""] {
        assert!(outline.contains(word), "{outline}");
    }
}

#[test]
fn included_files_are_read_in_their_place() {
    let mut files = Memory::default();
    files.insert(
        RelPath::new("posts/a.md").unwrap(),
        "\u{feff}# Included\r\n\r\nText[^1] {{subscriber}}\r\n\r\n[^1]: note\r\n",
    );
    files.insert(RelPath::new("loop.md").unwrap(), ":::include loop.md\n");
    let parsed = read_with(
        "# Included\n\n:::include a.md\n\n:::include loop.md\n\n:::include ../../x.md\n\n:::include none.md\n",
        &files,
    );
    let found: Vec<_> = parsed.diagnostics.iter().map(|d| (d.code.id, d.source.path())).collect();
    let post = "posts/2024-01-01-x.md";
    assert_eq!(found, [("NL052", "posts/a.md"), ("NL034", "loop.md"), ("NL010", post), ("NL033", post)]);
    let document = parsed.document.unwrap();
    assert!(outline(&document).contains("::: Include posts/a.md\n  h1 #included-2 \"Included\"\n  p \"Text\" mark(1)"));
    assert_ne!(document.hash, read("# Included\n").document.unwrap().hash);
}

#[test]
fn attributes_behind_an_image_are_its_size() {
    let parsed = read("![a](b.png){width=300 height=200px} rest ![a](b.png){widht=3}");
    assert_eq!(codes(&parsed), [("NL032", "widht".into())]);
    assert_eq!(
        outline(parsed.document.as_ref().unwrap()),
        "p img(b.png \"a\" Some(300)xSome(200) None) \" rest \" img(b.png \"a\" NonexNone None)\n"
    );
}

#[test]
fn hostile_nesting_is_flat_enough_and_quick() {
    let deep = |unit: &str, count: usize| unit.repeat(count);
    let cases = [
        deep(">", 100_000),
        deep("> ", 50_000) + "x",
        deep("- ", 50_000) + "x",
        deep("*a **a ", 25_000),
        deep("[", 100_000),
        deep("![", 100_000),
        deep("[a](", 50_000),
        deep("{{", 100_000),
        deep("{{subscriber", 15_000),
        deep(":::callout\n", 18_000),
        deep(":::\n", 50_000),
        deep("[^a] ", 40_000) + "\n\n[^a]: x",
        deep("[^a", 60_000),
        deep("# x\n", 50_000),
        deep("*：", 50_000),
        deep("`", 200_000),
        deep("`{{subscriber}}` ", 12_000),
        deep("{{subscriber.a}} ", 12_000),
        deep("![a](b){width=1}", 12_000),
        deep("<!--", 50_000),
        deep("a\n: b\n", 30_000),
        deep("|a", 100_000) + "\n" + &deep("|-", 100_000),
    ];
    for case in &cases {
        let start = Instant::now();
        drop(read(case));
        let taken = start.elapsed();
        let sample: String = case.chars().take(16).collect();
        assert!(taken < Duration::from_secs(10), "{sample:?}: {taken:?}");
        if taken > Duration::from_millis(500) {
            println!("{sample:?}: {taken:?}");
        }
    }
}

/// Every place lies in its file on the border of characters, and siblings follow each other.
fn check_blocks(blocks: &[Block], source: &Arc<Source>) {
    let mut at = 0;
    for block in blocks {
        check_span(block.span, source);
        assert!(block.span.start >= at, "{:?} before {at} in {:?}", block, source.text());
        at = block.span.start;
        match &block.kind {
            BlockKind::Paragraph(inlines) => check_inlines(inlines, source),
            BlockKind::Heading(heading) => check_inlines(&heading.content, source),
            BlockKind::List(list) => {
                for item in &list.items {
                    check_span(item.span, source);
                    check_blocks(&item.blocks, source);
                }
            }
            BlockKind::Quote(inner) | BlockKind::Alert(_, inner) => check_blocks(inner, source),
            BlockKind::Table(table) => {
                for cell in table.head.iter().chain(table.rows.iter().flatten()) {
                    check_span(cell.span, source);
                    check_inlines(&cell.content, source);
                }
            }
            BlockKind::Definitions(definitions) => {
                for definition in definitions {
                    check_inlines(&definition.term, source);
                    definition.meanings.iter().for_each(|blocks| check_blocks(blocks, source));
                }
            }
            BlockKind::Directive(directive) => {
                check_span(directive.opening, source);
                match &directive.kind {
                    DirectiveKind::Include { source } => check_blocks(&directive.blocks, source),
                    _ => check_blocks(&directive.blocks, source),
                }
            }
            BlockKind::Code { .. } | BlockKind::Divider | BlockKind::Html(_) => {}
        }
    }
}

fn check_inlines(inlines: &[Inline], source: &Arc<Source>) {
    let mut at = 0;
    for inline in inlines {
        check_span(inline.span, source);
        assert!(inline.span.start >= at, "{inline:?} before {at} in {:?}", source.text());
        at = inline.span.end;
        match &inline.kind {
            InlineKind::Text(text)
                if !text.is_empty() && text.chars().all(char::is_alphanumeric) && inline.span.len() == text.len() =>
            {
                assert_eq!(source.slice(inline.span), text);
            }
            InlineKind::Emphasis(inner)
            | InlineKind::Strong(inner)
            | InlineKind::Strikethrough(inner)
            | InlineKind::Link { content: inner, .. } => {
                check_inlines(inner, source);
            }
            InlineKind::Image(image) => check_span(image.url_span, source),
            _ => {}
        }
    }
}

fn check_span(span: Span, source: &Arc<Source>) {
    assert!(source.text().get(span.range()).is_some(), "{span:?} in {:?}", source.text());
}

fn check(markdown: &str) {
    let parsed = read(markdown);
    for diagnostic in &parsed.diagnostics {
        check_span(diagnostic.span, &diagnostic.source);
    }
    if let Some(document) = parsed.document {
        check_blocks(&document.blocks, &document.source);
        for footnote in &document.footnotes {
            check_blocks(&footnote.blocks, &document.source);
        }
        let covered: usize = document.sections.iter().map(|section| section.blocks.len()).sum();
        assert_eq!(covered, document.blocks.len());
    }
}

const TOKENS: &[&str] = &[
    "*",
    "**",
    "_",
    "~~",
    "`",
    "```\n",
    "\n",
    "\n\n",
    "  ",
    "    ",
    "- ",
    "1. ",
    "> ",
    "# ",
    "\n---\n",
    "|",
    "|-|-|\n",
    "[",
    "]",
    "(",
    ")",
    "![",
    "](a)",
    "[^a]",
    "\n[^a]: ",
    "{{subscriber.x}}",
    "{{subscriber}}",
    "{{default subscriber.y \"z\"}}",
    "{{",
    "}}",
    "{#id}",
    "}",
    "\n:::callout T\n",
    "\n:::\n",
    "\n::::columns\n",
    "\n:::column\n",
    "\n::::\n",
    "\n:::divider\n",
    "\n:::nope\n",
    "\n> :::callout\n",
    "\n  :::\n",
    "中文",
    "：",
    "（",
    "）",
    "“",
    "”",
    "word",
    " ",
    "\t",
    "\\",
    "&amp;",
    "<b>",
    "<!--",
    "-->",
    "\n: ",
    "\n===\n",
    "\"",
    "'",
    "--",
    "...",
    "{width=3}",
    "\r\n",
    "\r",
    "\u{feff}",
    "<https://x>",
    "[a]: b\n",
    "- [x] ",
    "> [!NOTE]\n",
    "\nTable: t\n",
    "\u{1091f}",
    "🎉",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn any_text_is_read(text in "\\PC*") {
        check(&text);
    }

    #[test]
    fn any_mixture_of_marks_is_read(tokens in prop::collection::vec(prop::sample::select(TOKENS), 0..40)) {
        check(&tokens.concat());
    }
}

#[test]
fn the_examples_of_the_docs_are_read_without_a_finding() {
    let docs = include_str!("../../docs/writing.md");
    let mut files = Memory::default();
    files.insert(RelPath::new("posts/notice.md").unwrap(), "A notice.\n");
    let examples: Vec<_> =
        docs.split("```markdown\n").skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect();
    assert!(examples.len() > 10);
    for example in examples {
        let text = example.rsplit("---\ntitle").next().unwrap();
        let parsed = read_with(text, &files);
        assert_eq!(codes(&parsed), [], "{example}");
    }
}
