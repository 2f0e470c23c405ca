//! These want the fonts of Debian's fonts-sil-charis, fonts-inter, fonts-noto-core and
//! fonts-noto-cjk, which `.ci/run` installs.

use std::sync::LazyLock;

use crate::card::lines::{Fit, set};
use crate::card::text::{Role, Text};
use crate::card::{Card, FontFault, Fonts, HEIGHT, WIDTH, Words};
use crate::files::Memory;
use crate::language::Language;

static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::find(&[], &Memory::default()).0);

fn language(tag: &str) -> Language {
    Language::new(tag).unwrap()
}

fn words<'a>(title: &'a str, sentence: &'a str, language: &'a Language) -> Words<'a> {
    Words { name: "Upstream", number: Some("No. 41".to_owned()), title, sentence, language, plate: None }
}

/// The lines of a title as they are set.
fn lines(title: &str, tag: &str, fits: &[Fit]) -> Vec<String> {
    let language = language(tag);
    let text = Text::new(title, Role::Title, &language, &FONTS);
    let block = set(&text, fits, &FONTS).unwrap();
    block.lines.iter().map(|line| block.text.words.get(line.clone()).unwrap().trim_end().to_owned()).collect()
}

const LARGE: &[Fit] = &[Fit { size: 112.0, width: 1040.0, lines: 2 }];

#[test]
fn a_card_is_a_picture_of_the_size_that_pages_promise() {
    let language = language("en");
    let card = Card::new(&FONTS, words("Seven-tenths of the map", "Told & <retold>.", &language));
    let png = card.draw().unwrap();
    let picture = image::load_from_memory(&png).unwrap().to_rgb8();
    assert_eq!(picture.dimensions(), (WIDTH, HEIGHT));
    assert_eq!(picture.get_pixel(5, 5).0, [0x0c, 0x3a, 0x46]);
    let light = picture.pixels().filter(|pixel| pixel.0[0] > 0xe0).count();
    assert!(light > 10_000, "{light} light pixels: the title is there");
    assert_eq!(card.draw().unwrap(), png);
}

#[test]
fn lines_are_balanced_and_break_where_the_script_allows() {
    assert_eq!(lines("Seven-tenths of the map", "en", LARGE), ["Seven-tenths", "of the map"]);
    let chinese = lines("重庆与西部：陆海新通道怎样走", "zh-Hans", LARGE);
    assert_eq!(chinese.len(), 2);
    assert!(!chinese[1].starts_with('：'), "{chinese:?}");
}

#[test]
fn what_fits_no_size_is_cut() {
    let long = "A title that goes on ".repeat(12);
    let set = lines(&long, "en", LARGE);
    assert_eq!(set.len(), 2);
    assert!(set[1].ends_with('…'), "{set:?}");
    let one_word = lines(&"Donaudampfschiff".repeat(9), "de", LARGE);
    assert!(one_word.last().unwrap().ends_with('…'), "{one_word:?}");
}

#[test]
fn every_character_has_its_font_and_what_has_none_is_named() {
    let english = language("en");
    let card = Card::new(&FONTS, words("Notes on 西部 and שלום", "", &english));
    assert!(card.missing().is_empty(), "{:?}", card.missing());
    assert!(card.title.runs.len() >= 3, "{:?}", card.title.runs);
    let chinese = language("zh-Hans");
    let card = Card::new(&FONTS, words("“西部”与 GDP", "", &chinese));
    assert_eq!(card.title.runs.len(), 1, "quotation marks of the same font");
    // A private use character is in no font; the one after it is named, too, and each once.
    let card = Card::new(&FONTS, words("A\u{f8fff}B\u{10fffd}\u{f8fff}", "", &english));
    assert_eq!(card.missing(), ['\u{f8fff}', '\u{10fffd}']);
    assert!(card.draw().is_some());
}

#[test]
fn a_card_is_another_where_words_or_fonts_are() {
    let (simplified, traditional) = (language("zh-Hans"), language("zh-Hant"));
    let made_of = |words: Words<'_>| Card::new(&FONTS, words).made_of();
    let first = words("骨", "", &simplified);
    assert_eq!(made_of(first.clone()), made_of(first.clone()));
    let of_first = made_of(first.clone());
    assert_ne!(of_first, made_of(words("骨", "", &traditional)), "regions have forms of their own");
    assert_ne!(of_first, made_of(Words { number: None, ..first.clone() }));
    assert_ne!(of_first, made_of(Words { plate: Some("#000000"), ..first }));
    let english = language("en");
    let charis = Fonts::find(&["Charis SIL".to_owned()], &Memory::default()).0;
    let inter = Fonts::find(&["Inter".to_owned()], &Memory::default()).0;
    let other = words("Same", "", &english);
    assert_ne!(Card::new(&charis, other.clone()).made_of(), Card::new(&inter, other).made_of());
}

#[test]
fn fonts_may_be_files_of_the_publication_and_what_leads_to_none_is_told() {
    let font = std::fs::read("/usr/share/fonts/truetype/charis/CharisSIL-Regular.ttf").unwrap();
    let files = Memory::new([("fonts/a.ttf", &*font), ("fonts/b.ttf", b"no font")]);
    let names = ["fonts/a.ttf", "fonts/b.ttf", "fonts/c.otf", "No Such Family"].map(str::to_owned);
    let (fonts, faults) = Fonts::find(&names, &files);
    assert_eq!(faults, [(1, FontFault::NoFont), (2, FontFault::NoFile), (3, FontFault::NoFamily)]);
    let english = language("en");
    let card = Card::new(&fonts, words("Same", "", &english));
    assert!(card.missing().is_empty(), "{:?}", card.missing());
    assert!(card.draw().is_some());
    assert_eq!(Card::new(&fonts, words("西", "", &english)).missing(), ['西']);
}

/// Draws cards to look at into the folder that `CARDS` names.
#[test]
#[ignore = "for eyes"]
fn cards_to_look_at() {
    let folder = std::path::PathBuf::from(std::env::var("CARDS").unwrap());
    let cards = [
        ("en", "Seven-tenths of the map", "Xi Jinping went to Chongqing, then told the west what comes next."),
        ("en", "North", ""),
        ("en", "A road that begins inland", "Three doors."),
        (
            "en",
            "The long and complicated history of one railway line from the river to the sea, told twice",
            "A sentence that is long enough to want more than two lines of the narrow measure, and goes on for a while before it ends somewhere.",
        ),
        ("en", &"A title that goes on and on ".repeat(12), ""),
        ("zh-Hans", "从重庆看西部", "为什么是重庆，哪里算西部，座谈会又谈了些什么。"),
        (
            "zh-Hans",
            "重庆与“西部”：西部陆海新通道怎样走向大海，又怎样回来",
            "为什么是重庆，哪里算西部，座谈会又谈了些什么，以及此后二十五年里留下来的那些词和排到前面的那些事。",
        ),
        ("he", "שלום עולם, מכתב מן המערב (2024)", "משפט אחד על המכתב."),
        ("ar", "رسالة من الغرب", "جملة واحدة عن الرسالة."),
        ("en", "Notes on 西部 & <b>C++</b>", "Emoji 🚂?"),
    ];
    for (at, (tag, title, sentence)) in cards.iter().enumerate() {
        let language = language(tag);
        let card = Card::new(&FONTS, words(title, sentence, &language));
        println!("{title}: {:?}", card.missing());
        std::fs::write(folder.join(format!("{at}.png")), card.draw().unwrap()).unwrap();
    }
}
