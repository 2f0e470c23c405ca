//! The words of a post as its readers see them, for the rules about language.

use std::ops::Range;
use std::sync::Arc;

use crate::check::Context;
use crate::check::rules::images::alt_place;
use crate::diagnostic::{Source, Span};
use crate::post::tree::{BlockKind, Directive, DirectiveKind, Image, Inline, InlineKind, plain_text};
use crate::post::visit::Node;

/// Stands for what is no prose: code, images, addresses, what differs by subscriber.
pub(super) const OBJECT: char = '\u{fffc}';

/// The longest piece, in bytes, in which words are counted to find them: counting for each finding
/// takes too long in what no paragraph is.
const MAX_COUNTED: usize = 64 * 1024;

/// The prose of one paragraph, heading or cell, or of a line of the front matter.
#[derive(Debug)]
pub(in crate::check) struct Run<'a> {
    /// What the reader sees; a line's end in the file is a space, one that shows is `\n`.
    pub(super) text: String,
    /// The file it stands in.
    pub(super) source: &'a Arc<Source>,
    /// Where its pieces start in `text`, what they say and where they stand.
    pieces: Vec<(usize, &'a str, Span)>,
}

/// Where some words of a run stand in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The same words, byte for byte.
    Exact(Span),
    /// Somewhere in here, written in another way or by several pieces.
    Within(Span),
}

impl Place {
    /// What to underline.
    pub(super) fn span(self) -> Span {
        match self {
            Self::Exact(span) | Self::Within(span) => span,
        }
    }

    /// Where the words can be replaced.
    pub(super) fn exact(self) -> Option<Span> {
        match self {
            Self::Exact(span) => Some(span),
            Self::Within(_) => None,
        }
    }
}

impl Run<'_> {
    /// Where the part `range` of the text stands.
    pub(super) fn place(&self, range: Range<usize>) -> Place {
        let first = self.piece(range.start);
        let last = self.piece(range.end.saturating_sub(1).max(range.start));
        let (Some((start, text, span)), Some((last_start, _, last_span))) = (first, last) else {
            return Place::Within(self.pieces.iter().map(|piece| piece.2).reduce(Span::to).unwrap_or_default());
        };
        if start != last_start {
            return Place::Within(span.to(last_span));
        }
        let within = range.start - start..range.end - start;
        let written = self.source.slice(span);
        if written == text {
            return Place::Exact(Span::new(span.start + within.start, span.start + within.end));
        }
        // Curly quotes, entities and quotation marks of YAML are written in other bytes. The words
        // are found by their number where they are written as often as they are seen.
        let words = text.get(within.clone()).filter(|words| !words.is_empty() && text.len() <= MAX_COUNTED);
        let Some(words) = words else { return Place::Within(span) };
        let before = text.get(..within.start).map_or(0, |before| before.matches(words).count());
        let found = written.match_indices(words).nth(before);
        match found.filter(|_| written.matches(words).count() == text.matches(words).count()) {
            Some((at, _)) => Place::Exact(Span::new(span.start + at, span.start + at + words.len())),
            None => Place::Within(span),
        }
    }

    fn piece(&self, at: usize) -> Option<(usize, &str, Span)> {
        let after = self.pieces.partition_point(|(start, ..)| *start <= at);
        self.pieces.get(after.checked_sub(1)?).copied().filter(|(start, text, _)| at < start + text.len())
    }

    fn push(&mut self, c: char) {
        self.text.push(c);
    }
}

impl<'a> Run<'a> {
    fn inlines(&mut self, inlines: &'a [Inline]) {
        for inline in inlines {
            match &inline.kind {
                InlineKind::Text(text) => {
                    self.pieces.push((self.text.len(), text, inline.span));
                    self.text.push_str(text);
                }
                InlineKind::Link { url, content, .. } if plain_text(content) == *url => self.push(OBJECT),
                InlineKind::Emphasis(content)
                | InlineKind::Strong(content)
                | InlineKind::Strikethrough(content)
                | InlineKind::Superscript(content)
                | InlineKind::Subscript(content)
                | InlineKind::Link { content, .. } => self.inlines(content),
                InlineKind::SoftBreak => self.push(' '),
                InlineKind::HardBreak => self.push('\n'),
                InlineKind::Html(html) if html.starts_with("<br") => self.push('\n'),
                InlineKind::Code(_) | InlineKind::Image(_) | InlineKind::Hole(_) => self.push(OBJECT),
                // They take no room between the words.
                InlineKind::FootnoteMark(_) | InlineKind::Html(_) => {}
            }
        }
    }
}

/// The keys of the front matter that readers see.
const SEEN: [&str; 4] = ["title", "subtitle", "subject", "preheader"];

/// Shows every run of prose to `see`: the lines of the front matter that readers see, then the text.
pub(super) fn each<'a>(context: &'a Context<'_>, see: &mut impl FnMut(&'a Run<'a>)) {
    context.prose.get_or_init(|| collect(context)).iter().for_each(see);
}

fn collect<'a>(context: &Context<'a>) -> Vec<Run<'a>> {
    let document = context.document;
    let mut runs = Vec::new();
    let header = &document.front_matter;
    let values = [Some(&header.title), header.subtitle.as_ref(), header.subject.as_ref(), header.preheader.as_ref()];
    for (key, value) in SEEN.into_iter().zip(values) {
        if let (Some(value), Some(&span)) = (value, header.places.get(key)) {
            let pieces = vec![(0, value.as_str(), span)];
            runs.push(Run { text: value.clone(), source: &document.source, pieces });
        }
    }
    context.nodes().for_each(|(source, node)| {
        let mut add = |content| {
            let mut run = Run { text: String::new(), source, pieces: Vec::new() };
            run.inlines(content);
            runs.push(run);
        };
        let block = match node {
            Node::Block(block) => block,
            Node::Inline(Inline { kind: InlineKind::Image(image), .. }) => return runs.extend(alt(image, source)),
            Node::Inline(_) => return,
        };
        match &block.kind {
            BlockKind::Directive(Directive {
                kind: DirectiveKind::Figure(image) | DirectiveKind::Video { image: Some(image), .. },
                ..
            }) => runs.extend(alt(image, source)),
            BlockKind::Paragraph(content) => add(content),
            BlockKind::Heading(heading) => add(&heading.content),
            BlockKind::Table(table) => {
                add(table.caption.as_deref().unwrap_or_default());
                table.head.iter().chain(table.rows.iter().flatten()).for_each(|cell| add(&cell.content));
            }
            BlockKind::Definitions(all) => all.iter().for_each(|definition| add(&definition.term)),
            _ => {}
        }
    });
    runs
}

/// What those read who do not see a picture.
fn alt<'a>(image: &'a Image, source: &'a Arc<Source>) -> Option<Run<'a>> {
    let span = alt_place(image, source)?;
    Some(Run { text: image.alt.clone(), source, pieces: vec![(0, &image.alt, span)] })
}

/// Whether `range` of `text` is a whole word: no letter or digit touches it.
pub(super) fn is_word(text: &str, range: &Range<usize>) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let before = text.get(..range.start).and_then(|before| before.chars().next_back());
    let after = text.get(range.end..).and_then(|after| after.chars().next());
    !part(before) && !part(after)
}
