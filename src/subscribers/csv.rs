//! Tables as text: any of the usual separators in, commas out (RFC 4180).

use csv::{ByteRecord, ReaderBuilder};

use crate::subscribers::import::Fault;

/// What spreadsheets take for the start of a formula; the wide forms too.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

/// A cell that no spreadsheet runs: `'` before a formula, and before a `'` that stands before one.
pub fn disarmed(cell: &str) -> String {
    if is_formula(cell.trim_start_matches('\'')) { format!("'{cell}") } else { cell.to_owned() }
}

/// The cell that [`disarmed`] was made from.
pub fn armed(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

/// A line of a table: its number in the file, and its cells.
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) cells: Result<Vec<String>, Fault>,
}

/// The separator that the first line has the most of, outside quotes.
pub(super) fn separator(bytes: &[u8]) -> u8 {
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for &byte in bytes.iter().skip_while(|byte| byte.is_ascii_whitespace()) {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if !quoted => counts.iter_mut().filter(|(sign, _)| *sign == byte).for_each(|(_, count)| *count += 1),
            _ => {}
        }
    }
    // Of equals the comma.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(sign, _)| *sign)
}

/// Shows `look` every line of a table that is not empty.
pub(super) fn rows(bytes: &[u8], mut look: impl FnMut(Row)) {
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator(bytes)).from_reader(bytes);
    let mut record = ByteRecord::new();
    // Reading from memory does not fail, and a table of any shape is one.
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        let place = record.position();
        let start = place.map_or(0, csv::Position::byte);
        let raw = usize::try_from(start).ok().and_then(|start| bytes.get(start..)).unwrap_or_default();
        // Empty lines before a record count to its place.
        let empty = raw.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).filter(|byte| **byte == b'\n').count();
        let line = place.map_or(1, csv::Position::line) + empty as u64;
        if record.iter().all(|cell| cell.iter().all(u8::is_ascii_whitespace)) {
            continue;
        }
        let at_end = reader.position().byte() >= bytes.len() as u64;
        let open = at_end && memchr::memchr_iter(b'"', raw).count() % 2 == 1 && raw.trim_ascii().contains(&b'\n');
        let cell = |cell: &[u8]| std::str::from_utf8(cell).map(str::to_owned).map_err(|_| Fault::NotUtf8);
        let cells = if open { Err(Fault::OpenQuote) } else { record.iter().map(cell).collect() };
        look(Row { line, cells });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{armed, disarmed, separator};

    #[test]
    fn a_formula_is_disarmed_and_other_text_is_left() {
        for (cell, expected) in [
            ("=cmd()", "'=cmd()"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@a", "'@a"),
            ("\ta", "'\ta"),
            ("\ra", "'\ra"),
            ("＝a", "'＝a"),
            ("'=a", "''=a"),
            ("'tis", "'tis"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(disarmed(cell), expected);
        }
    }

    #[test]
    fn the_separator_is_guessed_outside_quotes() {
        for (text, expected) in
            [("a,b\n;;;;", b','), ("a;b,c;d", b';'), ("\"a,b,c\";b", b';'), ("a\tb", b'\t'), ("a", b','), ("", b',')]
        {
            assert_eq!(separator(text.as_bytes()), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_disarmed_comes_back_as_it_was(cell in "['=+@a-]{0,6}") {
            let safe = disarmed(&cell);
            prop_assert_eq!(armed(&safe), cell.as_str());
            prop_assert!(!safe.starts_with(['=', '+', '-', '@']));
        }
    }
}
