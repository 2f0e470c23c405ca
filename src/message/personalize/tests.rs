use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Media, Pattern, PlaceError, Values, fill};
use crate::post::Holes;
use crate::post::tree::Hole;

fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// Fills `markup`, in which `[x]` is the hole of field `x` and `[x|d]` the same with a default.
fn filled(markup: &str, media: Media, values: &[(&str, &str)]) -> Result<String, PlaceError> {
    let (markup, holes) = with_tokens(markup);
    fill(&markup, media, &holes, Values::Of(&fields(values)))
}

fn with_tokens(markup: &str) -> (String, Holes) {
    let mut holes = Holes::new(9);
    let mut parts = markup.split('[');
    let mut made = parts.next().unwrap().to_owned();
    for part in parts {
        let (name, rest) = part.split_once(']').unwrap();
        let (field, default) = name.split_once('|').map_or((name, None), |(field, default)| (field, Some(default)));
        made.push_str(&holes.token(Hole { field: field.into(), default: default.map(str::to_owned) }));
        made.push_str(rest);
    }
    (made, holes)
}

fn html(markup: &str, value: &str) -> String {
    filled(markup, Media::Html, &[("x", value)]).unwrap()
}

#[test]
fn a_value_is_escaped_by_its_place() {
    let hostile = "<script>\"'&\r\nBcc: a\u{2028}\u{202e}";
    assert_eq!(html("<p>[x]</p>", hostile), "<p>&lt;script&gt;&quot;&#39;&amp; Bcc: a </p>");
    assert_eq!(html("<p title=\"[x]\">", "a\"b"), "<p title=\"a&quot;b\">");
    assert_eq!(
        html("<a href=\"https://e.org/?n=[x]&amp;m=1\">", "a&b=c d"),
        "<a href=\"https://e.org/?n=a%26b%3Dc%20d&amp;m=1\">"
    );
    assert_eq!(html("<a href='[x]'>", "javascript:alert(1)"), "<a href='javascript%3Aalert%281%29'>");
    assert_eq!(html("<a href='[x]'>", "https://e.org/a?b=c&d=\"'"), "<a href='https://e.org/a?b=c%26d=%22%27'>");
    assert_eq!(filled("Dear [x],\n", Media::Text, &[("x", "A\r\nBcc: b")]).unwrap(), "Dear A Bcc: b,\n");
    assert_eq!(filled("<https://e.org/[x]> [x]", Media::Text, &[("x", "a b")]).unwrap(), "<https://e.org/a%20b> a b");
}

#[test]
fn an_ampersand_in_a_whole_address_is_not_mistaken_for_a_character() {
    assert!(!html("<a href=\"[x]\">", "https://e.org/?a=1&lt=2").contains("&lt"));
}

#[test]
fn a_hole_where_no_value_is_safe_is_refused() {
    for markup in [
        "<script>[x]</script>",
        "<style>a{color:[x]}</style>",
        "<STYLE>[x]</STYLE>",
        "<!-- [x] -->",
        "<p [x]>",
        "<p title=[x]>",
        "<p style=\"color:[x]\">",
        "<p onclick=\"f('[x]')\">",
        "<a href=\"javascript:f('[x]')\">",
        "<[x]>",
        "<!DOCTYPE [x]>",
    ] {
        assert!(matches!(filled(markup, Media::Html, &[]), Err(PlaceError::Unsafe { .. })), "{markup}");
    }
}

#[test]
fn what_looks_like_a_tag_end_in_an_attribute_or_comment_does_not_mislead() {
    assert_eq!(html("<p title=\"a > b\"><a href=\"/[x]\">", "\""), "<p title=\"a > b\"><a href=\"/%22\">");
    assert_eq!(html("<!-- > <p -->[x]", "<"), "<!-- > <p -->&lt;");
    assert_eq!(html("<script>a < b</script><title>[x]</title>", "<"), "<script>a < b</script><title>&lt;</title>");
    assert_eq!(html("1 < 2 <br/>[x]", "<"), "1 < 2 <br/>&lt;");
}

#[test]
fn markup_in_a_conditional_comment_counts() {
    let mut holes = Holes::new(9);
    let token = holes.token(Hole { field: "x".into(), default: None });
    let markup =
        format!("<!--[if mso]><a href=\"/{token}\"><![endif]--><!--[if !mso]><!--><b>{token}</b><!--<![endif]-->");
    let values = fields(&[("x", "a b")]);
    let expected = "<!--[if mso]><a href=\"/a%20b\"><![endif]--><!--[if !mso]><!--><b>a b</b><!--<![endif]-->";
    assert_eq!(fill(&markup, Media::Html, &holes, Values::Of(&values)).unwrap(), expected);
}

#[test]
fn a_default_stands_where_the_value_is_missing_or_empty() {
    let markup = "Dear [name|reader], [city]";
    assert_eq!(filled(markup, Media::Text, &[("name", "")]).unwrap(), "Dear reader, ");
    let (markup, holes) = with_tokens(markup);
    assert_eq!(fill(&markup, Media::Text, &holes, Values::Defaults).unwrap(), "Dear reader, ");
}

#[test]
fn a_branch_takes_one_of_its_parts() {
    let markup = "a<!--nlif [v]--><b>[n]<!--nlif [w]-->w<!--nlelse [w]--><!--nlend [w]--></b><!--nlelse [v]-->no<!--nlend [v]-->z";
    assert_eq!(filled(markup, Media::Html, &[("v", "1"), ("n", "<"), ("w", "1")]).unwrap(), "a<b>&lt;w</b>z");
    assert_eq!(filled(markup, Media::Html, &[]).unwrap(), "anoz");
    let torn = "<!--nlif [v]--><p title=\"<!--nlelse [v]--><!--nlend [v]-->";
    assert_eq!(filled(torn, Media::Html, &[]), Err(PlaceError::Branch { field: "v".into() }));
    assert!(filled("<!--nlif [v]-->", Media::Html, &[]).is_err());
    assert!(filled("<!--nlend [v]-->", Media::Html, &[]).is_err());
    assert!(filled("<!--nlif [v]--><!--nlelse [w]--><!--nlend [v]-->", Media::Html, &[]).is_err());
}

#[test]
fn a_branch_may_stand_in_an_attribute() {
    let markup = "<a href=\"/<!--nlif [v]-->a<!--nlelse [v]-->b<!--nlend [v]-->\">[n]</a>";
    assert_eq!(filled(markup, Media::Html, &[("v", "1"), ("n", "<")]).unwrap(), "<a href=\"/a\">&lt;</a>");
}

/// What a browser reads out of escaped text.
fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

proptest! {
    #[test]
    fn no_value_changes_the_markup_around_it(value in any::<String>()) {
        let page = html("<p title=\"[x]\">[x]</p>", &value);
        let inside = page.strip_prefix("<p title=\"").and_then(|p| p.strip_suffix("</p>")).unwrap();
        prop_assert_eq!(inside.matches('"').count(), 1);
        prop_assert_eq!(inside.matches('<').count(), 0);
        prop_assert_eq!(inside.matches('>').count(), 1);
        let (attribute, text) = inside.split_once("\">").unwrap();
        prop_assert_eq!(attribute, text);
        let kept: String = value.chars().filter(|c| !c.is_control() && c.is_alphanumeric()).collect();
        let shown: String = unescape(text).chars().filter(|c| c.is_alphanumeric()).collect();
        prop_assert_eq!(kept, shown);
    }

    #[test]
    fn filling_is_replacing_the_tokens(parts in prop::collection::vec("[a-z <>\"=\n]{0,12}", 0..6), value in "[a-z ]{0,8}") {
        let mut holes = Holes::new(9);
        let token = holes.token(Hole { field: "x".into(), default: None });
        let text = parts.join(&token);
        let expected = text.replace(&token, &value);
        let values = fields(&[("x", &value)]);
        prop_assert_eq!(fill(&text, Media::Text, &holes, Values::Of(&values)).unwrap(), expected);
    }

    #[test]
    fn any_markup_is_read_without_panic(markup in "[<>/a-c\"'= !\\-\\[\\]x]{0,40}", value in any::<String>()) {
        let mut holes = Holes::new(9);
        let token = holes.token(Hole { field: "x".into(), default: None });
        let markup = markup.replace('x', &token);
        if let Ok(pattern) = Pattern::parse(&markup, Media::Html, &holes) {
            drop(pattern.fill(Values::Of(&fields(&[("x", &value)]))));
        }
    }
}
