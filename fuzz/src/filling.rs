//! What a reader's values do to their message.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use mailparse::{MailHeader, MailHeaderMap, ParsedMail};
use newsletter::address::EmailAddress;
use newsletter::config::Mailbox;
use newsletter::message::{MessageTemplate, Recipient, Stamp};
use newsletter::token::{CampaignId, KeyRing, ListId, PublicId};

/// What is filled first, in the place of each field.
const NAME: &str = "Qzname";
const CITY: &str = "Qzcity";

/// A template so small that what is looked at is the filling.
pub(super) const TEMPLATE: &[u8] =
    b"<html><title>{{issue.title}}</title><body title=\"{{subscriber.name}}\">{{{issue.content}}}</body></html>\n";

/// The columns of a line at most.
const COLUMNS: usize = 76;

/// A reader's name and city and the text of a post, in this order, with NUL between: decoded by
/// another parser the message has the values in their places and nothing else differs; lines are
/// short; no field of the header is more or less.
pub fn filling(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut parts = text.splitn(3, '\0');
    let (Some(name), Some(city), Some(post)) = (parts.next(), parts.next(), parts.next()) else { return };
    // A post may write what fields are filled with first, also with marks between that are left out
    // of text, or escaped. An empty field has the default in its place.
    if ["Q", "&#", "%51"].iter().any(|part| post.contains(part)) || name.is_empty() || city.is_empty() {
        return;
    }
    let plain_words = post.chars().all(|c| c.is_ascii_lowercase() || c == ' ');
    let post = format!(
        "---\ntitle: Post\ntemplate: small\nsubject: '{{{{subscriber.city}}}} for {{{{subscriber.name}}}}'\n---\n\n\
         Dear {{{{subscriber.name}}}}, [here](https://e.example/{{{{subscriber.city}}}}?q={{{{subscriber.name}}}}):\n\n{post}\n"
    );
    let Some(template) = template(&post) else {
        assert!(!plain_words, "plain words can be sent");
        return;
    };
    let stored = template.to_bytes().expect("a template can be stored");
    let restored = MessageTemplate::from_bytes(&stored).expect("what was stored can be read");
    let plain = template.fill(&reader("reader@example.org", NAME, CITY), &stamp()).into_bytes();
    let reader = reader("reader@example.org", name, city);
    let filled = template.fill(&reader, &stamp());
    assert_eq!(filled, restored.fill(&reader, &stamp()), "a stored template gives the same bytes");
    judge_wire(filled.as_bytes());
    let (plain, filled) = (read(&plain), read(filled.as_bytes()));
    judge_headers(&plain, &filled);
    assert_eq!(plain.subparts.len(), filled.subparts.len());
    for (plain, filled) in plain.subparts.iter().zip(&filled.subparts) {
        judge_headers(plain, filled);
        if plain.ctype.mimetype.starts_with("text/") {
            let body = |part: &ParsedMail<'_>| part.get_body().expect("a part can be decoded").replace("\r\n", "\n");
            judge_places(&body(plain), &body(filled), name, city);
        }
    }
}

/// An address in the header of a message that is the same for all.
pub(super) fn judge_address(address: &EmailAddress) {
    static TEMPLATE: OnceLock<MessageTemplate> = OnceLock::new();
    let template =
        TEMPLATE.get_or_init(|| template("---\ntitle: Post\n---\n\nHello.\n").expect("the post above can be built"));
    let usual = template.fill(&reader("reader@example.org", "Ada", ""), &stamp()).into_bytes();
    let filled = template.fill(&reader(address.as_str(), "Ada", ""), &stamp()).into_bytes();
    let (usual, filled) = (read(&usual), read(&filled));
    judge_headers(&usual, &filled);
    let to = filled.headers.get_first_value("To").unwrap_or_default();
    assert_eq!(to, format!("Ada <{}>", address.as_str()));
}

fn template(post: &str) -> Option<MessageTemplate> {
    let built = super::build(post);
    let (document, output) = (built.document?, built.output?);
    let config = &super::publication().0.config;
    MessageTemplate::new(config, &document, &output.renditions, &output.assets).ok()
}

fn reader(address: &str, name: &str, city: &str) -> Recipient {
    let address = EmailAddress::parse(address).expect("it was read before");
    let fields = [("name", name), ("city", city)].map(|(field, value)| (field.to_owned(), value.to_owned()));
    Recipient { mailbox: Mailbox { name: Some(name.to_owned()), address }, fields: BTreeMap::from(fields) }
}

fn stamp() -> Stamp {
    static KEYS: OnceLock<KeyRing> = OnceLock::new();
    let keys = KEYS.get_or_init(|| KeyRing::new([7; 32]));
    Stamp::new(keys, ListId(1), PublicId([9; 8]), CampaignId(42), Default::default())
}

fn read(message: &[u8]) -> ParsedMail<'_> {
    mailparse::parse_mail(message).expect("a message can be parsed")
}

/// Lines of ASCII, ended by CRLF and of 76 columns at most, but for words that cannot be broken.
fn judge_wire(message: &[u8]) {
    let text = std::str::from_utf8(message).expect("a message is text");
    assert!(text.is_ascii() && !text.replace("\r\n", "").contains(['\r', '\n']), "lines end in CRLF: {text:?}");
    let (header, body) = text.split_once("\r\n\r\n").expect("a header ends");
    for line in body.split("\r\n") {
        assert!(line.len() <= COLUMNS, "a line of the body: {line:?}");
    }
    for line in header.split("\r\n") {
        let value = line.split_once(": ").map_or(line, |(_, value)| value);
        assert!(line.len() <= COLUMNS || !value.trim_start().contains(' '), "a line of the header: {line:?}");
        let of_a_reader = line.starts_with("Subject: ") || line.starts_with("To: ");
        assert!(line.len() <= COLUMNS || !of_a_reader, "a line of the header: {line:?}");
    }
}

/// The same fields, no value of which ends its line.
fn judge_headers(plain: &ParsedMail<'_>, filled: &ParsedMail<'_>) {
    let names = |mail: &ParsedMail<'_>| mail.headers.iter().map(MailHeader::get_key).collect::<Vec<_>>();
    assert_eq!(names(plain), names(filled));
    for header in &filled.headers {
        let value = header.get_value();
        assert!(!value.contains(char::is_control), "{}: {value:?}", header.get_key());
    }
}

/// `filled` is `plain` with the values in the places of the fields, each in a form for its place.
fn judge_places(plain: &str, filled: &str, name: &str, city: &str) {
    let mut pieces = Vec::new();
    let mut rest = plain;
    while let Some(at) = rest.find("Qz") {
        let (before, field) = rest.split_at(at);
        let value = if field.starts_with(NAME) { name } else { city };
        pieces.push((before, forms(value)));
        rest = field.get(NAME.len()..).unwrap_or_default();
    }
    // All the places where what was compared can end: one form may be the start of another.
    let mut ends = BTreeSet::from([0]);
    for (before, forms) in &pieces {
        let next = |end: &usize| {
            let rest = filled.get(*end..).and_then(|rest| rest.strip_prefix(before));
            let forms = forms.iter().filter(move |form| rest.is_some_and(|rest| rest.starts_with(form.as_str())));
            forms.map(|form| end + before.len() + form.len()).collect::<Vec<_>>()
        };
        ends = ends.iter().flat_map(next).collect();
        assert!(!ends.is_empty(), "after {before:?} in {filled:?}");
    }
    let ended = ends.iter().any(|end| filled.get(*end..) == Some(rest));
    assert!(ended, "{plain:?} became {filled:?}");
}

/// A value as it is in text, in HTML, in a part of an address, and as an address.
fn forms(value: &str) -> [String; 4] {
    let direction = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let space = |c: char| matches!(c, '\n' | '\t' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let plain: String =
        value.chars().map(|c| if space(c) { ' ' } else { c }).filter(|c| !c.is_control() && !direction(*c)).collect();
    let mut html = plain.clone();
    for (from, to) in [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")] {
        html = html.replace(from, to);
    }
    let encoded = |kept: &str| {
        let one = |byte: u8| match char::from(byte) {
            c if c.is_ascii_alphanumeric() || kept.contains(c) => c.to_string(),
            _ => format!("%{byte:02X}"),
        };
        value.bytes().map(one).collect::<String>()
    };
    [plain, html, encoded("-._~"), encoded("-._~:/?#[]@!$()*+,;=%")]
}
