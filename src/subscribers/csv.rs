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

/// A record of a table: the number of its first line in the file, and its cells.
pub(super) struct Row<'a> {
    pub(super) line: u64,
    pub(super) cells: Result<Vec<String>, Fault>,
    /// As it stands in the file.
    raw: &'a [u8],
    separator: u8,
}

/// Where to read on after a record.
pub(super) enum Onward {
    /// After it.
    Record,
    /// After its first line: the others are records of their own.
    Line,
}

impl Row<'_> {
    /// The number of its last line.
    pub(super) fn last(&self) -> u64 {
        self.line + memchr::memchr_iter(b'\n', self.raw.trim_ascii_end()).count() as u64
    }

    /// Whether more than one of its lines, read alone, is a record by what `is_record` says of its
    /// cells: then a quote that opens by mistake took them in.
    pub(super) fn swallows(&self, is_record: impl Fn(&[&str]) -> bool) -> bool {
        if !self.raw.trim_ascii().contains(&b'\n') {
            return false;
        }
        let alone = |line: &&[u8]| {
            let Ok(text) = std::str::from_utf8(line) else { return false };
            let separator = char::from(self.separator);
            // The stray quote may be anywhere in it, so it is cut both as if there were none and by the rules.
            let plain: Vec<_> = text.split(separator).map(|cell| cell.trim().trim_matches('"')).collect();
            let ruled = reader(self.separator, line).into_records().next();
            is_record(&plain)
                || matches!(ruled, Some(Ok(record)) if is_record(&record.iter().map(str::trim).collect::<Vec<_>>()))
        };
        self.raw.split(|byte| *byte == b'\n').filter(alone).nth(1).is_some()
    }
}

fn reader(separator: u8, bytes: &[u8]) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(bytes)
}

/// The separator that the first line has the most of, outside quotes.
fn guessed(bytes: &[u8]) -> u8 {
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

/// The separator, and the bytes of the line that names it: `sep=;`, which Excel reads and some
/// programs write.
fn separator(bytes: &[u8]) -> (u8, usize) {
    let end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1);
    let first = bytes.get(..end).unwrap_or_default();
    let bare: Vec<u8> = first.iter().copied().filter(|byte| !matches!(byte, b'"' | b'\r' | b'\n')).collect();
    match bare.as_slice() {
        [s, e, p, b'=', sign]
            if [*s, *e, *p].eq_ignore_ascii_case(b"sep") && sign.is_ascii() && !sign.is_ascii_alphanumeric() =>
        {
            (*sign, end)
        }
        _ => (guessed(bytes), 0),
    }
}

/// Shows `look` every record of a table that is not empty, and reads on where it says.
pub(super) fn rows(bytes: &[u8], mut look: impl FnMut(&Row<'_>) -> Onward) {
    let (separator, mut begin) = separator(bytes);
    // The lines before `begin`.
    let mut before = u64::from(begin > 0);
    while let Some(rest) = bytes.get(begin..).filter(|rest| !rest.is_empty()) {
        let Some((end, lines)) = part(rest, separator, before, &mut look) else { return };
        begin += end;
        before += lines;
    }
}

/// Reads records until `look` wants to read on after the first line of one: how many bytes and lines
/// that is from here.
fn part(bytes: &[u8], separator: u8, before: u64, look: &mut impl FnMut(&Row<'_>) -> Onward) -> Option<(usize, u64)> {
    let mut reader = reader(separator, bytes);
    let mut record = ByteRecord::new();
    // Reading from memory does not fail, and a table of any shape is one.
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        let place = record.position()?;
        let (start, end) = (place.byte(), reader.position().byte());
        let (start, end) = (usize::try_from(start).ok()?, usize::try_from(end).ok()?);
        let raw = bytes.get(start..end)?;
        // Empty lines before a record count to its place.
        let empty = raw.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        let (skipped, raw) = raw.split_at_checked(empty)?;
        let lines = place.line() + memchr::memchr_iter(b'\n', skipped).count() as u64;
        if record.iter().all(|cell| cell.iter().all(u8::is_ascii_whitespace)) {
            continue;
        }
        let odd = memchr::memchr_iter(b'"', raw).count() % 2 == 1;
        let open = end >= bytes.len() && odd && raw.trim_ascii().contains(&b'\n');
        let cell = |cell: &[u8]| std::str::from_utf8(cell).map(str::to_owned).map_err(|_| Fault::NotUtf8);
        let cells = if open { Err(Fault::OpenQuote) } else { record.iter().map(cell).collect() };
        if let Onward::Line = look(&Row { line: before + lines, cells, raw, separator }) {
            let first = memchr::memchr(b'\n', raw)? + 1;
            return Some((start + empty + first, lines));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{armed, disarmed, guessed, separator};

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
            assert_eq!(guessed(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn a_first_line_may_name_the_separator() {
        for (text, expected) in [
            ("sep=;\na,b", (b';', 6)),
            ("SEP=\t\r\na,b", (b'\t', 7)),
            ("\"sep=|\"\na|b", (b'|', 8)),
            ("sep=,", (b',', 5)),
            ("sep=x\na;b", (b',', 0)),
            ("sep=;;\na", (b';', 0)),
        ] {
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
