//! The walk over a text that differs by reader, whether it is still a pattern or encoded already.

use std::collections::BTreeSet;

use crate::message::personalize::{Pattern, Values};
use crate::post::tree::Hole;

/// What such a text is made of.
pub(in crate::message) trait Differs: Sized {
    /// One part of it, as the walk sees it.
    fn node(&self) -> Node<'_, Self>;
}

/// A part of a text.
pub(in crate::message) enum Node<'n, T> {
    /// The same for everybody.
    Fixed,
    /// One value.
    Hole(&'n Hole),
    /// One of two, by whether the subscriber has the field.
    Branch { field: &'n str, yes: &'n [T], no: &'n [T] },
    /// A text of its own.
    Pattern(&'n Pattern<'static>),
}

/// Adds the fields whose holes would stay empty.
pub(in crate::message) fn push_missing<'n, T: Differs>(
    text: &'n [T],
    values: Values<'_>,
    missing: &mut BTreeSet<&'n str>,
) {
    for part in text {
        match part.node() {
            Node::Hole(hole) if values.lacks(hole) => _ = missing.insert(&hole.field),
            Node::Fixed | Node::Hole(_) => {}
            Node::Branch { field, yes, no } => push_missing(if values.has(field) { yes } else { no }, values, missing),
            Node::Pattern(pattern) => pattern.push_missing(values, missing),
        }
    }
}

/// Adds the fields that it shows or asks for.
pub(in crate::message) fn push_fields<T: Differs>(text: &[T], fields: &mut BTreeSet<String>) {
    for part in text {
        match part.node() {
            Node::Fixed => {}
            Node::Hole(hole) => _ = fields.insert(hole.field.clone()),
            Node::Branch { field, yes, no } => {
                fields.insert(field.to_owned());
                push_fields(yes, fields);
                push_fields(no, fields);
            }
            Node::Pattern(pattern) => pattern.push_fields(fields),
        }
    }
}
