//! Text in markup.

use std::borrow::Cow;
use std::fmt;

use crate::render::scan::find;

/// Text for an element or a quoted attribute. Control characters, which HTML forbids, become
/// U+FFFD.
#[derive(Clone, Copy, Debug)]
pub struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(out)
    }
}

impl Escaped<'_> {
    /// Adds it to `out`.
    pub(super) fn push(self, out: &mut String) {
        // A `String` takes everything.
        if self.write(out).is_err() {}
    }

    fn write(self, out: &mut impl fmt::Write) -> fmt::Result {
        let mut rest = self.0;
        while let Some((plain, special)) =
            find(rest.as_bytes(), may_be_special).and_then(|at| rest.split_at_checked(at))
        {
            let mut chars = special.chars();
            out.write_str(plain)?;
            match chars.next() {
                Some('&') => out.write_str("&amp;"),
                Some('<') => out.write_str("&lt;"),
                Some('>') => out.write_str("&gt;"),
                Some('"') => out.write_str("&quot;"),
                Some('\'') => out.write_str("&#39;"),
                Some(c) if c.is_control() && !matches!(c, '\n' | '\t') => out.write_char('\u{fffd}'),
                c => c.map_or(Ok(()), |c| out.write_char(c)),
            }?;
            rest = chars.as_str();
        }
        out.write_str(rest)
    }
}

/// Whether a byte is, or begins, what is not written as it is; with some that are.
#[expect(clippy::needless_bitwise_bool, reason = "a branch would ask of one byte after the other")]
fn may_be_special(byte: u8) -> bool {
    let sign = (byte == b'&') | (byte == b'<') | (byte == b'>') | (byte == b'"') | (byte == b'\'');
    // U+0080 to U+009F are controls too.
    sign | (byte < b' ') | (byte == 0x7f) | (byte == 0xc2)
}

/// An address for a quoted attribute. What no address may hold is percent-encoded.
#[derive(Clone, Copy, Debug)]
pub struct Address<'a>(pub &'a str);

impl fmt::Display for Address<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", Escaped(&encoded(self.0)))
    }
}

/// An address with what no address may hold percent-encoded, which is what browsers do with it;
/// the rest stays as written.
fn encoded(url: &str) -> Cow<'_, str> {
    // Brackets are an IPv6 address's in the part that names the host.
    let host = url.find("://").map_or(0, |at| at + 3);
    let path = url.get(host..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(host, |at| host + at);
    let (head, mut rest) = url.split_at_checked(if host == 0 { 0 } else { path }).unwrap_or((url, ""));
    let forbidden =
        |c: char| matches!(c, ' ' | '"' | '<' | '>' | '[' | ']' | '\\' | '^' | '`' | '{' | '|' | '}') || c.is_control();
    if !rest.contains(forbidden) {
        return Cow::Borrowed(url);
    }
    let mut encoded = head.to_owned();
    while let Some((at, c)) = rest.char_indices().find(|&(_, c)| forbidden(c)) {
        encoded.push_str(rest.get(..at).unwrap_or_default());
        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
            let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or('0').to_ascii_uppercase();
            encoded.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
        rest = rest.get(at + c.len_utf8()..).unwrap_or_default();
    }
    encoded.push_str(rest);
    Cow::Owned(encoded)
}

/// An address for a mail, which stands on no site: a path from the site's root (`/about`) gets the
/// site of `base_url` before it.
pub(super) fn absolute<'a>(url: &'a str, base_url: Option<&str>) -> Cow<'a, str> {
    if url.starts_with("//") {
        return Cow::Owned(format!("https:{}", encoded(url)));
    }
    let Some(base) = base_url.filter(|_| url.starts_with('/')) else { return encoded(url) };
    let host = base.find("://").map_or(0, |at| at + 3);
    let path = base.get(host..).and_then(|rest| rest.find('/')).map_or(base.len(), |at| host + at);
    Cow::Owned(format!("{}{}", base.get(..path).unwrap_or(base), encoded(url)))
}

#[cfg(test)]
mod tests {
    use super::{Address, Escaped, absolute};

    #[test]
    fn an_address_holds_nothing_that_addresses_may_not() {
        let shown = |address| Address(address).to_string();
        assert_eq!(shown("https://a.example/x]?a=[b]&c=1#\"d"), "https://a.example/x%5D?a=%5Bb%5D&amp;c=1#%22d");
        assert_eq!(shown("http://[::1]/a b"), "http://[::1]/a%20b");
        assert_eq!(shown("../重庆 a.md"), "../重庆%20a.md");
        assert_eq!(shown("https://a.example"), "https://a.example");
        assert_eq!(shown("a\u{1}b"), "a%01b");
    }

    #[test]
    fn an_address_in_a_mail_names_its_site() {
        let base = Some("https://letters.example/weekly");
        assert_eq!(absolute("/about us?a#b", base), "https://letters.example/about%20us?a#b");
        assert_eq!(absolute("//other.example/a", base), "https://other.example/a");
        assert_eq!(absolute("/about", None), "/about");
        assert_eq!(absolute("mailto:a@b.example", base), "mailto:a@b.example");
        assert_eq!(absolute("#note", base), "#note");
    }

    #[test]
    fn what_html_forbids_or_reads_does_not_come_through() {
        assert_eq!(Escaped("a<b> & \"c\" 'd'").to_string(), "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
        assert_eq!(Escaped("重\u{0}\u{9b}\r\n\t庆").to_string(), "重\u{fffd}\u{fffd}\u{fffd}\n\t庆");
    }
}
