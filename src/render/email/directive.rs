//! Our own blocks: buttons, boxes, columns, cards.

use crate::post::tree::{Block, BlockKind, Directive, DirectiveKind, Image};
use crate::render::Escaped;
use crate::render::email::writer::{Below, LAYOUT_TABLE, Writer, put};

impl<'a> Writer<'a, '_> {
    pub(super) fn directive(&mut self, directive: &'a Directive, below: Below) {
        let blocks = &directive.blocks;
        match &directive.kind {
            DirectiveKind::Button { url, secondary } => self.button(url, *secondary, blocks),
            DirectiveKind::Callout { title } => {
                let style = self.style;
                self.cell(&style.callout_cell, 48, below, |writer| {
                    if let Some(title) = title {
                        put!(writer, "<p{}>{}</p>\n", style.box_title, Escaped(title));
                    }
                    writer.blocks(blocks);
                });
            }
            DirectiveKind::PullQuote { by } => self.pull_quote(by.as_deref(), blocks),
            DirectiveKind::Figure(image) => self.figure(image, None, |writer| writer.caption_text(blocks)),
            DirectiveKind::Columns => self.columns(blocks),
            DirectiveKind::Column | DirectiveKind::Include { .. } | DirectiveKind::HtmlOnly => {
                let last = blocks.len().saturating_sub(1);
                for (at, block) in blocks.iter().enumerate() {
                    self.block(block, if at == last { below } else { Below::More });
                }
            }
            DirectiveKind::Author { id } => self.author(id),
            DirectiveKind::Divider => put!(self, "<hr{}>\n", self.style.wide_divider),
            DirectiveKind::Video { url, image } => self.video(url, image.as_ref(), blocks),
            DirectiveKind::TextOnly => {}
        }
    }

    /// Paragraphs as lines of one caption.
    fn caption_text(&mut self, blocks: &'a [Block]) {
        for (at, block) in blocks.iter().enumerate() {
            if let BlockKind::Paragraph(content) = &block.kind {
                self.out.push_str(if at > 0 { "<br>" } else { "" });
                self.inlines(content);
            } else {
                self.block(block, Below::End);
            }
        }
    }

    fn button(&mut self, url: &str, secondary: bool, blocks: &'a [Block]) {
        let style = self.style;
        let (cell, link) =
            if secondary { (&style.second_cell, &style.second_button) } else { (&style.button_cell, &style.button) };
        put!(self, "{LAYOUT_TABLE}{}><tr><td{cell}>", style.button_table);
        let address = self.absolute(url);
        put!(self, "<a href=\"{}\"{link}>", Escaped(&address));
        match blocks.first().map(|block| &block.kind) {
            Some(BlockKind::Paragraph(label)) => self.inlines(label),
            _ => put!(self, "{}", Escaped(url)),
        }
        self.out.push_str("</a></td></tr></table>\n");
    }

    fn pull_quote(&mut self, by: Option<&str>, blocks: &'a [Block]) {
        let style = self.style;
        put!(self, "<blockquote{}>\n", style.pull);
        for block in blocks {
            if let BlockKind::Paragraph(content) = &block.kind {
                put!(self, "<p{}>", style.pull_text);
                self.inlines(content);
                self.out.push_str("</p>\n");
            } else {
                self.block(block, Below::End);
            }
        }
        if let Some(by) = by {
            put!(self, "<p{}>{}</p>\n", style.pull_by, Escaped(by));
        }
        self.out.push_str("</blockquote>\n");
    }

    fn columns(&mut self, blocks: &'a [Block]) {
        let columns: Vec<&'a [Block]> = blocks
            .iter()
            .filter_map(|block| match &block.kind {
                BlockKind::Directive(Directive { kind: DirectiveKind::Column, blocks, .. }) => Some(&**blocks),
                _ => None,
            })
            .collect();
        let flow = &self.style.boxed;
        put!(self, "<div{}>", self.style.last_gap);
        self.side_by_side(columns.len(), 24, |writer, at| {
            let Some(blocks) = columns.get(at) else { return };
            writer.inside(flow, 0, |writer| writer.blocks(blocks));
        });
        self.out.push_str("</div>\n");
    }

    /// Columns that stand side by side where the letter has its whole width, and below each other
    /// where it has not: without media queries, which Gmail drops from forwarded mail. The width
    /// of a column is huge or negative and cut to its `max-width` or `min-width`. Outlook's Word
    /// engine gets a table.
    pub(super) fn side_by_side(&mut self, count: usize, below: u32, mut write: impl FnMut(&mut Self, usize)) {
        const GAP: u32 = 32;
        let count = count.clamp(1, 3);
        let columns = u32::try_from(count).unwrap_or(1);
        let full = self.width;
        let width = full.saturating_sub(GAP * (columns - 1)) / columns;
        // In hundredths of a per cent, rounded down: together they must fit.
        let share = |part: u32| {
            let share = part * 10_000 / full.max(1);
            format!("{}.{:02}%", share / 100, share % 100)
        };
        put!(self, "<div style=\"font-size:0;line-height:0\"><!--[if mso]>{LAYOUT_TABLE} width=\"100%\"><tr>");
        put!(self, "<td width=\"{width}\" valign=\"top\"><![endif]-->\n");
        for at in 0..count {
            if at > 0 {
                put!(
                    self,
                    "<!--[if mso]></td><td width=\"{GAP}\"></td><td width=\"{width}\" valign=\"top\"><![endif]-->"
                );
                put!(self, "<div style=\"display:inline-block;width:{}\"></div>", share(GAP));
            }
            put!(
                self,
                "<div style=\"display:inline-block;box-sizing:border-box;vertical-align:top;min-width:{};max-width:100%;\
                 width:calc(({full}px - 100%) * {full});padding:0 0 {below}px\">\n",
                share(width)
            );
            self.inside(self.flow, full.saturating_sub(width), |writer| write(writer, at));
            self.out.push_str("</div>");
        }
        self.out.push_str("\n<!--[if mso]></td></tr></table><![endif]--></div>\n");
    }

    fn author(&mut self, id: &str) {
        let style = self.style;
        let Some(author) = self.config.authors.get(id) else { return };
        put!(self, "<div{}>{LAYOUT_TABLE} width=\"100%\"><tr>", style.gap);
        if let Some(asset) = author.image.as_deref().and_then(|image| self.assets.get(image)) {
            put!(self, "<td width=\"80\"{}>", style.author_image);
            put!(
                self,
                "<img src=\"{}\" alt=\"\" width=\"64\" height=\"64\" style=\"display:block;border:0\"></td>",
                Escaped(&asset.token)
            );
        }
        put!(self, "<td{}>\n<p{}>", style.author_cell, style.author_name);
        match &author.url {
            Some(url) => {
                let url = self.absolute(url);
                put!(self, "<a href=\"{}\"{}>{}</a>", Escaped(&url), style.link, Escaped(&author.name));
            }
            None => put!(self, "{}", Escaped(&author.name)),
        }
        self.out.push_str("</p>\n");
        if let Some(bio) = &author.bio {
            put!(self, "<p{}>{}</p>\n", style.note.last, Escaped(bio));
        }
        self.out.push_str("</td></tr></table></div>\n");
    }

    fn video(&mut self, url: &str, image: Option<&'a Image>, blocks: &'a [Block]) {
        let style = self.style;
        put!(self, "<div{}>", style.figure);
        if let Some(image) = image {
            self.linked_image(image, Some(url));
        }
        self.captioned(|writer| {
            let url = writer.absolute(url);
            put!(writer, "<a href=\"{}\"{}>{}</a>", Escaped(&url), style.link, writer.words.watch);
            if !blocks.is_empty() {
                writer.out.push_str("<br>");
                writer.caption_text(blocks);
            }
        });
        self.out.push_str("</div>\n");
    }
}
