//! Tables: columns set side by side where they fit, else a block of `header: value` a row.

use crate::post::tree::{Alignment, Cell, Table};
use crate::render::text::inline::Issue;
use crate::render::text::page::Page;
use crate::render::text::wrap::Flow;

/// Between two columns.
const GUTTER: usize = 2;

/// Writes a table.
pub(super) fn write(page: &mut Page, issue: &mut Issue<'_>, table: &Table) {
    if let Some(caption) = &table.caption {
        let caption = issue.flow(caption);
        page.flow(&caption);
        page.gap(1);
    }
    let mut cells =
        |row: &[Cell]| -> Vec<Flow> { row.iter().map(|cell| one_line(issue.flow(&cell.content))).collect() };
    let head = cells(&table.head);
    let rows: Vec<Vec<Flow>> = table.rows.iter().map(|row| cells(row)).collect();
    let mut widths: Vec<usize> = head.iter().map(Flow::width).collect();
    for row in &rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.width().max(*width);
        }
    }
    let total = widths.iter().sum::<usize>() + GUTTER * widths.len().saturating_sub(1);
    if total <= page.room() {
        aligned(page, table, &head, &rows, &widths);
    } else {
        records(page, issue.words.colon, &head, &rows);
    }
}

/// A cell is one line; a line end in it becomes a space of the same length.
fn one_line(mut flow: Flow) -> Flow {
    flow.text = flow.text.replace('\n', " ");
    flow
}

fn aligned(page: &mut Page, table: &Table, head: &[Flow], rows: &[Vec<Flow>], widths: &[usize]) {
    let line = |row: &[Flow]| {
        let mut line = String::new();
        let alignments = table.alignments.iter().copied().chain(std::iter::repeat(Alignment::None));
        for (at, ((cell, width), alignment)) in row.iter().zip(widths).zip(alignments).enumerate() {
            let free = width.saturating_sub(cell.width());
            let before = match alignment {
                Alignment::Right => free,
                Alignment::Center => free / 2,
                Alignment::None | Alignment::Left => 0,
            };
            line.extend(std::iter::repeat_n(' ', before + if at > 0 { GUTTER } else { 0 }));
            line.push_str(&cell.text);
            line.extend(std::iter::repeat_n(' ', free - before));
        }
        line
    };
    if head.iter().any(|cell| !cell.is_blank()) {
        page.line(&line(head));
        let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
        page.line(&rules.join(&" ".repeat(GUTTER)));
    }
    for row in rows {
        page.line(&line(row));
    }
}

fn records(page: &mut Page, colon: &str, head: &[Flow], rows: &[Vec<Flow>]) {
    for (at, row) in rows.iter().enumerate() {
        if at > 0 {
            page.gap(1);
        }
        for (at, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_blank()) {
            let mut record = Flow::default();
            if let Some(name) = head.get(at).filter(|name| !name.is_blank()) {
                record.append(name);
                record.push(colon);
            }
            record.append(cell);
            page.indent("", "  ", |page| {
                page.flow(&record);
            });
        }
    }
}
