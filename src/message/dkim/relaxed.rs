//! Header fields in relaxed form (RFC 6376 §3.4.2), and which of them are signed (§5.4.2).

use memchr::memchr;

/// A header field as it stands in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    value: &'a [u8],
}

/// The fields of a header, in their order.
pub(super) fn fields(mut header: &[u8]) -> Vec<Field<'_>> {
    let mut found = Vec::new();
    while !header.is_empty() {
        let (line, rest) = header.split_at(end(header));
        header = rest;
        let colon = memchr(b':', line).unwrap_or(line.len());
        let (name, value) = line.split_at(colon);
        let value = value.strip_prefix(b":").unwrap_or(value);
        // What has no name is no field, and nothing signs it.
        if let Some(name) = std::str::from_utf8(name).ok().map(str::trim_end).filter(|name| !name.is_empty()) {
            found.push(Field { name, value });
        }
    }
    found
}

/// Where the first field ends: after the first line end that no white space follows.
fn end(header: &[u8]) -> usize {
    let mut from = 0;
    while let Some(at) = header.get(from..).and_then(|rest| memchr(b'\n', rest)) {
        from += at + 1;
        if !matches!(header.get(from), Some(b' ' | b'\t')) {
            return from;
        }
    }
    header.len()
}

/// Writes the fields that `names` name, a name's last one first; where there are no more of it,
/// nothing.
pub(super) fn push_signed(header: &[Field<'_>], names: &[&str], out: &mut Vec<u8>) {
    let mut left: Vec<_> = header.iter().rev().map(Some).collect();
    for name in names {
        let next = left.iter_mut().find(|field| field.is_some_and(|field| field.name.eq_ignore_ascii_case(name)));
        if let Some(field) = next.and_then(Option::take) {
            push_field(name, field.value, out);
            out.extend_from_slice(b"\r\n");
        }
    }
}

/// Writes one field without its line end: the name in lower case, white space as single spaces and
/// at neither end.
pub(super) fn push_field(name: &str, value: &[u8], out: &mut Vec<u8>) {
    out.extend(name.bytes().map(|byte| byte.to_ascii_lowercase()));
    out.push(b':');
    let words = value.split(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).filter(|word| !word.is_empty());
    for (index, word) in words.enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    }
}
