//! A text of a card, and the font that each part of it is set in.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use crate::card::Fonts;
use crate::card::fonts::Face;
use crate::language::{Direction, Language};
use crate::render::Escaped;

/// Which text of the card it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Name,
    Number,
    Title,
    Sentence,
}

impl Role {
    pub(super) fn is_bold(self) -> bool {
        matches!(self, Self::Name | Self::Title)
    }
}

/// A text with its fonts.
#[derive(Clone, Debug)]
pub(super) struct Text<'a> {
    pub(super) words: Cow<'a, str>,
    pub(super) runs: Vec<Run>,
    /// What no font has.
    pub(super) missing: Vec<char>,
    pub(super) language: &'a Language,
    role: Role,
}

/// A part of a text in one font.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) range: Range<usize>,
    pub(super) face: Face,
}

impl<'a> Text<'a> {
    pub(super) fn new(text: impl Into<Cow<'a, str>>, role: Role, language: &'a Language, fonts: &Fonts) -> Self {
        let text = text.into();
        let order = fonts.order(role, language);
        // A Chinese text stays in one font, with the quotation marks and digits of its own.
        let whole = order.iter().find(|face| language.is_cjk() && fonts.has(**face, &text));
        let mut runs: Vec<Run> = Vec::new();
        let mut missing = Vec::new();
        if let Some(&face) = whole {
            runs.push(Run { range: 0..text.len(), face });
        } else {
            for range in clusters(&text) {
                let cluster = text.get(range.clone()).unwrap_or_default();
                let found = order.iter().find(|face| fonts.has(**face, cluster)).copied();
                if found.is_none() {
                    missing.extend(cluster.chars().filter(|c| {
                        let mut buffer = [0; 4];
                        let alone = &*c.encode_utf8(&mut buffer);
                        !order.iter().any(|face| fonts.has(*face, alone))
                    }));
                }
                let Some(face) = found.or_else(|| order.first().copied()) else { continue };
                match runs.last_mut() {
                    Some(run) if run.face == face => run.range.end = range.end,
                    _ => runs.push(Run { range, face }),
                }
            }
        }
        Self { words: text, runs, missing, language, role }
    }

    /// Its first `chars` characters, and that there was more.
    pub(super) fn cut(&self, chars: usize, fonts: &Fonts) -> Self {
        let head: String = self.words.chars().take(chars).collect();
        let head =
            head.trim_end_matches(|c: char| c.is_whitespace() || c.is_ascii_punctuation() || "，、。；：".contains(c));
        Self::new(format!("{head}…"), self.role, self.language, fonts)
    }

    /// The space between letters, in hundredths of their size: large Latin letters are set closer.
    pub(super) fn tracking(&self) -> f32 {
        let is_plain = !self.language.is_cjk() && self.language.direction() == Direction::Ltr;
        if self.role == Role::Title && is_plain { -2.2 } else { 0.0 }
    }

    /// A part of it as spans of SVG.
    pub(super) fn spans(&self, part: &Range<usize>) -> String {
        let mut spans = String::new();
        for run in &self.runs {
            let range = run.range.start.max(part.start)..run.range.end.min(part.end);
            if let Some(text) = self.words.get(range).filter(|text| !text.is_empty()) {
                let name = Fonts::name(run.face);
                // A `String` takes everything.
                if write!(spans, "<tspan font-family=\"{name}\">{}</tspan>", Escaped(text)).is_err() {}
            }
        }
        spans
    }
}

/// The parts of a text that stay in one font: each character with the marks, joiners and selectors
/// after it, and with the spaces after it.
fn clusters(text: &str) -> Vec<Range<usize>> {
    let mut clusters: Vec<Range<usize>> = Vec::new();
    let mut joined = false;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let is_mark = unicode_width::UnicodeWidthChar::width(c).unwrap_or_default() == 0 || c.is_whitespace();
        match clusters.last_mut() {
            Some(cluster) if is_mark || joined => cluster.end = end,
            _ => clusters.push(at..end),
        }
        joined = c == '\u{200d}';
    }
    clusters
}
