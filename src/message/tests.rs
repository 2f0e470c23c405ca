use std::collections::BTreeMap;

use mailparse::{MailHeaderMap, ParsedMail};
use proptest::prelude::*;

use super::{MessageTemplate, Recipient};
use crate::address::EmailAddress;
use crate::config::{Config, ImagePolicy, Mailbox};
use crate::diagnostic::{Sink, Source};
use crate::files::{Memory, RelPath};
use crate::post::tree::Hole;
use crate::post::{Document, parse};
use crate::render::{Assets, Renditions};
use crate::testing;

struct Letter {
    config: Config,
    document: Document,
    renditions: Renditions,
    assets: Assets,
}

impl Letter {
    fn new(text: &str, email: &str) -> Self {
        let config = testing::config();
        let source = Source::new("posts/2024-01-01-a.md", "---\ntitle: T\n---\n\nx\n");
        let path = RelPath::new("posts/2024-01-01-a.md").unwrap();
        let document = parse(&path, &source, &config, &Memory::default()).document.unwrap();
        let holes = document.holes.clone();
        let renditions = Renditions { email: email.into(), text: text.into(), page: String::new(), holes };
        Self { config, document, renditions, assets: Assets::default() }
    }

    fn hole(&mut self, field: &str, default: Option<&str>) -> String {
        self.renditions.holes.token(Hole { field: field.into(), default: default.map(str::to_owned) })
    }

    fn message(&self, fields: &[(&str, &str)]) -> String {
        let template = MessageTemplate::new(&self.config, &self.document, &self.renditions, &self.assets).unwrap();
        let fields: BTreeMap<_, _> = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let name = fields.get("name").cloned();
        let mailbox = Mailbox { name, address: EmailAddress::parse("reader@example.com").unwrap() };
        let message = String::from_utf8(template.fill(&Recipient { mailbox, fields }).unwrap()).unwrap();
        check_wire(&message);
        message
    }
}

/// What holds for every message: ASCII, CRLF alone, short lines.
fn check_wire(message: &str) {
    assert!(message.is_ascii());
    assert!(!message.replace("\r\n", "").contains(['\r', '\n']));
    let (head, body) = message.split_once("\r\n\r\n").unwrap();
    assert!(head.split("\r\n").all(|line| line.len() <= 998), "{head}");
    assert!(body.split("\r\n").all(|line| line.len() <= 78), "{body}");
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
    let message = letter.message(&[("token", "abc-123"), ("name", "Doe, Jo")]);
    assert_eq!(field(&message, "From"), "重庆来信 <letter@xn--r8jz45g.jp>");
    assert_eq!(field(&message, "To"), "\"Doe, Jo\" <reader@example.com>");
    assert_eq!(field(&message, "Reply-To"), "answers@letter.example");
    assert_eq!(field(&message, "Subject"), letter.document.front_matter.title);
    assert_eq!(field(&message, "List-Id"), "重庆来信, weekly <weekly.letter.example>");
    assert_eq!(
        field(&message, "List-Unsubscribe"),
        "<https://letter.example/u/abc-123>, <mailto:leave+abc-123@letter.example>"
    );
    assert_eq!(field(&message, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    assert_eq!(field(&message, "List-Archive"), "<https://letter.example>");
    assert!(field(&message, "Message-ID").ends_with("@xn--r8jz45g.jp>"));
    assert_eq!(field(&message, "Date"), "Mon, 1 Jan 2024 00:00:00 +0000");
    assert_eq!(message, letter.message(&[("token", "abc-123"), ("name", "Doe, Jo")]), "not the same bytes");
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
    let template = MessageTemplate::new(&letter.config, &letter.document, &letter.renditions, &letter.assets).unwrap();
    let message = template.fill(&Recipient::sample(&letter.renditions.holes)).unwrap();
    assert_eq!(bodies(std::str::from_utf8(&message).unwrap()).0, "city default\n");
}

proptest! {
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
