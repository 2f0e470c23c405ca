//! The user's YAML with places, read by tables of fields.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]
