//! What the build amounts to, in a headline, a sentence and a line of figures.

use crate::build::index::{Card, Index, escaped};
use crate::diagnostic::Counts;

/// `Six posts, one not ready`.
pub(super) fn headline(cards: &[&Card<'_>]) -> String {
    let all = cards.len();
    let broken = cards.iter().filter(|card| card.counts().errors > 0).count();
    let drafts = cards.iter().filter(|card| card.is_draft()).count();
    let state = match (all, broken, drafts) {
        (0, ..) => return "No posts yet".to_owned(),
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
pub(super) fn sentence(index: &Index<'_>, cards: &[&Card<'_>]) -> String {
    if cards.is_empty() {
        return "Write the first one; the next build shows it here as web page, e-mail and plain text.".to_owned();
    }
    let broken = cards.iter().filter(|card| card.counts().errors > 0).count();
    let warned = cards.iter().filter(|card| card.counts().errors == 0 && card.counts().warnings > 0).count();
    let clean = |card: &&&Card<'_>| card.counts().errors == 0 && card.counts().warnings == 0;
    let drafts = cards.iter().filter(clean).filter(|card| card.is_draft()).count();
    let good = cards.len() - broken - warned - drafts;

    let mut clauses = Vec::new();
    if warned > 0 {
        let who = match (broken, warned) {
            (0, _) if cards.len() == 1 => "It has".to_owned(),
            (0, n) if n == cards.len() => "All have".to_owned(),
            (0, 1) => "One has".to_owned(),
            (0, n) => format!("{} have", capitalized(&spelled(n))),
            (_, 1) => "One other has".to_owned(),
            (_, n) => format!("{} others have", capitalized(&spelled(n))),
        };
        clauses.push(format!("{who} warnings worth a look"));
    }
    // 'The rest' needs something before it.
    let rest = broken + warned > 0;
    match (good, drafts) {
        (0, 0) => {}
        (0, 1) if rest => clauses.push("one more is a draft".to_owned()),
        (0, _) if rest => clauses.push("the rest are drafts".to_owned()),
        (0, _) => clauses.push("nothing is wrong so far".to_owned()),
        (1, 0) if !rest => clauses.push("it can go".to_owned()),
        (_, 0) if !rest => clauses.push("every one of them can go".to_owned()),
        (_, 0) => clauses.push("the rest can go".to_owned()),
        (_, _) if rest => clauses.push("the rest can go, once the drafts are ready".to_owned()),
        (1, _) => clauses.push("the other can go".to_owned()),
        (_, _) => clauses.push("the others can go".to_owned()),
    }
    let rest = capitalized(&clauses.join("; "));
    let start = start(index, cards);
    match (start.is_empty(), rest.is_empty()) {
        (true, true) => String::new(),
        (false, true) => start,
        (true, false) => format!("{rest}."),
        (false, false) => format!("{start} {rest}."),
    }
}

/// Names what to mend first, if anything must be.
fn start(index: &Index<'_>, cards: &[&Card<'_>]) -> String {
    if let Some(found) = index.diagnostics.iter().find(|found| found.is_error()) {
        return format!("Start with <code>{}</code>, which all posts share.", escaped(found.source.path()));
    }
    match cards.first().filter(|card| card.counts().errors > 0) {
        Some(card) => {
            let title = escaped(&shortened(card.name(), 80));
            format!("Start with “<bdi lang=\"{}\">{title}</bdi>”.", escaped(card.language.tag()))
        }
        None => String::new(),
    }
}

/// The newsletter and the figures of the build.
pub(super) fn meta(name: &str, cards: &[&Card<'_>]) -> String {
    let words: usize = cards.iter().map(|card| card.words).sum();
    let counts = cards.iter().fold(Counts::default(), |sum, card| {
        let one = card.counts();
        Counts {
            errors: sum.errors + one.errors,
            warnings: sum.warnings + one.warnings,
            notes: sum.notes + one.notes,
        }
    });
    let mut parts = Vec::new();
    if let Some(day) = cards.iter().filter_map(|card| card.day).max() {
        let english = crate::language::Language::new("en");
        parts.extend(english.map(|english| format!("Newest post {}", english.date(day))));
    }
    if !cards.is_empty() {
        parts.push(count(words, "word", thousands));
        parts.push(match counts.errors + counts.warnings + counts.notes {
            0 => "no findings".to_owned(),
            n => count(n, "finding", thousands),
        });
    }
    let ends = if name.ends_with(['.', '!', '?', '。', '！', '？']) { "" } else { "." };
    if parts.is_empty() { format!("{name}{ends}") } else { format!("{name}{ends} {}", parts.join(", ")) }
}

/// `1 word`, `1,120 words`.
pub(super) fn count(n: usize, one: &str, number: impl Fn(usize) -> String) -> String {
    format!("{} {one}{}", number(n), if n == 1 { "" } else { "s" })
}

/// A number in words up to twelve.
fn spelled(n: usize) -> String {
    const WORDS: [&str; 13] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    ];
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
