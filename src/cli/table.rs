//! Columns aligned by the width that a terminal gives to characters.

use unicode_width::UnicodeWidthStr;

/// On which side a column is even.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// The rows with two spaces between columns; nothing stands after the last one.
pub(super) fn table(align: &[Align], rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max();
    let widths: Vec<_> = (0..align.len()).map(|column| width(column).unwrap_or_default()).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for ((cell, align), width) in row.iter().zip(align).zip(&widths) {
            let space = " ".repeat(width.saturating_sub(cell.width()));
            match align {
                Align::Left => line.extend([cell, &*space]),
                Align::Right => line.extend([&*space, cell]),
            }
            line.push_str("  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// At most `max` columns of a text.
pub(super) fn shortened(text: &str, max: usize) -> String {
    if text.width() <= max {
        return text.to_owned();
    }
    let mut short = String::new();
    for c in text.chars() {
        short.push(c);
        if short.width() >= max {
            short.pop();
            break;
        }
    }
    format!("{}…", short.trim_end())
}

#[cfg(test)]
mod tests {
    use super::{Align, shortened, table};

    #[test]
    fn wide_characters_take_two_columns() {
        let rows = [["a", "1", "x"], ["重庆", "10", "y"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(table(&[Align::Left, Align::Right, Align::Left], &rows), "a      1  x\n重庆  10  y\n");
        assert_eq!(shortened("重庆的西部", 5), "重庆…");
        assert_eq!(shortened("short", 5), "short");
    }
}
