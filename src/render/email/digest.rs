//! The digest: a post's own sections as cards.
//!
//! What stands before the first heading is an intro. Each heading of the highest level opens a
//! card: the first is the lead, the others stand in pairs. In a card, images come first, then a
//! first paragraph that is wholly emphasised (its kind), the title, the text, and a last
//! paragraph that begins with a link (its source). After a thematic break comes the closing.

use crate::post::tree::{Block, BlockKind, Heading, Image, Inline, InlineKind};
use crate::render::Escaped;
use crate::render::email::block::wholly_emphasised;
use crate::render::email::figure::alone;
use crate::render::email::writer::{Below, Writer, put};

/// A section as a card.
struct Card<'a> {
    heading: &'a Heading,
    images: Vec<(&'a Image, Option<&'a str>)>,
    kind: Option<&'a [Inline]>,
    text: &'a [Block],
    source: Option<&'a [Inline]>,
}

impl<'a> Card<'a> {
    fn new(heading: &'a Heading, mut text: &'a [Block]) -> Self {
        let mut card = Self { heading, images: Vec::new(), kind: None, text: &[], source: None };
        while let [Block { kind: BlockKind::Paragraph(content), .. }, rest @ ..] = text {
            match (alone(content), wholly_emphasised(content)) {
                (Some(image), _) => card.images.push(image),
                (None, Some(kind)) if card.kind.is_none() => card.kind = Some(kind),
                _ => break,
            }
            text = rest;
        }
        if let [rest @ .., Block { kind: BlockKind::Paragraph(content), .. }] = text
            && matches!(content.first(), Some(Inline { kind: InlineKind::Link { .. }, .. }))
        {
            card.source = Some(content);
            text = rest;
        }
        card.text = text;
        card
    }
}

impl<'a> Writer<'a, '_> {
    pub(super) fn digest(&mut self) {
        let blocks = &*self.document.blocks;
        let level = blocks.iter().filter_map(|block| heading(block).map(|heading| heading.level)).min();
        let opens = |block: &Block| heading(block).is_some_and(|heading| Some(heading.level) == level);
        let Some(first) = blocks.iter().position(opens) else { return self.top_level(blocks) };
        let (intro, rest) = blocks.split_at(first);
        let end = rest.iter().position(|block| block.kind == BlockKind::Divider).unwrap_or(rest.len());
        let (sections, closing) = rest.split_at(end);

        self.top_level(intro);
        let cards: Vec<Card<'a>> = sections
            .chunk_by(|_, next| !opens(next))
            .filter_map(|section| {
                let (first, text) = section.split_first()?;
                Some(Card::new(heading(first)?, text))
            })
            .collect();
        if let Some((lead, cards)) = cards.split_first() {
            if !intro.is_empty() {
                self.out.push_str("<div style=\"height:20px;font-size:0;line-height:0\">&nbsp;</div>\n");
            }
            self.lead(lead);
            for pair in cards.chunks(2) {
                self.side_by_side(2, 36, |writer, at| {
                    if let Some(card) = pair.get(at) {
                        writer.small_card(card);
                    }
                });
            }
            self.out.push_str("<div style=\"height:4px;font-size:0;line-height:0\">&nbsp;</div>\n");
        }
        self.top_level(closing.get(1..).unwrap_or_default());
    }

    fn lead(&mut self, card: &Card<'a>) {
        let style = self.style;
        for (image, link) in &card.images {
            self.out.push_str("<div style=\"margin:0 0 18px\">");
            self.linked_image(image, *link);
            self.out.push_str("</div>\n");
        }
        self.inside(&style.lead, 0, |writer| writer.card(card, &style.lead_title, Below::More));
        self.out.push_str("<div style=\"height:48px;font-size:0;line-height:0\">&nbsp;</div>\n");
    }

    fn small_card(&mut self, card: &Card<'a>) {
        let style = self.style;
        put!(self, "<div{}>\n", style.card_bar);
        for (image, link) in &card.images {
            self.out.push_str("<div style=\"margin:0 0 16px\">");
            self.linked_image(image, *link);
            self.out.push_str("</div>\n");
        }
        self.inside(&style.card, 0, |writer| writer.card(card, &style.card_title, Below::End));
        self.out.push_str("</div>\n");
    }

    fn card(&mut self, card: &Card<'a>, title: &str, below: Below) {
        let style = self.style;
        if let Some(kind) = card.kind {
            put!(self, "<p{}>", style.kind);
            self.inlines(kind);
            self.out.push_str("</p>\n");
        }
        let level = (card.heading.level + self.shift).clamp(2, 6);
        put!(self, "<h{level} id=\"{}\"{title}>", Escaped(&card.heading.id));
        self.inlines(&card.heading.content);
        put!(self, "</h{level}>\n");
        let last = card.text.len().saturating_sub(1);
        for (at, block) in card.text.iter().enumerate() {
            let end = at == last && card.source.is_none() && below == Below::End;
            self.block(block, if end { Below::End } else { Below::More });
        }
        if let Some(source) = card.source {
            put!(self, "<p{}>", style.source);
            self.inlines(source);
            self.out.push_str("</p>\n");
        }
    }
}

fn heading(block: &Block) -> Option<&Heading> {
    match &block.kind {
        BlockKind::Heading(heading) => Some(heading),
        _ => None,
    }
}
