//! What goes into a statement and what comes out of it.

use std::borrow::Cow;

use rusqlite::types::{ToSqlOutput, Value as Owned, ValueRef};

use crate::store::StoreError;

/// A value of a statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// None.
    Null,
    /// A whole number.
    Integer(i64),
    /// Any number.
    Real(f64),
    /// Text.
    Text(Cow<'a, str>),
    /// Bytes.
    Blob(Cow<'a, [u8]>),
}

/// The values of a statement, in the order of its `?`.
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::store::Value::from($value)),*] };
}
pub(crate) use values;

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Owned::Null),
            Self::Integer(number) => ToSqlOutput::Owned(Owned::Integer(*number)),
            Self::Real(number) => ToSqlOutput::Owned(Owned::Real(*number)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Blob(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}

macro_rules! from {
    ($($from:ty => |$value:ident| $to:expr;)+) => {
        $(impl<'a> From<$from> for Value<'a> {
            fn from($value: $from) -> Self {
                $to
            }
        })+
    };
}
from! {
    i64 => |number| Self::Integer(number);
    u32 => |number| Self::Integer(number.into());
    u16 => |number| Self::Integer(number.into());
    bool => |yes| Self::Integer(yes.into());
    f64 => |number| Self::Real(number);
    &'a str => |text| Self::Text(Cow::Borrowed(text));
    &'a String => |text| Self::Text(Cow::Borrowed(text));
    String => |text| Self::Text(Cow::Owned(text));
    &'a [u8] => |bytes| Self::Blob(Cow::Borrowed(bytes));
    &'a Vec<u8> => |bytes| Self::Blob(Cow::Borrowed(bytes));
    Vec<u8> => |bytes| Self::Blob(Cow::Owned(bytes));
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::Blob(Cow::Borrowed(bytes))
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A row of an answer.
#[derive(Debug)]
pub struct Row<'r, 's> {
    row: &'r rusqlite::Row<'s>,
}

/// What can stand in a column.
pub trait Column: Sized {
    /// The value, where it has this type.
    fn read(value: &Value<'_>) -> Option<Self>;
}

impl<'r, 's> Row<'r, 's> {
    pub(super) fn new(row: &'r rusqlite::Row<'s>) -> Self {
        Self { row }
    }

    /// The value of a column, counted from 0.
    ///
    /// # Errors
    /// When it has another type.
    pub fn get<T: Column>(&self, column: usize) -> Result<T, StoreError> {
        let value = match self.row.get_ref(column)? {
            ValueRef::Null => Some(Value::Null),
            ValueRef::Integer(number) => Some(Value::Integer(number)),
            ValueRef::Real(number) => Some(Value::Real(number)),
            ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok().map(Value::from),
            ValueRef::Blob(bytes) => Some(Value::from(bytes)),
        };
        let read = value.as_ref().and_then(T::read);
        read.ok_or_else(|| {
            let name = self.row.as_ref().column_name(column).unwrap_or("?");
            StoreError::Corrupt(format!("`{name}` holds a value of another kind"))
        })
    }
}

macro_rules! column {
    ($($type:ty: $pattern:pat => $value:expr;)+) => {
        $(impl Column for $type {
            fn read(value: &Value<'_>) -> Option<Self> {
                if let $pattern = value { $value } else { None }
            }
        })+
    };
}
column! {
    i64: Value::Integer(number) => Some(*number);
    u32: Value::Integer(number) => Self::try_from(*number).ok();
    u16: Value::Integer(number) => Self::try_from(*number).ok();
    u64: Value::Integer(number) => Self::try_from(*number).ok();
    usize: Value::Integer(number) => Self::try_from(*number).ok();
    bool: Value::Integer(number @ (0 | 1)) => Some(*number == 1);
    String: Value::Text(text) => Some(text.clone().into_owned());
    Vec<u8>: Value::Blob(bytes) => Some(bytes.clone().into_owned());
}

impl<const N: usize> Column for [u8; N] {
    fn read(value: &Value<'_>) -> Option<Self> {
        if let Value::Blob(bytes) = value { bytes.as_ref().try_into().ok() } else { None }
    }
}

impl<T: Column> Column for Option<T> {
    fn read(value: &Value<'_>) -> Option<Self> {
        if *value == Value::Null { Some(None) } else { T::read(value).map(Some) }
    }
}
