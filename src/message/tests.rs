use std::collections::BTreeMap;

use chrono::DateTime;
use mailparse::{MailHeaderMap, ParsedMail};
use proptest::prelude::*;

use super::{FrozenError, Message, MessageTemplate, Recipient, Stamp};
use crate::address::EmailAddress;
use crate::config::{Config, ImagePolicy, Mailbox};
use crate::diagnostic::{Sink, Source};
use crate::files::{Memory, RelPath};
use crate::post::tree::Hole;
use crate::post::{Document, parse};
use crate::render::{Assets, Renditions};
use crate::testing;
use crate::token::{CampaignId, Claims, KeyRing, ListId, PublicId, Purpose, TokenError};

pub(super) struct Letter {
    pub(super) config: Config,
    pub(super) document: Document,
    pub(super) renditions: Renditions,
    pub(super) assets: Assets,
}

impl Letter {
    pub(super) fn new(text: &str, email: &str) -> Self {
        let config = testing::config();
        let source = Source::new("posts/2024-01-01-a.md", "---\ntitle: T\n---\n\nx\n");
        let path = RelPath::new("posts/2024-01-01-a.md").unwrap();
        let document = parse(&path, &source, &config, &Memory::default()).document.unwrap();
        let holes = document.holes.clone();
        let renditions = Renditions { email: email.into(), text: text.into(), holes, ..Renditions::default() };
        Self { config, document, renditions, assets: Assets::default() }
    }

    pub(super) fn hole(&mut self, field: &str, default: Option<&str>) -> String {
        self.renditions.holes.token(Hole { field: field.into(), default: default.map(str::to_owned) })
    }

    pub(super) fn template(&self) -> MessageTemplate {
        MessageTemplate::new(&self.config, &self.document, &self.renditions, &self.assets).unwrap()
    }

    /// The sample message to a reader with these fields.
    fn message(&self, fields: &[(&str, &str)]) -> String {
        check_wire(&self.template().sample(&reader(fields)))
    }
}

pub(super) fn reader(fields: &[(&str, &str)]) -> Recipient {
    let fields: BTreeMap<_, _> = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let name = fields.get("name").cloned();
    Recipient { mailbox: Mailbox { name, address: EmailAddress::parse("reader@example.com").unwrap() }, fields }
}

pub(super) fn keys() -> KeyRing {
    KeyRing::new([7; 32])
}

/// 2026-11-24T08:05:09Z.
pub(super) const TIME: i64 = 1_795_507_509;

const CLAIMS: Claims = Claims { list: ListId(1), subscriber: PublicId([9; 8]), campaign: CampaignId(42) };

pub(super) fn stamp() -> Stamp {
    let date = DateTime::from_timestamp(TIME, 0).unwrap();
    Stamp::new(&keys(), CLAIMS.list, CLAIMS.subscriber, CLAIMS.campaign, date)
}

fn test_stamp() -> Stamp {
    Stamp::test(&keys(), ListId(1), PublicId([3; 8]), DateTime::from_timestamp(TIME, 0).unwrap())
}

/// What holds for every message: ASCII, CRLF alone, short lines, its body in the relaxed form.
fn check_wire(message: &Message) -> String {
    let text = String::from_utf8(message.as_bytes().to_vec()).unwrap();
    assert!(text.is_ascii());
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.split("\r\n").all(|line| line.len() <= 998), "{head}");
    assert!(body.split("\r\n").all(|line| line.len() <= 78), "{body}");
    assert_eq!((message.header(), message.body()), (format!("{head}\r\n").as_bytes(), body.as_bytes()));
    assert_eq!(body, relaxed(body));
    text
}

/// A body as RFC 6376 §3.4.4 says, step by step.
fn relaxed(body: &str) -> String {
    let spaced = body.replace('\t', " ");
    let lines = spaced.split("\r\n").map(|line| {
        let words: Vec<_> = line.split(' ').collect();
        let mut reduced = words.iter().filter(|word| !word.is_empty()).copied().collect::<Vec<_>>().join(" ");
        if line.starts_with(' ') && !reduced.is_empty() {
            reduced.insert(0, ' ');
        }
        reduced
    });
    let joined = lines.collect::<Vec<_>>().join("\r\n");
    let ended = joined.trim_end_matches("\r\n");
    if ended.is_empty() { String::new() } else { format!("{ended}\r\n") }
}

fn read(message: &str) -> ParsedMail<'_> {
    mailparse::parse_mail(message.as_bytes()).unwrap()
}

fn bodies(message: &str) -> (String, String) {
    let mail = read(message);
    assert_eq!(mail.ctype.mimetype, "multipart/alternative");
    let body = |index: usize| mail.subparts[index].get_body().unwrap().replace("\r\n", "\n");
    assert_eq!(mail.subparts[0].ctype.mimetype, "text/plain");
    assert_eq!(mail.subparts[1].ctype.mimetype, "text/html");
    (body(0), body(1))
}

fn field(message: &str, name: &str) -> String {
    read(message).headers.get_first_value(name).unwrap_or_default()
}

#[test]
fn text_comes_first_and_both_bodies_come_back_as_they_were() {
    let text = ".From here\n重庆 a  b \n\n-- \nend\n";
    let html = "<p class=\"x\">caf\u{e9} = &amp;</p>\n";
    let message = Letter::new(text, html).message(&[]);
    assert_eq!(bodies(&message), (text.to_owned(), html.to_owned()));
}

#[test]
fn values_are_filled_and_escaped_in_each_part() {
    let mut letter = Letter::new("", "");
    let token = letter.hole("name", Some("reader"));
    letter.renditions.text = format!("Dear {token},\nhttps://e.org/{token}\n");
    letter.renditions.email = format!("<p>Dear {token}</p><a href=\"https://e.org/{token}\" title=\"{token}\">x</a>\n");
    letter.document.front_matter.subject = Some(format!("For {token}"));
    let name = "<b>\"Zo\u{eb}\"\r\nBcc: x@y.z\u{2028}";
    let message = letter.message(&[("name", name)]);
    let (text, html) = bodies(&message);
    let encoded = "%3Cb%3E%22Zo%C3%AB%22%0D%0ABcc%3A%20x%40y.z%E2%80%A8";
    assert_eq!(text, format!("Dear <b>\"Zo\u{eb}\" Bcc: x@y.z ,\nhttps://e.org/{encoded}\n"));
    let escaped = "&lt;b&gt;&quot;Zo\u{eb}&quot; Bcc: x@y.z ";
    assert_eq!(html, format!("<p>Dear {escaped}</p><a href=\"https://e.org/{encoded}\" title=\"{escaped}\">x</a>\n"));
    assert_eq!(field(&message, "Subject"), "For <b>\"Zo\u{eb}\" Bcc: x@y.z");
    assert!(read(&message).headers.get_first_value("Bcc").is_none());
    assert!(bodies(&letter.message(&[])).0.starts_with("Dear reader,"));
}

#[test]
fn chinese_text_is_filled_in_base64() {
    let mut letter = Letter::new("", "<p>x</p>");
    let token = letter.hole("name", None);
    letter.renditions.text = format!("亲爱的{token}，你好。\n");
    let message = letter.message(&[("name", "读者")]);
    assert!(message.contains("base64"));
    assert_eq!(bodies(&message).0, "亲爱的读者，你好。\n");
}

#[test]
fn header_fields_are_as_mail_wants_them() {
    let mut letter = Letter::new("x\n", "<p>x</p>\n");
    letter.config.name = "重庆来信, weekly".into();
    letter.config.from =
        Some(Mailbox { name: Some("重庆来信".into()), address: EmailAddress::parse("letter@例え.jp").unwrap() });
    letter.config.reply_to =
        Some(Mailbox { name: None, address: EmailAddress::parse("answers@letter.example").unwrap() });
    letter.config.unsubscribe.url = Some("https://letter.example/u/{token}".into());
    letter.config.unsubscribe.mailto = Some("leave+{token}@letter.example".into());
    letter.document.front_matter.title = "三个问题：重庆与西部大开发的下一个二十年，以及我们为什么还要谈论它".into();
    let message = letter.message(&[("token", "abc"), ("name", "Doe, Jo")]);
    assert_eq!(field(&message, "From"), "重庆来信 <letter@xn--r8jz45g.jp>");
    assert_eq!(field(&message, "To"), "\"Doe, Jo\" <reader@example.com>");
    assert_eq!(field(&message, "Reply-To"), "answers@letter.example");
    assert_eq!(field(&message, "Subject"), letter.document.front_matter.title);
    assert_eq!(field(&message, "List-Id"), "重庆来信, weekly <weekly.letter.example>");
    assert_eq!(
        field(&message, "List-Unsubscribe"),
        "<https://letter.example/u/sample>, <mailto:leave+sample@letter.example>"
    );
    assert_eq!(field(&message, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    assert_eq!(field(&message, "List-Archive"), "<https://letter.example>");
    assert!(field(&message, "Message-ID").ends_with("@xn--r8jz45g.jp>"));
    assert_eq!(field(&message, "Date"), "Mon, 1 Jan 2024 00:00:00 +0000");
    assert_eq!(message, letter.message(&[("token", "abc"), ("name", "Doe, Jo")]), "not the same bytes");
}

#[test]
fn the_date_is_the_posts_in_the_newsletters_time_zone() {
    let mut letter = Letter::new("x\n", "<p>x</p>\n");
    letter.config.timezone = chrono_tz::Asia::Shanghai;
    let day = chrono::NaiveDate::from_ymd_opt(2024, 4, 26).unwrap();
    letter.document.front_matter.date = Some(crate::post::front_matter::PostDate { day, at: None });
    assert_eq!(field(&letter.message(&[]), "Date"), "Fri, 26 Apr 2024 00:00:00 +0800");
}

#[test]
fn without_https_no_single_click_is_promised() {
    let mut letter = Letter::new("x\n", "<p>x</p>\n");
    letter.config.unsubscribe.mailto = Some("leave@letter.example".into());
    let message = letter.message(&[]);
    assert_eq!(field(&message, "List-Unsubscribe"), "<mailto:leave@letter.example>");
    assert!(!message.contains("List-Unsubscribe-Post"));
}

#[test]
fn a_sender_outside_ascii_before_the_at_sign_is_refused() {
    let mut letter = Letter::new("x\n", "<p>x</p>\n");
    letter.config.from = Some(Mailbox { name: None, address: EmailAddress::parse("ä@e.org").unwrap() });
    let template = MessageTemplate::new(&letter.config, &letter.document, &letter.renditions, &letter.assets);
    assert!(template.unwrap_err().to_string().contains("which most mail servers refuse"));
}

#[test]
fn embedded_images_and_attachments_come_along() {
    let mut letter = Letter::new("x\n", "");
    let mut png = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(3, 2).write_to(&mut png, image::ImageFormat::Png).unwrap();
    let files = Memory::new([
        ("a.png", png.get_ref().as_slice()),
        ("b.png", png.get_ref()),
        ("报告报告报告报告报告报告.pdf", b"%PDF-1".as_slice()),
    ]);
    letter.document.front_matter.image = Some("a.png".into());
    letter.document.front_matter.attachments = vec!["报告报告报告报告报告报告.pdf".into()];
    letter.document.front_matter.images = Some(ImagePolicy::Embedded);
    let mut sink = Sink::new();
    letter.assets = Assets::load(&letter.document, &letter.config, &files, &mut sink);
    assert!(sink.found().is_empty(), "{:?}", sink.found());
    let asset = letter.assets.get("a.png").unwrap().clone();
    letter.renditions.email = format!("<img src=\"{}\">\n", asset.token);
    let message = letter.message(&[]);
    let mail = read(&message);
    assert_eq!(mail.ctype.mimetype, "multipart/mixed");
    let related = &mail.subparts[0].subparts[1];
    assert_eq!(related.ctype.mimetype, "multipart/related");
    let id = asset.content_id("letter.example");
    assert_eq!(related.subparts[0].get_body().unwrap().trim_end(), format!("<img src=\"cid:{id}\">"));
    assert_eq!(related.subparts[1].headers.get_first_value("Content-ID"), Some(format!("<{id}>")));
    assert_eq!(related.subparts[1].get_body_raw().unwrap(), asset.bytes.to_vec());
    let attachment = &mail.subparts[1];
    assert_eq!(
        attachment.get_content_disposition().params.get("filename").map(String::as_str),
        Some("报告报告报告报告报告报告.pdf")
    );
    assert_eq!(attachment.get_body_raw().unwrap(), b"%PDF-1");

    letter.document.front_matter.images = Some(ImagePolicy::Hosted);
    let message = letter.message(&[]);
    let hosted = read(&message).subparts[0].subparts[1].get_body().unwrap();
    let slug = &letter.document.front_matter.slug;
    assert_eq!(hosted.trim_end(), format!("<img src=\"https://letter.example/{slug}/images/{}\">", asset.name));
}

#[test]
fn the_sample_recipient_shows_where_values_go() {
    let mut letter = Letter::new("", "<p>x</p>\n");
    let (city, word) = (letter.hole("city", None), letter.hole("word", Some("default")));
    letter.renditions.text = format!("{city} {word}\n");
    let message = check_wire(&letter.template().sample(&Recipient::sample(&letter.renditions.holes)));
    assert_eq!(bodies(&message).0, "city default\n");
}

/// A letter with everything that differs by reader.
fn personal() -> Letter {
    let mut letter = Letter::new("", "");
    letter.config.unsubscribe.url = Some("https://letter.example/u/{token}".into());
    letter.config.unsubscribe.mailto = Some("leave+{token}@例え.jp".into());
    letter.config.bounces = Some("bounce+{token}@letter.example".into());
    let (link, mail) = (letter.hole("token", None), letter.hole("mail_token", None));
    let (name, city) = (letter.hole("name", Some("reader")), letter.hole("city", None));
    letter.renditions.text =
        format!("亲爱的{name}：<!--nlif {city}-->{city}<!--nlelse {city}-->这里<!--nlend {city}-->\n");
    letter.renditions.email = format!(
        "<p>Dear {name}</p><!--nlif {city}--><p>{city}</p><!--nlelse {city}-->.<!--nlend {city}-->\n\
         <a href=\"https://letter.example/u/{link}\" title=\"{name}\">x</a> <a href=\"mailto:leave+{mail}@e.jp\">y</a>\n"
    );
    letter.document.front_matter.subject = Some(format!("For {name}"));
    letter
}

#[test]
fn a_delivery_has_a_date_an_id_and_tokens_of_its_own() {
    let mut letter = personal();
    letter.config.precedence_bulk = true;
    let template = letter.template();
    // A field of the list does not stand in for a token.
    let reader = reader(&[("name", "Jo"), ("token", "mine"), ("mail_token", "mine")]);
    let message = check_wire(&template.fill(&reader, &stamp()));
    assert_eq!(field(&message, "Date"), "Tue, 24 Nov 2026 08:05:09 +0000");
    assert_eq!(field(&message, "Subject"), "For Jo");
    assert_eq!(field(&message, "Feedback-ID"), "42:1:newsletter:letterexample");
    assert_eq!(field(&message, "Precedence"), "bulk");
    assert_eq!(field(&message, "Message-ID"), format!("<{}>", template.message_id(&stamp())));
    let id = template.message_id(&stamp());
    let claims = |text: &str, purpose| keys().read(text, purpose);
    assert_eq!(claims(id.strip_suffix("@letter.example").unwrap(), Purpose::MessageId), Ok(CLAIMS));
    let bounce = template.bounce_address(&stamp());
    assert_eq!(claims(bounce.local().strip_prefix("bounce+").unwrap(), Purpose::Bounce), Ok(CLAIMS));
    let leave = field(&message, "List-Unsubscribe");
    let (url, mailto) = leave.split_once(", ").unwrap();
    let url = url.strip_prefix("<https://letter.example/u/").unwrap().trim_end_matches('>');
    let mail = mailto.strip_prefix("<mailto:leave+").unwrap().strip_suffix("@xn--r8jz45g.jp>").unwrap();
    assert_eq!((url.len(), claims(url, Purpose::Unsubscribe)), (38, Ok(CLAIMS)));
    assert_eq!((mail.len(), claims(mail, Purpose::Unsubscribe)), (45, Ok(CLAIMS)));
    let html = bodies(&message).1;
    assert!(html.contains(&format!("/u/{url}\"")) && html.contains(&format!("+{mail}@")) && !html.contains("mine"));
    assert_eq!(template.fill(&reader, &stamp()).as_bytes(), message.as_bytes(), "a resend is the same bytes");
    letter.config.bounces = None;
    assert_eq!(letter.template().bounce_address(&stamp()).as_str(), "letter@letter.example");
}

#[test]
fn a_test_copy_says_so_and_its_tokens_do_nothing() {
    let template = personal().template();
    let message = check_wire(&template.fill(&reader(&[("name", "Jo")]), &test_stamp()));
    assert_eq!(field(&message, "Subject"), "[TEST] For Jo");
    let leave = field(&message, "List-Unsubscribe");
    let url = leave.strip_prefix("<https://letter.example/u/").unwrap().split('>').next().unwrap();
    let bounce = template.bounce_address(&test_stamp());
    for token in [url, bounce.local().strip_prefix("bounce+").unwrap()] {
        for purpose in [Purpose::Unsubscribe, Purpose::Bounce, Purpose::MessageId, Purpose::Preferences] {
            assert_eq!(keys().read(token, purpose), Err(TokenError::Inert));
        }
    }
    assert!(!message.contains("Feedback-ID"));
}

#[test]
fn an_address_outside_ascii_goes_out_as_it_is() {
    let address = EmailAddress::parse("王芳@例え.jp").unwrap();
    let recipient = Recipient { mailbox: Mailbox { name: Some("王芳".into()), address }, fields: BTreeMap::new() };
    let message = Letter::new("x\n", "<p>x</p>\n").template().fill(&recipient, &stamp());
    let text = String::from_utf8(message.into_bytes()).unwrap();
    assert!(text.contains("\r\nTo: =?utf-8?B?546L6Iqz?= <王芳@xn--r8jz45g.jp>\r\n"), "{text}");
}

#[test]
fn no_name_does_harm_in_a_header() {
    let letter = personal();
    for name in [
        "x\r\nBcc: y@z",
        "=cmd()",
        "a\0\u{7}\u{1b}[2Jb",
        "\u{2028}Bcc: y@z",
        "\u{202e}gro",
        "=?utf-8?q?=0D=0ABcc:?=",
        ".",
        "",
    ] {
        let message = check_wire(&letter.template().fill(&reader(&[("name", name), ("city", name)]), &stamp()));
        let mail = read(&message);
        assert!(mail.headers.get_first_value("Bcc").is_none(), "{name:?}");
        let names: Vec<_> = mail.headers.iter().map(mailparse::MailHeader::get_key).collect();
        let usual: Vec<String> =
            read(&letter.message(&[])).headers.iter().map(mailparse::MailHeader::get_key).collect();
        assert_eq!(
            names.iter().filter(|name| *name != "Feedback-ID").collect::<Vec<_>>(),
            usual.iter().collect::<Vec<_>>()
        );
        assert!(
            field(&message, "To").ends_with("reader@example.com")
                || field(&message, "To").ends_with("<reader@example.com>")
        );
        assert!(!bodies(&message).1.contains(|c: char| c.is_control() && c != '\n'), "{name:?}");
    }
}

#[test]
fn what_a_reader_lacks_is_told_by_its_field() {
    let mut letter = personal();
    let (word, team) = (letter.hole("word", None), letter.hole("team", None));
    letter.renditions.text = format!("{}{word}\n", letter.renditions.text);
    letter.document.front_matter.subject = Some(format!("To {team}"));
    for template in [letter.template(), MessageTemplate::from_bytes(&letter.template().to_bytes().unwrap()).unwrap()] {
        let missing = |fields| template.missing(&reader(fields), &stamp()).into_iter().collect::<Vec<_>>().join(" ");
        // `name` has a default, `city` is asked for first, and the tokens come with the stamp.
        assert_eq!(missing(&[]), "team word");
        assert_eq!(missing(&[("team", "x"), ("word", "")]), "word");
        assert_eq!(missing(&[("team", "x"), ("word", "y")]), "");
    }
}

#[test]
fn the_body_of_a_letter_that_is_the_same_for_all_is_hashed_once() {
    use sha2::Digest as _;
    for letter in [Letter::new("x\n", "<p>x</p>\n"), personal()] {
        let template = letter.template();
        for name in ["Jo", "Zoë"] {
            let message = template.fill(&reader(&[("name", name)]), &stamp());
            let hash: [u8; 32] = sha2::Sha256::digest(message.body()).into();
            assert_eq!(message.body_hash(), hash);
        }
    }
}

/// A template as version 1 stored it, and the message it made: what was frozen by this version is
/// sent by every later one as it was.
#[test]
fn what_was_frozen_long_ago_is_sent_as_it_was() {
    let frozen = include_bytes!("frozen-1.json");
    let template = MessageTemplate::from_bytes(frozen).unwrap();
    let message = template.fill(&reader(&[("name", "F. Zoë  <b>"), ("city", "重庆")]), &stamp());
    assert_eq!(message.as_bytes(), include_bytes!("frozen-1.eml"));
    assert_eq!(template.bounce_address(&stamp()).domain(), "letter.example");
    assert_eq!(template.to_bytes().unwrap(), frozen);
}

#[test]
fn a_stored_template_that_cannot_be_read_is_told() {
    let bytes = personal().template().to_bytes().unwrap();
    assert!(matches!(MessageTemplate::from_bytes(&bytes[1..]), Err(FrozenError::Damaged(_))));
    assert!(matches!(MessageTemplate::from_bytes(b""), Err(FrozenError::Damaged(_))));
    let later = String::from_utf8(bytes).unwrap().replacen("\"version\":1", "\"version\":2", 1);
    assert!(matches!(MessageTemplate::from_bytes(later.as_bytes()), Err(FrozenError::Version(2))));
}

proptest! {
    #[test]
    fn a_template_restored_fills_to_the_same_bytes(
        text in "(\\PC|[ -~]|\n){0,200}",
        html in "([ -~&&[^<>]]|文|\n){0,200}",
        name in any::<String>(),
        city in "[a-z]{0,3}",
    ) {
        let mut letter = personal();
        letter.renditions.text = format!("{}{text}\n", letter.renditions.text);
        letter.renditions.email = format!("{}<p>{html}</p>\n", letter.renditions.email);
        let template = letter.template();
        let bytes = template.to_bytes().unwrap();
        let restored = MessageTemplate::from_bytes(&bytes).unwrap();
        prop_assert_eq!(restored.to_bytes().unwrap(), bytes);
        let reader = reader(&[("name", &name), ("city", &city)]);
        for stamp in [stamp(), test_stamp()] {
            prop_assert_eq!(template.fill(&reader, &stamp), restored.fill(&reader, &stamp));
            prop_assert_eq!(template.bounce_address(&stamp), restored.bounce_address(&stamp));
        }
        prop_assert_eq!(template.sample(&reader), restored.sample(&reader));
        check_wire(&template.fill(&reader, &stamp()));
    }

    #[test]
    fn any_text_comes_back(text in "(\\PC|[ -~]|\n){0,400}", value in any::<String>()) {
        let mut letter = Letter::new("", "<p>x</p>\n");
        let token = letter.hole("name", None);
        letter.renditions.text = format!("{text} {token}\n{text}\n");
        let values = BTreeMap::from([("name".to_owned(), value.clone())]);
        let holes = &letter.renditions.holes;
        let expected = super::personalize::fill(&letter.renditions.text, super::Media::Text, holes, super::Values::Of(&values));
        let message = letter.message(&[("name", &value)]);
        prop_assert_eq!(bodies(&message).0, expected.unwrap());
    }
}
