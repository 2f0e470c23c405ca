//! The user's YAML with places, read by tables of fields.
