use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use proptest::prelude::*;
use serde_json::Value as Json;

use super::{condition, select};
use crate::segment::{Attribute, Expression, FieldType, Literal, Order, Segment, Test};
use crate::store::StoreError;
use crate::subscribers::tests::{address, fields, list};
use crate::subscribers::{ListError, Record, Subscriber, Which, value};

/// Whether a subscriber is in a segment, by looking at them.
fn holds(expression: &Expression, one: &Subscriber, zone: Tz) -> bool {
    match expression {
        Expression::All(all) => all.iter().all(|part| holds(part, one, zone)),
        Expression::Any(any) => any.iter().any(|part| holds(part, one, zone)),
        Expression::Not(inner) => !holds(inner, one, zone),
        Expression::Test(attribute, test) => {
            let text = |text: &str| Literal::Text(text.to_owned());
            let values: Vec<Literal> = match attribute {
                Attribute::Address => vec![text(&one.address)],
                Attribute::Source => one.source.iter().map(|source| text(source)).collect(),
                Attribute::Tag => one.tags.iter().map(|tag| text(tag)).collect(),
                Attribute::Joined => {
                    let day = DateTime::from_timestamp(one.joined, 0).unwrap().with_timezone(&zone).date_naive();
                    vec![Literal::Date(day)]
                }
                Attribute::Field(name, kind) => match (kind, one.fields.get(name)) {
                    (FieldType::Text, Some(Json::String(value))) => vec![text(value)],
                    (FieldType::Date, Some(Json::String(value))) => vec![Literal::Date(value.parse().unwrap())],
                    (FieldType::Number, Some(Json::Number(value))) => vec![Literal::Number(value.as_f64().unwrap())],
                    (FieldType::Boolean, Some(Json::Bool(value))) => vec![Literal::Boolean(*value)],
                    _ => vec![],
                },
            };
            values.iter().any(|value| asks(test, value))
        }
    }
}

fn asks(test: &Test, value: &Literal) -> bool {
    match (test, value) {
        (Test::Present, _) => true,
        (Test::OneOf(all), value) => all.contains(value),
        (Test::Contains(part), Literal::Text(text)) => text.contains(part.as_str()),
        (Test::Order(order, Literal::Number(than)), Literal::Number(number)) => compares(*order, number, than),
        (Test::Order(order, Literal::Date(than)), Literal::Date(day)) => compares(*order, day, than),
        _ => false,
    }
}

fn compares<T: PartialOrd>(order: Order, one: &T, other: &T) -> bool {
    match order {
        Order::Less => one < other,
        Order::AtMost => one <= other,
        Order::More => one > other,
        Order::AtLeast => one >= other,
    }
}

const DAYS: [&str; 4] = ["2024-01-01", "2024-03-31", "2024-10-27", "2019-12-31"];

fn value_of(kind: &'static str) -> BoxedStrategy<String> {
    match kind {
        "text" => "\"[abé'%_ =]{0,2}\"".boxed(),
        "number" => prop::sample::select(vec!["-1", "0", "2", "2.5", "1e3"]).prop_map(str::to_owned).boxed(),
        "date" => prop::sample::select(DAYS.to_vec()).prop_map(str::to_owned).boxed(),
        _ => prop::sample::select(vec!["true", "false"]).prop_map(str::to_owned).boxed(),
    }
}

fn test() -> impl Strategy<Value = String> {
    let attributes = vec![
        ("tag", "text"),
        ("address", "text"),
        ("source", "text"),
        ("name", "text"),
        ("city", "text"),
        ("age", "number"),
        ("since", "date"),
        ("joined", "date"),
        ("vip", "boolean"),
    ];
    prop::sample::select(attributes).prop_flat_map(|(name, kind)| {
        let operators = match kind {
            "text" => vec!["has", "=", "!=", "in", "not in", "contains", "not contains"],
            "boolean" => vec!["has", "=", "!="],
            _ => vec!["has", "=", "!=", "<", "<=", ">", ">=", "in", "not in"],
        };
        (prop::sample::select(operators), value_of(kind), value_of(kind)).prop_map(move |(operator, one, two)| {
            match operator {
                "has" => format!("has {name}"),
                "in" | "not in" => format!("{name} {operator} ({one}, {two})"),
                operator => format!("{name} {operator} {one}"),
            }
        })
    })
}

fn expression() -> impl Strategy<Value = String> {
    test().prop_recursive(4, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} and {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} or {b})")),
            inner.prop_map(|a| format!("not ({a})")),
        ]
    })
}

type Written = (String, [Option<String>; 5], BTreeSet<String>, Option<String>, i64);

fn person() -> impl Strategy<Value = Written> {
    let of = |kind: &'static str| prop::option::of(value_of(kind).prop_map(|text| text.replace('"', "")));
    let fields = (of("text"), of("text"), of("number"), of("date"), of("boolean"));
    // About the days that expressions name, and about their changes of the clock.
    let joined = (prop::sample::select(DAYS.to_vec()), -90_000_i64..90_000).prop_map(|(day, off)| {
        day.parse::<NaiveDate>().unwrap().and_time(chrono::NaiveTime::MIN).and_utc().timestamp() + off
    });
    let tags = prop::collection::btree_set("[abé]{1,2}", 0..3);
    ("[ab]{1,3}", fields, tags, of("text"), joined)
        .prop_map(|(local, (a, b, c, d, e), tags, source, joined)| (local, [a, b, c, d, e], tags, source, joined))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn sql_finds_whom_looking_finds(
        people in prop::collection::vec(person(), 1..8),
        expressions in prop::collection::vec(expression(), 12),
        zone in prop::sample::select(vec![Tz::UTC, Tz::Europe__Berlin, Tz::Asia__Shanghai, Tz::America__Sao_Paulo]),
    ) {
        let (_folder, list) = list();
        for (local, values, tags, source, joined) in people {
            let mut record = Record::new(address(&format!("{local}@example.org")));
            for (name, value) in ["name", "city", "age", "since", "vip"].iter().zip(values) {
                record.set(name, &value.unwrap_or_default(), &fields()).unwrap();
            }
            (record.tags, record.source, record.joined) = (tags, source, Some(joined));
            list.add(record, 0).unwrap();
        }
        let mut all = Vec::new();
        list.each(Which::All, |one| { all.push(one); Ok::<_, ListError>(()) }).unwrap();
        for text in expressions {
            let segment = Segment::parse(&text, &fields()).unwrap();
            let expected: Vec<_> = all.iter().filter(|one| holds(segment.root(), one, zone)).map(|one| one.id).collect();
            let sql = select(Some(&segment), zone);
            let found = list.store().read(|tx| tx.all::<i64, StoreError>(&sql.text, &sql.values, |row| row.get(0)));
            prop_assert_eq!(found.unwrap(), expected, "{}", text);
        }
    }
}

#[test]
fn of_what_users_write_nothing_stands_in_the_sql() {
    let text = "city = \"'; DROP TABLE subscriber; --\" and tag in ('x\"y') and name contains \"%\" and age < 3";
    let sql = condition(&Segment::parse(text, &fields()).unwrap(), Tz::UTC);
    assert!(!sql.text.contains("DROP") && !sql.text.contains('"') && !sql.text.contains('%'), "{}", sql.text);
    assert_eq!(sql.text.matches('?').count(), sql.values.len());
}

#[test]
fn only_who_may_be_written_to_is_found() {
    use crate::subscribers::suppression::Reason;
    let (_folder, list) = list();
    for one in ["a@example.org", "b@example.org", "c@example.org"] {
        list.add(Record::new(address(one)), 0).unwrap();
    }
    list.unsubscribe(&address("b@example.org"), 1).unwrap();
    list.suppress(&address("c@example.org"), Reason::Bounced, 1).unwrap();
    let sql = select(None, Tz::UTC);
    let found = list.store().read(|tx| tx.all::<String, StoreError>(&sql.text, &sql.values, |row| row.get(2)));
    assert_eq!(found.unwrap(), ["a@example.org"]);
}

#[test]
fn a_number_is_kept_as_it_compares() {
    let read = |text| value::read(text, FieldType::Number).unwrap().unwrap();
    assert_eq!(read("12"), Json::from(12));
    assert_eq!(read("-0.5"), Json::from(-0.5));
    assert!(value::read("1e300", FieldType::Number).is_err());
}
