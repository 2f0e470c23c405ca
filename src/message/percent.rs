//! Bytes as hexadecimal digits, alone and in addresses.

const DIGITS: &[u8; 16] = b"0123456789ABCDEF";

/// The upper-case digit of the low four bits.
pub(super) fn digit(value: u8) -> u8 {
    DIGITS.get(usize::from(value & 15)).copied().unwrap_or(b'0')
}

/// Writes a byte as `%XX`.
pub(super) fn push_percent(byte: u8, out: &mut String) {
    out.extend(['%', char::from(digit(byte >> 4)), char::from(digit(byte))]);
}

/// Bytes as lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|&byte| [digit(byte >> 4), digit(byte)]).map(|d| char::from(d.to_ascii_lowercase())).collect()
}
