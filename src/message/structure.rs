//! The parts of a message and how they nest: text before HTML, images with the HTML that shows
//! them, attachments last (RFC 2046, RFC 2387).

use serde::{Deserialize, Serialize};

use crate::message::lined::Lined;
use crate::message::mime::{Body, push_base64};
use crate::message::percent::{hex, push_percent};
use crate::message::personalize::{Pattern, Values};
use crate::render::{Asset, Attachment};

/// A message below its own header fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Structure {
    pub(super) segments: Vec<Segment>,
    pub(super) html_len: usize,
    pub(super) text_len: usize,
}

/// A run of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Segment {
    /// The same for everybody.
    Bytes(Lined),
    /// A text or HTML body.
    Body(Body),
}

impl Structure {
    /// About how many bytes it takes.
    pub(super) fn capacity(&self) -> usize {
        let sizes = self.segments.iter().map(|segment| match segment {
            Segment::Bytes(bytes) => bytes.len(),
            Segment::Body(body) => body.capacity(),
        });
        sizes.sum()
    }

    /// Whether it is the same for everybody.
    pub(super) fn is_fixed(&self) -> bool {
        self.segments.iter().all(|segment| match segment {
            Segment::Bytes(_) => true,
            Segment::Body(body) => body.is_fixed(),
        })
    }

    fn bytes(&mut self, bytes: impl AsRef<[u8]>) {
        if let Some(Segment::Bytes(last)) = self.segments.last_mut() {
            last.write(|last| last.extend_from_slice(bytes.as_ref()));
        } else {
            self.segments.push(Segment::Bytes(bytes.as_ref().to_vec().into()));
        }
    }

    fn body(&mut self, kind: &str, pattern: Pattern<'_>) -> usize {
        let sample = pattern.fill(Values::Defaults);
        let body = Body::new(pattern, &sample);
        self.bytes(format!(
            "Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: {}\r\n\r\n",
            body.encoding.name()
        ));
        let len = body.len();
        self.segments.push(Segment::Body(body));
        len
    }

    /// A multipart's header; gives the line that comes before each part.
    fn open(&mut self, kind: &str, seed: &str, level: u8) -> String {
        // `=_` stands in no quoted-printable or base64 text, so no body can hold the boundary.
        let boundary = format!("=_{seed}_{level}");
        self.bytes(format!("Content-Type: multipart/{kind};\r\n boundary=\"{boundary}\"\r\n"));
        format!("\r\n--{boundary}")
    }

    fn file(&mut self, media_type: &str, disposition: &str, bytes: &[u8]) {
        self.bytes(format!(
            "Content-Type: {media_type}\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: {disposition}\r\n\r\n"
        ));
        let mut encoded = Vec::new();
        push_base64(bytes, &mut encoded);
        self.bytes(encoded);
    }
}

/// Puts the parts together. `images` come with their Content-IDs.
pub(super) fn build(
    text: Pattern<'_>,
    html: Pattern<'_>,
    images: &[(&Asset, String)],
    attachments: &[Attachment],
    hash: &[u8; 32],
) -> Structure {
    let seed = hex(hash.get(..10).unwrap_or_default());
    let mut made = Structure { segments: Vec::new(), html_len: 0, text_len: 0 };
    let mixed = (!attachments.is_empty()).then(|| made.open("mixed", &seed, 1));
    if let Some(line) = &mixed {
        made.bytes(format!("{line}\r\n"));
    }
    let alternative = made.open("alternative", &seed, 2);
    made.bytes(format!("{alternative}\r\n"));
    made.text_len = made.body("plain", text);
    made.bytes(format!("{alternative}\r\n"));
    let related = (!images.is_empty()).then(|| made.open("related; type=\"text/html\"", &seed, 3));
    if let Some(line) = &related {
        made.bytes(format!("{line}\r\n"));
    }
    made.html_len = made.body("html", html);
    for (image, id) in images {
        made.bytes(format!("{}\r\nContent-ID: <{id}>\r\n", related.as_deref().unwrap_or_default()));
        made.file(image.media_type, &format!("inline;\r\n {}", file_name(&image.name)), &image.bytes);
    }
    if let Some(line) = &related {
        made.bytes(format!("{line}--\r\n"));
    }
    made.bytes(format!("{alternative}--\r\n"));
    for attachment in attachments {
        made.bytes(format!("{}\r\n", mixed.as_deref().unwrap_or_default()));
        let disposition = format!("attachment;\r\n {}", file_name(&attachment.name));
        made.file(attachment.media_type, &disposition, &attachment.bytes);
    }
    if let Some(line) = &mixed {
        made.bytes(format!("{line}--\r\n"));
    }
    made
}

/// The parameter that names a file: quoted, or as RFC 2231 says where it is not ASCII.
fn file_name(name: &str) -> String {
    let simple = |c: char| c.is_ascii_alphanumeric() || " -._+@()".contains(c);
    // Two spaces would be one in DKIM's relaxed form.
    if name.len() <= 60 && name.chars().all(simple) && !name.contains("  ") {
        return format!("filename=\"{name}\"");
    }
    // Long names are told in numbered pieces, so that lines stay short.
    let mut made = String::new();
    let mut piece = "utf-8''".to_owned();
    let mut number = 0;
    for c in name.chars() {
        // Whole characters, for some clients decode each piece by itself.
        if piece.len() > 48 {
            made += "filename*";
            made += &number.to_string();
            made += "*=";
            made += &std::mem::take(&mut piece);
            made += ";\r\n ";
            number += 1;
        }
        if c.is_ascii_alphanumeric() || "-._".contains(c) {
            piece.push(c);
        } else {
            for &byte in c.encode_utf8(&mut [0; 4]).as_bytes() {
                push_percent(byte, &mut piece);
            }
        }
    }
    if number == 0 { format!("filename*={piece}") } else { format!("{made}filename*{number}*={piece}") }
}
