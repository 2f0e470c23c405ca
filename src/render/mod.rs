//! A document as e-mail HTML, plain text and web page.
//!
//! Each rendition is made once for all subscribers: what differs stands as hole tokens
//! ([`Holes`]), and where images lie stands as asset tokens ([`Assets`]); [`crate::message`]
//! and [`crate::build`] put values in their place.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

mod about;
mod asset;
mod color;
pub mod email;
mod escape;
mod image;
pub mod page;
mod raw;
pub(crate) mod scan;
mod style;
mod templates;
pub mod text;
pub mod variables;

pub use about::{About, Byline, Heading, Picture};
pub use asset::{Asset, AssetPlace, Assets, Attachment, COLUMN};
pub(crate) use color::{Color, READABLE, contrast};
use escape::absolute;
pub use escape::{Address, Escaped};
pub use page::Letter;
pub use raw::Open;
pub(crate) use raw::{is_element, is_void, needs_end};
pub use style::Style;
pub(crate) use style::palette::Palette;
pub use templates::{FOLDER as TEMPLATES, TemplateError, Templates};

use crate::config::Config;
use crate::diagnostic::Sink;
use crate::post::{Document, Holes};

/// What the renderers read.
#[derive(Debug)]
pub struct Input<'a> {
    /// The newsletter.
    pub config: &'a Config,
    /// The post.
    pub document: &'a Document,
    /// Layouts and partials.
    pub templates: &'a Templates,
    /// The images of the post, scaled.
    pub assets: &'a Assets,
    /// The address of the post's web page, where it has one.
    pub web_url: Option<String>,
}

/// The three renditions of a post.
#[derive(Clone, Debug, Default)]
pub struct Renditions {
    /// E-mail HTML, with hole and asset tokens.
    pub email: String,
    /// Plain text, with hole tokens; lines end in LF.
    pub text: String,
    /// The web page, with asset tokens and hole tokens.
    pub page: String,
    /// The letter as it stands on that page, with the same tokens.
    pub letter: Letter,
    /// What pages and lists tell of it.
    pub about: About,
    /// The document's holes and the templates'.
    pub holes: Holes,
}

/// Makes all three; what is wrong with templates goes to `sink`.
pub fn render(input: &Input<'_>, sink: &mut Sink) -> Option<Renditions> {
    let mut holes = input.document.holes.clone();
    let email = email::render(input, &mut holes, sink)?;
    let text = text::render(input, &mut holes);
    let page::Page { page, letter, about } = page::render(input, &mut holes, sink)?;
    Some(Renditions { email, text, page, letter, about, holes })
}
