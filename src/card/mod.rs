//! The social card of an issue: a picture of 1200 × 630 pixels that shows its title, for whoever
//! shows a link to it.
//!
//! Fonts are chosen by character before anything is drawn, so that what is missing is known, and so
//! are the fonts that a card is made of.

mod draw;
mod fonts;
mod lines;
mod text;

use sha2::{Digest, Sha256};

use crate::language::{Direction, Language};
pub use fonts::{FontFault, Fonts};
use text::{Role, Text};

/// The width in pixels.
pub const WIDTH: u32 = 1200;

/// The height in pixels.
pub const HEIGHT: u32 = 630;

/// The version of what is drawn of the same words; a change of the drawing raises it.
const VERSION: u32 = 1;

/// What a card says.
#[derive(Clone, Debug)]
pub struct Words<'a> {
    /// The newsletter's name.
    pub name: &'a str,
    /// The number in words.
    pub number: Option<String>,
    /// The title.
    pub title: &'a str,
    /// A sentence about it; empty for none.
    pub sentence: &'a str,
    /// The language of title and sentence.
    pub language: &'a Language,
    /// The colour of the ground, as `#rrggbb`; the built-in one where there is none.
    pub plate: Option<&'a str>,
}

/// A card that can be drawn.
#[derive(Debug)]
pub struct Card<'a> {
    fonts: &'a Fonts,
    name: Text<'a>,
    number: Option<Text<'a>>,
    title: Text<'a>,
    sentence: Text<'a>,
    direction: Direction,
    plate: Option<&'a str>,
}

impl<'a> Card<'a> {
    /// Chooses the fonts of a card.
    pub fn new(fonts: &'a Fonts, words: Words<'a>) -> Self {
        let Words { name, number, title, sentence, language, plate } = words;
        let text = |text: &'a str, role| Text::new(text, role, language, fonts);
        Self {
            fonts,
            name: text(name, Role::Name),
            number: number.map(|number| Text::new(number, Role::Number, language, fonts)),
            title: text(title, Role::Title),
            sentence: text(sentence, Role::Sentence),
            direction: language.direction(),
            plate,
        }
    }

    fn texts(&self) -> impl Iterator<Item = &Text<'a>> {
        [&self.name, &self.title, &self.sentence].into_iter().chain(&self.number)
    }

    /// The characters that no font has, in order, each once.
    pub fn missing(&self) -> Vec<char> {
        let mut missing: Vec<_> = self.texts().flat_map(|text| text.missing.iter().copied()).collect();
        missing.sort_unstable();
        missing.dedup();
        missing
    }

    /// The digest of all that the picture is made of: words, and the fonts that they are set in.
    pub fn made_of(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let mut add = |part: &[u8]| {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        };
        add(&VERSION.to_le_bytes());
        add(self.plate.unwrap_or_default().as_bytes());
        add(self.direction.as_str().as_bytes());
        for text in self.texts() {
            add(text.words.as_bytes());
            for run in &text.runs {
                add(&(run.range.end as u64).to_le_bytes());
                add(&self.fonts.digest(run.face));
            }
        }
        hash.finalize().into()
    }

    /// The picture as PNG. The same words in the same fonts give the same bytes.
    pub fn draw(&self) -> Option<Vec<u8>> {
        draw::png(self)
    }
}

#[cfg(test)]
mod tests;
