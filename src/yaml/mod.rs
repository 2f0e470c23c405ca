//! The user's YAML with places, read by tables of fields.
//!
//! [`parse`] gives a tree of [`Node`]s whose spans are bytes of the whole file. A [`Table`] says
//! which keys a mapping may have; [`read::check`] holds a tree against it and reports everything
//! that does not fit, [`schema`] and [`docs`] say the same to editors and to people.

pub mod docs;
pub mod field;
mod inside;
mod parse;
pub mod read;
pub mod schema;
pub mod shape;
mod syntax;

pub use field::{Field, Kind, Table, Weight};
pub use inside::inside;
pub use parse::parse;
pub use shape::Shape;

use std::collections::BTreeMap;

use crate::diagnostic::Span;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The value as written, quotes included. Empty where nothing is written.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// What a [`Node`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing: `~`, `null` or no value at all.
    Null,
    /// A text, a number or a boolean, which are told apart by [`Scalar`].
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// A mapping in the order of the file, repeated keys included.
    Map(Vec<Entry>),
}

/// One key of a mapping and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key as text.
    pub key: String,
    /// Where the key stands, quotes included.
    pub key_span: Span,
    /// Its value.
    pub value: Node,
}

/// A value as its source spells it: `1.10` stays `1.10`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text, with escapes and folding resolved.
    pub text: String,
    /// Whether it was written without quotes, and so may be a number or a boolean.
    pub plain: bool,
}

impl Scalar {
    /// The boolean it is, by YAML 1.2: `true` and `false` without quotes, never `yes` or `on`.
    pub fn as_bool(&self) -> Option<bool> {
        match self.text.as_str() {
            "true" | "True" | "TRUE" if self.plain => Some(true),
            "false" | "False" | "FALSE" if self.plain => Some(false),
            _ => None,
        }
    }

    /// Whether it is a number, by YAML 1.2's core schema.
    pub fn is_number(&self) -> bool {
        self.plain && is_number(&self.text)
    }
}

/// Numbers of YAML 1.2's core schema.
fn is_number(text: &str) -> bool {
    let digits = |text: &str, is: fn(&u8) -> bool| !text.is_empty() && text.bytes().all(|byte| is(&byte));
    if let Some(octal) = text.strip_prefix("0o") {
        return digits(octal, |byte| (b'0'..=b'7').contains(byte));
    }
    if let Some(hex) = text.strip_prefix("0x") {
        return digits(hex, u8::is_ascii_hexdigit);
    }
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return true;
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    all_digits(whole)
        && all_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| digits(exponent, u8::is_ascii_digit))
}

impl Node {
    /// Nothing, at `at`.
    pub fn null(at: usize) -> Self {
        Self { span: Span::empty(at), value: Value::Null }
    }

    /// What it is, in words for a message.
    pub fn describe(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing",
            Value::Scalar(scalar) if scalar.as_bool().is_some() => "true or false",
            Value::Scalar(scalar) if scalar.is_number() => "a number",
            Value::Scalar(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(scalar) => Some(&scalar.text),
            _ => None,
        }
    }

    /// The text of a scalar in one line without spaces around it; nothing where that is empty.
    pub fn line(&self) -> Option<String> {
        let text = self.text()?;
        let words: Vec<_> =
            text.split(|c: char| c.is_control()).map(str::trim).filter(|part| !part.is_empty()).collect();
        let line = words.join(" ");
        (!line.is_empty()).then_some(line)
    }

    /// The items of a list; a single value counts as a list of one.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::Null => &[],
            Value::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// The entries of a mapping; none where it is something else.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The entry of `key` in a mapping, unless its value is nothing.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key && entry.value.value != Value::Null)
    }

    /// The value of `key` in a mapping, unless it is nothing.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Where each value below stands, by its keys and indices: `theme.colors.accent`, `tags.0`.
    /// Of a repeated key the first one counts.
    pub fn places(&self) -> BTreeMap<String, Span> {
        let mut places = BTreeMap::new();
        self.collect_places("", &mut places);
        places
    }

    fn collect_places(&self, outer: &str, places: &mut BTreeMap<String, Span>) {
        let mut place = |key: &str, value: &Self| {
            let keys = if outer.is_empty() { key.to_owned() } else { format!("{outer}.{key}") };
            value.collect_places(&keys, places);
            places.entry(keys).or_insert(value.span);
        };
        match &self.value {
            Value::Map(entries) => entries.iter().for_each(|entry| place(&entry.key, &entry.value)),
            Value::List(items) => items.iter().enumerate().for_each(|(at, item)| place(&at.to_string(), item)),
            Value::Null | Value::Scalar(_) => {}
        }
    }

    /// As JSON. A number that JSON can hold as it is written becomes a number, any other a text.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Scalar(scalar) => {
                if let Some(boolean) = scalar.as_bool() {
                    return boolean.into();
                }
                let number = scalar.is_number().then(|| scalar.text.parse::<serde_json::Number>().ok()).flatten();
                match number {
                    Some(number) if number.to_string() == scalar.text => number.into(),
                    _ => scalar.text.as_str().into(),
                }
            }
            Value::List(items) => items.iter().map(Self::to_json).collect(),
            Value::Map(entries) => entries
                .iter()
                .map(|entry| (entry.key.clone(), entry.value.to_json()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }
}
