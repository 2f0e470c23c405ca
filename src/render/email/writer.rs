//! What all parts of the writer share: the output, and where in the letter it stands.

use std::borrow::Cow;

use crate::config::Config;
use crate::language::Words;
use crate::post::tree::{Block, BlockKind, Inline, InlineKind, plain_text};
use crate::post::{Document, Holes};
use crate::render::style::{Flow, Layout};
use crate::render::{Assets, Input, Open, Style, absolute};

/// Writes to the letter. A `String` takes everything, so there is no failure to hand on.
macro_rules! put {
    ($writer:expr, $($format:tt)*) => {
        if std::fmt::Write::write_fmt(&mut $writer.out, format_args!($($format)*)).is_err() {}
    };
}
pub(super) use put;

/// Whether a block is the last one where it stands, and so leaves no space below.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Below {
    /// Something follows.
    More,
    /// The box ends.
    End,
}

/// Opens a table that only lays out.
pub(super) const LAYOUT_TABLE: &str = "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"";

/// Writes a document's tree as HTML with inline styles.
pub(super) struct Writer<'a, 'h> {
    pub(super) document: &'a Document,
    pub(super) config: &'a Config,
    pub(super) assets: &'a Assets,
    pub(super) words: &'static Words,
    pub(super) style: &'a Style,
    pub(super) holes: &'h mut Holes,
    pub(super) out: String,
    /// The running text of the place that is being written.
    pub(super) flow: &'a Flow,
    /// The width of that place in CSS pixels.
    pub(super) width: u32,
    /// How many levels headings go down, so that the title is the one `h1`.
    pub(super) shift: u8,
    /// How often each note was marked so far.
    pub(super) marks: Vec<usize>,
    pub(super) in_note: bool,
    pub(super) in_sign_off: bool,
    /// What raw HTML has opened in the part that is being written.
    pub(super) open: Open,
}

impl<'a, 'h> Writer<'a, 'h> {
    pub(super) fn new(input: &Input<'a>, style: &'a Style, holes: &'h mut Holes) -> Self {
        let document = input.document;
        let top = |block: &Block| matches!(&block.kind, BlockKind::Heading(heading) if heading.level == 1);
        Self {
            document,
            config: input.config,
            assets: input.assets,
            words: document.language.words(),
            style,
            holes,
            out: String::with_capacity(document.body.len() * 3 + 4096),
            flow: &style.letter,
            width: crate::render::asset::COLUMN,
            shift: u8::from(document.blocks.iter().any(top)),
            marks: vec![0; document.footnotes.len()],
            in_note: false,
            in_sign_off: false,
            open: Open::default(),
        }
    }

    /// The address of a link, as [`absolute`] makes it.
    pub(super) fn absolute<'u>(&self, url: &'u str) -> Cow<'u, str> {
        absolute(url, self.config.base_url.as_deref())
    }

    /// The text and the notes.
    pub(super) fn document(mut self) -> (String, String) {
        if self.style.layout == Layout::Digest {
            self.digest();
        } else {
            self.top_level(&self.document.blocks);
        }
        self.open.close(&mut self.out);
        let content = std::mem::take(&mut self.out);
        self.notes();
        (content, self.out)
    }

    /// Blocks that stand in no other; the last of them may be a farewell.
    pub(super) fn top_level(&mut self, blocks: &'a [Block]) {
        let last = blocks.len().saturating_sub(1);
        for (at, block) in blocks.iter().enumerate() {
            match &block.kind {
                BlockKind::Paragraph(content) if at > 0 && at == last && is_sign_off(content) => {
                    self.sign_off(content);
                }
                _ => self.block(block, Below::More),
            }
        }
    }

    /// A farewell, each line a paragraph: there is more room between them than in running text.
    fn sign_off(&mut self, content: &'a [Inline]) {
        self.in_sign_off = true;
        for (at, line) in content.split(|inline| inline.kind == InlineKind::HardBreak).enumerate() {
            put!(self, "<p{}>", if at == 0 { &self.style.farewell } else { &self.style.signature });
            self.closing(|writer| writer.inlines(line));
            self.out.push_str("</p>\n");
        }
        self.in_sign_off = false;
    }

    /// Writes a part of the text, and closes at its end what raw HTML opened in it.
    pub(super) fn closing(&mut self, write: impl FnOnce(&mut Self)) {
        let outside = std::mem::take(&mut self.open);
        write(self);
        self.open.close(&mut self.out);
        self.open = outside;
    }

    /// Writes what stands in a narrower place with its own running text.
    pub(super) fn inside(&mut self, flow: &'a Flow, narrower: u32, write: impl FnOnce(&mut Self)) {
        let (before, width) = (self.flow, self.width);
        self.flow = flow;
        self.width = width.saturating_sub(narrower).max(80);
        self.closing(write);
        self.flow = before;
        self.width = width;
    }
}

/// Whether the last paragraph is a farewell: a few short lines.
fn is_sign_off(content: &[Inline]) -> bool {
    let lines = content.iter().filter(|inline| inline.kind == InlineKind::HardBreak).count();
    (1..=3).contains(&lines) && plain_text(content).chars().count() <= 120
}
