//! The e-mail of an issue.

use std::sync::Arc;

use newsletter::config::{Config, Unsubscribe};
use newsletter::diagnostic::{Sink, Source};
use newsletter::files::{Memory, RelPath};
use newsletter::post;
use newsletter::render::{Assets, Input, Templates, email};

use crate::support;

const TEMPLATES: [&str; 3] = ["classic", "digest", "minimal"];

const LANGUAGES: [&str; 3] = ["en", "zh-Hans", "ar"];

/// Every kind of block, with what is hard to set about it.
const EVERYTHING: &str = include_str!("email_blocks.md");

const CARDS: &str = "\
Good morning.

## A road that begins inland

*The long read*

Freight now leaves by three doors.

[Upstream No. 40](https://upstream.example/40), 11 min

## Snowmelt

*Listening*

Forty minutes with the people who weigh glaciers.

[Field Hours](https://hours.example/), audio

## Thirteen neighbours

Every crossing, at one scale.

---

Reply to this e-mail.

Until Friday,\\
**Ada**
";

fn config() -> Config {
    Config {
        unsubscribe: Unsubscribe { url: Some("https://upstream.example/leave/{token}".into()), mailto: None },
        ..support::with_author()
    }
}

/// The letter with this text, its holes named.
fn letter(template: &str, language: &str, markdown: &str) -> String {
    let config = config();
    let post = format!(
        "---\ntitle: Seven & more\nsubtitle: What the west asks for\nnumber: 41\ndate: 2024-04-26\nlanguage: \
         {language}\ntemplate: {template}\n---\n\n{markdown}"
    );
    let path = RelPath::new("posts/2024-04-26-letter.md").unwrap();
    let source = Arc::new(Source::new(path.as_str(), &post));
    let document = post::parse(&path, &source, &config, &Memory::default()).document.unwrap();
    let mut holes = document.holes.clone();
    let input = Input {
        config: &config,
        document: &document,
        templates: &Templates::default(),
        assets: &Assets::default(),
        web_url: Some("https://upstream.example/letter/".into()),
    };
    let mut sink = Sink::default();
    let html = email::render(&input, &mut holes, &mut sink).unwrap();
    assert!(sink.found().is_empty());
    holes.replace(&html, |hole| format!("[{}]", hole.field))
}

/// What stands between `<body>` and its end, without the padding of the preheader.
fn body(html: &str) -> String {
    let (_, body) = html.split_once("<body").unwrap();
    let (body, _) = body.split_once("</body>").unwrap();
    body.replace("&#847;&zwnj;&nbsp;", "")
}

/// Every letter that the tests below look at.
fn letters() -> impl Iterator<Item = (String, String)> {
    TEMPLATES.into_iter().flat_map(|template| {
        LANGUAGES.into_iter().map(move |language| {
            (format!("{template} {language}"), letter(template, language, &format!("{EVERYTHING}\n\n{CARDS}")))
        })
    })
}

#[test]
fn a_letter_with_everything() {
    insta::assert_snapshot!(body(&letter("classic", "en", EVERYTHING)));
}

#[test]
fn a_digest_of_three_cards() {
    insta::assert_snapshot!(body(&letter("digest", "en", CARDS)));
}

#[test]
fn a_minimal_letter() {
    insta::assert_snapshot!(body(&letter("minimal", "en", EVERYTHING)));
}

#[test]
fn language_and_direction_stand_on_the_page_and_on_the_article() {
    for (name, html) in letters() {
        let language = name.rsplit(' ').next().unwrap();
        let dir = if language == "ar" { "rtl" } else { "ltr" };
        let both = format!("lang=\"{language}\" dir=\"{dir}\"");
        assert!(html.contains(&format!("<html {both}")), "{name}");
        let (_, after) = html.split_once("<body").unwrap();
        let (_, child) = after.split_once('>').unwrap();
        let (child, _) = child.trim_start().split_once('>').unwrap();
        assert!(child.starts_with("<div role=\"article\""), "{name}: {child}");
        assert!(child.contains("aria-label=\"Seven &amp; more\"") && child.contains(&both), "{name}: {child}");
    }
}

#[test]
fn one_title_one_first_heading_and_a_padded_preheader() {
    for (name, html) in letters() {
        assert_eq!(html.matches("<title>Seven &amp; more</title>").count(), 1, "{name}");
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        let (_, preheader) = html.split_once("What the west asks for").unwrap();
        assert!(preheader.matches("&#847;").count() >= 80, "{name}");
    }
}

#[test]
fn a_table_has_a_role_or_holds_data() {
    for (name, html) in letters() {
        for (_, table) in html.match_indices("<table").map(|(at, _)| html.split_at(at)) {
            let (tag, inside) = table.split_once('>').unwrap();
            assert!(
                tag.contains("role=\"presentation\"") || inside.trim_start().starts_with("<caption"),
                "{name}: {tag}"
            );
        }
    }
}

#[test]
fn colours_have_six_digits_and_the_style_sheet_fits_in_gmail() {
    for (name, html) in letters() {
        let (_, css) = html.split_once("<style>").unwrap();
        let (css, _) = css.split_once("</style>").unwrap();
        assert!(css.len() < 16 * 1024, "{name}: {}", css.len());
        let inline = html.split("style=\"").skip(1).filter_map(|rest| rest.split_once('"'));
        for css in inline.map(|(css, _)| css).chain([css]) {
            for color in css.split('#').skip(1).filter(|rest| rest.starts_with(|c: char| c.is_ascii_hexdigit())) {
                let digits = color.chars().take_while(char::is_ascii_hexdigit).count();
                assert!(digits == 6 || color.starts_with("body"), "{name}: #{color}");
            }
            assert!(!css.contains("rgb(") && !css.contains("rgba("), "{name}: {css}");
        }
    }
}

#[test]
fn outlook_gets_a_table_and_no_downlevel_revealed_comment() {
    for (name, html) in letters() {
        assert!(html.contains("<!--[if mso]><table role=\"presentation\""), "{name}");
        assert_eq!(html.matches("<!--[if mso]>").count(), html.matches("<![endif]-->").count(), "{name}");
        assert!(!html.contains("<![if") && !html.contains("v:roundrect"), "{name}");
    }
}

#[test]
fn letters_that_join_are_not_tracked() {
    for (name, html) in letters() {
        let tracked = html.contains("letter-spacing");
        assert_eq!(tracked, name.ends_with("en") && !name.starts_with("minimal"), "{name}");
    }
}

#[test]
fn only_short_items_stand_close() {
    let gap = |markdown: &str| {
        let html = letter("classic", "zh-Hans", markdown);
        let (_, item) = html.split_once("<li style=\"margin:0 0 ").unwrap();
        item.split_once("px").unwrap().0.to_owned()
    };
    assert_eq!(gap("a\n\n- 一\n- 二\n"), "6");
    assert_eq!(gap("a\n\n- 立足本地所长，先改旧业，再谈新业。\n- 二\n"), "12");
}

#[test]
fn what_ends_a_box_leaves_no_space_in_it() {
    let html = letter("classic", "en", "> One.\n>\n> > Two.\n\nThree.\n");
    let margins: Vec<&str> = html
        .split("<blockquote class=\"rule\" style=\"margin:")
        .skip(1)
        .filter_map(|rest| rest.split_once(';').map(|(margin, _)| margin))
        .collect();
    assert_eq!(margins, ["0 0 24px", "0 0 0px"]);
}
