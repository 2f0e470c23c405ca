//! Words of a link that say nothing.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::links::{each, short};
use crate::diagnostic::{Diagnostic, Sink, code};
use crate::post::tree::plain_text;

rule! {
    /// A link whose words say nothing about where it leads, as `here` or `read more`.
    ///
    /// Readers skim letters by their links, and those who hear a letter go through a list of them: six times 'here'
    /// is a list of nothing. Make a link of the words that name its page.
    ///
    /// ## Example
    ///
    /// ```md
    /// The figures for 2024 are [here](https://figures.example/2024).
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// [The figures for 2024](https://figures.example/2024) are out.
    /// ```
    VAGUE_LINK_TEXT, Post(check)
}

const VAGUE: &[&str] = &[
    "here",
    "click",
    "click here",
    "click here for more",
    "click this",
    "click this link",
    "check it out",
    "go here",
    "learn more",
    "learn more here",
    "link",
    "links",
    "more",
    "more here",
    "over here",
    "read",
    "read here",
    "read it here",
    "read more",
    "read more here",
    "read on",
    "right here",
    "see here",
    "see more",
    "this",
    "this link",
    "this page",
    "tap here",
    "through this link",
    "view",
    "view here",
    "find out more",
    "more info",
    "details here",
    "full text here",
    "hier",
    "hier klicken",
    "klicken sie hier",
    "mehr",
    "mehr lesen",
    "weiterlesen",
    "ici",
    "cliquez ici",
    "en savoir plus",
    "lire la suite",
    "aquí",
    "haz clic aquí",
    "leer más",
    "más",
    "qui",
    "clicca qui",
    "leggi tutto",
    "aqui",
    "clique aqui",
    "saiba mais",
    "здесь",
    "тут",
    "подробнее",
    "点击",
    "点击这里",
    "点击此处",
    "点这里",
    "点此",
    "请点击",
    "请点击这里",
    "请点击此处",
    "这里",
    "此处",
    "链接",
    "这个链接",
    "此链接",
    "更多",
    "查看更多",
    "了解更多",
    "阅读更多",
    "详情",
    "点击查看",
    "點擊這裡",
    "點擊此處",
    "這裡",
    "此處",
    "連結",
    "鏈接",
    "閱讀更多",
    "こちら",
    "ここ",
    "ここをクリック",
    "続きを読む",
    "詳細はこちら",
    "여기",
    "여기를 클릭",
    "هنا",
    "اضغط هنا",
];

fn check(context: &Context<'_>, sink: &mut Sink) {
    each(context, &mut |link| {
        let Some(content) = link.content else { return };
        let text = plain_text(content);
        if !is_vague(&text) {
            return;
        }
        let message = format!("`{}` says nothing about `{}`", text.trim(), short(link.url));
        let found = Diagnostic::new(code::VAGUE_LINK_TEXT, link.source, link.words(), message);
        sink.push(found.help("make a link of the words that name the page"));
    });
}

/// Whether a link's words are of those that stand anywhere.
pub(super) fn is_vague(text: &str) -> bool {
    // No vague text is longer; most links are.
    if text.len() > 60 {
        return false;
    }
    let text = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    VAGUE.contains(&&*text)
}

#[cfg(test)]
mod tests {
    use super::is_vague;

    #[test]
    fn vague_words_are_known_with_case_and_signs_around_them() {
        for text in ["here", "Click here!", "→ Read more »", "点击这里。", "[链接]", "ЗДЕСЬ"] {
            assert!(is_vague(text), "{text}");
        }
        for text in ["", "there", "here and there", "more trains", "这里的山", "—"] {
            assert!(!is_vague(text), "{text}");
        }
    }
}
