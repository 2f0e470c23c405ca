//! Fonts and sizes, by template and language.

use crate::config::Theme;
use crate::language::Language;

/// The built-in layouts, which set their text differently. A user's own layout is set as a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// A letter.
    Classic,
    /// Cards.
    Digest,
    /// A plain letter without serifs.
    Minimal,
}

impl Layout {
    /// The layout that the template `name` is set in.
    pub(crate) fn of(name: &str) -> Self {
        match name {
            "digest" => Self::Digest,
            "minimal" => Self::Minimal,
            _ => Self::Classic,
        }
    }
}

/// Font stacks.
#[derive(Clone, Debug)]
pub(crate) struct Fonts {
    /// Titles and headings.
    pub(crate) display: String,
    /// Running text.
    pub(crate) text: String,
    /// Tables, captions, controls.
    pub(crate) meta: String,
    /// Code.
    pub(crate) mono: String,
    /// Titles and text in Outlook's Word engine, which does not look for the next font.
    pub(crate) word_text: &'static str,
    /// The rest there.
    pub(crate) word_meta: &'static str,
}

const SERIF: &str = "Charter,'Bitstream Charter',Georgia,'Noto Serif',serif";
const SANS: &str = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
const MONO: &str = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";

/// Fonts of a language that is set in Chinese characters: text, headings, Word's.
fn han(language: &Language) -> (&'static str, &'static str, &'static str) {
    let tag = language.tag().to_ascii_lowercase();
    if language.primary() == "ja" {
        return (
            "'Hiragino Kaku Gothic ProN','Yu Gothic',Meiryo,'Noto Sans CJK JP',sans-serif",
            "'Hiragino Mincho ProN','Yu Mincho','Noto Serif CJK JP','Source Han Serif JP',serif",
            "Meiryo,sans-serif",
        );
    }
    if ["hant", "-tw", "-hk", "-mo"].iter().any(|part| tag.contains(part)) {
        return (
            "'PingFang TC','Hiragino Sans CNS','Microsoft JhengHei','Noto Sans CJK TC',sans-serif",
            "'Songti TC','Noto Serif CJK TC','Source Han Serif TC','Microsoft JhengHei',serif",
            "'Microsoft JhengHei',sans-serif",
        );
    }
    (
        "'PingFang SC','Hiragino Sans GB','Microsoft YaHei','Noto Sans CJK SC',sans-serif",
        "'Songti SC','Noto Serif CJK SC','Source Han Serif SC','Microsoft YaHei',serif",
        "'Microsoft YaHei',sans-serif",
    )
}

/// A font stack of the theme, as it can stand in a `style` attribute.
fn own(stack: Option<&String>) -> Option<String> {
    let stack = stack?.replace('"', "'");
    let safe = !stack.contains(['<', '>', '&', ';', '{', '}', '\\']) && !stack.trim().is_empty();
    safe.then_some(stack)
}

impl Fonts {
    /// The fonts of a layout for a theme and a language.
    pub(crate) fn new(layout: Layout, theme: &Theme, language: &Language) -> Self {
        let mono = own(theme.mono.as_ref()).unwrap_or_else(|| MONO.to_owned());
        if language.is_cjk() {
            let (text, display, word) = han(language);
            let display = if layout == Layout::Minimal { text } else { display };
            return Self {
                display: display.to_owned(),
                text: text.to_owned(),
                meta: text.to_owned(),
                mono,
                word_text: word,
                word_meta: word,
            };
        }
        let meta = own(theme.sans.as_ref()).unwrap_or_else(|| SANS.to_owned());
        if layout == Layout::Minimal {
            let word = "'Segoe UI',Arial,sans-serif";
            return Self { display: meta.clone(), text: meta.clone(), meta, mono, word_text: word, word_meta: word };
        }
        let serif = own(theme.serif.as_ref()).unwrap_or_else(|| SERIF.to_owned());
        Self {
            display: serif.clone(),
            text: serif,
            meta,
            mono,
            word_text: "Georgia,serif",
            word_meta: "'Segoe UI',Arial,sans-serif",
        }
    }
}

/// A size and its leading, in CSS pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size(pub(crate) u8, pub(crate) u8);

/// The sizes of a layout.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    /// The title.
    pub(crate) title: Size,
    /// The title on phones.
    pub(crate) title_phone: Size,
    /// The line under it.
    pub(crate) subtitle: Size,
    /// A heading of the second level.
    pub(crate) heading: Size,
    /// A heading of the third level.
    pub(crate) minor: Size,
    /// Running text.
    pub(crate) body: Size,
    /// Text in boxes and columns.
    pub(crate) boxed: Size,
    /// Footnotes.
    pub(crate) note: Size,
    /// A sentence set large.
    pub(crate) pull: Size,
    /// The same on phones.
    pub(crate) pull_phone: Size,
    /// A card's title.
    pub(crate) card: Size,
    /// The title of the first card.
    pub(crate) lead: Size,
    /// Space between paragraphs.
    pub(crate) gap: u8,
    /// Space between the items of a list.
    pub(crate) item_gap: u8,
    /// Space over and under a heading.
    pub(crate) heading_gap: (u8, u8),
}

impl Sizes {
    /// The sizes of a layout in a language.
    pub(crate) fn new(layout: Layout, language: &Language) -> Self {
        let letter = Self {
            title: Size(38, 44),
            title_phone: Size(31, 36),
            subtitle: Size(21, 31),
            heading: Size(24, 32),
            minor: Size(20, 28),
            body: Size(18, 30),
            boxed: Size(16, 26),
            note: Size(15, 24),
            pull: Size(28, 38),
            pull_phone: Size(25, 33),
            card: Size(20, 26),
            lead: Size(28, 34),
            gap: 20,
            item_gap: 12,
            heading_gap: (44, 12),
        };
        match (layout, language.is_cjk()) {
            (Layout::Minimal, cjk) => Self {
                title: Size(21, 28),
                title_phone: Size(21, 28),
                subtitle: Size(16, 26),
                heading: if cjk { Size(17, 28) } else { Size(16, 26) },
                minor: Size(16, 26),
                body: if cjk { Size(16, 28) } else { Size(16, 26) },
                boxed: Size(16, 26),
                note: Size(15, 24),
                pull: Size(16, 26),
                pull_phone: Size(16, 26),
                card: Size(16, 26),
                lead: Size(16, 26),
                gap: 18,
                item_gap: 6,
                heading_gap: (30, 6),
            },
            (Layout::Digest, false) => Self { body: Size(18, 29), ..letter },
            (Layout::Classic, false) => letter,
            (_, true) => Self {
                title: Size(34, 46),
                title_phone: Size(31, 36),
                subtitle: Size(18, 32),
                heading: Size(23, 32),
                minor: Size(19, 30),
                body: Size(17, 32),
                boxed: Size(16, 28),
                pull: Size(26, 42),
                ..letter
            },
        }
    }
}
