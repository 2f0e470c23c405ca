//! The rules, a file each.

mod ambiguous_link_text;
mod bare_url_text;
mod broken_anchor;
mod draft_link;
mod freemail_from;
mod image_without_alt;
mod images;
mod insecure_base_url;
mod insecure_link;
mod links;
mod missing_field;
mod missing_link_target;
mod missing_section;
mod private_link;
mod relative_link;
mod remote_image_size;
mod required;
mod section_length;
mod section_order;
mod short_list;
mod shortened_link;
mod size_limit;
mod tracking_parameter;
mod unknown_author;
mod vague_link_text;

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
