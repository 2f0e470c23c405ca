use proptest::prelude::*;

use crate::render::text::WIDTH;
use crate::render::text::html::{Token, attribute, decode, tokens};
use crate::render::text::wrap::{Flow, columns, reference, wrap};

fn lines(flow: &Flow, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    wrap(flow, width, width, |line| lines.push(line.to_owned()));
    lines
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    lines(&Flow::plain(text), width)
}

#[test]
fn no_line_of_chinese_starts_with_closing_or_ends_with_opening_punctuation() {
    let text = "会议指出，西部地区在全国改革发展稳定大局中举足轻重（这是老话）。「要」坚持。";
    for width in 4..40 {
        for line in wrapped(text, width) {
            assert!(!line.starts_with(['，', '。', '）', '」']), "{line} at {width}");
            assert!(!line.ends_with(['（', '「']), "{line} at {width}");
        }
    }
}

#[test]
fn small_kana_and_long_vowel_marks_stay_with_what_they_follow() {
    for width in 4..12 {
        for line in wrapped("ニュースレターをちょっと読む", width) {
            assert!(!line.starts_with(['ュ', 'ー', 'ょ', 'っ']), "{line} at {width}");
        }
    }
}

#[test]
fn wide_characters_count_two_and_joined_emoji_once() {
    assert_eq!(columns("重庆"), 4);
    assert_eq!(columns("👩‍👩‍👧"), 2);
    assert_eq!(columns("e\u{301}"), 1);
    assert_eq!(wrapped("重庆重庆重庆", 8), ["重庆重庆", "重庆"]);
}

#[test]
fn no_break_spaces_hold() {
    assert_eq!(wrapped("about 382\u{a0}million people", 12), ["about", "382\u{a0}million", "people"]);
}

#[test]
fn a_held_part_is_never_broken_and_counts_as_it_says() {
    let mut flow = Flow::plain("see ");
    flow.push_held("https://example.org/a-b/c-d?e=f", None);
    flow.push(" or ");
    flow.push_held("nlhole00000000000000000000e", Some(8));
    flow.push(" now");
    assert_eq!(lines(&flow, 20), ["see", "https://example.org/a-b/c-d?e=f", "or nlhole00000000000000000000e now"]);
}

#[test]
fn a_line_feed_ends_a_line() {
    assert_eq!(wrapped("a b\nc d", 72), ["a b", "c d"]);
}

#[test]
fn entities_are_read_and_others_left() {
    assert_eq!(
        decode("a &amp; b &#8212; &#x4e2d; &eacute; &nope; &#1114112; R&D"),
        "a & b — 中 é &nope; &#1114112; R&D"
    );
}

#[test]
fn attributes_are_found_in_any_quotes() {
    assert_eq!(attribute(" class=x HREF='a>b&amp;c' disabled", "href").as_deref(), Some("a>b&c"));
    assert_eq!(attribute(" href = https://e.org/ ", "href").as_deref(), Some("https://e.org/"));
    assert_eq!(attribute(" data-href=\"no\"", "href"), None);
}

#[test]
fn a_quoted_bracket_does_not_end_a_tag() {
    let mut seen = Vec::new();
    tokens("x<!-- <b> --><a title=\">\" href=y>z</A>1 < 2", |token| seen.push(format!("{token:?}")));
    let want = [
        Token::Text("x"),
        Token::Open("a".into(), " title=\">\" href=y"),
        Token::Text("z"),
        Token::Close("a".into()),
        Token::Text("1 "),
        Token::Text("<"),
        Token::Text(" 2"),
    ];
    assert_eq!(seen, want.map(|token| format!("{token:?}")));
}

/// Words as letters have them, with the punctuation that UAX #14 treats in ways of its own.
fn prose() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        6 => "[a-zA-Z]{1,9}[.,;:!?]?",
        2 => "[a-z]{1,5}[-/—–][a-z0-9]{1,7}",
        1 => "[“‘\"'(\\[«][a-z]{1,6}[”’\"')\\]»]?[.,]?",
        1 => "[$€£]?[0-9]{1,3}([.,][0-9]{3}){0,2}[%°]?",
        1 => "[重庆西部“”，。（）、—…a-z0-9]{1,9}",
        1 => "[a-z\"'’”“‘(){}!?/\\\\—…·|%$#@&*+=<>0-9.,:;-]{1,8}",
        1 => "(👩‍👩‍👧|🇨🇳|e\u{301}|\u{200b}|\u{a0}|שלום)[a-z]{0,2}",
    ];
    proptest::collection::vec(word, 0..60).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_short_way_gives_what_the_segmenter_alone_gives(text in prose(), width in 8_usize..80) {
        prop_assert_eq!(wrapped(&text, width), reference(&text, width));
    }

    #[test]
    fn wrapping_loses_nothing_but_spaces(text in prose(), width in 1_usize..80) {
        let bare = |text: &str| text.replace(' ', "");
        prop_assert_eq!(bare(&wrapped(&text, width).concat()), bare(&text));
    }

    #[test]
    fn a_line_is_too_long_only_when_it_has_no_break(text in "[a-z]{1,30}( [a-z]{1,30}){0,40}", width in 4_usize..72) {
        for line in wrapped(&text, width) {
            prop_assert!(columns(&line) <= width || !line.contains(' '), "{line}");
            prop_assert!(!line.ends_with(' ') && !line.starts_with(' '));
        }
    }

    #[test]
    fn a_line_wrapped_again_stays_as_it_is(text in "[a-z]{1,12}[.,]?( [a-z“]{1,12}[.,”]?){0,60}") {
        let lines = wrapped(&text, WIDTH);
        prop_assert_eq!(wrapped(&lines.join(" "), WIDTH), lines);
    }
}
