//! The social cards of listed issues, where this program was built to draw them.

#[cfg(feature = "cards")]
pub(super) use with::*;
#[cfg(not(feature = "cards"))]
pub(super) use without::*;

/// The width and height of a card in pixels.
pub(super) const SIZE: [u32; 2] = [1200, 630];

#[cfg(feature = "cards")]
mod with {
    use crate::archive::{Listed, Shown};
    use crate::card::{Card, FontFault, Fonts, HEIGHT, WIDTH, Words};
    use crate::config::Config;
    use crate::diagnostic::{Diagnostic, Sink, code};
    use crate::files::Files;
    use crate::site::leaf::{Inputs, Leaf};
    use crate::site::place::Place;
    use crate::site::{Site, SiteError};

    pub(in crate::site) const ARE_BUILT: bool = true;

    const _: () = assert!(super::SIZE[0] == WIDTH && super::SIZE[1] == HEIGHT);

    /// What draws the cards.
    pub(in crate::site) struct Cards(Fonts);

    impl Cards {
        /// Finds the fonts.
        pub(in crate::site) fn find(config: &Config, files: &dyn Files, sink: &mut Sink) -> Self {
            let names = &config.archive.card_fonts;
            let (fonts, faults) = Fonts::find(names, files);
            for (at, fault) in faults {
                let Some(name) = names.get(at) else { continue };
                let (message, help) = match fault {
                    FontFault::NoFile => (format!("`{name}` is not in the publication"), "a path starts at its top"),
                    FontFault::NoFont => (format!("`{name}` holds no font"), "use a `.ttf`, `.otf` or `.ttc` file"),
                    FontFault::NoFamily => (
                        format!("this system has no font `{name}`"),
                        "put its file into the publication and name that, so that cards are the same everywhere",
                    ),
                };
                let place = config.place(&format!("archive.card.fonts.{at}"));
                sink.push(Diagnostic::new(code::UNKNOWN_FONT, &config.source, place, message).help(help));
            }
            if fonts.is_empty() && names.is_empty() {
                let message = "this system has no font to draw social cards with";
                let place = config.place("archive.card.fonts");
                let help = "put a font into the publication and name it in `archive.card.fonts`";
                sink.push(Diagnostic::new(code::UNKNOWN_FONT, &config.source, place, message).help(help));
            }
            Self(fonts)
        }

        pub(in crate::site) fn are_drawn(&self) -> bool {
            !self.0.is_empty()
        }

        /// Where the card of an issue stands in the site, if it has one.
        pub(in crate::site) fn path(&self, issue: &Shown) -> Option<String> {
            issue.listed().filter(|_| self.are_drawn()).map(path)
        }
    }

    fn path(issue: Listed<'_>) -> String {
        Place::issue(&issue.about().slug).file("card.png")
    }

    /// The cards of all listed issues.
    pub(in crate::site) fn leaves<'a>(site: &'a Site<'a>, sink: &mut Sink) -> Result<Vec<Leaf<'a>>, SiteError> {
        let listed = site.listed.iter().filter(|_| site.cards.are_drawn());
        listed.map(|issue| leaf(site, *issue, sink)).collect()
    }

    fn leaf<'a>(site: &'a Site<'a>, issue: Listed<'a>, sink: &mut Sink) -> Result<Leaf<'a>, SiteError> {
        let config = &site.publication.config;
        let about = issue.past().about();
        let number = about.number.map(|number| about.language.words().number.replace("{}", &number.to_string()));
        let card = Card::new(
            &site.cards.0,
            Words {
                name: &config.name,
                number,
                title: &about.title,
                sentence: about.subtitle.as_deref().unwrap_or(&about.summary),
                language: &about.language,
                plate: config.theme.colors.get("plate").map(String::as_str),
            },
        );
        for c in card.missing() {
            let shown = format!("`{c}` (U+{:04X})", u32::from(c));
            let message = format!("no font of the social card has {shown} of “{}”", about.title);
            let help = "name a font that has it in `archive.card.fonts`, after those that you like better";
            let place = config.place("archive.card.fonts");
            sink.push(Diagnostic::new(code::MISSING_GLYPH, &config.source, place, message).help(help));
        }
        let inputs = Inputs::new().with(card.made_of());
        let path = path(issue);
        let name = path.clone();
        Leaf::new(&path, &inputs, move || card.draw().ok_or_else(|| SiteError::Card(name.clone())))
    }
}

#[cfg(not(feature = "cards"))]
mod without {
    use crate::archive::Shown;
    use crate::config::Config;
    use crate::diagnostic::Sink;
    use crate::files::Files;
    use crate::site::leaf::Leaf;
    use crate::site::{Site, SiteError};

    pub(in crate::site) const ARE_BUILT: bool = false;

    /// Draws nothing.
    pub(in crate::site) struct Cards;

    impl Cards {
        pub(in crate::site) fn find(_: &Config, _: &dyn Files, _: &mut Sink) -> Self {
            Self
        }

        #[expect(clippy::unused_self, reason = "the one that draws has fonts")]
        pub(in crate::site) fn are_drawn(&self) -> bool {
            false
        }

        #[expect(clippy::unused_self, reason = "the one that draws has fonts")]
        pub(in crate::site) fn path(&self, _: &Shown) -> Option<String> {
            None
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "the one that draws may fail")]
    pub(in crate::site) fn leaves<'a>(_: &'a Site<'a>, _: &mut Sink) -> Result<Vec<Leaf<'a>>, SiteError> {
        Ok(Vec::new())
    }
}
