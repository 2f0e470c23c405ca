//! Segments: parts of the list as expressions over what is known of subscribers, as
//! `tag = "china" and joined > 2024-01-01`. `docs/subscribers.md` describes the language.
//!
//! Every test is true or false, never unknown: one about something that a subscriber does not have
//! is false, and `a != b` is `not a = b`.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

mod lex;
mod parse;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::NaiveDate;

pub(crate) use parse::{day, number};

use crate::diagnostic::Span;

/// What a subscriber's field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// Any text in one line.
    Text,
    /// A number.
    Number,
    /// A day.
    Date,
    /// True or false.
    Boolean,
}

/// The fields of subscribers and what each holds.
pub type Fields = BTreeMap<String, FieldType>;

/// Names that no field may have: what every subscriber has, and the words of the language.
pub const RESERVED: &[&str] = &[
    "address", "email", "status", "reason", "joined", "left", "source", "tag", "tags", "fields", "and", "or", "not",
    "in", "contains", "has", "true", "false",
];

/// An expression that was read, with its text.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    text: String,
    root: Expression,
}

/// A part of a segment.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// All of these.
    All(Vec<Self>),
    /// At least one of these.
    Any(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
    /// Something about one attribute.
    Test(Attribute, Test),
}

/// What a test is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// The address, as it is written to.
    Address,
    /// Where the subscriber came from.
    Source,
    /// The day they joined.
    Joined,
    /// Their tags; a test holds where it does for one of them.
    Tag,
    /// A field.
    Field(String, FieldType),
}

/// What is asked of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// Whether it is there.
    Present,
    /// Whether it is one of these, at least one.
    OneOf(Vec<Literal>),
    /// How it compares.
    Order(Order, Literal),
    /// Whether this is a part of it.
    Contains(String),
}

/// How numbers and days compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

/// A value in an expression, of the type of its attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A text, compared letter by letter.
    Text(String),
    /// A number.
    Number(f64),
    /// A day.
    Date(NaiveDate),
    /// True or false.
    Boolean(bool),
}

/// Why an expression cannot be read, and where.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{fault}")]
pub struct SegmentError {
    /// The words it is about, in bytes of the expression.
    pub span: Span,
    /// What is wrong with them.
    pub fault: SegmentFault,
}

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SegmentFault {
    /// It ends too early.
    #[error("the expression ends where {0} should follow")]
    Ended(&'static str),
    /// Something stands where something else should.
    #[error("`{found}` cannot stand here")]
    Unexpected {
        /// What stands there.
        found: String,
        /// What should.
        expected: &'static str,
    },
    /// A sign of another language.
    #[error("`{written}` is written `{meant}` here")]
    Spelling {
        /// As it is.
        written: String,
        /// As it should be.
        meant: &'static str,
    },
    /// A quote without its end.
    #[error("the quote is never closed")]
    OpenQuote,
    /// Nothing has this name.
    #[error("subscribers have no field `{name}`")]
    UnknownName {
        /// The name.
        name: String,
        /// The nearest that there is.
        nearest: Option<String>,
        /// All there are.
        known: Vec<String>,
    },
    /// A text without quotes.
    #[error("the text `{0}` stands without quotes")]
    Unquoted(String),
    /// A value of another type.
    #[error("`{name}` holds {holds}, not `{value}`")]
    WrongType {
        /// The attribute.
        name: String,
        /// What it holds.
        holds: &'static str,
        /// An example of it.
        example: &'static str,
        /// What was written.
        value: String,
    },
    /// An operator that the type does not have.
    #[error("`{name}` holds {holds}, for which there is no `{operator}`")]
    WrongOperator {
        /// The attribute.
        name: String,
        /// What it holds.
        holds: &'static str,
        /// The operator.
        operator: &'static str,
        /// Those it has.
        has: &'static str,
    },
    /// It would take too long to answer.
    #[error("the expression is too large")]
    TooLarge,
}

impl SegmentError {
    /// What to do about it.
    pub fn help(&self) -> String {
        use SegmentFault as F;
        match &self.fault {
            F::Ended(expected) | F::Unexpected { expected, .. } => format!("write {expected}"),
            F::Spelling { meant, .. } => format!("write `{meant}`"),
            F::OpenQuote => {
                "close it with the quote it begins with; a `\\` before a quote makes it a letter".to_owned()
            }
            F::UnknownName { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            F::UnknownName { known, .. } => {
                format!("add it to `subscribers: {{fields: …}}`, or use one of `{}`", known.join("`, `"))
            }
            F::Unquoted(word) => format!("write `\"{word}\"`"),
            F::WrongType { example, .. } => format!("write a value such as `{example}`"),
            F::WrongOperator { has, .. } => format!("it has {has}"),
            F::TooLarge => "split it, or give those who are meant a tag".to_owned(),
        }
    }

    /// What should stand at the place instead, where that can be told.
    pub fn replacement(&self) -> Option<String> {
        match &self.fault {
            SegmentFault::Spelling { meant, .. } => Some((*meant).to_owned()),
            SegmentFault::UnknownName { nearest, .. } => nearest.clone(),
            SegmentFault::Unquoted(word) => Some(format!("\"{word}\"")),
            _ => None,
        }
    }
}

impl Segment {
    /// Reads an expression; `fields` are those that subscribers have.
    ///
    /// # Errors
    /// With the first thing that is wrong.
    pub fn parse(text: &str, fields: &Fields) -> Result<Self, SegmentError> {
        Ok(Self { text: text.to_owned(), root: parse::parse(text, fields)? })
    }

    /// The expression as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it asks.
    pub fn root(&self) -> &Expression {
        &self.root
    }
}

impl Attribute {
    fn kind(&self) -> FieldType {
        match self {
            Self::Address | Self::Source | Self::Tag => FieldType::Text,
            Self::Joined => FieldType::Date,
            Self::Field(_, kind) => *kind,
        }
    }
}

impl FieldType {
    /// What it is, with its article.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Date => "a day",
            Self::Boolean => "true or false",
        }
    }

    /// A value of it.
    pub fn example(self) -> &'static str {
        match self {
            Self::Text => "\"Berlin\"",
            Self::Number => "12",
            Self::Date => "2024-01-31",
            Self::Boolean => "true",
        }
    }
}

/// A tag as it is kept and compared: in lower case, without spaces round it.
pub fn tag_key(text: &str) -> String {
    text.trim().to_lowercase()
}
