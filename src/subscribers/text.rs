//! Text from outside, made harmless.

/// The text in one line: every run of line ends, tabs and other control characters, with the
/// spaces round it, is one space. A name of two lines can start no header, and a terminal obeys
/// nothing in it.
pub(super) fn one_line(text: &str) -> String {
    let ends = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}');
    if !text.contains(ends) {
        return text.trim().to_owned();
    }
    let parts: Vec<_> = text.split(ends).map(str::trim).filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn a_name_of_two_lines_becomes_one() {
        assert_eq!(one_line(" x\r\nBcc: y@z\t\u{1b}[31m\0 "), "x Bcc: y@z [31m");
        assert_eq!(one_line(" 王 芳 "), "王 芳");
    }
}
