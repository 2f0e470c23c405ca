//! Paragraphs, headings, quotations, code, boxes.

use crate::post::tree::{AlertKind, Block, BlockKind, Definition, Heading, Inline, InlineKind};
use crate::render::Escaped;
use crate::render::email::figure::alone;
use crate::render::email::writer::{Below, LAYOUT_TABLE, Writer, put};

impl<'a> Writer<'a, '_> {
    /// The blocks of a box, the last of which leaves no space below.
    pub(super) fn blocks(&mut self, blocks: &'a [Block]) {
        let last = blocks.len().saturating_sub(1);
        for (at, block) in blocks.iter().enumerate() {
            self.block(block, if at == last { Below::End } else { Below::More });
        }
    }

    pub(super) fn block(&mut self, block: &'a Block, below: Below) {
        match &block.kind {
            BlockKind::Paragraph(content) => self.paragraph(content, below),
            BlockKind::Heading(heading) => self.heading(heading),
            BlockKind::List(list) => self.list(list, below),
            BlockKind::Quote(blocks) => self.quote(blocks, below),
            BlockKind::Alert(kind, blocks) => self.alert(*kind, blocks, below),
            BlockKind::Code { text, .. } => self.code(text, below),
            BlockKind::Table(table) => self.table(table),
            BlockKind::Divider => put!(self, "<hr{}>\n", self.style.divider),
            BlockKind::Html(html) => {
                self.open.push(html, &mut self.out);
                self.out.push('\n');
            }
            BlockKind::Definitions(definitions) => self.definitions(definitions),
            BlockKind::Directive(directive) => self.directive(directive, below),
        }
    }

    fn paragraph(&mut self, content: &'a [Inline], below: Below) {
        if let Some((image, link)) = alone(content) {
            self.figure(image, link, |writer| {
                if let Some(title) = &image.title {
                    put!(writer, "{}", Escaped(title));
                }
            });
            return;
        }
        let attributes = if below == Below::End { &self.flow.last } else { &self.flow.paragraph };
        put!(self, "<p{attributes}>");
        self.closing(|writer| writer.inlines(content));
        self.out.push_str("</p>\n");
    }

    fn heading(&mut self, heading: &'a Heading) {
        let level = (heading.level + self.shift).clamp(2, 6);
        let attributes = self.style.headings.get(usize::from(level) - 2).or(self.style.headings.last());
        let attributes = attributes.map_or("", String::as_str);
        put!(self, "<h{level} id=\"{}\"{attributes}>", Escaped(&heading.id));
        self.closing(|writer| writer.inlines(&heading.content));
        put!(self, "</h{level}>\n");
    }

    fn quote(&mut self, blocks: &'a [Block], below: Below) {
        put!(self, "<blockquote{}>\n", if below == Below::End { &self.style.last_quote } else { &self.style.quote });
        self.inside(self.flow, 22, |writer| writer.blocks(blocks));
        self.out.push_str("</blockquote>\n");
    }

    /// A table of one cell with `attributes`: the only box that has padding everywhere.
    pub(super) fn cell(&mut self, attributes: &str, narrower: u32, below: Below, write: impl FnOnce(&mut Self)) {
        put!(
            self,
            "<div{}>{LAYOUT_TABLE} width=\"100%\" style=\"width:100%;table-layout:fixed\"><tr><td{attributes}>\n",
            if below == Below::End { self.style.last_gap } else { self.style.gap }
        );
        let flow = if self.in_note { self.flow } else { &self.style.boxed };
        self.inside(flow, narrower, write);
        self.out.push_str("</td></tr></table></div>\n");
    }

    fn alert(&mut self, kind: AlertKind, blocks: &'a [Block], below: Below) {
        let at = match kind {
            AlertKind::Note => 0,
            AlertKind::Tip => 1,
            AlertKind::Important => 2,
            AlertKind::Warning => 3,
            AlertKind::Caution => 4,
        };
        let style = self.style;
        let (Some(cell), Some(label), Some(word)) =
            (style.alert_cells.get(at), style.alert_labels.get(at), self.words.alerts.get(at))
        else {
            return;
        };
        self.cell(cell, 23, below, |writer| {
            put!(writer, "<p{label}>{word}</p>\n");
            writer.blocks(blocks);
        });
    }

    fn code(&mut self, text: &str, below: Below) {
        let style = self.style;
        self.cell(&style.pre_cell, 40, below, |writer| {
            put!(writer, "<pre{}><code style=\"font-family:inherit\">{}</code></pre>\n", style.pre, Escaped(text));
        });
    }

    fn definitions(&mut self, definitions: &'a [Definition]) {
        self.out.push_str("<dl style=\"margin:0 0 24px;padding:0\">\n");
        for definition in definitions {
            put!(self, "<dt{}>", self.style.term);
            self.inlines(&definition.term);
            self.out.push_str("</dt>\n");
            for meaning in &definition.meanings {
                put!(self, "<dd{}>\n", self.style.meaning);
                self.inside(self.flow, 24, |writer| writer.blocks(meaning));
                self.out.push_str("</dd>\n");
            }
        }
        self.out.push_str("</dl>\n");
    }
}

/// Whether a paragraph is emphasised from end to end.
pub(super) fn wholly_emphasised(content: &[Inline]) -> Option<&[Inline]> {
    match content {
        [Inline { kind: InlineKind::Emphasis(inner), .. }] => Some(inner),
        _ => None,
    }
}
