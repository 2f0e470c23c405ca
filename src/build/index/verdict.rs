//! What the build amounts to, in a headline, a sentence and a line of figures.

use std::fmt::{self, Formatter};

use crate::build::index::{Card, Index};
use crate::diagnostic::{Counts, Diagnostic};
use crate::language::Language;
use crate::render::Escaped;

/// `Six posts, one not ready`.
pub(super) fn headline(index: &Index<'_>, cards: &[&Card<'_>]) -> String {
    let all = cards.len();
    // What all posts share stops all of them.
    let stopped = index.diagnostics.iter().any(Diagnostic::is_error);
    let broken = cards.iter().filter(|card| card.counts().errors > 0).count();
    let drafts = cards.iter().filter(|card| card.is_draft()).count();
    let state = match (all, broken, drafts) {
        (0, ..) => return "No posts yet".to_owned(),
        (1, ..) if stopped => "not built".to_owned(),
        _ if stopped => "none built".to_owned(),
        (1, 0, 0) => "ready".to_owned(),
        (1, 0, _) => "still a draft".to_owned(),
        (1, ..) => "not ready".to_owned(),
        (_, 0, 0) => "all ready".to_owned(),
        (_, 0, _) if drafts == all => "all drafts".to_owned(),
        (_, 0, 1) => "one still a draft".to_owned(),
        (_, 0, _) => format!("{} still drafts", spelled(drafts)),
        _ if broken == all => "none ready".to_owned(),
        _ => format!("{} not ready", spelled(broken)),
    };
    format!("{}, {state}", capitalized(&count(all, "post", spelled)))
}

/// Where to start and what else there is, as HTML.
pub(super) fn sentence(out: &mut Formatter<'_>, index: &Index<'_>, cards: &[&Card<'_>]) -> fmt::Result {
    if cards.is_empty() {
        return out.write_str("Write the first one; the next build shows it here as web page, e-mail and plain text.");
    }
    let broken = index.diagnostics.iter().find(|found| found.is_error());
    let worst = cards.first().filter(|card| card.counts().errors > 0);
    if let Some(found) = broken {
        write!(out, "Start with <code>{}</code>, which all posts share.", Escaped(found.source.path()))?;
    } else if let Some(card) = worst {
        let title = shortened(card.name(), 80);
        write!(out, "Start with “<bdi lang=\"{}\">{}</bdi>”.", Escaped(card.language.tag()), Escaped(&title))?;
    }
    let space = if broken.is_some() || worst.is_some() { " " } else { "" };
    let others = if broken.is_some() { String::new() } else { others(cards) };
    if others.is_empty() { Ok(()) } else { write!(out, "{space}{}.", capitalized(&others)) }
}

/// What is to be said of the posts without errors.
fn others(cards: &[&Card<'_>]) -> String {
    let broken = cards.iter().filter(|card| card.counts().errors > 0).count();
    let warned = cards.iter().filter(|card| card.counts().errors == 0 && card.counts().warnings > 0).count();
    let clean = |card: &&&Card<'_>| card.counts().errors == 0 && card.counts().warnings == 0;
    let drafts = cards.iter().filter(clean).filter(|card| card.is_draft()).count();
    let good = cards.len() - broken - warned - drafts;

    let warned = match (broken, warned) {
        (_, 0) => None,
        (0, 1) if cards.len() == 1 => Some("it has".to_owned()),
        (0, n) if n == cards.len() => Some("all have".to_owned()),
        (0, 1) => Some("one has".to_owned()),
        (0, n) => Some(format!("{} have", spelled(n))),
        (_, 1) => Some("one other has".to_owned()),
        (_, n) => Some(format!("{} others have", spelled(n))),
    };
    // 'The rest' needs something before it.
    let rest = broken > 0 || warned.is_some();
    let clean = match (good, drafts) {
        (0, 0) => None,
        (0, 1) if rest => Some("one more is a draft"),
        (0, _) if rest => Some("the rest are drafts"),
        (0, _) => Some("nothing is wrong so far"),
        (1, 0) if !rest => Some("it can go"),
        (_, 0) if !rest => Some("every one of them can go"),
        (1, 0) if cards.len() == 2 => Some("the other can go"),
        (1, 0) if broken > 1 => Some("one can go"),
        (_, 0) if broken > 1 => Some("those without errors can go"),
        (_, 0) => Some("the rest can go"),
        (_, _) if rest => Some("the rest can go, once the drafts are ready"),
        (1, _) => Some("the other can go"),
        (_, _) => Some("the others can go"),
    };
    let warned = warned.map(|who| format!("{who} warnings worth a look"));
    warned.into_iter().chain(clean.map(str::to_owned)).collect::<Vec<_>>().join("; ")
}

/// The newsletter and the figures of the build.
pub(super) fn meta(name: &str, cards: &[&Card<'_>]) -> String {
    let words: usize = cards.iter().map(|card| card.words).sum();
    let counts = cards.iter().fold(Counts::default(), |sum, card| {
        let one = card.counts();
        Counts { errors: sum.errors + one.errors, warnings: sum.warnings + one.warnings, notes: sum.notes + one.notes }
    });
    let mut parts = Vec::new();
    if let Some(day) = cards.iter().filter_map(|card| card.day).max() {
        let english = Language::new("en");
        parts.extend(english.map(|english| format!("Newest post {}", english.date(day))));
    }
    if !cards.is_empty() {
        parts.push(count(words, "word", thousands));
        parts.push(match counts.errors + counts.warnings + counts.notes {
            0 => "no findings".to_owned(),
            n => count(n, "finding", thousands),
        });
    }
    // A line breaks between the figures, never within one.
    let parts: Vec<_> = parts.iter().map(|part| part.replace(' ', "\u{a0}")).collect();
    let ends = if name.ends_with(['.', '!', '?', '。', '！', '？']) { "" } else { "." };
    if parts.is_empty() { format!("{name}{ends}") } else { format!("{name}{ends} {}", parts.join(", ")) }
}

/// `1 word`, `1,120 words`.
pub(super) fn count(n: usize, one: &str, number: impl Fn(usize) -> String) -> String {
    format!("{} {one}{}", number(n), if n == 1 { "" } else { "s" })
}

/// A number in words up to twelve.
fn spelled(n: usize) -> String {
    const WORDS: [&str; 13] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    WORDS.get(n).map_or_else(|| thousands(n), |word| (*word).to_owned())
}

/// A number with commas: `1,120`.
pub(super) fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// At most `max` characters, cut after a word where there is one.
fn shortened(text: &str, max: usize) -> String {
    let Some((cut, _)) = text.char_indices().nth(max) else { return text.to_owned() };
    let head = text.get(..cut).unwrap_or_default();
    let end = head.rfind(' ').filter(|&at| at > cut / 2).unwrap_or(cut);
    format!("{}…", head.get(..end).unwrap_or_default())
}
