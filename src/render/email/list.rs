//! Lists.

use unicode_width::UnicodeWidthStr;

use crate::post::tree::{BlockKind, List, ListItem, plain_text};
use crate::render::email::writer::{Below, Writer, put};
use crate::render::style::Layout;

/// The longest item of a list whose items are set close, in columns: half a line.
const SHORT: usize = 32;

impl<'a> Writer<'a, '_> {
    pub(super) fn list(&mut self, list: &'a List, below: Below) {
        let flow = self.flow;
        let tasks = !list.items.is_empty() && list.items.iter().all(|item| item.task.is_some());
        let attributes = match (below, tasks) {
            (Below::More, false) => &flow.list,
            (Below::More, true) => &flow.bare_list,
            (Below::End, false) => &flow.inner_list,
            (Below::End, true) => &flow.inner_bare_list,
        };
        let name = if list.start.is_some() { "ol" } else { "ul" };
        put!(self, "<{name}");
        if let Some(start) = list.start.filter(|start| *start != 1) {
            put!(self, " start=\"{start}\"");
        }
        put!(self, "{attributes}>\n");
        let short = list.tight && list.items.iter().all(is_short);
        let last = list.items.len().saturating_sub(1);
        for (at, item) in list.items.iter().enumerate() {
            let gap = match (at == last, short) {
                (true, _) => 0,
                (false, true) => flow.item_gap / 2,
                (false, false) => flow.item_gap,
            };
            put!(self, "<li style=\"margin:0 0 {gap}px{}\">", if tasks { "" } else { &flow.item });
            if let Some(done) = item.task {
                self.task(done);
            }
            self.item(item, list.tight);
            self.out.push_str("</li>\n");
        }
        put!(self, "</{name}>\n");
    }

    fn item(&mut self, item: &'a ListItem, tight: bool) {
        let single = item.blocks.len() == 1;
        let last = item.blocks.len().saturating_sub(1);
        self.inside(self.flow, 32, |writer| {
            for (at, block) in item.blocks.iter().enumerate() {
                match &block.kind {
                    // Without a paragraph of its own the text sits beside its number everywhere.
                    BlockKind::Paragraph(content) if tight || single => writer.inlines(content),
                    _ => {
                        writer.out.push('\n');
                        writer.block(block, if at == last { Below::End } else { Below::More });
                    }
                }
            }
        });
    }

    fn task(&mut self, done: bool) {
        let label = if done { self.words.done } else { self.words.to_do };
        let sign = match (self.style.layout, done) {
            (Layout::Minimal, true) => "[x]",
            (Layout::Minimal, false) => "[&nbsp;]",
            (_, true) => "&#9745;&#65038;",
            (_, false) => "&#9744;&#65038;",
        };
        put!(self, "<span role=\"img\" aria-label=\"{label}\">{sign}</span>&nbsp; ");
    }
}

fn is_short(item: &ListItem) -> bool {
    match &*item.blocks {
        [] => true,
        [block] => match &block.kind {
            BlockKind::Paragraph(content) => plain_text(content).width() <= SHORT,
            _ => false,
        },
        _ => false,
    }
}
