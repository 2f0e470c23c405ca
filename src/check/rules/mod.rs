//! The rules, a file each.

mod absent_picture;
mod ambiguous_link_text;
pub(super) mod answered;
mod bare_url_text;
mod blurry_image;
mod broken_anchor;
mod css;
mod data_image;
mod dead_image;
mod dead_link;
mod decorative_css;
mod doubled_word;
mod draft_link;
mod duplicate_number;
mod empty_link;
mod empty_section;
mod event_handler;
mod foreign_variable;
pub(super) mod freemail_from;
mod future_date;
mod half_width_punctuation;
mod heavy_animation;
mod heavy_image;
mod hole_without_default;
pub(super) mod holes;
mod house_term;
mod image_without_alt;
pub(super) mod images;
mod insecure_base_url;
mod insecure_link;
mod invalid_declaration;
mod justified_text;
mod language_mismatch;
mod lazy_alt;
mod leftover_placeholder;
mod link_missing_in_text;
pub(super) mod links;
mod long_preheader;
mod long_read;
mod long_subject;
mod low_contrast;
mod markup;
mod merge_conflict;
mod missing_field;
mod missing_link_target;
mod missing_postal_address;
mod missing_section;
mod missing_unsubscribe;
mod misspelt_scheme;
mod mixed_quotes;
mod moved_address;
mod private_link;
pub(super) mod prose;
mod relative_link;
mod remote_image;
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
mod table_without_header;
mod taken_alias;
mod template_without_address;
mod template_without_unsubscribe;
mod tiny_text;
mod tracking_parameter;
mod unanswered_address;
mod unclosed_code;
mod unclosed_tag;
mod unknown_author;
mod unknown_field;
mod unknown_segment;
mod unmarked_link;
mod unread_markdown;
mod unsent_image;
mod unshown_format;
mod unshown_html;
mod unsupported_css;
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
