//! The plain text of an issue, written from the tree.
//!
//! It is sent as `text/plain; charset=utf-8` without `format=flowed` (RFC 3676): Chinese and
//! Japanese would need `DelSp`, which few readers know, and most that we write for show the lines
//! as they stand. No line but the signature's ends in a space, so a reader that takes it for
//! flowed text keeps every line; a `From ` or a dot at a line's start is the transfer
//! encoding's to hide.

mod block;
mod html;
mod inline;
mod links;
mod page;
mod table;
mod wrap;

#[cfg(test)]
mod tests;

pub use links::links;

use crate::post::Holes;
use crate::post::hole::{MAIL_TOKEN, TOKEN};
use crate::post::tree::{Block, BlockKind, Hole};
use crate::render::Input;
use block::{Spacing, Writer};
use inline::Issue;
use links::References;
use page::Page;
use wrap::Flow;

/// The columns a line has at most.
pub const WIDTH: usize = 72;

/// The plain text with hole tokens; lines end in LF.
pub fn render(input: &Input<'_>, holes: &mut Holes) -> String {
    let document = input.document;
    let issue = Issue {
        words: document.language.words(),
        base_url: input.config.base_url.as_deref(),
        italics: !document.language.is_cjk(),
        holes,
        references: References::default(),
    };
    let mut writer = Writer { page: Page::default(), issue, authors: &input.config.authors };
    head(&mut writer, input);
    let mut set = 0;
    for section in &document.sections {
        part(&mut writer, document.blocks.get(section.blocks.clone()).unwrap_or_default());
        set = section.blocks.end;
    }
    part(&mut writer, document.blocks.get(set..).unwrap_or_default());
    notes(&mut writer, input);
    footer(writer, input)
}

/// Name, title, subtitle, what the issue is, and where it is on the web.
fn head(writer: &mut Writer<'_>, input: &Input<'_>) {
    let front = &input.document.front_matter;
    let words = writer.issue.words;
    let name = writer.issue.text(&input.config.name);
    writer.page.flow(&name);
    writer.page.gap(1);
    let title = writer.issue.text(&front.title);
    writer.underlined(&title, "=");
    if let Some(subtitle) = &front.subtitle {
        let subtitle = writer.issue.text(subtitle);
        writer.page.flow(&subtitle);
    }
    writer.page.gap(1);
    let mut meta = Vec::new();
    meta.extend(front.number.map(|number| words.number.replace("{}", &number.to_string())));
    meta.extend(front.date.map(|date| input.document.language.date(date.day)));
    meta.push(words.reading_time.replace("{}", &input.document.reading_minutes().to_string()));
    writer.page.flow(&Flow::plain(meta.join(words.meta_separator)));
    if let Some(url) = &input.web_url {
        address(writer, words.view_in_browser, url);
    }
}

/// A section and the addresses that it was the first to name.
fn part(writer: &mut Writer<'_>, blocks: &[Block]) {
    let Some(first) = blocks.first() else { return };
    let top = matches!(&first.kind, BlockKind::Heading(heading) if heading.level <= 2);
    writer.page.gap(if top { 2 } else { 1 });
    let body = blocks.strip_prefix(std::slice::from_ref(first)).unwrap_or_default();
    writer.blocks([first], Spacing::Open);
    if !body.is_empty() {
        writer.page.gap(1);
        writer.blocks(body, Spacing::Open);
    }
    references(writer);
}

/// The numbered addresses that no list has shown yet, their numbers right-aligned.
fn references(writer: &mut Writer<'_>) {
    let waiting = writer.issue.references.take();
    let digits = waiting.last().map_or(0, |(number, _)| number.to_string().len());
    writer.page.gap(1);
    for (number, url) in waiting {
        let mut flow = Flow::default();
        writer.issue.push_address(&mut flow, &url);
        let mark = format!("{:>width$} ", format!("[{number}]"), width = digits + 2);
        writer.page.line(&(mark + &flow.text));
    }
}

fn notes(writer: &mut Writer<'_>, input: &Input<'_>) {
    let footnotes = &input.document.footnotes;
    if footnotes.is_empty() {
        return;
    }
    writer.page.gap(2);
    writer.underlined(&Flow::plain(writer.issue.words.notes), "-");
    for footnote in footnotes {
        writer.page.gap(1);
        let mark = format!("[^{}] ", footnote.number);
        let hanging = " ".repeat(mark.len());
        writer.nested(&mark, &hanging, |writer| writer.blocks(&footnote.blocks, Spacing::Open));
    }
    references(writer);
}

/// Why this came, from whom, how to leave, and where else they are.
fn footer(mut writer: Writer<'_>, input: &Input<'_>) -> String {
    let config = input.config;
    let words = writer.issue.words;
    let page = std::mem::take(&mut writer.page);
    page.signed(|page| {
        std::mem::swap(page, &mut writer.page);
        let site = config.base_url.as_deref().map(|url| url.split_once("://").map_or(url, |(_, host)| host));
        let why = writer.issue.text(&words.why.replace("{}", site.unwrap_or(&config.name)));
        writer.page.flow(&why);
        writer.page.gap(1);
        let postal = config.postal_address.as_deref();
        // Many addresses begin with the name, and the line above ends with it where there is none.
        if postal.is_some_and(|address| !address.starts_with(&config.name)) {
            let name = writer.issue.text(&config.name);
            writer.page.flow(&name);
        }
        for line in config.postal_address.iter().flat_map(|address| address.lines()) {
            let line = writer.issue.text(line);
            writer.page.flow(&line);
        }
        writer.page.gap(1);
        let unsubscribe = &config.unsubscribe;
        let ways = [(&unsubscribe.url, TOKEN), (&unsubscribe.mailto, MAIL_TOKEN)];
        for (leave, field) in ways.into_iter().filter_map(|(leave, field)| Some((leave.as_ref()?, field))) {
            let leave = if leave.contains("{token}") {
                let token = Hole { field: field.to_owned(), default: None };
                leave.replace("{token}", &writer.issue.holes.token(token))
            } else {
                leave.clone()
            };
            address(&mut writer, words.unsubscribe, leave.strip_prefix("mailto:").unwrap_or(&leave));
        }
        if let Some(url) = &input.web_url {
            address(&mut writer, words.view_in_browser, url);
        } else if let Some(url) = &config.base_url {
            address(&mut writer, &config.name, url);
        }
        for (label, url) in &config.theme.social {
            address(&mut writer, label, url);
        }
        std::mem::swap(page, &mut writer.page);
    })
}

/// A label and its address, on one line where both fit.
fn address(writer: &mut Writer<'_>, label: &str, url: &str) {
    let label = writer.issue.text(label);
    let flow = writer.issue.with_address(&label, url);
    writer.page.flow(&flow);
}
