//! Segments as SQL. Every value is bound; of what users write nothing stands in the text but the
//! shape of the expression.

use chrono::{NaiveDate, NaiveTime, TimeDelta, TimeZone as _};
use chrono_tz::Tz;

use crate::segment::{Attribute, Expression, FieldType, Literal, Order, Segment, Test};
use crate::store::Value;

/// Holds for whoever gets letters, of `subscriber s`.
pub const ACTIVE: &str =
    "s.status = 'active' AND NOT EXISTS (SELECT 1 FROM suppression WHERE suppression.hash = s.hash)";

/// A piece of SQL and the values of its `?`, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Sql {
    /// The text.
    pub text: String,
    /// The values.
    pub values: Vec<Value<'static>>,
}

/// The question for whoever gets a letter to `segment`, everybody without one: a `SELECT` of the
/// columns `id`, `public`, `address`, `hash`, `fields` (the JSON object that templates see, `name`
/// in it) and `name`, in the order of joining. It can stand in `INSERT INTO … SELECT`, so that one
/// statement freezes it.
pub fn select(segment: Option<&Segment>, zone: Tz) -> Sql {
    let all = Sql { text: "true".to_owned(), values: Vec::new() };
    let Sql { text, values } = segment.map_or(all, |segment| condition(segment, zone));
    let text = format!(
        "SELECT s.id AS id, s.public AS public, s.address AS address, s.hash AS hash, s.fields AS fields, \
         json_extract(s.fields, '$.name') AS name FROM subscriber s WHERE {ACTIVE} AND {text} ORDER BY s.id"
    );
    Sql { text, values }
}

/// The expression about `subscriber s`; it is true or false, never null. Days begin in `zone`.
pub fn condition(segment: &Segment, zone: Tz) -> Sql {
    let mut writer = Writer { text: String::new(), values: Vec::new(), zone };
    writer.expression(segment.root());
    Sql { text: writer.text, values: writer.values }
}

struct Writer {
    text: String,
    values: Vec<Value<'static>>,
    zone: Tz,
}

impl Writer {
    fn expression(&mut self, expression: &Expression) {
        match expression {
            Expression::All(all) => self.joined(all, " AND "),
            Expression::Any(any) => self.joined(any, " OR "),
            Expression::Not(inner) => {
                self.text.push_str("(NOT ");
                self.expression(inner);
                self.text.push(')');
            }
            Expression::Test(attribute, test) => {
                // What is not there is null to SQL, and false here.
                self.text.push_str("ifnull(");
                self.test(attribute, test);
                self.text.push_str(", 0)");
            }
        }
    }

    fn joined(&mut self, all: &[Expression], word: &str) {
        let mut before = "(";
        for one in all {
            self.text.push_str(before);
            self.expression(one);
            before = word;
        }
        self.text.push(')');
    }

    fn bind(&mut self, value: impl Into<Value<'static>>) {
        self.text.push('?');
        self.values.push(value.into());
    }

    fn test(&mut self, attribute: &Attribute, test: &Test) {
        match attribute {
            Attribute::Address => self.compare("s.address", test),
            Attribute::Source => self.compare("s.source", test),
            Attribute::Tag => {
                self.text.push_str("EXISTS (SELECT 1 FROM tag t WHERE t.subscriber = s.id AND ");
                self.compare("t.name", test);
                self.text.push(')');
            }
            Attribute::Joined => self.joining(test),
            Attribute::Field(name, kind) => {
                let path = format!("$.\"{name}\"");
                self.text.push_str("(json_type(s.fields, ");
                self.bind(path.clone());
                self.text.push_str(match kind {
                    FieldType::Text | FieldType::Date => ") = 'text'",
                    FieldType::Number => ") IN ('integer', 'real')",
                    FieldType::Boolean => ") IN ('true', 'false')",
                });
                if *test != Test::Present {
                    self.text.push_str(" AND ");
                    self.compare_with(test, |writer| {
                        writer.text.push_str("json_extract(s.fields, ");
                        writer.bind(path.clone());
                        writer.text.push(')');
                    });
                }
                self.text.push(')');
            }
        }
    }

    fn compare(&mut self, column: &str, test: &Test) {
        self.compare_with(test, |writer| writer.text.push_str(column));
    }

    fn compare_with(&mut self, test: &Test, write: impl Fn(&mut Self)) {
        match test {
            Test::Present => {
                write(self);
                self.text.push_str(" IS NOT NULL");
            }
            Test::OneOf(values) => {
                write(self);
                let mut before = " IN (";
                for value in values {
                    self.text.push_str(before);
                    self.bind(bound(value));
                    before = ", ";
                }
                self.text.push(')');
            }
            Test::Order(order, value) => {
                write(self);
                self.text.push_str(sign(*order));
                self.bind(bound(value));
            }
            Test::Contains(part) => {
                self.text.push_str("instr(");
                write(self);
                self.text.push_str(", ");
                self.bind(part.clone());
                self.text.push_str(") > 0");
            }
        }
    }

    /// A day has many seconds: `=` is a range, `>` begins with the day after.
    fn joining(&mut self, test: &Test) {
        let range = |value: &Literal| match value {
            Literal::Date(day) => day_in(self.zone, *day),
            _ => (i64::MAX, i64::MAX),
        };
        match test {
            Test::Present | Test::Contains(_) => self.text.push_str("s.joined IS NOT NULL"),
            Test::OneOf(values) => {
                let ranges: Vec<_> = values.iter().map(range).collect();
                let mut before = "(";
                for (start, end) in ranges {
                    self.text.push_str(before);
                    self.text.push_str("(s.joined >= ");
                    self.bind(start);
                    self.text.push_str(" AND s.joined < ");
                    self.bind(end);
                    self.text.push(')');
                    before = " OR ";
                }
                self.text.push(')');
            }
            Test::Order(order, value) => {
                let (start, end) = range(value);
                let (sign, second) = match order {
                    Order::Less => (" < ", start),
                    Order::AtMost => (" < ", end),
                    Order::More => (" >= ", end),
                    Order::AtLeast => (" >= ", start),
                };
                self.text.push_str("s.joined");
                self.text.push_str(sign);
                self.bind(second);
            }
        }
    }
}

fn sign(order: Order) -> &'static str {
    match order {
        Order::Less => " < ",
        Order::AtMost => " <= ",
        Order::More => " > ",
        Order::AtLeast => " >= ",
    }
}

fn bound(literal: &Literal) -> Value<'static> {
    match literal {
        Literal::Text(text) => text.clone().into(),
        Literal::Number(number) => (*number).into(),
        Literal::Date(day) => day.to_string().into(),
        Literal::Boolean(yes) => (*yes).into(),
    }
}

/// The first second of a day and of the day after, where the clocks show it.
pub(super) fn day_in(zone: Tz, day: NaiveDate) -> (i64, i64) {
    let start = |day: NaiveDate| {
        let midnight = day.and_time(NaiveTime::MIN);
        // Some days begin at one o'clock.
        let first = (0..4).find_map(|hours| zone.from_local_datetime(&(midnight + TimeDelta::hours(hours))).earliest());
        first.map_or_else(|| midnight.and_utc().timestamp(), |time| time.timestamp())
    };
    (start(day), day.succ_opt().map_or(i64::MAX, start))
}

#[cfg(test)]
mod tests;
