//! Enhanced status codes (RFC 3463): `5.1.1` says more than `550`.

use std::fmt;

/// A status code of three parts, such as `5.1.1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnhancedCode {
    /// 2 done, 4 not now, 5 never.
    pub class: u8,
    /// What it is about: 1 the address, 2 the mailbox, 7 policy, and so on.
    pub subject: u16,
    /// Which case of it.
    pub detail: u16,
}

impl EnhancedCode {
    /// A code by its parts.
    pub const fn new(class: u8, subject: u16, detail: u16) -> Self {
        Self { class, subject, detail }
    }

    /// Reads a code at the start of `text`, with what stands after it. Some servers put `#` in
    /// front of it.
    pub fn parse_prefix(text: &str) -> Option<(Self, &str)> {
        let text = text.strip_prefix('#').unwrap_or(text);
        let (class, rest) = number(text, 1)?;
        let (subject, rest) = number(rest.strip_prefix('.')?, 3)?;
        let (detail, rest) = number(rest.strip_prefix('.')?, 3)?;
        let class = u8::try_from(class).ok().filter(|class| matches!(class, 2 | 4 | 5))?;
        if !(rest.is_empty() || rest.starts_with([' ', '\t'])) {
            return None;
        }
        Some((Self::new(class, subject, detail), rest.trim_start()))
    }
}

/// The number of at most `digits` digits that `text` starts with.
fn number(text: &str, digits: usize) -> Option<(u16, &str)> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(end)?;
    if number.is_empty() || number.len() > digits { None } else { Some((number.parse().ok()?, rest)) }
}

impl fmt::Display for EnhancedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::EnhancedCode;

    fn parse(text: &str) -> Option<(String, &str)> {
        EnhancedCode::parse_prefix(text).map(|(code, rest)| (code.to_string(), rest))
    }

    #[test]
    fn a_code_stands_before_a_space_or_the_end() {
        assert_eq!(parse("5.1.1 no such user"), Some(("5.1.1".to_owned(), "no such user")));
        assert_eq!(parse("2.0.0"), Some(("2.0.0".to_owned(), "")));
        assert_eq!(parse("5.7.606  banned"), Some(("5.7.606".to_owned(), "banned")));
        assert_eq!(parse("#5.1.0 Address rejected."), Some(("5.1.0".to_owned(), "Address rejected.")));
    }

    #[test]
    fn what_only_looks_like_a_code_is_text() {
        for text in
            ["", "5", "5.1", "5.1.", "5.1.x", "3.1.1 a", "5.1.1000 a", "5.1.1.1", "192.0.2.1 a", "5.1.1: a", "６.1.1"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
