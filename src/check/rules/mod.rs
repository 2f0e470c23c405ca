//! The rules, a file each.

mod absent_picture;
mod blurry_image;
mod css;
mod data_image;
mod decorative_css;
mod event_handler;
mod freemail_from;
mod heavy_animation;
mod heavy_image;
mod image_without_alt;
mod images;
mod insecure_base_url;
mod justified_text;
mod language_mismatch;
mod lazy_alt;
mod lost_rule;
mod low_contrast;
mod markup;
mod missing_field;
mod missing_link_target;
mod missing_section;
mod remote_image;
mod remote_image_size;
mod required;
mod section_length;
mod section_order;
mod short_list;
mod size_limit;
mod table_without_header;
mod tiny_text;
mod unclosed_tag;
mod unknown_author;
mod unmarked_link;
mod unshown_format;
mod unshown_html;
mod unsupported_css;

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
