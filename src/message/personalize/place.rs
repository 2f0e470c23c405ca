//! Where in a text a hole stands, and how a value is escaped there.

use memchr::memchr;
use serde::{Deserialize, Serialize};

use crate::message::percent::push_percent;

/// A place that can take a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::message) enum Place {
    /// Between tags, or in a title.
    Text,
    /// In a quoted attribute.
    Attribute,
    /// In an address, after its scheme.
    UrlPart,
    /// A whole address, or its start.
    Url,
    /// In plain text.
    Plain,
    /// In an address in plain text.
    PlainUrl,
}

impl Place {
    /// Writes `value` as this place takes it.
    pub(in crate::message) fn escape(self, value: &str, out: &mut String) {
        match self {
            Self::Text | Self::Attribute => {
                for c in value.chars().filter_map(printable) {
                    match c {
                        '&' => out.push_str("&amp;"),
                        '<' => out.push_str("&lt;"),
                        '>' => out.push_str("&gt;"),
                        '"' => out.push_str("&quot;"),
                        '\'' => out.push_str("&#39;"),
                        c => out.push(c),
                    }
                }
            }
            Self::Plain => out.extend(value.chars().filter_map(printable)),
            Self::UrlPart | Self::PlainUrl => push_encoded(value, |_| false, out),
            Self::Url if is_web_address(value) => {
                // As it is, but for what would end the attribute or the address.
                push_encoded(value, |byte| b":/?#[]@!$()*+,;=%".contains(&byte), out);
            }
            Self::Url => push_encoded(value, |_| false, out),
        }
    }
}

/// The character as text can hold it: line ends and separators become spaces; control characters
/// and those that turn the direction of what follows are dropped.
fn printable(c: char) -> Option<char> {
    match c {
        '\n' | '\t' | '\u{2028}' | '\u{2029}' | '\u{85}' => Some(' '),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => None,
        c if c.is_control() => None,
        c => Some(c),
    }
}

fn is_web_address(value: &str) -> bool {
    let lower = value.get(..value.len().min(8)).unwrap_or(value).to_ascii_lowercase();
    lower.starts_with("https://") || lower.starts_with("http://") || lower.starts_with("mailto:")
}

fn push_encoded(value: &str, keep: impl Fn(u8) -> bool, out: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || keep(byte) {
            out.push(char::from(byte));
        } else {
            push_percent(byte, out);
        }
    }
}

/// The attributes that hold an address.
const URL_ATTRIBUTES: [&str; 9] =
    ["href", "src", "action", "background", "cite", "poster", "formaction", "data", "xlink:href"];

/// The schemes in which a value is data and nothing else.
const SCHEMES: [&str; 5] = ["http", "https", "mailto", "tel", "sms"];

/// The elements whose content is not markup.
const RAW: [&str; 6] = ["script", "style", "xmp", "iframe", "noembed", "noframes"];

/// Reads HTML as far as is needed to know where a hole stands (HTML 13.2.5, much shortened).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scanner {
    state: State,
    /// The tag's or attribute's name, in lower case.
    tag: String,
    attribute: String,
    /// The start of the attribute's value, or of the word in plain text.
    value: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Data,
    /// In a tag's name; a closing tag or not.
    TagName,
    InTag,
    AttributeName,
    AfterName,
    BeforeValue,
    Value(u8),
    Comment,
    Declaration,
    /// In an element of [`RAW`].
    Raw,
}

/// The bytes of a value that are kept: enough for a scheme and a host.
const KEPT: usize = 200;

impl Scanner {
    /// Reads on.
    pub(super) fn feed(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            at += match self.state {
                State::Data => self.data(text, at),
                State::Raw => self.raw(text, at),
                State::Comment => match text.get(at..).and_then(|rest| rest.find("-->")) {
                    Some(end) => {
                        self.state = State::Data;
                        end + 3
                    }
                    None => bytes.len() - at,
                },
                State::Declaration => {
                    if byte == b'>' {
                        self.state = State::Data;
                    }
                    1
                }
                State::Value(quote) if quote != 0 => self.quoted(text, at, quote),
                State::TagName | State::AttributeName if byte.is_ascii_alphanumeric() => self.name(text, at),
                State::InTag if byte.is_ascii_alphabetic() => self.attribute(text, at),
                _ => self.tag(byte),
            };
        }
    }

    /// In the name of a tag or attribute: reads on to what ends it or is not so ordinary.
    fn name(&mut self, text: &str, at: usize) -> usize {
        let rest = text.get(at..).unwrap_or_default();
        let len = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let name = if self.state == State::TagName { &mut self.tag } else { &mut self.attribute };
        name.push_str(rest.get(..len).unwrap_or_default());
        name.make_ascii_lowercase();
        len
    }

    /// At an attribute: reads it as a whole where it is as most are, `name="value"`.
    fn attribute(&mut self, text: &str, at: usize) -> usize {
        let rest = text.get(at..).unwrap_or_default();
        let name = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
        let quoted = rest.get(name..).and_then(|rest| rest.strip_prefix("=\""));
        let Some(end) = quoted.and_then(|value| memchr(b'"', value.as_bytes())) else {
            return self.tag(rest.as_bytes().first().copied().unwrap_or_default());
        };
        self.attribute.clear();
        self.attribute.push_str(rest.get(..name).unwrap_or_default());
        self.attribute.make_ascii_lowercase();
        self.value.clear();
        name + "=\"".len() + end + 1
    }

    /// Between tags: finds the next one.
    fn data(&mut self, text: &str, at: usize) -> usize {
        let rest = text.get(at..).unwrap_or_default();
        let Some(found) = memchr(b'<', rest.as_bytes()) else { return text.len() - at };
        let next = rest.get(found + 1..).unwrap_or_default();
        let is_tag = |byte: &u8| *byte == b'/' || byte.is_ascii_alphabetic();
        // A `<` directly before a hole would make a tag of the value.
        let passed = if next.as_bytes().first().is_none_or(is_tag) {
            self.tag.clear();
            self.attribute.clear();
            self.state = State::TagName;
            0
        } else if next.starts_with("!--[if") || next.starts_with("![endif]") {
            // What a conditional comment holds is markup for the one it is meant for.
            next.find('>').map_or(next.len(), |end| end + 1)
        } else if next.starts_with("!-->") || next.starts_with("!--->") {
            next.find('>').map_or(next.len(), |end| end + 1)
        } else if next.starts_with("!--") {
            self.state = State::Comment;
            3
        } else if next.starts_with(['!', '?']) {
            self.state = State::Declaration;
            1
        } else {
            0
        };
        found + 1 + passed
    }

    /// In a script or style: finds its end.
    fn raw(&mut self, text: &str, at: usize) -> usize {
        let rest = text.get(at..).unwrap_or_default();
        let Some(found) = rest.find("</") else { return rest.len() };
        let name = rest.get(found + 2..found + 2 + self.tag.len()).unwrap_or_default();
        if name.eq_ignore_ascii_case(&self.tag) {
            self.tag.clear();
            self.state = State::TagName;
            return found + 1;
        }
        found + 2
    }

    /// In a quoted value: finds its end. What a value holds is kept only for a hole in it.
    fn quoted(&mut self, text: &str, at: usize, quote: u8) -> usize {
        let rest = text.get(at..).unwrap_or_default();
        if let Some(end) = memchr(quote, rest.as_bytes()) {
            self.state = State::InTag;
            return end + 1;
        }
        for byte in rest.bytes().take(KEPT) {
            self.keep(byte);
        }
        rest.len()
    }

    fn tag(&mut self, byte: u8) -> usize {
        let space = matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c');
        match self.state {
            State::BeforeValue if byte == b'"' || byte == b'\'' => {
                self.value.clear();
                self.state = State::Value(byte);
                return 1;
            }
            State::BeforeValue if !space && byte != b'>' => {
                self.value.clear();
                self.keep(byte);
                self.state = State::Value(0);
                return 1;
            }
            _ => {}
        }
        match (self.state, byte) {
            (_, b'>') => {
                self.state = if RAW.contains(&self.tag.as_str()) { State::Raw } else { State::Data };
            }
            (State::Value(_), _) if !space => self.keep(byte),
            (State::TagName, _) if !space && byte != b'/' || (self.state == State::TagName && self.tag.is_empty()) => {
                // A closing tag keeps its `/`, so that it opens nothing.
                self.tag.push(char::from(byte.to_ascii_lowercase()));
            }
            (State::AttributeName | State::AfterName, b'=') => self.state = State::BeforeValue,
            (State::AttributeName, _) if space => self.state = State::AfterName,
            (State::AttributeName, b'/') => self.state = State::InTag,
            (State::AttributeName, _) => self.attribute.push(char::from(byte.to_ascii_lowercase())),
            (State::BeforeValue | State::AfterName, _) if space => {}
            (_, _) if space || byte == b'/' => self.state = State::InTag,
            _ => {
                self.attribute.clear();
                self.attribute.push(char::from(byte.to_ascii_lowercase()));
                self.state = State::AttributeName;
            }
        }
        1
    }

    fn keep(&mut self, byte: u8) {
        if self.value.len() < KEPT {
            // A byte of a longer character stands for itself: only ASCII is asked for.
            self.value.push(if byte.is_ascii() { char::from(byte) } else { '\u{fffd}' });
        }
    }

    /// What a hole here can take, or where it stands instead.
    pub(super) fn place(&self) -> Result<Place, &'static str> {
        match self.state {
            State::Data => Ok(Place::Text),
            State::Value(0) | State::BeforeValue => Err("in an attribute without quotes"),
            State::Value(_) => self.attribute_place(),
            State::TagName | State::InTag | State::AttributeName | State::AfterName => Err("in a tag"),
            State::Comment => Err("in a comment"),
            State::Declaration => Err("in a declaration"),
            State::Raw => Err("in a script or style"),
        }
    }

    fn attribute_place(&self) -> Result<Place, &'static str> {
        let name = self.attribute.as_str();
        if name.starts_with("on") {
            return Err("in an event handler");
        }
        if matches!(name, "style" | "srcdoc" | "srcset" | "http-equiv") {
            return Err("in an attribute that is not plain text");
        }
        if !URL_ATTRIBUTES.contains(&name) {
            return Ok(Place::Attribute);
        }
        let value = self.value.trim_start();
        if value.is_empty() {
            return Ok(Place::Url);
        }
        let scheme = value.split(['/', '?', '#']).next().and_then(|start| start.split_once(':'));
        match scheme {
            Some((scheme, _)) if !SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()) => {
                Err("in an address that is no link")
            }
            _ => Ok(Place::UrlPart),
        }
    }

    /// What a hole here can take in plain text.
    pub(super) fn text_place(&self) -> Place {
        let address = self.value.contains("://") || self.value.contains("mailto:");
        if address { Place::PlainUrl } else { Place::Plain }
    }

    /// Counts the hole that stands here as a part of what it stands in.
    pub(super) fn passed_hole(&mut self) {
        self.keep(b'x');
    }

    /// Whether both stand in the same place of the markup.
    pub(super) fn same_place(&self, other: &Self) -> bool {
        self.state == other.state
            && (self.state == State::Data || (&self.tag, &self.attribute) == (&other.tag, &other.attribute))
    }
}

/// Reads plain text on: its last word may be an address.
pub(super) fn scan_text(scanner: &mut Scanner, text: &str) {
    let word =
        text.rsplit(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | '"')).next().unwrap_or_default();
    if word.len() < text.len() {
        scanner.value.clear();
    }
    scanner.value.extend(word.chars().take(KEPT));
}
