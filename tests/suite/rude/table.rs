//! The table of docs/reliability.md.

use super::fault::Mode;
use super::{Cell, Outcome};

/// The matrix as Markdown: cells that came to the same stand in one row.
pub(super) fn table(cells: &[Cell]) -> String {
    let mut rows: Vec<[String; 7]> =
        vec![["the relay …", "at", "mode", "connections", "dots", "the ledger", "afterwards"].map(str::to_owned)];
    let mut last = None;
    for Row { fault, at, modes, outcome } in rows_of(cells) {
        let name = if last.replace(fault) == Some(fault) { "" } else { fault };
        let Outcome { seen, .. } = outcome;
        rows.push([
            name.to_owned(),
            at.join(", "),
            mode(&modes),
            seen.connections.to_string(),
            seen.dots.to_string(),
            seen.ledger.clone(),
            seen.afterwards.clone(),
        ]);
    }
    let widths: [usize; 7] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    let line = |row: &[String; 7]| {
        let cells: Vec<_> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rule: Vec<_> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let rule: [String; 7] = rule.try_into().unwrap();
    rows.iter().enumerate().map(|(n, row)| if n == 0 { line(row) + &line(&rule) } else { line(row) }).collect()
}

struct Row<'a> {
    fault: &'static str,
    at: Vec<&'a str>,
    modes: Vec<Mode>,
    outcome: &'a Outcome,
}

fn rows_of(cells: &[Cell]) -> Vec<Row<'_>> {
    // First the modes of one place, then places beside each other.
    let mut rows: Vec<Row<'_>> = Vec::new();
    for cell in cells {
        let same = rows.iter_mut().find(|row| {
            row.fault == cell.fault && row.at == [cell.case.at.as_str()] && row.outcome.seen == cell.outcome.seen
        });
        match same {
            Some(row) => row.modes.push(cell.mode),
            None => rows.push(Row {
                fault: cell.fault,
                at: vec![&cell.case.at],
                modes: vec![cell.mode],
                outcome: &cell.outcome,
            }),
        }
    }
    let mut merged: Vec<Row<'_>> = Vec::new();
    for row in rows {
        let same = merged.iter_mut().find(|other| {
            other.fault == row.fault && other.modes == row.modes && other.outcome.seen == row.outcome.seen
        });
        match same {
            Some(other) => other.at.extend(row.at),
            None => merged.push(row),
        }
    }
    merged
}

fn mode(modes: &[Mode]) -> String {
    match modes {
        [Mode::Plain, Mode::Pipelined, Mode::Tls] => "all".to_owned(),
        [Mode::Plain, Mode::Pipelined] => "both".to_owned(),
        modes => {
            let name = |mode: &Mode| match mode {
                Mode::Plain => "plain",
                Mode::Pipelined => "pipelined",
                Mode::Tls => "TLS",
            };
            modes.iter().map(name).collect::<Vec<_>>().join(", ")
        }
    }
}
