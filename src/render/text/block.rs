//! Blocks, each in the form that reads best without markup.

use std::collections::BTreeMap;

use crate::config::Author;
use crate::post::tree::{Block, BlockKind, Definition, Directive, DirectiveKind, Heading, List};
use crate::render::text::inline::Issue;
use crate::render::text::page::Page;
use crate::render::text::table;
use crate::render::text::wrap::Flow;

/// How blocks follow each other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Spacing {
    /// Line by line.
    Close,
    /// With an empty line between.
    Open,
}

/// Writes blocks on a page.
pub(super) struct Writer<'a> {
    /// The page.
    pub(super) page: Page,
    /// What running text needs.
    pub(super) issue: Issue<'a>,
    /// The authors with a card.
    pub(super) authors: &'a BTreeMap<String, Author>,
}

impl Writer<'_> {
    /// Writes blocks one after the other.
    pub(super) fn blocks<'b>(&mut self, blocks: impl IntoIterator<Item = &'b Block>, spacing: Spacing) {
        let start = self.page.len();
        for block in blocks {
            if spacing == Spacing::Open && self.page.len() > start {
                self.page.gap(1);
            }
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Paragraph(content) => {
                let flow = self.issue.flow(content);
                self.page.flow(&flow);
            }
            BlockKind::Heading(heading) => self.heading(heading),
            BlockKind::List(list) => self.list(list),
            BlockKind::Quote(blocks) => self.indented("> ", "> ", blocks, Spacing::Open),
            BlockKind::Alert(kind, blocks) => {
                let name = self.issue.words.alerts.get(*kind as usize).copied().unwrap_or_default();
                self.boxed(&Flow::plain(name), blocks);
            }
            BlockKind::Code { text, .. } => self.code(text),
            BlockKind::Table(table) => table::write(&mut self.page, &mut self.issue, table),
            BlockKind::Divider => self.page.line("* * *"),
            BlockKind::Html(markup) => {
                let flow = self.issue.html(markup);
                self.page.flow(&flow);
            }
            BlockKind::Definitions(definitions) => self.definitions(definitions),
            BlockKind::Directive(directive) => self.directive(directive),
        }
    }

    fn indented(&mut self, first: &str, rest: &str, blocks: &[Block], spacing: Spacing) {
        self.nested(first, rest, |writer| writer.blocks(blocks, spacing));
    }

    pub(super) fn nested(&mut self, first: &str, rest: &str, inside: impl FnOnce(&mut Self)) {
        let mut page = std::mem::take(&mut self.page);
        page.indent(first, rest, |page| {
            std::mem::swap(page, &mut self.page);
            inside(self);
            std::mem::swap(page, &mut self.page);
        });
        self.page = page;
    }

    /// A heading of the first two levels is underlined, with two empty lines above it; deeper
    /// ones have as many `#` before them as Markdown's, which most readers have seen.
    fn heading(&mut self, heading: &Heading) {
        let flow = self.issue.flow(&heading.content);
        if heading.level > 2 {
            let marks = "#".repeat(usize::from(heading.level)) + " ";
            let hanging = " ".repeat(marks.len());
            self.page.indent(&marks, &hanging, |page| {
                page.flow(&flow);
            });
            return;
        }
        self.underlined(&flow, if heading.level == 1 { "=" } else { "-" });
    }

    /// Running text over a line as long as its longest line.
    pub(super) fn underlined(&mut self, flow: &Flow, mark: &str) {
        let width = self.page.flow(flow);
        if width > 0 {
            self.page.line(&mark.repeat(width.min(self.page.room())));
        }
    }

    /// Numbers stand right-aligned, so that all items start in the same column.
    fn list(&mut self, list: &List) {
        let spacing = if list.tight { Spacing::Close } else { Spacing::Open };
        let last = list.start.map(|start| start.saturating_add((list.items.len() as u64).saturating_sub(1)));
        let digits = last.map_or(0, |last| last.to_string().len());
        let start = self.page.len();
        for (item, at) in list.items.iter().zip(0_u64..) {
            if spacing == Spacing::Open && self.page.len() > start {
                self.page.gap(1);
            }
            let mut marker = match list.start {
                Some(start) => format!("{:>digits$}. ", start.saturating_add(at)),
                None => "- ".to_owned(),
            };
            match item.task {
                Some(true) => marker.push_str("[x] "),
                Some(false) => marker.push_str("[ ] "),
                None => {}
            }
            let hanging = " ".repeat(marker.len());
            self.nested(&marker, &hanging, |writer| {
                let before = writer.page.len();
                writer.blocks(&item.blocks, spacing);
                // An item without text keeps its place in the count.
                if writer.page.len() == before {
                    writer.page.line("");
                }
            });
        }
    }

    fn code(&mut self, text: &str) {
        self.page.indent("    ", "    ", |page| {
            for line in text.lines() {
                let line = line.replace('\t', "    ");
                page.line(&line.chars().filter(|c| !c.is_control()).collect::<String>());
            }
        });
    }

    fn definitions(&mut self, definitions: &[Definition]) {
        for (at, definition) in definitions.iter().enumerate() {
            if at > 0 {
                self.page.gap(1);
            }
            let term = self.issue.flow(&definition.term);
            self.page.flow(&term);
            for meaning in &definition.meanings {
                self.indented("    ", "    ", meaning, Spacing::Open);
            }
        }
    }

    /// A box set apart by a rule at its left, its name on top.
    fn boxed(&mut self, name: &Flow, blocks: &[Block]) {
        self.nested("| ", "| ", |writer| {
            if writer.page.flow(name) > 0 {
                writer.page.gap(1);
            }
            writer.blocks(blocks, Spacing::Open);
        });
    }

    fn directive(&mut self, directive: &Directive) {
        let blocks = &directive.blocks;
        match &directive.kind {
            DirectiveKind::Button { url, .. } => {
                let label = self.label(blocks);
                self.action(&label, url);
            }
            DirectiveKind::Callout { title } => {
                let title = self.issue.text(title.as_deref().unwrap_or_default());
                self.boxed(&title, blocks);
            }
            DirectiveKind::PullQuote { by } => self.nested("    ", "    ", |writer| {
                writer.blocks(blocks, Spacing::Open);
                if let Some(by) = by {
                    let by = writer.issue.text(by);
                    writer.page.indent("— ", "  ", |page| {
                        page.flow(&by);
                    });
                }
            }),
            DirectiveKind::Figure(image) => {
                let flow = self.issue.image(image);
                self.page.flow(&flow);
                self.blocks(blocks, Spacing::Open);
            }
            DirectiveKind::Columns
            | DirectiveKind::Column
            | DirectiveKind::Include { .. }
            | DirectiveKind::TextOnly => {
                self.blocks(blocks, Spacing::Open);
            }
            DirectiveKind::Author { id } => {
                self.author(id);
                self.blocks(blocks, Spacing::Open);
            }
            DirectiveKind::Divider => self.page.line(&"-".repeat(self.page.room())),
            DirectiveKind::Video { url, image } => {
                if let Some(image) = image {
                    let flow = self.issue.image(image);
                    self.page.flow(&flow);
                }
                self.action(&Flow::plain(self.issue.words.watch), url);
                self.blocks(blocks, Spacing::Open);
            }
            DirectiveKind::HtmlOnly => {}
        }
    }

    /// The label of a button, on one line.
    fn label(&mut self, blocks: &[Block]) -> Flow {
        let mut label = Flow::default();
        for block in blocks {
            if let BlockKind::Paragraph(content) = &block.kind {
                let flow = self.issue.flow(content);
                if !label.is_blank() {
                    label.push(" ");
                }
                label.append(&flow);
            }
        }
        label
    }

    /// Something to do and where: an arrow, the label, the address.
    fn action(&mut self, label: &Flow, url: &str) {
        let flow = self.issue.with_address(label, url);
        self.page.indent("→ ", "  ", |page| {
            page.flow(&flow);
        });
    }

    fn author(&mut self, id: &str) {
        let Some(author) = self.authors.get(id) else { return };
        for text in std::iter::once(author.name.as_str()).chain(author.bio.as_deref()) {
            let flow = self.issue.text(text);
            self.page.flow(&flow);
        }
        if let Some(url) = &author.url {
            let flow = self.issue.with_address(&Flow::default(), url);
            self.page.flow(&flow);
        }
    }
}
