//! The rules, a file each.

pub(super) mod images;
pub(super) mod missing_field;
pub(super) mod missing_link_target;
mod required;
pub(super) mod section_size;
pub(super) mod sections;
pub(super) mod unknown_author;

#[cfg(test)]
mod tests;
