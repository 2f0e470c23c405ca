//! Tables of fields: one source for the reader, the JSON Schema and the docs.

use crate::yaml::Shape;

/// The keys that a mapping may have.
#[derive(Debug)]
pub struct Table {
    /// What the mapping is, in a word or two, for the docs: `author`.
    pub name: &'static str,
    /// Its keys, in the order of the docs.
    pub fields: &'static [Field],
    /// Keys of other tools or of habit, and what they are called here.
    pub synonyms: &'static [(&'static str, &'static str)],
    /// How many of its keys must be there together.
    pub presence: Presence,
}

/// How many of a table's keys must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The required ones.
    Required,
    /// Exactly one.
    One,
}

impl Table {
    /// A table without synonyms.
    pub const fn new(name: &'static str, fields: &'static [Field]) -> Self {
        Self { name, fields, synonyms: &[], presence: Presence::Required }
    }

    /// The field called `name`.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// One key.
#[derive(Debug)]
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
    /// What holds without it, as YAML.
    pub default: Option<&'static str>,
    /// What it is for, in a sentence or two of Markdown.
    pub doc: &'static str,
    /// A value as YAML, for the docs and the help of findings.
    pub example: &'static str,
    /// How bad a value is that cannot be used.
    pub weight: Weight,
}

/// How bad a value is that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Without it the meaning is lost: an error.
    Needed,
    /// The rest can do without it: a warning.
    Spare,
}

impl Field {
    /// A field that may be left out.
    pub const fn new(name: &'static str, kind: Kind, doc: &'static str, example: &'static str) -> Self {
        Self { name, kind, required: false, default: None, doc, example, weight: Weight::Needed }
    }

    /// The same, but it must be there.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same, with what holds without it.
    #[must_use]
    pub const fn default(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    /// The same, but a value that cannot be used is a warning.
    #[must_use]
    pub const fn spare(mut self) -> Self {
        self.weight = Weight::Spare;
        self
    }
}

/// What a key takes.
#[derive(Debug)]
pub enum Kind {
    /// A text of a shape. A number counts as the text it is written as.
    Text(&'static Shape),
    /// One of these words, each with what it means.
    Choice(&'static [(&'static str, &'static str)]),
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer {
        /// At least.
        min: u64,
        /// At most.
        max: u64,
    },
    /// Any number of values.
    List(&'static Kind),
    /// At least one value.
    Filled(&'static Kind),
    /// A mapping with known keys.
    Table(&'static Table),
    /// A mapping whose keys are the user's names.
    Map {
        /// What the keys look like.
        keys: &'static Shape,
        /// What each key takes.
        values: &'static Kind,
    },
    /// The first of these that has the written form (scalar, list, mapping).
    OneOf(&'static [Kind]),
    /// A table that says where a secret is; the secret itself is refused, and never shown.
    Secret(&'static Table),
    /// Anything.
    Any,
}
