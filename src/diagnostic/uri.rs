//! Paths as addresses.

use std::fmt::Write as _;

/// A path with `/` as the path of a URI (RFC 3986, section 3.3).
pub fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(byte.into());
        } else {
            // Writing to a string cannot fail.
            _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

/// An address with `%20` and its like as what they stand for (RFC 3986, section 2.1); nothing where
/// that is not UTF-8.
pub fn percent_decode(url: &str) -> Option<String> {
    if !url.contains('%') {
        return Some(url.to_owned());
    }
    let bytes = url.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|&b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if let (b'%', Some(high), Some(low)) = (byte, digit(at + 1), digit(at + 2)) {
            decoded.push(high * 16 + low);
            at += 3;
        } else {
            decoded.push(byte);
            at += 1;
        }
    }
    String::from_utf8(decoded).ok()
}
