//! The plain text of an issue.

use std::sync::Arc;

use newsletter::config::{Config, Unsubscribe};
use newsletter::diagnostic::Source;
use newsletter::files::{Memory, RelPath};
use newsletter::post::{self, Document};
use newsletter::render::{Assets, Input, Templates, text};
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

use crate::support;

fn config() -> Config {
    Config {
        unsubscribe: Unsubscribe {
            url: Some("https://upstream.example/leave/{token}".into()),
            mailto: Some("leave+{token}@upstream.example".into()),
        },
        ..support::with_author()
    }
}

fn read(markdown: &str, config: &Config) -> Document {
    let path = RelPath::new("posts/2024-04-26-letter.md").unwrap();
    let source = Arc::new(Source::new(path.as_str(), markdown));
    post::parse(&path, &source, config, &Memory::default()).document.unwrap()
}

fn rendered(document: &Document, config: &Config) -> String {
    let mut holes = document.holes.clone();
    let input = Input {
        config,
        document,
        templates: &Templates::default(),
        assets: &Assets::default(),
        web_url: Some("https://upstream.example/letter/".into()),
    };
    let text = text::render(&input, &mut holes);
    holes.replace(&text, |hole| format!("<{}>", hole.field))
}

/// The whole issue, its head and all.
fn issue(markdown: &str) -> String {
    let config = config();
    rendered(&read(markdown, &config), &config)
}

/// What stands between head and footer of an issue with this text.
fn body(markdown: &str) -> String {
    let text = issue(&format!("---\ntitle: T\n---\n\n{markdown}\n"));
    let (_, body) = text.split_once("https://upstream.example/letter/\n").unwrap();
    body.split_once("\n-- \n").unwrap().0.trim_matches('\n').to_owned()
}

#[test]
fn no_line_ends_between_a_mark_and_what_it_marks() {
    for words in 0..40 {
        let text =
            body(&format!("{}*who asks?* [*who?*](https://a.example) `what?` ~~它不见了？~~ end", "x ".repeat(words)));
        for part in ["*who", "asks?*", "who?* [1]", "`what?`", "~~它", "了？~~"] {
            assert!(text.contains(part), "{part} in\n{text}");
        }
    }
}

#[test]
fn an_english_letter() {
    insta::assert_snapshot!(issue(include_str!("text_english.md")));
}

#[test]
fn a_chinese_letter() {
    insta::assert_snapshot!(issue(include_str!("text_chinese.md")));
}

#[test]
fn every_kind_of_block() {
    insta::assert_snapshot!(body(include_str!("text_blocks.md")));
}

#[test]
fn a_number_goes_to_an_address_once_and_runs_on_through_the_issue() {
    let text = body(
        "[one](https://e.org/1) and [two](https://e.org/2)\n\n## Next\n\n[again](https://e.org/1), [three](https://e.org/3)",
    );
    assert_eq!(
        text,
        "one [1] and two [2]\n\n[1] https://e.org/1\n[2] https://e.org/2\n\n\nNext\n----\n\nagain [1], three [3]\n\n[3] https://e.org/3"
    );
}

#[test]
fn an_address_that_is_its_own_text_has_no_number() {
    assert_eq!(body("See <https://e.org/a> or <ada@e.org>."), "See https://e.org/a or ada@e.org.");
}

#[test]
fn a_link_within_the_issue_is_its_text() {
    assert_eq!(body("the [points](#points)"), "the points");
}

#[test]
fn a_decorative_image_leaves_no_trace() {
    assert_eq!(body("a\n\n![](x.png)\n\nb ![A map](m.png)"), "a\n\nb [Image: A map]");
}

#[test]
fn raw_html_keeps_its_words_line_ends_and_links() {
    assert_eq!(
        body("<div><style>p{}</style>Fish &amp; <a href=\"https://e.org/?a&amp;b\">chips</a><br>now</div>"),
        "Fish & chips [1]\nnow\n\n[1] https://e.org/?a&b"
    );
    assert_eq!(
        body("H<sub>2</sub>O <script>x</script><a href='https://e.org'>here</a>"),
        "H2O here [1]\n\n[1] https://e.org"
    );
}

#[test]
fn only_the_signature_line_ends_in_a_space() {
    let text = issue(include_str!("text_english.md"));
    let ends: Vec<_> = text.lines().filter(|line| line.ends_with(' ')).collect();
    assert_eq!(ends, ["-- "]);
}

#[test]
fn quotations_and_lists_keep_their_prefix_on_every_line() {
    let words = "word ".repeat(60);
    let text = body(&format!("> {words}\n>\n> {words}"));
    assert!(text.lines().count() > 8 && text.lines().all(|line| line.starts_with('>')), "{text}");
    let text = body(&format!("10. {words}\n    - {words}"));
    assert!(text.lines().skip(1).all(|line| line.starts_with("    ")), "{text}");
}

#[test]
fn control_characters_do_not_reach_the_reader() {
    let text = body("a\u{7}b \u{1b}[31mred\u{9b} \u{ad}x\n\n    co\u{8}de");
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
    let text = body("a <a href=\"https://e.example/\u{0}x\u{8}y\">link</a> b");
    assert!(text.contains("https://e.example/xy") && text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
}

#[test]
fn every_address_is_shown() {
    let config = config();
    for markdown in [
        include_str!("text_english.md"),
        include_str!("text_chinese.md"),
        &format!("---\ntitle: T\n---\n\n{}", include_str!("text_blocks.md")),
    ] {
        assert_shows_every_address(&read(markdown, &config), &config);
    }
}

fn assert_shows_every_address(document: &Document, config: &Config) {
    let text = rendered(document, config);
    let links = text::links(document);
    for url in links {
        let shown = document.holes.replace(url, |hole| format!("<{}>", hole.field));
        assert!(text.contains(shown.strip_prefix("mailto:").unwrap_or(&shown)), "{shown} is not in\n{text}");
    }
}

fn markdown() -> impl Strategy<Value = String> {
    // Spaces at the start could make it code, whose lines stay as they are.
    let words = "[a-z重庆“”，。é👍][a-z重庆“”，。é👍 ]{0,199}";
    let block = prop_oneof![
        4 => words.prop_map(|w| w),
        1 => words.prop_map(|w| format!("## {w}")),
        1 => words.prop_map(|w| format!("> {w}\n> - {w}")),
        1 => words.prop_map(|w| format!("1. {w}\n   - {w}\n     - [ ] {w}")),
        1 => (words, "[a-z]{1,90}").prop_map(|(w, url)| format!("{w} [{w}](https://e.org/{url}) {w}")),
        1 => ("[a-z]{1,50}", "[a-z重]{1,20}").prop_map(|(a, b)| format!("| {b} | c |\n|--|-:|\n| {a} | [{b}](https://t.org/{b}) |")),
        1 => words.prop_map(|w| format!("> [!NOTE]\n> {w}")),
        1 => words.prop_map(|w| format!(":::callout Title\n{w}\n:::")),
        1 => "[a-z]{1,20}".prop_map(|u| format!(":::button https://e.org/{u}\nGo\n:::")),
    ];
    proptest::collection::vec(block, 1..8).prop_map(|blocks| blocks.join("\n\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn lines_are_short_and_addresses_shown(markdown in markdown()) {
        let config = config();
        let document = read(&format!("---\ntitle: T\n---\n\n{markdown}\n"), &config);
        assert_shows_every_address(&document, &config);
        for line in rendered(&document, &config).lines() {
            let broken = line.trim_start_matches([' ', '>', '|', '-']).trim_start();
            // A letter run and the number held to it, or a number and its address.
            let one = broken.split(' ').filter(|word| !word.starts_with('[') && !word.is_empty()).count() <= 1;
            prop_assert!(line.width() <= text::WIDTH || one, "{} columns: {}", line.width(), line);
        }
    }
}
