//! Looking for rare bytes, sixteen at a time.

/// Where `bytes` first holds one that is `special`. The question is asked of sixteen bytes at
/// once, so it should be comparisons joined without branches.
pub(crate) fn find(bytes: &[u8], special: impl Fn(u8) -> bool) -> Option<usize> {
    let (chunks, _) = bytes.as_chunks::<16>();
    let is_clear = |chunk: &&[u8; 16]| !chunk.iter().fold(false, |any, &byte| any | special(byte));
    let clear = chunks.iter().take_while(is_clear).count() * 16;
    let rest = bytes.get(clear..).unwrap_or_default();
    rest.iter().position(|&byte| special(byte)).map(|at| clear + at)
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn the_first_of_several_is_found_wherever_it_stands() {
        for at in 0..40 {
            let mut text = [b'a'; 40];
            text[at..].fill(b'x');
            assert_eq!(find(&text, |byte| byte == b'x'), Some(at));
            assert_eq!(find(&text[..at], |byte| byte == b'x'), None);
        }
    }
}
