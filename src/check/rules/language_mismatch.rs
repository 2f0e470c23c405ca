//! Posts whose language is not the one they are written in.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::prose::each;
use crate::diagnostic::{Diagnostic, Sink, code};
use crate::post::tree::InlineKind;
use crate::post::visit::{Node, visit};

rule! {
    /// The text is in another script than its language is written in, or nobody names its language and it is hardly
    /// English.
    ///
    /// The language of a post decides in which voice it is read aloud, which fonts and quotation marks it has, where
    /// its lines break and from which side it runs. A post that does not name one has the newsletter's.
    ///
    /// ## Example
    ///
    /// ```md
    /// 昨天下了一整天的雨，河水涨过了旧桥的桥墩，火车停在站外等了两个小时，乘客们都下车走到了城里。今天早上雨停了，太阳从山后面升起来。
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    /// date: 2024-04-26
    /// language: zh-Hans
    /// ---
    ///
    /// 昨天下了一整天的雨，河水涨过了旧桥的桥墩，火车停在站外等了两个小时，乘客们都下车走到了城里。今天早上雨停了，太阳从山后面升起来。
    /// ```
    LANGUAGE_MISMATCH, Post(check)
}

/// A script, with what it is called and a language that is written in it.
struct Script {
    name: &'static str,
    /// The language to name as an example.
    language: &'static str,
    is_of: fn(char) -> bool,
}

const SCRIPTS: [Script; 10] = [
    Script {
        name: "Latin letters",
        language: "en",
        is_of: |c| matches!(c, 'a'..='z' | 'A'..='Z' | 'À'..='ɏ' | 'Ḁ'..='ỿ'),
    },
    Script {
        name: "Chinese characters",
        language: "zh-Hans",
        is_of: |c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}'),
    },
    Script { name: "kana", language: "ja", is_of: |c| matches!(c, '\u{3041}'..='\u{30ff}') },
    Script {
        name: "Hangul",
        language: "ko",
        is_of: |c| matches!(c, '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7a3}'),
    },
    Script { name: "Cyrillic letters", language: "ru", is_of: |c| matches!(c, '\u{400}'..='\u{52f}') },
    Script { name: "Greek letters", language: "el", is_of: |c| matches!(c, '\u{370}'..='\u{3ff}') },
    Script {
        name: "Arabic letters",
        language: "ar",
        is_of: |c| matches!(c, '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{fb50}'..='\u{fdff}'),
    },
    Script { name: "Hebrew letters", language: "he", is_of: |c| matches!(c, '\u{590}'..='\u{5ff}') },
    Script { name: "Thai letters", language: "th", is_of: |c| matches!(c, '\u{e00}'..='\u{e7f}') },
    Script { name: "Devanagari", language: "hi", is_of: |c| matches!(c, '\u{900}'..='\u{97f}') },
];

/// The scripts that a language is written in, as indices of [`SCRIPTS`]; nothing for a language
/// that has several, or is not known.
fn scripts_of(language: &str) -> &'static [usize] {
    match language {
        "en" | "de" | "fr" | "es" | "it" | "pt" | "nl" | "sv" | "da" | "no" | "nb" | "nn" | "fi" | "pl" | "cs"
        | "sk" | "sl" | "hr" | "hu" | "ro" | "tr" | "vi" | "id" | "ca" | "eu" | "gl" | "et" | "lv" | "lt" | "is"
        | "ga" | "cy" | "sq" | "eo" => &[0],
        "zh" | "yue" | "wuu" => &[1],
        "ja" => &[1, 2],
        "ko" => &[1, 3],
        "ru" | "uk" | "bg" | "be" | "mk" => &[4],
        "el" => &[5],
        "ar" | "fa" | "ur" | "ps" | "ug" | "ckb" => &[6],
        "he" | "yi" => &[7],
        "th" => &[8],
        "hi" | "mr" | "ne" => &[9],
        _ => &[],
    }
}

/// Fewer letters say nothing.
const LETTERS: usize = 40;

/// More letters say nothing new.
const ENOUGH: usize = 600;

/// Words that no English text does without.
const ENGLISH: [&str; 12] = ["the", "and", "of", "to", "is", "that", "for", "with", "was", "are", "it", "this"];

/// So many words of a text tell whether it is English.
const WORDS: usize = 60;

/// More words say nothing new.
const ENOUGH_WORDS: usize = 330;

/// A text that is taken for English because nobody says what it is in, and is not.
fn missing(context: &Context<'_>, sink: &mut Sink) {
    let document = context.document;
    let front_matter = &document.front_matter;
    let is_named = front_matter.language.is_some() || context.config.places.contains_key("language");
    if is_named || document.language.primary() != "en" {
        return;
    }
    let (mut words, mut english) = (0, 0);
    each(context, &mut |run| {
        // A text that holds ten of them by then is English enough.
        if english < 10 && words < ENOUGH_WORDS {
            for word in run.text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
                words += 1;
                english += usize::from(ENGLISH.iter().any(|known| known.eq_ignore_ascii_case(word)));
            }
        }
    });
    if words < WORDS || english >= 10 || english * 33 >= words {
        return;
    }
    let found = Diagnostic::new(
        code::LANGUAGE_MISMATCH,
        &document.source,
        front_matter.title_span,
        "nobody says what language this is in, and it is hardly English".to_owned(),
    );
    sink.push(found.help("add `language: de`, or what it is, to the front matter or to `newsletter.yaml`"));
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let document = context.document;
    let own = scripts_of(&document.language.primary());
    // `sr-Latn` says it by itself.
    let names_script = document.language.tag().split('-').skip(1).any(|part| part.len() == 4);
    if own.is_empty() || (names_script && own != [1]) {
        return;
    }
    missing(context, sink);
    let mut counts = [0_usize; SCRIPTS.len()];
    visit(document, &mut |_, node| {
        if let Node::Inline(inline) = node
            && let InlineKind::Text(text) = &inline.kind
            && counts.iter().sum::<usize>() < ENOUGH
        {
            let [latin, rest @ ..] = &mut counts;
            for c in text.chars() {
                if c.is_ascii() {
                    *latin += usize::from(c.is_ascii_alphabetic());
                } else if (SCRIPTS[0].is_of)(c) {
                    *latin += 1;
                } else if let Some(at) = SCRIPTS.iter().skip(1).position(|script| (script.is_of)(c)) {
                    rest.iter_mut().skip(at).take(1).for_each(|count| *count += 1);
                }
            }
        }
    });
    let all: usize = counts.iter().sum();
    let fitting: usize = own.iter().filter_map(|at| counts.get(*at)).sum();
    let Some((most, count)) = SCRIPTS.iter().zip(counts).max_by_key(|(_, count)| *count) else { return };
    if all < LETTERS || fitting * 5 > all || count * 5 < all * 3 {
        return;
    }
    let tag = document.language.tag();
    let message = format!("the text is in {}, but its language is `{tag}`", most.name);
    let front_matter = &document.front_matter;
    let place = front_matter.places.get("language").copied().unwrap_or(front_matter.title_span);
    let found = Diagnostic::new(code::LANGUAGE_MISMATCH, &document.source, place, message);
    sink.push(if front_matter.language.is_some() {
        found.help(format!("name the language of the text, as `language: {}`", most.language))
    } else {
        found.help(format!("add it to the front matter, as `language: {}`; `{tag}` is the newsletter's", most.language))
    });
}
