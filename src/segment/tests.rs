use proptest::prelude::*;

use super::{FieldType, Fields, Segment, SegmentError};

fn fields() -> Fields {
    [("city", FieldType::Text), ("name", FieldType::Text), ("age", FieldType::Number), ("since", FieldType::Date)]
        .into_iter()
        .chain([("vip", FieldType::Boolean)])
        .map(|(name, kind)| (name.to_owned(), kind))
        .collect()
}

fn read(text: &str) -> Result<Segment, SegmentError> {
    Segment::parse(text, &fields())
}

/// The expression with its fault marked, what is wrong, and what to do.
fn fault(text: &str) -> String {
    let error = read(text).unwrap_err();
    let (before, rest) = text.split_at(error.span.start);
    let (at, after) = rest.split_at(error.span.len());
    format!("{before}[{at}]{after}: {error}; {}", error.help())
}

#[test]
fn the_expressions_of_the_manual_are_read() {
    for text in [
        "tag = \"china\" and joined > 2024-01-01",
        "tag in (\"china\", 'rail') AND NOT (city = \"Berlin\" or has vip)",
        "age >= 18 and age < 65.5 and vip = true",
        "name contains \"O'Neil\" or name not contains 'x' or city != \"\"",
        "since not in (2024-01-01, \"2024-02-29\")",
        "source = \"fair\" or address contains \"@example.org\"",
        "city = '重庆'",
    ] {
        assert_eq!(read(text).unwrap().text(), text);
    }
}

#[test]
fn and_binds_closer_than_or() {
    let of = |text| read(text).unwrap().root().clone();
    assert_eq!(of("has city or has age and has vip"), of("has city or (has age and has vip)"));
    assert_eq!(of("not has city and has vip"), of("(not has city) and has vip"));
    assert_eq!(of("city != \"a\""), of("not city = \"a\""));
    assert_eq!(of("tag = \" China\""), of("tag = \"china\""));
}

#[test]
fn each_fault_says_where_and_what_to_write() {
    let all: Vec<_> = [
        "",
        "tag",
        "tag =",
        "tag = china",
        "tag == \"a\"",
        "tag = \"a\" && vip = true",
        "tag = “a”",
        "tag = \"a",
        "tga = \"a\"",
        "country = \"a\"",
        "email contains \"x\"",
        "city < \"a\"",
        "vip > true",
        "age = \"12\"",
        "age = many",
        "since > 2024-02-30",
        "vip = yes",
        "tag in \"a\"",
        "tag in (\"a\" \"b\")",
        "(tag = \"a\"",
        "tag = \"a\" tag = \"b\"",
        "city not = \"a\"",
        "城 = 1",
        "tag = \"a\" ;",
    ]
    .iter()
    .map(|text| fault(text))
    .collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn what_is_too_large_is_refused_and_nothing_overflows() {
    let deep = format!("{}has vip{}", "(".repeat(100_000), ")".repeat(100_000));
    assert!(read(&deep).is_err());
    assert!(read(&format!("{}has vip", "not ".repeat(40))).is_err());
    assert!(read(&vec!["has vip"; 300].join(" or ")).is_err());
    assert!(read(&vec!["has vip"; 150].join(" or ")).is_ok());
    assert!(read("age = 1e300").is_err() && read("age = nan").is_err());
}

proptest! {
    #[test]
    fn nothing_panics_and_places_are_inside(text in "([a-z<>=!()\"', 0-9.重-]|and|or|not|has|in|tag|age){0,30}") {
        if let Err(error) = read(&text) {
            prop_assert!(text.get(error.span.range()).is_some(), "{error:?}");
        }
    }
}
