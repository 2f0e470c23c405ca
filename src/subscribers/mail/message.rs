//! A mail as headers and parts, as far as reports need it.

use std::borrow::Cow;

use mailparse::MailHeaderMap as _;

/// How deep parts may stand in parts: a report in a list's wrapping is 3.
const DEEPEST: usize = 6;
/// The most parts of one mail.
const MOST_PARTS: usize = 64;
/// What is read of a header, in bytes.
const LARGEST_HEADER: usize = 128 * 1024;

/// The fields of a header.
pub(super) struct Header<'a> {
    fields: Vec<mailparse::MailHeader<'a>>,
}

/// A part that holds no others.
pub(super) struct Part<'a> {
    /// `message/delivery-status`, in lower case.
    pub(super) kind: String,
    /// Its body, decoded.
    pub(super) body: Cow<'a, [u8]>,
}

impl<'a> Header<'a> {
    /// Reads the fields at the start of `bytes`, and gives what follows them.
    pub(super) fn read(bytes: &'a [u8]) -> (Self, &'a [u8]) {
        let end = end_of_header(bytes);
        let (header, body) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
        let header = header.get(..LARGEST_HEADER).unwrap_or(header);
        let fields = mailparse::parse_headers(header).map(|(fields, _)| fields).unwrap_or_default();
        (Self { fields }, body)
    }

    /// The first field of this name, unfolded.
    pub(super) fn first(&self, name: &str) -> Option<String> {
        self.fields.get_first_value(name)
    }

    /// All fields of this name, as they stand there.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = Cow<'_, str>> {
        let named = move |field: &&mailparse::MailHeader<'_>| field.get_key_ref().eq_ignore_ascii_case(name);
        self.fields.iter().filter(named).map(|field| String::from_utf8_lossy(field.get_value_raw()))
    }

    fn content_type(&self) -> mailparse::ParsedContentType {
        mailparse::parse_content_type(&self.first("Content-Type").unwrap_or_default())
    }

    /// The type of the content, in lower case.
    pub(super) fn kind(&self) -> String {
        self.content_type().mimetype.to_lowercase()
    }

    /// Whether a program wrote it in answer to another mail (RFC 3834), or says so in an older way.
    pub(super) fn is_automatic(&self) -> bool {
        let says = |name: &str, words: &[&str]| {
            let value = self.first(name).unwrap_or_default().trim().to_lowercase();
            words.iter().any(|word| value.starts_with(word))
        };
        says("Auto-Submitted", &["auto-replied", "auto-notified"])
            || says("Precedence", &["auto_reply", "junk"])
            || ["X-Autoreply", "X-Autorespond", "X-Auto-Reply"].iter().any(|name| self.first(name).is_some())
    }
}

/// The parts of a mail that hold no others, in order.
pub(super) fn parts(bytes: &[u8]) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    collect(bytes, DEEPEST, &mut parts);
    parts
}

fn collect<'a>(bytes: &'a [u8], depth: usize, parts: &mut Vec<Part<'a>>) {
    if parts.len() >= MOST_PARTS {
        return;
    }
    let (header, body) = Header::read(bytes);
    let content = header.content_type();
    let kind = content.mimetype.to_lowercase();
    if !kind.starts_with("multipart/") {
        let encoding = header.first("Content-Transfer-Encoding").unwrap_or_default().trim().to_lowercase();
        let body = if matches!(encoding.as_str(), "base64" | "quoted-printable") {
            // Without parts in it, the crate goes no deeper.
            let decoded = mailparse::parse_mail(bytes).and_then(|mail| mail.get_body_raw());
            decoded.map_or(Cow::Borrowed(body), Cow::Owned)
        } else {
            Cow::Borrowed(body)
        };
        parts.push(Part { kind, body });
        return;
    }
    let Some(boundary) = content.params.get("boundary").filter(|boundary| !boundary.is_empty() && depth > 0) else {
        return;
    };
    for inner in split(body, boundary.as_bytes()) {
        collect(inner, depth - 1, parts);
    }
}

/// What stands between the lines of a boundary (RFC 2046 §5.1.1).
fn split<'a>(body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let mut start = None;
    let mut at = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let after = line.strip_prefix(b"--").and_then(|line| line.strip_prefix(boundary));
        if let Some(after) = after.map(<[u8]>::trim_ascii).filter(|after| matches!(*after, b"" | b"--")) {
            if let Some(start) = start {
                parts.push(body.get(start..at).unwrap_or_default());
            }
            start = (after.is_empty() && parts.len() < MOST_PARTS).then_some(at + line.len());
            if start.is_none() {
                return parts;
            }
        }
        at += line.len();
    }
    // A mail that was cut off ends its last part.
    parts.extend(start.and_then(|start| body.get(start..)));
    parts
}

/// Where the empty line after the header ends.
fn end_of_header(bytes: &[u8]) -> usize {
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        if matches!(line, b"\n" | b"\r\n") {
            return at;
        }
    }
    at
}
