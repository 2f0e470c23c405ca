//! Puts a subscriber's values into a finished rendition. The place of each hole decides how its
//! value is escaped, so that no value can become markup, an address's scheme, or a header.

mod place;
mod walk;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Source, Span, code};
use crate::message::stamp::{SAMPLE_TOKEN, Stamp};
use crate::post::Holes;
use crate::post::hole::{MAIL_TOKEN, TOKEN};
use crate::post::hole_syntax::{self, Braces};
use crate::post::tree::Hole;
pub(in crate::message) use place::Place;
use place::{Scanner, scan_text};
pub(in crate::message) use walk::{Differs, Node, push_fields, push_missing};

/// What a rendition is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// HTML: mail or page.
    Html,
    /// Plain text, as of the text part or the subject.
    Text,
}

/// What the holes are filled with.
#[derive(Clone, Copy, Debug)]
pub enum Values<'a> {
    /// What each hole says for readers who are not known, as on web pages; nothing where it does
    /// not say, but for the token of a sample reader. Branches take the part of those who lack the
    /// field.
    Defaults,
    /// The fields of one subscriber. A field that is missing or empty counts as its hole's
    /// default.
    Of(&'a BTreeMap<String, String>),
    /// The same with the tokens of one message, which no field of a list can stand in for.
    Stamped(&'a BTreeMap<String, String>, &'a Stamp),
}

impl<'a> Values<'a> {
    fn of(self, field: &str) -> Option<&'a str> {
        match self {
            // A link with nothing at its end would look broken to a writer.
            Self::Defaults => matches!(field, TOKEN | MAIL_TOKEN).then_some(SAMPLE_TOKEN),
            Self::Stamped(_, stamp) if field == TOKEN => Some(stamp.token()),
            Self::Stamped(_, stamp) if field == MAIL_TOKEN => Some(stamp.mail_token()),
            Self::Of(fields) | Self::Stamped(fields, _) => {
                fields.get(field).map(String::as_str).filter(|value| !value.is_empty())
            }
        }
    }

    /// What stands in the place of `hole`.
    pub(super) fn value<'h>(self, hole: &'h Hole) -> &'h str
    where
        'a: 'h,
    {
        self.of(&hole.field).or(hole.default.as_deref()).unwrap_or_default()
    }

    /// Whether `hole` would stay empty.
    pub(super) fn lacks(self, hole: &Hole) -> bool {
        hole.default.is_none() && self.of(&hole.field).is_none()
    }

    /// Whether the subscriber has the field.
    pub(super) fn has(self, field: &str) -> bool {
        self.of(field).is_some()
    }
}

/// A hole that stands where no value can be made safe, or branches that do not pair.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// In a script, a style, a comment, an attribute's name and the like.
    #[error("`subscriber.{field}` stands {place}, where no value is safe")]
    Unsafe {
        /// The field.
        field: String,
        /// Where it stands.
        place: &'static str,
    },
    /// The parts of a branch end in different places of the markup, or one of its marks is lost.
    #[error("the branch on `subscriber.{field}` does not close what it opens")]
    Branch {
        /// The field.
        field: String,
    },
}

impl PlaceError {
    /// Where in `text`, a post's own words, the hole stands: a post can bring raw HTML of its own.
    /// Nothing where it comes from elsewhere, as from a template.
    pub fn locate(&self, text: &str) -> Option<Span> {
        let Self::Unsafe { field, .. } = self else { return None };
        let mut scanner = Scanner::default();
        let mut from = 0;
        while let Some(found) = text.get(from..)?.find("{{") {
            let at = from + found;
            scanner.feed(text.get(from..at)?);
            let Braces::Hole(hole, len) = hole_syntax::read(text.get(at..)?) else {
                scanner.feed("{{");
                from = at + "{{".len();
                continue;
            };
            if hole.field == *field && scanner.place().is_err() {
                return Some(Span::new(at, at + len));
            }
            scanner.passed_hole();
            from = at + len;
        }
        None
    }

    /// The field that it is about.
    pub fn field(&self) -> &str {
        match self {
            Self::Unsafe { field, .. } | Self::Branch { field } => field,
        }
    }

    /// The finding about the post or template in which the hole stands.
    pub fn diagnostic(&self, source: &std::sync::Arc<Source>, span: Span) -> Diagnostic {
        let help = "a subscriber's field can stand in text, in a quoted attribute and in an address";
        Diagnostic::new(code::FORBIDDEN_HOLE, source, span, self.to_string()).help(help)
    }
}

/// A rendition taken apart once, to be filled many times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern<'a> {
    pieces: Vec<Piece<'a>>,
}

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Piece<'a> {
    /// The same for everybody.
    Text(Cow<'a, str>),
    /// One value.
    Hole(Hole, Place),
    /// One of two parts, by whether the subscriber has the field.
    Branch { field: String, yes: Vec<Piece<'a>>, no: Vec<Piece<'a>> },
}

/// Fills a finished rendition once. Whoever fills many parses a [`Pattern`].
///
/// # Errors
/// When a hole stands where no value is safe.
pub fn fill(rendition: &str, media: Media, holes: &Holes, values: Values<'_>) -> Result<String, PlaceError> {
    Ok(Pattern::parse(rendition, media, holes)?.fill(values))
}

impl<'a> Pattern<'a> {
    /// Finds the holes and branches of `rendition` and what they stand in.
    ///
    /// # Errors
    /// When a hole stands where no value is safe, or a branch is torn.
    pub fn parse(rendition: &'a str, media: Media, holes: &Holes) -> Result<Self, PlaceError> {
        let mut parser = Parser { media, scanner: Scanner::default(), open: Vec::new(), pieces: Vec::new() };
        let mut from = 0;
        for (range, hole) in holes.find(rendition) {
            if range.start < from {
                continue;
            }
            let before = rendition.get(from..range.start).unwrap_or_default();
            let after = rendition.get(range.end..).unwrap_or_default();
            let mark = MARKS.iter().find(|(start, _)| before.ends_with(start)).filter(|_| after.starts_with("-->"));
            if let Some((start, mark)) = mark {
                parser.text(before.strip_suffix(start).unwrap_or(before));
                parser.mark(*mark, hole)?;
                from = range.end + "-->".len();
            } else {
                parser.text(before);
                parser.hole(hole)?;
                from = range.end;
            }
        }
        // After the last hole it does not matter any more what stands where.
        parser.push(rendition.get(from..).unwrap_or_default());
        match parser.open.pop() {
            Some(open) => Err(PlaceError::Branch { field: open.field }),
            None => Ok(Self { pieces: parser.pieces }),
        }
    }

    /// The rendition with these values.
    pub fn fill(&self, values: Values<'_>) -> String {
        let mut filled = String::with_capacity(self.len());
        push(&self.pieces, values, &mut filled);
        filled
    }

    /// Adds the fields whose holes would stay empty.
    pub(super) fn push_missing<'p>(&'p self, values: Values<'_>, missing: &mut BTreeSet<&'p str>) {
        push_missing(&self.pieces, values, missing);
    }

    /// Adds the fields that it shows or asks for.
    pub(super) fn push_fields(&self, fields: &mut BTreeSet<String>) {
        push_fields(&self.pieces, fields);
    }

    /// The same without borrowing.
    pub fn into_owned(self) -> Pattern<'static> {
        Pattern { pieces: self.pieces.into_iter().map(Piece::into_owned).collect() }
    }

    /// About how many bytes it takes.
    fn len(&self) -> usize {
        self.pieces.iter().map(|piece| if let Piece::Text(text) = piece { text.len() } else { 64 }).sum()
    }

    pub(super) fn pieces(&self) -> &[Piece<'a>] {
        &self.pieces
    }

    /// The text, where nothing differs.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }
}

impl Piece<'_> {
    fn into_owned(self) -> Piece<'static> {
        let all = |pieces: Vec<Self>| pieces.into_iter().map(Self::into_owned).collect();
        match self {
            Self::Text(text) => Piece::Text(text.into_owned().into()),
            Self::Hole(hole, place) => Piece::Hole(hole, place),
            Self::Branch { field, yes, no } => Piece::Branch { field, yes: all(yes), no: all(no) },
        }
    }
}

fn push(pieces: &[Piece<'_>], values: Values<'_>, filled: &mut String) {
    for piece in pieces {
        match piece {
            Piece::Text(text) => filled.push_str(text),
            Piece::Hole(hole, place) => place.escape(values.value(hole), filled),
            Piece::Branch { field, yes, no } => push(if values.has(field) { yes } else { no }, values, filled),
        }
    }
}

impl Differs for Piece<'_> {
    fn node(&self) -> Node<'_, Self> {
        match self {
            Self::Text(_) => Node::Fixed,
            Self::Hole(hole, _) => Node::Hole(hole),
            Self::Branch { field, yes, no } => Node::Branch { field, yes, no },
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    If,
    Else,
    End,
}

const MARKS: [(&str, Mark); 3] = [("<!--nlif ", Mark::If), ("<!--nlelse ", Mark::Else), ("<!--nlend ", Mark::End)];

/// A branch whose end is not reached yet.
struct Open<'a> {
    field: String,
    /// What stood before it.
    outer: Vec<Piece<'a>>,
    /// The first part, once the second has begun.
    yes: Option<Vec<Piece<'a>>>,
    /// Where in the markup it began, and where its first part ended.
    start: Scanner,
    end: Option<Scanner>,
}

struct Parser<'a> {
    media: Media,
    scanner: Scanner,
    open: Vec<Open<'a>>,
    pieces: Vec<Piece<'a>>,
}

impl<'a> Parser<'a> {
    fn text(&mut self, text: &'a str) {
        match self.media {
            Media::Html => self.scanner.feed(text),
            Media::Text => scan_text(&mut self.scanner, text),
        }
        self.push(text);
    }

    fn push(&mut self, text: &'a str) {
        if !text.is_empty() {
            self.pieces.push(Piece::Text(text.into()));
        }
    }

    fn hole(&mut self, hole: &Hole) -> Result<(), PlaceError> {
        let place = match self.media {
            Media::Html => self.scanner.place(),
            Media::Text => Ok(self.scanner.text_place()),
        };
        let place = place.map_err(|place| PlaceError::Unsafe { field: hole.field.clone(), place })?;
        self.scanner.passed_hole();
        self.pieces.push(Piece::Hole(hole.clone(), place));
        Ok(())
    }

    fn mark(&mut self, mark: Mark, hole: &Hole) -> Result<(), PlaceError> {
        let torn = || PlaceError::Branch { field: hole.field.clone() };
        match mark {
            Mark::If => {
                let outer = std::mem::take(&mut self.pieces);
                let start = self.scanner.clone();
                self.open.push(Open { field: hole.field.clone(), outer, yes: None, start, end: None });
            }
            Mark::Else => {
                let open = self.open.last_mut().filter(|open| open.field == hole.field && open.yes.is_none());
                let open = open.ok_or_else(torn)?;
                open.yes = Some(std::mem::take(&mut self.pieces));
                open.end = Some(std::mem::replace(&mut self.scanner, open.start.clone()));
            }
            Mark::End => {
                let open = self.open.pop().filter(|open| open.field == hole.field).ok_or_else(torn)?;
                let (Some(yes), Some(end)) = (open.yes, open.end) else { return Err(torn()) };
                if !end.same_place(&self.scanner) {
                    return Err(torn());
                }
                let no = std::mem::replace(&mut self.pieces, open.outer);
                self.pieces.push(Piece::Branch { field: open.field, yes, no });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
