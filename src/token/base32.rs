//! Base32 (RFC 4648 §6) in lower case and without padding.

const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Five bits a character, the last ones filled up with zeros.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity((bytes.len() * 8).div_ceil(5));
    let (mut held, mut bits) = (0_u32, 0);
    let mut push = |value: u32| text.push(char::from(DIGITS.get((value & 31) as usize).copied().unwrap_or(b'a')));
    for &byte in bytes {
        held = held << 8 | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            push(held >> bits);
        }
    }
    if bits > 0 {
        push(held << (5 - bits));
    }
    text
}

/// Reads either case. Nothing where a character is none of the 32 or bits are left over that are
/// not zero: every sequence of octets has one spelling but for the case.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut held, mut bits) = (0_u32, 0);
    for character in text.bytes() {
        let value = match character {
            b'a'..=b'z' => character - b'a',
            b'A'..=b'Z' => character - b'A',
            b'2'..=b'7' => character - b'2' + 26,
            _ => return None,
        };
        held = held << 5 | u32::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 255) as u8);
        }
    }
    (bits < 5 && held & ((1 << bits) - 1) == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn the_examples_of_rfc_4648_hold() {
        for (plain, encoded) in
            [("", ""), ("f", "my"), ("fo", "mzxq"), ("foo", "mzxw6"), ("foob", "mzxw6yq"), ("foobar", "mzxw6ytboi")]
        {
            assert_eq!(encode(plain.as_bytes()), encoded);
            assert_eq!(decode(&encoded.to_uppercase()).as_deref(), Some(plain.as_bytes()));
        }
    }

    #[test]
    fn another_spelling_of_the_same_octets_is_refused() {
        assert_eq!(decode("mz"), None, "left-over bits");
        assert_eq!(decode("mzx"), None, "no whole octet");
        assert_eq!(decode("m1"), None);
        assert_eq!(decode("mé"), None);
    }
}
