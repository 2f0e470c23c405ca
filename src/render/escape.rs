//! Text in markup.

use std::fmt;

/// Text for an element or a quoted attribute. Control characters, which HTML forbids, become
/// U+FFFD.
#[derive(Clone, Copy, Debug)]
pub struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        let special =
            |c: char| matches!(c, '&' | '<' | '>' | '"' | '\'') || (c.is_control() && !matches!(c, '\n' | '\t'));
        while let Some((at, c)) = rest.char_indices().find(|&(_, c)| special(c)) {
            out.write_str(rest.get(..at).unwrap_or_default())?;
            out.write_str(match c {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\'' => "&#39;",
                _ => "\u{fffd}",
            })?;
            rest = rest.get(at + c.len_utf8()..).unwrap_or_default();
        }
        out.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn what_html_forbids_or_reads_does_not_come_through() {
        assert_eq!(Escaped("a<b> & \"c\" 'd'").to_string(), "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
        assert_eq!(Escaped("重\u{0}\u{9b}\r\n\t庆").to_string(), "重\u{fffd}\u{fffd}\u{fffd}\n\t庆");
    }
}
