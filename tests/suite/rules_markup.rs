//! Mail markup, accessibility and images, where an example in the documentation does not reach.

use newsletter::build::{build_issue, open};
use newsletter::diagnostic::Diagnostic;
use newsletter::files::{Memory, RelPath};
use newsletter::publication::Selection;
use newsletter::render::Templates;

use crate::rules::{CONFIG, HEADER, POST};

/// All findings of a publication: files by path, `newsletter.yaml` added to a complete one.
fn findings(files: &[(&str, &[u8])]) -> Vec<Diagnostic> {
    let mut memory = Memory::default();
    let mut config = CONFIG.as_bytes().to_vec();
    for (path, bytes) in files {
        if *path == "newsletter.yaml" {
            config.extend_from_slice(bytes);
        } else {
            memory.insert(RelPath::new(path).unwrap(), *bytes);
        }
    }
    memory.insert(RelPath::new("newsletter.yaml").unwrap(), config.as_slice());
    let publication = open(&memory, &Selection::All).unwrap();
    let mut found = publication.diagnostics.clone();
    found.extend(publication.posts.iter().flat_map(|post| build_issue(&publication, post, &memory).diagnostics));
    found
}

/// The names of the findings, each with the words at its place.
fn named(found: &[Diagnostic]) -> Vec<String> {
    found.iter().map(|found| format!("{} {}", found.code.name, found.source.slice(found.span))).collect()
}

fn in_post(body: &str) -> Vec<String> {
    named(&findings(&[(POST, format!("{HEADER}{body}").as_bytes())]))
}

fn in_template(text: &str) -> Vec<String> {
    // A template must name the address and the way out; that is tested elsewhere.
    let text = format!("{text}{{{{newsletter.postal_address}}}}{{{{unsubscribe.url}}}}");
    named(&findings(&[("templates/letter.hbs", text.as_bytes())]))
}

#[test]
fn the_built_in_templates_have_no_finding_when_they_are_copied() {
    let files: Vec<_> = Templates::builtin_files().iter().map(|(path, text)| (*path, text.as_bytes())).collect();
    assert_eq!(named(&findings(&files)), [""; 0]);
}

#[test]
fn what_a_template_asks_of_mail_clients_is_found_at_its_words() {
    let text = "\u{feff}{{! <b style=\"display:flex\"> }}<p style=\"display:grid;{{{style.footer}}};color:red\">字</p>\r\n\
                <div style='position: absolute'></div>";
    assert_eq!(in_template(text), ["unsupported-css display:grid", "unsupported-css position"]);
    let guarded = "<style data-css-inline=\"keep\">@media (max-width: 9px) { p { display: flex } }</style>";
    assert_eq!(in_template(guarded), [""; 0]);
    // What is for Outlook alone is Outlook's.
    assert_eq!(in_template("<!--[if mso]><p style=\"display:flex\"><![endif]-->"), [""; 0]);
}

#[test]
fn elements_that_do_not_go_out_are_found_once() {
    assert_eq!(in_post("<form action=\"https://a.example\"><input><button>Go</button></form>"), ["unshown-html <form"]);
    assert_eq!(in_post("See <video src=\"a.mp4\">it</video>."), ["unshown-html <video"]);
    assert_eq!(in_post("`<video>` and <kbd>x</kbd>\n\n```html\n<script>\n```\n"), [""; 0]);
    assert_eq!(in_post("Just<Base> is no element, and Just<Object> is one."), ["unshown-html <Object"]);
    assert_eq!(in_template("<style>p { color: red }</style>"), [""; 0]);
    assert_eq!(in_post("<style>p { color: red }</style>"), ["unshown-html <style"]);
}

#[test]
fn tags_that_do_not_pair_are_found() {
    assert_eq!(in_post("a <i>b\n\nc</i>"), ["unclosed-tag <i>", "unclosed-tag </i>"]);
    assert_eq!(in_post("<b><i>x</b></i>"), ["unclosed-tag <i>", "unclosed-tag </i>"]);
    assert_eq!(in_post("<div>\n\n*x*\n\n</div>\n\n<p>a<br>b <img src=\"https://x.example/a.png\" alt=\"a\">"), [""; 0]);
    assert_eq!(in_post("> <div>\n> x\n>\n> y"), ["unclosed-tag <div>"]);
    assert_eq!(in_post("- a <b>x\n- y</b>"), ["unclosed-tag <b>", "unclosed-tag </b>"]);
    assert_eq!(in_post("Vec<String> and <string>"), [""; 0]);
    assert_eq!(in_post("重庆 😀\r\n\r\n<div>\r\n渝<i\r\n>x\r\n</div>\r\n"), ["unclosed-tag <i\r\n>"]);
    assert_eq!(in_post("- a\n\n  <div>\n  <b>x\n  </div>\n"), ["unclosed-tag <b>"]);
}

#[test]
fn links_without_a_line_are_found_in_running_text_only() {
    let none = "text-decoration:none";
    assert_eq!(
        in_template(&format!("<p>see <a href=\"x\" style=\"{none}\">it</a></p>")),
        [format!("unmarked-link {none}")]
    );
    assert_eq!(in_template(&format!("<td><a href=\"x\" style=\"color:red;{none}\">Name</a></td>")), [""; 0]);
    assert_eq!(in_template(&format!("<p>see <a style=\"padding:4px;{none}\">it</a></p>")), [""; 0]);
    assert_eq!(
        in_template(&format!("<style>p a {{ {none} }} h1 a.name {{ {none} }}</style>")),
        [format!("unmarked-link {none}")]
    );
}

#[test]
fn tiny_text_is_not_what_is_hidden() {
    assert_eq!(
        in_template("<style>p { font: italic 9pt/12px Georgia }</style>"),
        ["tiny-text font: italic 9pt/12px Georgia"]
    );
    assert_eq!(in_template("<p style=\"font-size:0\"></p><p style=\"display:none;font-size:9px\">x</p>"), [""; 0]);
    assert_eq!(in_template("<p align=\"justify\">x</p>"), ["justified-text align=\"justify"]);
}

#[test]
fn every_colour_that_cannot_be_read_is_found_at_its_place() {
    let theme = |text: &str| named(&findings(&[("newsletter.yaml", format!("theme:\n{text}\n").as_bytes())]));
    assert_eq!(theme("  colors: {accent: \"#0b5a6e\", ink3: '#999999'}"), ["low-contrast '#999999'"]);
    assert_eq!(theme("  dark_colors:\n    ink: \"#444444\""), ["low-contrast \"#444444\""]);
    // The ground is at fault where the text is as it was.
    assert_eq!(theme("  colors: {paper: \"#888888\"}"), ["low-contrast \"#888888\""]);
    // An accent by day alone is brightened for the night.
    assert_eq!(theme("  colors: {accent: \"#7a0019\"}"), [""; 0]);
}

#[test]
fn the_nearest_colour_can_be_read() {
    let found = findings(&[("newsletter.yaml", b"theme: { colors: { accent: \"#3aa0b8\" } }\n")]);
    let edit = &found[0].fix.as_ref().unwrap().edits[0];
    let config = found[0].source.text().replace("#3aa0b8", &edit.text);
    let config = config.strip_prefix(CONFIG).unwrap();
    assert_eq!(named(&findings(&[("newsletter.yaml", config.as_bytes())])), [""; 0]);
}

#[test]
fn the_language_is_that_of_the_script() {
    let russian = "Вчера весь день шёл дождь, и река поднялась до самого старого моста у города.";
    assert_eq!(in_post(russian), ["language-mismatch The river and the rail"]);
    let header = HEADER.replace("---\n\n", "language: fr\n---\n\n");
    let post = format!("{header}{russian}");
    assert_eq!(named(&findings(&[(POST, post.as_bytes())])), ["language-mismatch fr"]);
    // A quotation, a name, or too little to tell.
    assert_eq!(
        in_post(&format!("{russian} It rained all day, and the river rose to the old bridge by the town.")),
        [""; 0]
    );
    assert_eq!(in_post("Привет!"), [""; 0]);
    let japanese = "昨日は一日中雨が降って、川の水が古い橋の橋脚を越えた。列車は駅の外で二時間待っていた。";
    let header = HEADER.replace("---\n\n", "language: ja\n---\n\n");
    assert_eq!(named(&findings(&[(POST, format!("{header}{japanese}").as_bytes())])), [""; 0]);
}

#[test]
fn tables_have_names_for_their_columns() {
    assert_eq!(in_post("|   | a |\n|---|---|\n| b | c |"), [""; 0]);
    let rows = "<tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr>";
    assert_eq!(in_post(&format!("<table>{rows}</table>")), ["table-without-header <table"]);
    assert_eq!(in_post(&format!("<table role=\"presentation\">{rows}</table>")), [""; 0]);
    assert_eq!(in_post(&format!("<table><tr><th>x</th></tr>{rows}</table>")), [""; 0]);
}

/// A GIF of 8 by 8 pixels with as many pictures as are asked for.
fn gif(pictures: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
    for shade in 0..pictures {
        let shade = u8::try_from(shade * 20).unwrap();
        let picture = image::RgbaImage::from_pixel(8, 8, image::Rgba([shade, 0, 0, 255]));
        encoder.encode_frame(image::Frame::new(picture)).unwrap();
    }
    drop(encoder);
    bytes
}

#[test]
fn what_moves_has_a_limit_of_its_own() {
    let post = format!("{HEADER}![A dot that blinks.](dot.gif) ![The same dot.](dot.gif)");
    let found = |pictures: usize, limits: &str| {
        let config = format!("checks: {{ {limits} }}\n");
        let files =
            [(POST, post.as_bytes()), ("posts/dot.gif", &gif(pictures)), ("newsletter.yaml", config.as_bytes())];
        named(&findings(&files))
    };
    assert_eq!(found(3, "max_animation_bytes: 100"), ["heavy-animation dot.gif"]);
    assert_eq!(found(3, "max_image_bytes: 20"), [""; 0]);
    assert_eq!(found(1, "max_animation_bytes: 20"), [""; 0]);
    assert_eq!(found(1, "max_image_bytes: 20"), ["heavy-image dot.gif"]);
}

#[test]
fn an_alternative_text_says_what_the_caption_does_not() {
    let body = ":::figure https://x.example/a.png {alt=\"The old bridge\" width=9 height=9}\nThe old *bridge*.\n:::";
    assert_eq!(in_post(body), ["lazy-alt The old bridge"]);
    assert_eq!(in_post("![Image 3](https://x.example/a.png){width=9 height=9}"), ["lazy-alt Image 3"]);
}
