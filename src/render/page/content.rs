//! The letter itself as semantic HTML: no classes where the element says enough.

use std::fmt::Write as _;

use crate::config::Config;
use crate::language::Words;
use crate::post::tree::{
    AlertKind, Alignment, Block, BlockKind, Cell, Directive, DirectiveKind, Footnote, Image, Inline, InlineKind, List,
    Table, plain_text,
};
use crate::post::{Document, Holes};
use crate::render::about::FULL_WIDTH;
use crate::render::{Address, Assets, Escaped, Input, Open};

/// A letter as it stands on its page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    /// The text.
    pub text: String,
    /// The notes at its end; empty where there are none.
    pub notes: String,
}

/// Writes the document.
pub(super) fn write(input: &Input<'_>, holes: &mut Holes) -> Letter {
    let document = input.document;
    let mut writer = Writer {
        document,
        config: input.config,
        assets: input.assets,
        words: document.language.words(),
        web_url: input.web_url.as_deref(),
        holes,
        out: String::with_capacity(document.body.len() * 2 + 1024),
        levels: Vec::new(),
        open: Open::default(),
        marks: vec![0; document.footnotes.len()],
        place: Place::Flow,
        waiting: Vec::new(),
        pictures: 0,
    };
    writer.document();
    let text = std::mem::take(&mut writer.out);
    writer.notes();
    Letter { text, notes: writer.out }
}

/// Where a note may stand beside its mark.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In running text, whose edge is the column's.
    Flow,
    /// In a box of its own: the note goes before the box.
    Box,
    /// In a note: no note stands in another.
    Note,
}

struct Writer<'a, 'h> {
    document: &'a Document,
    config: &'a Config,
    assets: &'a Assets,
    words: &'static Words,
    web_url: Option<&'a str>,
    holes: &'h mut Holes,
    out: String,
    /// The levels of the headings over the place reached, as written: their number is the depth.
    levels: Vec<u8>,
    /// What raw HTML has opened among the blocks, and among the inlines, being written.
    open: Open,
    /// How often each note was marked so far.
    marks: Vec<usize>,
    place: Place,
    /// Notes marked in a box that is not finished.
    waiting: Vec<&'a Footnote>,
    pictures: usize,
}

/// Writes to the page. A `String` takes everything, so there is no failure to hand on.
macro_rules! put {
    ($writer:expr, $($format:tt)*) => {
        if write!($writer.out, $($format)*).is_err() {}
    };
}

impl<'a> Writer<'a, '_> {
    fn document(&mut self) {
        let last = self.document.blocks.len().saturating_sub(1);
        for (at, block) in self.document.blocks.iter().enumerate() {
            let start = self.out.len();
            match &block.kind {
                BlockKind::Paragraph(content) if at > 0 && at == last && is_sign_off(content) => {
                    self.out.push_str("<p class=\"sign\">");
                    self.inlines(content);
                    self.out.push_str("</p>\n");
                }
                _ => self.block(block),
            }
            if !self.waiting.is_empty() {
                self.beside(start);
            }
        }
        self.open.close(&mut self.out);
    }

    /// Puts the notes that wait before what started at `start`.
    fn beside(&mut self, start: usize) {
        let rest = self.out.split_off(start);
        for note in std::mem::take(&mut self.waiting) {
            self.side(note);
        }
        self.out.push_str(&rest);
    }

    fn blocks(&mut self, blocks: &'a [Block]) {
        self.closing(|writer| {
            for block in blocks {
                writer.block(block);
            }
        });
    }

    /// Writes a part of the text, and closes at its end what raw HTML opened in it.
    fn closing(&mut self, write: impl FnOnce(&mut Self)) {
        let outside = std::mem::take(&mut self.open);
        write(self);
        self.open.close(&mut self.out);
        self.open = outside;
    }

    /// Writes what stands in a box of its own.
    fn boxed(&mut self, write: impl FnOnce(&mut Self)) {
        let place = self.place;
        if place == Place::Flow {
            self.place = Place::Box;
        }
        write(self);
        self.place = place;
    }

    fn block(&mut self, block: &'a Block) {
        match &block.kind {
            BlockKind::Paragraph(content) => self.paragraph(content),
            BlockKind::Heading(heading) => {
                let level = self.level(heading.level);
                put!(self, "<h{level} id=\"{}\">", Escaped(&heading.id));
                self.inlines(&heading.content);
                put!(self, "</h{level}>\n");
            }
            BlockKind::List(list) => self.list(list),
            BlockKind::Quote(blocks) => self.wrapped("<blockquote>\n", blocks, "</blockquote>\n"),
            BlockKind::Alert(kind, blocks) => self.alert(*kind, blocks),
            BlockKind::Code { language, text } => {
                self.out.push_str("<pre tabindex=\"0\"><code");
                if let Some(language) = language {
                    put!(self, " class=\"language-{}\"", Escaped(language));
                }
                // The parser of HTML drops a line end right after `<pre>`, but not after `<code>`.
                put!(self, ">{}</code></pre>\n", Escaped(text));
            }
            BlockKind::Table(table) => self.boxed(|writer| writer.table(table)),
            BlockKind::Divider => self.out.push_str("<hr>\n"),
            BlockKind::Html(html) => {
                self.open.push(html, &mut self.out);
                self.out.push('\n');
            }
            BlockKind::Definitions(definitions) => {
                self.out.push_str("<dl>\n");
                for definition in definitions {
                    self.out.push_str("<dt>");
                    self.inlines(&definition.term);
                    self.out.push_str("</dt>\n");
                    for meaning in &definition.meanings {
                        self.out.push_str("<dd>");
                        self.close_set(meaning);
                        self.out.push_str("</dd>\n");
                    }
                }
                self.out.push_str("</dl>\n");
            }
            BlockKind::Directive(directive) => self.directive(directive),
        }
    }

    /// The level on the page: the title is the one `h1`, and no level is skipped, whatever the
    /// text does.
    fn level(&mut self, written: u8) -> usize {
        while self.levels.last().is_some_and(|&last| last >= written) {
            self.levels.pop();
        }
        self.levels.push(written);
        (self.levels.len() + 1).min(6)
    }

    fn wrapped(&mut self, before: &str, blocks: &'a [Block], after: &str) {
        self.boxed(|writer| {
            writer.out.push_str(before);
            writer.blocks(blocks);
            writer.out.push_str(after);
        });
    }

    fn paragraph(&mut self, content: &'a [Inline]) {
        if let Some((image, link)) = alone(content) {
            self.figure(image, link, |writer| {
                if let Some(title) = &image.title {
                    put!(writer, "{}", Escaped(title));
                }
            });
        } else {
            self.out.push_str("<p>");
            self.inlines(content);
            self.out.push_str("</p>\n");
        }
    }

    /// A single paragraph without its tags; anything else as it is.
    fn close_set(&mut self, blocks: &'a [Block]) {
        match blocks {
            [Block { kind: BlockKind::Paragraph(content), .. }] => self.inlines(content),
            blocks => {
                self.out.push('\n');
                self.blocks(blocks);
            }
        }
    }

    fn list(&mut self, list: &'a List) {
        let tasks = list.items.iter().any(|item| item.task.is_some());
        let (open, close) = match list.start {
            Some(1) => ("<ol>\n".to_owned(), "</ol>\n"),
            Some(start) => (format!("<ol start=\"{start}\">\n"), "</ol>\n"),
            None if tasks => ("<ul class=\"tasks\">\n".to_owned(), "</ul>\n"),
            None => ("<ul>\n".to_owned(), "</ul>\n"),
        };
        self.out.push_str(&open);
        for item in &list.items {
            self.out.push_str("<li>");
            if let Some(done) = item.task {
                let (class, label) = if done { ("box done", self.words.done) } else { ("box", self.words.to_do) };
                put!(self, "<span class=\"{class}\" role=\"img\" aria-label=\"{label}\"></span> ");
            }
            if list.tight {
                for block in &item.blocks {
                    if let BlockKind::Paragraph(content) = &block.kind {
                        self.inlines(content);
                    } else {
                        self.out.push('\n');
                        self.block(block);
                    }
                }
            } else {
                self.blocks(&item.blocks);
            }
            self.out.push_str("</li>\n");
        }
        self.out.push_str(close);
    }

    fn alert(&mut self, kind: AlertKind, blocks: &'a [Block]) {
        let [note, tip, important, warning, caution] = self.words.alerts;
        let (class, label) = match kind {
            AlertKind::Note => ("note", note),
            AlertKind::Tip => ("tip", tip),
            AlertKind::Important => ("important", important),
            AlertKind::Warning => ("warning", warning),
            AlertKind::Caution => ("caution", caution),
        };
        let open = format!("<div class=\"alert {class}\" role=\"note\">\n<p class=\"boxhead\">{label}</p>\n");
        self.wrapped(&open, blocks, "</div>\n");
    }

    fn table(&mut self, table: &'a Table) {
        let label = table.caption.as_deref().map_or_else(|| self.words.table.to_owned(), plain_text);
        put!(
            self,
            "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">\n<table>\n",
            Escaped(&label)
        );
        if let Some(caption) = &table.caption {
            // The inner box stays in view where the table is wider than the screen.
            self.out.push_str("<caption><span>");
            self.inlines(caption);
            self.out.push_str("</span></caption>\n");
        }
        self.out.push_str("<thead>\n<tr>");
        self.cells(table, &table.head, "th scope=\"col\"", "th");
        self.out.push_str("</tr>\n</thead>\n<tbody>\n");
        for row in &table.rows {
            self.out.push_str("<tr>");
            self.cells(table, row, "td", "td");
            self.out.push_str("</tr>\n");
        }
        self.out.push_str("</tbody>\n</table>\n</div>\n");
    }

    fn cells(&mut self, table: &Table, cells: &'a [Cell], open: &str, close: &str) {
        for (at, cell) in cells.iter().enumerate() {
            let class = match table.alignments.get(at) {
                Some(Alignment::Right) => " class=\"right\"",
                Some(Alignment::Center) => " class=\"center\"",
                Some(Alignment::Left | Alignment::None) | None => "",
            };
            put!(self, "<{open}{class}>");
            self.inlines(&cell.content);
            put!(self, "</{close}>");
        }
    }

    fn directive(&mut self, directive: &'a Directive) {
        let blocks = &directive.blocks;
        match &directive.kind {
            // The mail's way to this page leads nowhere from here.
            DirectiveKind::Button { url, .. } if self.is_this_page(url) => {}
            DirectiveKind::Button { url, secondary } => {
                let class = if *secondary { "button second" } else { "button" };
                put!(self, "<p class=\"{class}\"><a href=\"{}\">", Address(url));
                match blocks.first().map(|block| &block.kind) {
                    Some(BlockKind::Paragraph(label)) => self.inlines(label),
                    _ => put!(self, "{}", Escaped(url)),
                }
                self.out.push_str("</a></p>\n");
            }
            DirectiveKind::Callout { title } => {
                self.out.push_str("<div class=\"callout\" role=\"note\">\n");
                if let Some(title) = title {
                    put!(self, "<p class=\"boxhead\">{}</p>\n", Escaped(title));
                }
                self.wrapped("", blocks, "</div>\n");
            }
            DirectiveKind::PullQuote { by } => self.boxed(|writer| {
                writer.out.push_str("<blockquote class=\"pull\">\n");
                writer.blocks(blocks);
                if let Some(by) = by {
                    put!(writer, "<footer>{}</footer>\n", Escaped(by));
                }
                writer.out.push_str("</blockquote>\n");
            }),
            DirectiveKind::Figure(image) => self.figure(image, None, |writer| writer.close_set(blocks)),
            DirectiveKind::Columns => self.wrapped("<div class=\"cols\">\n", blocks, "</div>\n"),
            DirectiveKind::Column => self.wrapped("<div class=\"col\">\n", blocks, "</div>\n"),
            DirectiveKind::Author { id } => self.author(id),
            DirectiveKind::Divider => self.out.push_str("<hr class=\"wide\">\n"),
            DirectiveKind::Video { url, image } => self.video(url, image.as_ref(), blocks),
            DirectiveKind::Include { .. } | DirectiveKind::HtmlOnly => self.blocks(blocks),
            DirectiveKind::TextOnly => {}
        }
    }

    fn is_this_page(&self, url: &str) -> bool {
        let page = |url: &str| url.trim_end_matches("index.html").trim_end_matches('/').to_owned();
        self.web_url.is_some_and(|here| page(here) == page(url))
    }

    fn figure(&mut self, image: &'a Image, link: Option<&'a str>, caption: impl FnOnce(&mut Self)) {
        self.boxed(|writer| {
            // One that fills the column bleeds on phones.
            let small = writer.width(image).is_some_and(|width| width < FULL_WIDTH);
            writer.out.push_str(if small { "<figure class=\"inset\">" } else { "<figure>" });
            writer.linked_image(image, link);
            let before = writer.out.len();
            writer.out.push_str("<figcaption>");
            let empty = writer.out.len();
            caption(writer);
            if writer.out.len() == empty {
                writer.out.truncate(before);
            } else {
                writer.out.push_str("</figcaption>");
            }
            writer.out.push_str("</figure>\n");
        });
    }

    fn linked_image(&mut self, image: &'a Image, link: Option<&'a str>) {
        if let Some(url) = link {
            put!(self, "<a href=\"{}\">", Address(url));
        }
        self.image(image);
        if link.is_some() {
            self.out.push_str("</a>");
        }
    }

    fn video(&mut self, url: &'a str, image: Option<&'a Image>, blocks: &'a [Block]) {
        self.boxed(|writer| {
            writer.out.push_str("<figure class=\"video\">");
            if let Some(image) = image {
                writer.linked_image(image, Some(url));
            }
            put!(writer, "<figcaption><a href=\"{}\">{}</a>", Address(url), writer.words.watch);
            if !blocks.is_empty() {
                writer.out.push_str("<br>");
                writer.close_set(blocks);
            }
            writer.out.push_str("</figcaption></figure>\n");
        });
    }

    fn author(&mut self, id: &str) {
        let Some(author) = self.config.authors.get(id) else { return };
        self.out.push_str("<div class=\"author\">");
        if let Some(asset) = author.image.as_deref().and_then(|image| self.assets.get(image)) {
            put!(self, "<img src=\"{}\" width=\"72\" height=\"72\" alt=\"\" loading=\"lazy\">", Escaped(&asset.token));
        }
        self.out.push_str("<div>\n<p class=\"who\">");
        match &author.url {
            Some(url) => put!(self, "<a href=\"{}\">{}</a>", Address(url), Escaped(&author.name)),
            None => put!(self, "{}", Escaped(&author.name)),
        }
        self.out.push_str("</p>\n");
        if let Some(bio) = &author.bio {
            // It may be in another language than the letter, and run the other way.
            put!(self, "<p><bdi>{}</bdi></p>\n", Escaped(bio));
        }
        self.out.push_str("</div></div>\n");
    }

    fn width(&self, image: &Image) -> Option<u32> {
        self.assets.get(&image.url).map(|asset| asset.size_for(image).0).or(image.width)
    }

    fn image(&mut self, image: &Image) {
        let asset = self.assets.get(&image.url);
        let src = asset.map_or(&*image.url, |asset| &*asset.token);
        put!(self, "<img src=\"{}\" alt=\"{}\"", Address(src), Escaped(&image.alt));
        let size = match (image.width, image.height, asset) {
            (_, _, Some(asset)) => Some(asset.size_for(image)),
            (Some(width), Some(height), None) => Some((width, height)),
            _ => None,
        };
        match (size, image.width) {
            (Some((width, height)), _) => put!(self, " width=\"{width}\" height=\"{height}\""),
            (None, Some(width)) => put!(self, " width=\"{width}\""),
            (None, None) => {}
        }
        // The first picture is likely on the first screen.
        if self.pictures > 0 {
            self.out.push_str(" loading=\"lazy\"");
        }
        self.pictures += 1;
        self.out.push('>');
    }

    fn inlines(&mut self, content: &'a [Inline]) {
        self.closing(|writer| {
            for inline in content {
                writer.inline(inline);
            }
        });
    }

    fn element(&mut self, name: &str, content: &'a [Inline]) {
        self.out.extend(["<", name, ">"]);
        self.inlines(content);
        self.out.extend(["</", name, ">"]);
    }

    fn inline(&mut self, inline: &'a Inline) {
        match &inline.kind {
            InlineKind::Text(text) => Escaped(text).push(&mut self.out),
            InlineKind::Emphasis(content) => self.element("em", content),
            InlineKind::Strong(content) => self.element("strong", content),
            InlineKind::Strikethrough(content) => self.element("del", content),
            InlineKind::Superscript(content) => self.element("sup", content),
            InlineKind::Subscript(content) => self.element("sub", content),
            InlineKind::Code(code) => put!(self, "<code>{}</code>", Escaped(code)),
            InlineKind::Link { url, title, content } => {
                put!(self, "<a href=\"{}\"", Address(url));
                if let Some(title) = title {
                    put!(self, " title=\"{}\"", Escaped(title));
                }
                self.out.push('>');
                self.inlines(content);
                self.out.push_str("</a>");
            }
            InlineKind::Image(image) => self.image(image),
            InlineKind::FootnoteMark(number) => self.mark(*number),
            InlineKind::SoftBreak => self.out.push('\n'),
            InlineKind::HardBreak => self.out.push_str("<br>\n"),
            InlineKind::Html(html) => self.open.push(html, &mut self.out),
            InlineKind::Hole(hole) => {
                let token = self.holes.token(hole.clone());
                self.out.push_str(&token);
            }
        }
    }

    /// The mark of a note, and at its first mark the note itself, for wide screens.
    fn mark(&mut self, number: usize) {
        let index = number.wrapping_sub(1);
        let (Some(note), Some(count)) = (self.document.footnotes.get(index), self.marks.get_mut(index)) else { return };
        if self.place == Place::Note {
            put!(self, "<sup class=\"ref\">{number}</sup>");
            return;
        }
        *count += 1;
        let count = *count;
        let again = if count == 1 { String::new() } else { format!("-{count}") };
        put!(self, "<sup class=\"ref\" id=\"mark:{number}{again}\">");
        let beside = can_stand_beside(note);
        // Where there is room the note beside the text is shown, else the one at the end: a link to
        // each, of which the style shows that whose note can be seen.
        let class = if beside { " class=\"far\"" } else { "" };
        put!(self, "<a{class} href=\"#note:{number}\" role=\"doc-noteref\">{number}</a>");
        if beside {
            put!(self, "<a class=\"near\" href=\"#side:{number}\" role=\"doc-noteref\" hidden>{number}</a>");
        }
        self.out.push_str("</sup>");
        if count == 1 && beside {
            match self.place {
                Place::Flow => self.side(note),
                Place::Box | Place::Note => self.waiting.push(note),
            }
        }
    }

    /// A note beside the text: in a `span`, for its mark is in a paragraph. It is hidden but for the
    /// style of wide screens, so that a reader without styles meets each note once.
    fn side(&mut self, note: &'a Footnote) {
        put!(self, "<span class=\"side\" id=\"side:{0}\" hidden><b>{0}</b> ", note.number);
        let place = std::mem::replace(&mut self.place, Place::Note);
        for (at, block) in note.blocks.iter().enumerate() {
            if let BlockKind::Paragraph(content) = &block.kind {
                self.out.push_str(if at > 0 { "<br>" } else { "" });
                self.inlines(content);
            }
        }
        self.place = place;
        self.out.push_str("</span>");
    }

    fn notes(&mut self) {
        let notes = &self.document.footnotes;
        if notes.is_empty() {
            return;
        }
        // What stands beside the text on wide screens need not stand at its end there.
        let all = if notes.iter().all(can_stand_beside) { " sided" } else { "" };
        let label = Escaped(self.words.notes);
        put!(self, "<section class=\"notes{all}\" role=\"doc-endnotes\" aria-label=\"{label}\">\n<ol>\n");
        self.place = Place::Note;
        for note in notes {
            let number = note.number;
            let sided = if can_stand_beside(note) { " class=\"sided\"" } else { "" };
            put!(self, "<li id=\"note:{number}\" value=\"{number}\"{sided}>");
            self.blocks(&note.blocks);
            let back = format!(
                " <a href=\"#mark:{number}\" role=\"doc-backlink\" aria-label=\"{}\"{}>{}</a>",
                Escaped(self.words.back),
                self.document.language.lent(),
                self.words.back_short
            );
            match self.out.strip_suffix("</p>\n").map(str::len) {
                Some(end) => {
                    self.out.truncate(end);
                    put!(self, "{back}</p></li>\n");
                }
                None => put!(self, "<p>{back}</p></li>\n"),
            }
        }
        self.out.push_str("</ol>\n</section>\n");
    }
}

/// Whether a note is running text alone, which a `span` may hold.
fn can_stand_beside(note: &Footnote) -> bool {
    note.blocks.iter().all(|block| matches!(block.kind, BlockKind::Paragraph(_)))
}

/// The image that is all of a paragraph, and what it links to.
fn alone(content: &[Inline]) -> Option<(&Image, Option<&str>)> {
    match content {
        [Inline { kind: InlineKind::Image(image), .. }] => Some((image, None)),
        [Inline { kind: InlineKind::Link { url, content, .. }, .. }] => match &**content {
            [Inline { kind: InlineKind::Image(image), .. }] => Some((image, Some(url))),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the last paragraph is a farewell: a few short lines.
fn is_sign_off(content: &[Inline]) -> bool {
    let lines = content.iter().filter(|inline| inline.kind == InlineKind::HardBreak).count();
    (1..=3).contains(&lines) && plain_text(content).chars().count() <= 120
}
