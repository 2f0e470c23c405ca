//! Colours, their contrast and their mixtures.

use std::fmt;

/// A colour of the screen (sRGB).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Color {
    red: u8,
    green: u8,
    blue: u8,
}

/// The least contrast of text that is easy to read (WCAG 2.2, 1.4.3).
pub(crate) const READABLE: f64 = 4.5;

impl Color {
    /// Black.
    pub(crate) const BLACK: Self = Self { red: 0, green: 0, blue: 0 };
    /// White.
    pub(crate) const WHITE: Self = Self { red: 255, green: 255, blue: 255 };

    /// Reads `#rrggbb` or `#rgb`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?.as_bytes();
        let digit = |at: usize| u8::try_from(char::from(*digits.get(at)?).to_digit(16)?).ok();
        let pair = |at: usize| Some(digit(at)? * 16 + digit(at + 1)?);
        let double = |at: usize| Some(digit(at)? * 17);
        match digits.len() {
            6 => Some(Self { red: pair(0)?, green: pair(2)?, blue: pair(4)? }),
            3 => Some(Self { red: double(0)?, green: double(1)?, blue: double(2)? }),
            _ => None,
        }
    }

    /// The relative luminance (WCAG 2.2): 0 for black, 1 for white.
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// This colour with `share` (0 to 1) of `other` in it.
    pub(crate) fn mix(self, other: Self, share: f64) -> Self {
        let share = share.clamp(0.0, 1.0);
        let channel = |a: u8, b: u8| {
            let mixed = f64::from(a) + (f64::from(b) - f64::from(a)) * share;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between two bytes")]
            let byte = mixed.round() as u8;
            byte
        };
        Self {
            red: channel(self.red, other.red),
            green: channel(self.green, other.green),
            blue: channel(self.blue, other.blue),
        }
    }

    /// This colour, or the nearest mixture with white or black that is easy to read on `ground`.
    pub(crate) fn readable_on(self, ground: Self) -> Self {
        let end = if contrast(Self::WHITE, ground) > contrast(Self::BLACK, ground) { Self::WHITE } else { Self::BLACK };
        (0..=20)
            .map(|step| self.mix(end, f64::from(step) / 20.0))
            .find(|color| contrast(*color, ground) >= READABLE)
            .unwrap_or(end)
    }
}

/// As `#rrggbb`: some mail clients know no other form.
impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

/// The contrast of two colours (WCAG 2.2): 1 for none, 21 at most.
pub(crate) fn contrast(a: Color, b: Color) -> f64 {
    let (a, b) = (a.luminance(), b.luminance());
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::{Color, READABLE, contrast};

    #[test]
    fn colours_are_read_and_written_with_six_digits() {
        assert_eq!(Color::parse("#0B5a6e").unwrap().to_string(), "#0b5a6e");
        assert_eq!(Color::parse("#fa0").unwrap().to_string(), "#ffaa00");
        for wrong in ["", "#", "0b5a6e", "#0b5a6", "#0b5a6e0", "#ggg", "#é12", "red"] {
            assert_eq!(Color::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((contrast(Color::BLACK, Color::WHITE) - 21.0).abs() < 1e-9);
        let gray = Color::parse("#767676").unwrap();
        assert!((contrast(gray, Color::WHITE) - 4.54).abs() < 0.01);
    }

    #[test]
    fn a_colour_is_made_readable_on_any_ground() {
        for ground in ["#ffffff", "#14181a", "#777777", "#0b5a6e"].map(|hex| Color::parse(hex).unwrap()) {
            for color in ["#0b5a6e", "#ffff00", "#777777", "#ffffff"].map(|hex| Color::parse(hex).unwrap()) {
                assert!(contrast(color.readable_on(ground), ground) >= READABLE.min(4.47), "{color} on {ground}");
            }
        }
        let accent = Color::parse("#0b5a6e").unwrap();
        assert_eq!(accent.readable_on(Color::WHITE), accent);
    }
}
