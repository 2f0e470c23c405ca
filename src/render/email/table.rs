//! Tables of data.

use crate::post::tree::{Alignment, Cell, Table, plain_text};
use crate::render::email::writer::{Writer, put};

/// A word longer than this, in characters, is broken rather than widen its column; but no column
/// shrinks to single letters.
const LONG_WORD: usize = 18;

/// How one column is set.
struct Column<'s> {
    attributes: &'s str,
    more: String,
}

impl<'a> Writer<'a, '_> {
    pub(super) fn table(&mut self, table: &'a Table) {
        let style = self.style;
        put!(self, "<div{}><table cellpadding=\"0\" cellspacing=\"0\" border=\"0\"{}>\n", style.scroll, style.table);
        if let Some(caption) = &table.caption {
            put!(self, "<caption{}>", style.caption);
            self.inlines(caption);
            self.out.push_str("</caption>\n");
        }
        // A header without words is there for Markdown's sake.
        if table.head.iter().any(|cell| !cell.content.is_empty()) {
            let columns = columns(table, style.figures_css, |_| &style.head_cell);
            self.out.push_str("<thead><tr>\n");
            self.cells(&columns, &table.head, "th scope=\"col\"", "th");
            self.out.push_str("</tr></thead>\n");
        }
        let columns = columns(table, style.figures_css, |at| {
            let right = table.alignments.get(at) == Some(&Alignment::Right);
            if at == 0 || right { &style.cell } else { &style.soft_cell }
        });
        self.out.push_str("<tbody>\n");
        for row in &table.rows {
            self.out.push_str("<tr>\n");
            self.cells(&columns, row, "td", "td");
            self.out.push_str("</tr>\n");
        }
        self.out.push_str("</tbody></table></div>\n");
    }

    fn cells(&mut self, columns: &[Column<'_>], cells: &'a [Cell], open: &str, close: &str) {
        for (column, cell) in columns.iter().zip(cells) {
            // The last declarations win: they go before the closing quote.
            let attributes = column.attributes.strip_suffix('"').unwrap_or(column.attributes);
            put!(self, "<{open}{attributes}{}\">", column.more);
            self.closing(|writer| writer.inlines(&cell.content));
            put!(self, "</{close}>\n");
        }
    }
}

fn columns<'s>(table: &Table, figures: &str, attributes: impl Fn(usize) -> &'s str) -> Vec<Column<'s>> {
    let last = table.head.len().saturating_sub(1);
    let setting = |at: usize| {
        let mut more = String::new();
        match table.alignments.get(at) {
            Some(Alignment::Right) => more.push_str(figures),
            Some(Alignment::Center) => more.push_str(";text-align:center"),
            Some(Alignment::Left) => more.push_str(";text-align:left"),
            Some(Alignment::None) | None => {}
        }
        if at == last {
            more.push_str(";padding-left:0;padding-right:0");
        }
        let cells = table.rows.iter().filter_map(|row| row.get(at)).chain(table.head.get(at));
        if cells.map(longest_word).max().unwrap_or(0) > LONG_WORD {
            more.push_str(";min-width:84px;word-break:break-word;overflow-wrap:anywhere");
        }
        Column { attributes: attributes(at), more }
    };
    (0..table.head.len()).map(setting).collect()
}

fn longest_word(cell: &Cell) -> usize {
    plain_text(&cell.content).split([' ', '-', '\u{a0}']).map(|word| word.chars().count()).max().unwrap_or(0)
}
