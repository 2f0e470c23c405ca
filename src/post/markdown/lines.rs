//! What a line is before Markdown is parsed: code, raw HTML, a directive's line, or text.
//!
//! This follows CommonMark's containers closely enough to tell directives from code. Where it
//! errs, no text is lost: what was replaced inside code is put back when the tree is built.

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A line of fenced code, or one of its fences.
    Code,
    /// Blank but for quotation marks.
    Blank,
    /// A line that opens or closes a directive; its first colon is at this byte of the line.
    Fence(usize),
    /// Anything else.
    Text,
}

/// Reads lines one after the other.
#[derive(Debug, Default)]
pub(super) struct Lines {
    fence: Option<Fence>,
    html: Option<Html>,
    /// The column at which the content of the innermost list item starts.
    list_indent: usize,
    after_blank: bool,
}

#[derive(Debug)]
struct Fence {
    mark: char,
    len: usize,
    quotes: usize,
    indent: usize,
}

#[derive(Debug)]
struct Html {
    ends: &'static [&'static str],
    quotes: usize,
}

/// What stands before a line's own text.
struct Prefix {
    quotes: usize,
    indent: usize,
    len: usize,
}

impl Prefix {
    fn of(line: &str) -> Self {
        let mut prefix = Self { quotes: 0, indent: 0, len: 0 };
        for byte in line.bytes() {
            match byte {
                b' ' => prefix.indent += 1,
                b'\t' => prefix.indent += 4 - prefix.indent % 4,
                b'>' if prefix.indent < 4 || prefix.quotes > 0 => {
                    prefix.quotes += 1;
                    prefix.indent = 0;
                    prefix.len += 1;
                    continue;
                }
                _ => break,
            }
            prefix.len += 1;
        }
        // The first space after `>` belongs to it.
        if prefix.quotes > 0 {
            prefix.indent = prefix.indent.saturating_sub(1);
        }
        prefix
    }
}

impl Lines {
    /// Says what `line` (without its end) is.
    pub(super) fn read(&mut self, line: &str) -> Line {
        let prefix = Prefix::of(line);
        let rest = line.get(prefix.len..).unwrap_or_default();
        let blank = rest.trim().is_empty();
        let kind = self.kind(&prefix, rest, blank);
        self.after_blank = blank;
        kind
    }

    fn kind(&mut self, prefix: &Prefix, rest: &str, blank: bool) -> Line {
        if let Some(fence) = &self.fence {
            if prefix.quotes >= fence.quotes && (blank || prefix.indent >= fence.indent) {
                if fence.is_closed_by(rest) {
                    self.fence = None;
                }
                return Line::Code;
            }
            self.fence = None;
        }
        if let Some(html) = &self.html {
            if prefix.quotes >= html.quotes {
                if contains_any(rest, html.ends) {
                    self.html = None;
                }
                return Line::Text;
            }
            self.html = None;
        }
        if blank {
            return Line::Blank;
        }
        if prefix.indent >= self.list_indent + 4 {
            return Line::Text;
        }
        if prefix.indent < self.list_indent && self.after_blank {
            self.list_indent = prefix.indent;
        }
        let (marked, content) = self.list_markers(prefix, rest);
        if let Some((mark, len)) = opening_fence(content) {
            let indent = if prefix.indent >= self.list_indent || marked { self.list_indent } else { 0 };
            self.fence = Some(Fence { mark, len, quotes: prefix.quotes, indent });
            return Line::Code;
        }
        if let Some(ends) = html_ends(content) {
            if !contains_any(content.get(2..).unwrap_or_default(), ends) {
                self.html = Some(Html { ends, quotes: prefix.quotes });
            }
            return Line::Text;
        }
        if !marked && rest.starts_with(":::") { Line::Fence(prefix.len) } else { Line::Text }
    }

    /// Steps over list markers; says whether there was one, and gives what follows.
    fn list_markers<'a>(&mut self, prefix: &Prefix, rest: &'a str) -> (bool, &'a str) {
        let (mut content, mut column, mut marked) = (rest, prefix.indent, false);
        while let Some(width) = list_marker(content) {
            let after = content.get(width..).unwrap_or_default();
            let text = after.trim_start_matches([' ', '\t']);
            let spaces = after.len() - text.len();
            marked = true;
            column += width + if spaces == 0 || spaces > 4 || text.is_empty() { 1 } else { spaces };
            self.list_indent = column;
            if spaces > 4 {
                return (true, "");
            }
            content = text;
        }
        (marked, content)
    }
}

impl Fence {
    fn is_closed_by(&self, rest: &str) -> bool {
        let after = rest.trim_start_matches(self.mark);
        rest.len() - after.len() >= self.len && after.trim().is_empty()
    }
}

/// The width of a list marker at the start of `text`.
fn list_marker(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let width = match bytes.first()? {
        b'-' | b'+' | b'*' => 1,
        b'0'..=b'9' => {
            let digits = bytes.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
            (digits < 10 && matches!(bytes.get(digits), Some(b'.' | b')'))).then_some(digits + 1)?
        }
        _ => return None,
    };
    matches!(bytes.get(width), None | Some(b' ' | b'\t')).then_some(width)
}

fn opening_fence(text: &str) -> Option<(char, usize)> {
    let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let info = text.trim_start_matches(mark);
    let len = text.len() - info.len();
    (len >= 3 && (mark == '~' || !info.contains('`'))).then_some((mark, len))
}

/// What ends the HTML block that `text` starts, for the kinds that blank lines do not end.
fn html_ends(text: &str) -> Option<&'static [&'static str]> {
    let rest = text.strip_prefix('<')?;
    if rest.starts_with("!--") {
        return Some(&["-->"]);
    }
    if rest.starts_with('?') {
        return Some(&["?>"]);
    }
    if rest.starts_with("![CDATA[") {
        return Some(&["]]>"]);
    }
    if rest.starts_with('!') && rest.chars().nth(1).is_some_and(|c| c.is_ascii_alphabetic()) {
        return Some(&[">"]);
    }
    let raw = ["script", "pre", "style", "textarea"].iter().any(|name| {
        rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
            && matches!(rest.as_bytes().get(name.len()), None | Some(b' ' | b'\t' | b'>'))
    });
    raw.then_some(&["</script>", "</pre>", "</style>", "</textarea>"])
}

fn contains_any(text: &str, ends: &[&str]) -> bool {
    ends.iter().any(
        |end| {
            if end.starts_with("</") { text.to_ascii_lowercase().contains(end) } else { text.contains(end) }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::{Line, Lines};

    fn fences(text: &str) -> Vec<usize> {
        let mut lines = Lines::default();
        let read = text.lines().map(|line| lines.read(line)).enumerate();
        read.filter(|(_, line)| matches!(line, Line::Fence(_))).map(|(index, _)| index + 1).collect()
    }

    #[test]
    fn colons_in_code_and_raw_html_are_not_directives() {
        assert_eq!(fences(":::a\n```\n:::b\n~~~\n:::c\n```\n:::\n"), [1, 7]);
        assert_eq!(fences("    :::a\n\n<!--\n:::b\n\n:::c -->\n:::d"), [7]);
        assert_eq!(fences("<pre>\n\n:::a\n</PRE>\n:::b\n<div>\n:::c"), [5, 7]);
    }

    #[test]
    fn a_directive_may_stand_in_a_list_or_a_quote() {
        assert_eq!(fences("1.  one\n\n    :::a\n    :::\n\n        :::code"), [3, 4]);
        assert_eq!(fences("> :::a\n> text\n>:::\n"), [1, 3]);
        assert_eq!(fences("- ```\n  :::a\n:::b"), [3]);
        assert_eq!(fences("> ```\n> :::a\n:::b"), [3]);
    }
}
