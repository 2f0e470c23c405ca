//! Header fields: ASCII (but for an address that needs SMTPUTF8), folded, and never more of them than are meant (RFC 5322, RFC 2047).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::config::Mailbox;
use crate::message::frozen::as_text;
use crate::message::percent::push_percent;

/// The columns of a header line that are filled at most.
const COLUMNS: usize = 76;

/// Header fields as they go over the wire.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Fields(#[serde(with = "as_text")] Vec<u8>);

impl Fields {
    /// Adds a field of free text: a subject.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.start(name);
        push_text(name.len() + 2, &clean(value), &mut self.0);
        self.end();
    }

    /// Adds a mailbox: `From`, `To`, `Reply-To`.
    pub(super) fn mailbox(&mut self, name: &str, mailbox: &Mailbox) {
        let address = mailbox.address.as_str();
        self.start(name);
        match mailbox.name.as_deref().map(clean).filter(|name| !name.is_empty()) {
            Some(display) => {
                let column = push_phrase(name.len() + 2, &display, &mut self.0);
                self.fold(column, address.len() + 3);
                self.0.push(b'<');
                self.0.extend_from_slice(address.as_bytes());
                self.0.push(b'>');
            }
            None => self.0.extend_from_slice(address.as_bytes()),
        }
        self.end();
    }

    /// Adds a field whose value the tool made of items that must not be broken; what is not
    /// printable ASCII in them is dropped.
    pub(super) fn items<S: AsRef<str>>(&mut self, name: &str, items: &[S]) {
        self.start(name);
        let mut column = name.len() + 2;
        for (index, item) in items.iter().enumerate() {
            let item: String = item.as_ref().chars().filter(|c| matches!(c, ' '..='~')).collect();
            if index > 0 {
                column = self.fold(column, item.len() + 1);
            }
            self.0.extend_from_slice(item.as_bytes());
            column += item.len();
        }
        self.end();
    }

    /// Adds a `List-Id` (RFC 2919): a phrase and an identifier.
    pub(super) fn list_id(&mut self, phrase: &str, id: &str) {
        const NAME: &str = "List-Id";
        self.start(NAME);
        let column = push_phrase(NAME.len() + 2, &clean(phrase), &mut self.0);
        self.fold(column, id.len() + 3);
        let id: String = id.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>')).collect();
        self.0.extend_from_slice(format!("<{id}>").as_bytes());
        self.end();
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn start(&mut self, name: &str) {
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(b": ");
    }

    fn end(&mut self) {
        self.0.extend_from_slice(b"\r\n");
    }

    /// A space, or a line's end and a space where `width` more columns have no room.
    fn fold(&mut self, column: usize, width: usize) -> usize {
        if column + width > COLUMNS {
            self.0.extend_from_slice(b"\r\n ");
            1
        } else {
            self.0.push(b' ');
            column + 1
        }
    }
}

/// A value without what could end its line or hide: control characters and line separators are
/// spaces, runs of which count as one.
fn clean(value: &str) -> String {
    let spaced = value.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c });
    let mut cleaned = String::with_capacity(value.len());
    for c in spaced {
        if c != ' ' || !(cleaned.is_empty() || cleaned.ends_with(' ')) {
            cleaned.push(c);
        }
    }
    cleaned.truncate(cleaned.trim_end().len());
    cleaned
}

/// Whether `value` can stand in `column` as it is: ASCII, nothing that reads as an encoded word, and
/// words that fit their lines, the first one behind the field's name.
fn is_simple(column: usize, value: &str) -> bool {
    let mut words = value.split(' ');
    let first = words.next().unwrap_or_default();
    value.is_ascii()
        && !value.contains("=?")
        && column + first.len() <= COLUMNS
        && words.all(|word| word.len() < COLUMNS - 2)
}

fn push_text(column: usize, value: &str, out: &mut Vec<u8>) -> usize {
    if is_simple(column, value) { push_words(column, value, out) } else { push_encoded(column, value, out) }
}

/// A display name: as it is, quoted, or as encoded words.
fn push_phrase(column: usize, value: &str, out: &mut Vec<u8>) -> usize {
    let atom = |c: char| c.is_ascii_alphanumeric() || " !#$%&'*+-/=?^_`{|}~".contains(c);
    if !is_simple(column, value) || value.len() > 60 {
        return push_encoded(column, value, out);
    }
    if value.chars().all(atom) {
        return push_words(column, value, out);
    }
    let quoted = format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
    // It is not folded.
    if column + quoted.len() > COLUMNS {
        return push_encoded(column, value, out);
    }
    out.extend_from_slice(quoted.as_bytes());
    column + quoted.len()
}

/// Words, folded at their spaces.
fn push_words(mut column: usize, value: &str, out: &mut Vec<u8>) -> usize {
    for (index, word) in value.split(' ').enumerate() {
        if index > 0 {
            if column + 1 + word.len() > COLUMNS {
                out.extend_from_slice(b"\r\n");
                column = 0;
            }
            out.push(b' ');
            column += 1;
        }
        out.extend_from_slice(word.as_bytes());
        column += word.len();
    }
    column
}

/// Encoded words (RFC 2047): each holds whole characters and has at most 75 columns.
fn push_encoded(mut column: usize, value: &str, out: &mut Vec<u8>) -> usize {
    const START: &str = "=?utf-8?B?";
    const AROUND: usize = START.len() + 2;
    let mut rest = value;
    loop {
        // Base64 takes four columns for three bytes.
        let most = (COLUMNS.saturating_sub(column + AROUND) / 4 * 3).max(3);
        let mut end = rest.len().min(most);
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        if end == 0 && !rest.is_empty() {
            out.extend_from_slice(b"\r\n ");
            column = 1;
            continue;
        }
        let (now, later) = rest.split_at(end);
        let word = format!("{START}{}?=", STANDARD.encode(now));
        out.extend_from_slice(word.as_bytes());
        column += word.len();
        if later.is_empty() {
            return column;
        }
        out.extend_from_slice(b"\r\n ");
        column = 1;
        rest = later;
    }
}

/// A domain in A-labels (RFC 5891).
pub(super) fn ascii_domain(domain: &str) -> Option<String> {
    idna::domain_to_ascii(domain).ok().filter(|domain| !domain.is_empty())
}

/// An address of the web in ASCII: its host in A-labels, the rest percent-encoded.
pub(super) fn ascii_url(url: &str) -> String {
    let (start, rest) =
        url.split_once("://").map_or((String::new(), url), |(scheme, rest)| (format!("{scheme}://"), rest));
    let (host, path) = match rest.find(['/', '?', '#']) {
        Some(at) if !start.is_empty() => rest.split_at(at),
        _ if start.is_empty() => ("", rest),
        _ => (rest, ""),
    };
    let host = if host.is_ascii() { host.to_owned() } else { ascii_domain(host).unwrap_or_default() };
    let mut made = start + &host;
    for byte in path.bytes() {
        if byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'"') {
            made.push(char::from(byte));
        } else {
            push_percent(byte, &mut made);
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Fields, ascii_url};
    use crate::address::EmailAddress;
    use crate::config::Mailbox;

    fn text(value: &str) -> String {
        let mut fields = Fields::default();
        fields.text("Subject", value);
        String::from_utf8(fields.0).unwrap()
    }

    fn from(name: &str, address: &str) -> String {
        let mut fields = Fields::default();
        let address = EmailAddress::parse(address).unwrap();
        fields.mailbox("From", &Mailbox { name: Some(name.into()), address });
        String::from_utf8(fields.0).unwrap()
    }

    /// The value as a mail client reads it.
    fn read(field: &str) -> String {
        let (header, _) = mailparse::parse_header(field.as_bytes()).unwrap();
        header.get_value()
    }

    #[test]
    fn subjects_are_folded_or_encoded() {
        assert_eq!(text("A plain subject"), "Subject: A plain subject\r\n");
        assert_eq!(text("Über: 重庆"), "Subject: =?utf-8?B?w5xiZXI6IOmHjeW6hg==?=\r\n");
        assert_eq!(text("a\r\nBcc: x@y.z\u{2028}b"), "Subject: a Bcc: x@y.z b\r\n");
        assert_eq!(read(&text("=?utf-8?q?x?=")), "=?utf-8?q?x?=");
    }

    #[test]
    fn names_are_plain_quoted_or_encoded() {
        assert_eq!(from("Jo Doe", "a@e.org"), "From: Jo Doe <a@e.org>\r\n");
        assert_eq!(from("Doe, \"Jo\" \\", "a@e.org"), "From: \"Doe, \\\"Jo\\\" \\\\\" <a@e.org>\r\n");
        assert_eq!(from("重庆", "a@例え.jp"), "From: =?utf-8?B?6YeN5bqG?= <a@xn--r8jz45g.jp>\r\n");
        assert_eq!(from("A\r\nBcc: x", "a@e.org"), "From: \"A Bcc: x\" <a@e.org>\r\n");
        assert_eq!(from("", "a@e.org"), "From: a@e.org\r\n");
    }

    #[test]
    fn what_fits_no_line_is_encoded() {
        let word = "a".repeat(67);
        assert_eq!(text(&word), format!("Subject: {word}\r\n"));
        assert!(text(&format!("{word}a")).starts_with("Subject: =?utf-8?B?"));
        assert_eq!(read(&text(&format!("{word}a b"))), format!("{word}a b"));
        // Each of these takes two columns.
        let name = "\"".repeat(60);
        let field = from(&name, "a@e.org");
        assert!(field.split("\r\n").all(|line| line.len() <= 76), "{field}");
        assert_eq!(read(&field), format!("{name} <a@e.org>"));
    }

    #[test]
    fn web_addresses_become_ascii() {
        assert_eq!(ascii_url("https://例え.jp/重 <a>?x=y"), "https://xn--r8jz45g.jp/%E9%87%8D%20%3Ca%3E?x=y");
        assert_eq!(ascii_url("mailto:a@b.c?subject=ü"), "mailto:a@b.c?subject=%C3%BC");
    }

    proptest! {
        #[test]
        fn a_subject_is_read_back_as_written(value in "(\\PC|[ a-z=?_]){0,200}") {
            let field = text(&value);
            prop_assert!(field.is_ascii());
            let lines: Vec<_> = field.strip_suffix("\r\n").unwrap().split("\r\n").collect();
            prop_assert!(lines.iter().all(|line| line.len() <= 76 && !line.contains(['\r', '\n'])));
            prop_assert!(lines.iter().skip(1).all(|line| line.starts_with(' ') && !line.trim().is_empty()));
            let words = |text: &str| text.split([' ', '\u{2028}', '\u{2029}']).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
            // The parser that judges strips white space of every script at both ends.
            prop_assert_eq!(words(read(&field).trim()), words(value.trim()));
        }

        #[test]
        fn no_phrase_or_item_makes_another_header(text in any::<String>()) {
            let mut fields = Fields::default();
            fields.list_id(&text, &text);
            fields.items("List-Archive", &[&text, &text]);
            let made = String::from_utf8(fields.0).unwrap();
            prop_assert!(made.is_ascii());
            let unfolded = made.replace("\r\n ", " ");
            let lines: Vec<_> = unfolded.split_terminator("\r\n").collect();
            prop_assert!(matches!(lines.as_slice(), [id, archive]
                if id.starts_with("List-Id: ") && archive.starts_with("List-Archive: ")), "{made:?}");
            prop_assert!(!lines.concat().contains(['\r', '\n']));
        }

        #[test]
        fn no_name_makes_another_header(name in any::<String>()) {
            let field = from(&name, "a@e.org");
            prop_assert!(field.is_ascii());
            prop_assert!(field.ends_with("\r\n"));
            let unfolded = field.strip_suffix("\r\n").unwrap().replace("\r\n ", " ");
            prop_assert!(!unfolded.contains(['\r', '\n']));
            prop_assert!(unfolded.ends_with("a@e.org>") || unfolded.ends_with("a@e.org"));
        }
    }
}
