//! Tables whose columns have no names.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::markup::{Tag, Written, raw, tags};
use crate::diagnostic::{Diagnostic, Sink, Span, code};
use crate::post::tree::{BlockKind, plain_text};
use crate::post::visit::Node;

rule! {
    /// A table whose header is empty, or that has none in raw HTML.
    ///
    /// Who hears a table hears its columns' names with each cell; without them it is a row of bare numbers. A table
    /// that only lays out says so by `role="presentation"`.
    ///
    /// ## Example
    ///
    /// ```md
    /// |      |     |
    /// |------|----:|
    /// | Rail | 142 |
    /// | Road | 187 |
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// | Way  | Minutes |
    /// |------|--------:|
    /// | Rail |     142 |
    /// | Road |     187 |
    /// ```
    TABLE_WITHOUT_HEADER, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    context.nodes().for_each(|(source, node)| {
        let Node::Block(block) = node else { return };
        let BlockKind::Table(table) = &block.kind else { return };
        let is_empty =
            |cell: &crate::post::tree::Cell| cell.content.is_empty() || plain_text(&cell.content).trim().is_empty();
        if table.head.iter().all(is_empty) && !table.rows.is_empty() {
            let line = source.slice(block.span).lines().next().unwrap_or_default().len();
            let place = Span::new(block.span.start, block.span.start + line);
            let found = Diagnostic::new(code::TABLE_WITHOUT_HEADER, source, place, "the table's header is empty");
            sink.push(found.help("name its columns in the first row"));
        }
    });
    let mut table = None;
    raw(context, &mut |written| {
        for tag in tags(&written.text) {
            read(&tag, written, &mut table, sink);
        }
    });
}

/// A table of raw HTML that is being read.
struct Table {
    found: Diagnostic,
    rows: usize,
    cells: usize,
    has_header: bool,
}

fn read(tag: &Tag, written: &Written<'_>, table: &mut Option<Table>, sink: &mut Sink) {
    match (&*tag.name, tag.end) {
        ("table", false) => {
            let role = tag.get("role").map(|role| written.slice(role.value));
            let place = written.place(tag.opening());
            let message = "the table has no header";
            *table = (!matches!(role, Some("presentation" | "none"))).then(|| Table {
                found: Diagnostic::new(code::TABLE_WITHOUT_HEADER, written.source, place, message)
                    .help("name its columns in a row of `<th>`, or say `role=\"presentation\"` if it only lays out"),
                rows: 0,
                cells: 0,
                has_header: false,
            });
        }
        ("table", true) => {
            // One row or one column is a layout.
            if let Some(table) = table.take()
                && !table.has_header
                && table.rows > 1
                && table.cells > table.rows
            {
                sink.push(table.found);
            }
        }
        (name, false) => {
            if let Some(table) = table {
                table.rows += usize::from(name == "tr");
                table.cells += usize::from(name == "td");
                table.has_header |= name == "th";
            }
        }
        _ => {}
    }
}
