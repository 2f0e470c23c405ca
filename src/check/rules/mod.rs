//! The rules, a file each.

mod ambiguous_link_text;
mod bare_url_text;
mod broken_anchor;
mod draft_link;
mod duplicate_number;
mod empty_section;
mod freemail_from;
mod future_date;
mod image_without_alt;
mod images;
mod insecure_base_url;
mod insecure_link;
mod link_missing_in_text;
mod links;
mod long_preheader;
mod long_read;
mod long_subject;
mod missing_field;
mod missing_link_target;
mod missing_section;
mod private_link;
mod relative_link;
mod remote_image_size;
mod repeated_preheader;
mod required;
mod section_length;
mod section_order;
mod series_out_of_order;
mod short_list;
mod shortened_link;
mod shouting_subject;
mod size_limit;
mod skipped_heading_level;
mod subject;
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
