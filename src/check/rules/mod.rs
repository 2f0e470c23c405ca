//! The rules, a file each.

mod freemail_from;
mod image_without_alt;
mod images;
mod insecure_base_url;
mod missing_field;
mod missing_link_target;
mod missing_section;
mod remote_image_size;
mod required;
mod section_length;
mod section_order;
mod short_list;
mod size_limit;
mod unknown_author;

#[cfg(test)]
mod tests;

use crate::check::Rule;
use crate::diagnostic::code::each_rule;

macro_rules! list {
    ($($file:ident $constant:ident = $id:literal $name:literal $severity:ident $group:ident $($standing:ident)?;)+) => {
        /// Every rule, in the order of the list of codes.
        pub static RULES: &[&Rule] = &[$(&$file::RULE),+];
    };
}
each_rule!(list);
