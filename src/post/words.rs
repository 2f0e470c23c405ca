//! How long a text is, in words.

use crate::post::cjk::{is_cjk, is_ideograph};
use crate::post::tree::{Block, BlockKind, DirectiveKind, Inline, InlineKind};

/// Counts words as they come by: runs of letters and digits between spaces, and each Chinese
/// character or kana. Punctuation joins within a word (`well-being`, `6.87`) but for dashes.
#[derive(Debug, Default)]
struct Counter {
    words: usize,
    inside: bool,
}

const LETTER: u8 = 1;
const SPACE: u8 = 2;

/// What each byte of ASCII is; other punctuation ends no word and begins none.
#[expect(clippy::indexing_slicing, reason = "the compiler works it out")]
const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        kinds[byte as usize] = match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => LETTER,
            b' ' | b'\t'..=b'\r' => SPACE,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};

impl Counter {
    fn text(&mut self, text: &str) {
        if text.is_ascii() {
            return self.ascii(text.as_bytes());
        }
        for c in text.chars() {
            if is_ideograph(c) {
                self.words += 1;
                self.inside = false;
            } else if c.is_alphanumeric() {
                self.words += usize::from(!self.inside);
                self.inside = true;
            } else if c.is_whitespace() || is_cjk(c) || matches!(c, '—' | '…') {
                self.inside = false;
            }
        }
    }

    /// The same for a text that has less to ask.
    fn ascii(&mut self, text: &[u8]) {
        let (mut words, mut inside) = (self.words, u8::from(self.inside));
        for byte in text {
            // In bits, for there are as many letters as there is text.
            let kind = KINDS.get(usize::from(*byte)).copied().unwrap_or(0);
            words += usize::from(kind & LETTER & !inside);
            inside = kind & LETTER | inside & !(kind >> 1);
        }
        (self.words, self.inside) = (words, inside != 0);
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match &block.kind {
                BlockKind::Paragraph(content) => self.inlines(content),
                BlockKind::Heading(heading) => self.inlines(&heading.content),
                BlockKind::List(list) => list.items.iter().for_each(|item| self.blocks(&item.blocks)),
                BlockKind::Quote(blocks) | BlockKind::Alert(_, blocks) => self.blocks(blocks),
                BlockKind::Table(table) => {
                    self.inlines(table.caption.as_deref().unwrap_or_default());
                    let cells = table.head.iter().chain(table.rows.iter().flatten());
                    cells.for_each(|cell| self.inlines(&cell.content));
                }
                BlockKind::Definitions(definitions) => {
                    for definition in definitions {
                        self.inlines(&definition.term);
                        definition.meanings.iter().for_each(|blocks| self.blocks(blocks));
                    }
                }
                // The same is said in HTML by other words.
                BlockKind::Directive(directive) if directive.kind == DirectiveKind::TextOnly => {}
                BlockKind::Directive(directive) => {
                    if let DirectiveKind::Callout { title: Some(title) } = &directive.kind {
                        self.text(title);
                        self.inside = false;
                    }
                    self.blocks(&directive.blocks);
                }
                BlockKind::Code { .. } | BlockKind::Divider | BlockKind::Html(_) => {}
            }
        }
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        self.run(inlines);
        self.inside = false;
    }

    fn run(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            match &inline.kind {
                InlineKind::Text(text) | InlineKind::Code(text) => self.text(text),
                InlineKind::Emphasis(content)
                | InlineKind::Strong(content)
                | InlineKind::Strikethrough(content)
                | InlineKind::Superscript(content)
                | InlineKind::Subscript(content)
                | InlineKind::Link { content, .. } => self.run(content),
                InlineKind::SoftBreak | InlineKind::HardBreak => self.inside = false,
                InlineKind::Hole(_) => self.text("x"),
                InlineKind::Image(_) | InlineKind::FootnoteMark(_) | InlineKind::Html(_) => {}
            }
        }
    }
}

/// The words of `blocks`. Code blocks, raw HTML, addresses, descriptions of images and what only
/// plain text shows do not count.
pub fn count(blocks: &[Block]) -> usize {
    let mut counter = Counter::default();
    counter.blocks(blocks);
    counter.words
}

#[cfg(test)]
mod tests {
    use super::Counter;

    fn words(text: &str) -> usize {
        let mut counter = Counter::default();
        counter.text(text);
        counter.words
    }

    #[test]
    fn latin_words_are_runs_and_chinese_characters_single() {
        assert_eq!(words("A well-being of 6.87 million km², doesn't it?"), 8);
        assert_eq!(words("one—two … three – four"), 4);
        assert_eq!(words("2024年4月，习近平 visited 重庆。"), 10);
        assert_eq!(words("— * —"), 0);
    }
}
