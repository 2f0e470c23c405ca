//! The rules, a file each.

mod ambiguous_link_text;
mod bare_url_text;
mod broken_anchor;
mod doubled_word;
mod draft_link;
mod duplicate_number;
mod empty_section;
mod foreign_variable;
mod freemail_from;
mod future_date;
mod half_width_punctuation;
mod hole_without_default;
mod holes;
mod house_term;
mod image_without_alt;
mod images;
mod insecure_base_url;
mod insecure_link;
mod leftover_placeholder;
mod link_missing_in_text;
mod links;
mod long_preheader;
mod long_read;
mod long_subject;
mod missing_field;
mod missing_link_target;
mod missing_postal_address;
mod missing_section;
mod missing_unsubscribe;
mod mixed_quotes;
mod private_link;
mod prose;
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
mod template_without_address;
mod template_without_unsubscribe;
mod tracking_parameter;
mod unknown_author;
mod unknown_field;
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
