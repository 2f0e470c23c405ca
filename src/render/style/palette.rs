//! The colours of the look, by light and dark, with what a theme changes.

use std::collections::BTreeMap;

use crate::config::Theme;
use crate::render::color::{Color, READABLE, contrast};

/// The colours of one scheme, in the order of [`NAMES`].
#[derive(Clone, Debug)]
pub(crate) struct Palette([Color; NAMES.len()]);

/// What colours are for. Contrast is at least 4.5 for all that text is set in.
pub(crate) const NAMES: [&str; 12] =
    ["paper", "wash", "ink", "ink2", "ink3", "accent", "bar", "rule", "mark", "error", "warning", "good"];

const LIGHT: [&str; NAMES.len()] = [
    "#ffffff", "#eff4f5", "#1a1e20", "#475157", "#5f6a70", "#0b5a6e", "#1a1e20", "#d3dadd", "#d3e7ec", "#a3231d",
    "#7d5200", "#1f6b3a",
];

const DARK: [&str; NAMES.len()] = [
    "#14181a", "#1e2528", "#e6eaeb", "#b8c1c5", "#98a3a8", "#86c9d8", "#7c878c", "#363e42", "#214650", "#f2938c",
    "#e0b25c", "#86c99a",
];

impl Palette {
    /// The colours by day.
    pub(crate) fn light(theme: &Theme) -> Self {
        Self::new(&LIGHT, &theme.colors)
    }

    /// The colours in dark mode. An accent that a theme has by day alone is brightened until it
    /// can be read.
    pub(crate) fn dark(theme: &Theme) -> Self {
        let mut palette = Self::new(&DARK, &theme.dark_colors);
        let accent = theme.colors.get("accent").and_then(|color| Color::parse(color));
        if let (Some(accent), None) = (accent, theme.dark_colors.get("accent")) {
            let readable = accent.readable_on(palette.get("wash"));
            palette.set("accent", readable);
        }
        palette
    }

    fn new(built_in: &[&str; NAMES.len()], theme: &BTreeMap<String, String>) -> Self {
        let mut colors = [Color::BLACK; NAMES.len()];
        for ((slot, name), hex) in colors.iter_mut().zip(NAMES).zip(built_in) {
            let own = theme.get(name).and_then(|color| Color::parse(color));
            *slot = own.or_else(|| Color::parse(hex)).unwrap_or(Color::BLACK);
        }
        Self(colors)
    }

    /// The colour called `name`; black for a name that is none.
    pub(crate) fn get(&self, name: &str) -> Color {
        NAMES.iter().zip(self.0).find(|(known, _)| **known == name).map_or(Color::BLACK, |(_, color)| color)
    }

    fn set(&mut self, name: &str, color: Color) {
        if let Some((_, slot)) = NAMES.iter().zip(&mut self.0).find(|(known, _)| **known == name) {
            *slot = color;
        }
    }

    /// What a label on a button of the accent's colour is set in.
    pub(crate) fn on_accent(&self) -> Color {
        let (paper, accent) = (self.get("paper"), self.get("accent"));
        if contrast(paper, accent) >= READABLE { paper } else { self.get("ink").readable_on(accent) }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Palette;
    use crate::config::Theme;
    use crate::render::color::{READABLE, contrast};

    fn readable(palette: &Palette) {
        for name in ["ink", "ink2", "ink3", "accent", "error", "warning", "good"] {
            for ground in ["paper", "wash"] {
                let found = contrast(palette.get(name), palette.get(ground));
                assert!(found >= READABLE, "{name} on {ground}: {found:.2}");
            }
        }
        assert!(contrast(palette.on_accent(), palette.get("accent")) >= READABLE);
        assert!(contrast(palette.get("ink"), palette.get("mark")) >= READABLE);
    }

    #[test]
    fn all_text_can_be_read_by_day_and_by_night() {
        readable(&Palette::light(&Theme::default()));
        readable(&Palette::dark(&Theme::default()));
    }

    #[test]
    fn an_accent_for_the_day_alone_can_be_read_at_night() {
        let colors = BTreeMap::from([("accent".to_owned(), "#7a0019".to_owned())]);
        let theme = Theme { colors, ..Theme::default() };
        readable(&Palette::light(&theme));
        readable(&Palette::dark(&theme));
        assert_eq!(Palette::light(&theme).get("accent").to_string(), "#7a0019");
    }

    #[test]
    fn the_label_of_a_pale_button_is_dark() {
        let colors = BTreeMap::from([("accent".to_owned(), "#ffd400".to_owned())]);
        let palette = Palette::light(&Theme { colors, ..Theme::default() });
        assert_eq!(palette.on_accent().to_string(), "#1a1e20");
    }
}
