//! What a mutation is, and how one is written down.

use std::fmt;
use std::ops::Range;

use super::good;

/// A mistake that people make, at up to ten places.
pub(super) struct Operator {
    pub(super) name: &'static str,
    pub(super) mutations: Vec<Mutation>,
}

/// One file of the good publication with one fault in it.
#[derive(Clone, Debug)]
pub(super) struct Mutation {
    pub(super) operator: &'static str,
    pub(super) path: &'static str,
    /// The whole text of the file.
    pub(super) text: String,
    /// Where the fault stands: more than one where it has two ends, as what is left out and the
    /// line that asks for it.
    pub(super) places: Vec<Place>,
}

/// Where a fault stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) path: &'static str,
    /// From 1.
    pub(super) line: usize,
    /// From 1, in characters.
    pub(super) column: usize,
    /// The words, where no others could be meant.
    pub(super) words: Option<String>,
}

impl Mutation {
    /// The same fault, known by its lines alone.
    pub(super) fn by_line(&self) -> Self {
        let places = self.places.iter().map(|place| Place { words: None, ..place.clone() }).collect();
        Self { places, ..self.clone() }
    }

    /// The operator and the first line that it changed.
    pub(super) fn title(&self) -> String {
        let good = good::texts();
        let mut lines = self.text.lines().zip(good[self.path].lines().chain(std::iter::repeat("")));
        let changed = lines.find(|(new, old)| new != old).map_or("the end", |(new, _)| new);
        format!("{}, `{}`", self.operator, changed.trim())
    }
}

impl Operator {
    /// The fault's place may as well be the line of another file that holds `words`.
    pub(super) fn or_in(mut self, path: &'static str, words: &str) -> Self {
        let line = good::texts()[path].lines().position(|line| line.contains(words)).unwrap() + 1;
        for mutation in &mut self.mutations {
            mutation.places.push(Place { path, line, column: 1, words: None });
        }
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, column, words } = self;
        match words {
            Some(words) => write!(out, "{path}:{line}:{column} {words:?}"),
            None => write!(out, "{path}:{line}"),
        }
    }
}

/// An operator made of pairs: what stands once in the good file, and what stands there instead.
/// In the latter `⟪…⟫` are the very words of the fault, and `⟦…⟧` is a line of it.
pub(super) fn swaps(name: &'static str, path: &'static str, pairs: &[(&str, &str)]) -> Operator {
    let pairs: Vec<_> = pairs.iter().map(std::slice::from_ref).collect();
    several(name, path, &pairs)
}

/// The same with more than one pair to a mutation, as where what is missing at one place makes
/// another one the fault's.
pub(super) fn several(name: &'static str, path: &'static str, mutations: &[&[(&str, &str)]]) -> Operator {
    let text = good::texts().remove(path).unwrap();
    let range = |old: &str| {
        let at = text.find(old);
        assert!(at.is_some() && at == text.rfind(old), "{name}: `{old}` does not stand once in {path}");
        at.unwrap()..at.unwrap() + old.len()
    };
    let edits = |pairs: &&[(&str, &str)]| pairs.iter().map(|(old, new)| (range(old), (*new).to_owned())).collect();
    edited(name, path, mutations.iter().map(edits))
}

/// An operator whose mutations are replacements in the good text.
pub(super) fn edited(
    name: &'static str,
    path: &'static str,
    mutations: impl IntoIterator<Item = Vec<(Range<usize>, String)>>,
) -> Operator {
    let good = good::texts().remove(path).unwrap();
    let one = |mut edits: Vec<(Range<usize>, String)>| {
        edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        let mut marked = good.clone();
        for (range, new) in &edits {
            marked.replace_range(range.clone(), new);
        }
        let (text, places) = unmarked(&marked, path);
        assert!(!places.is_empty(), "{name}: `{edits:?}` does not say where the fault stands");
        assert!(text != good, "{name}: `{edits:?}` changes nothing");
        Mutation { operator: name, path, text, places }
    };
    Operator { name, mutations: mutations.into_iter().map(one).collect() }
}

/// Several operators' mutations as those of one, for a mistake that is made in several files.
pub(super) fn together(parts: impl IntoIterator<Item = Operator>) -> Operator {
    let mut parts = parts.into_iter();
    let mut all = parts.next().unwrap();
    for part in parts {
        assert_eq!(part.name, all.name);
        all.mutations.extend(part.mutations);
    }
    all
}

/// The text without its marks, and what they mark.
fn unmarked(marked: &str, path: &'static str) -> (String, Vec<Place>) {
    let mut text = String::new();
    let mut places: Vec<Place> = Vec::new();
    let mut opened: Vec<usize> = Vec::new();
    for c in marked.chars() {
        match c {
            '⟦' | '⟪' => {
                let line_start = text.rfind('\n').map_or(0, |at| at + 1);
                let (line, column) = (text.matches('\n').count() + 1, text[line_start..].chars().count() + 1);
                opened.push(text.len());
                places.push(Place { path, line, column, words: None });
            }
            '⟧' => _ = opened.pop().unwrap(),
            '⟫' => places.last_mut().unwrap().words = Some(text[opened.pop().unwrap()..].to_owned()),
            c => text.push(c),
        }
    }
    assert!(opened.is_empty(), "a mark is not closed");
    (text, places)
}

/// The keys at the start of lines, before the `:`, of the lines in `range`.
pub(super) fn keys(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut at = 0;
    let mut keys = Vec::new();
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        let key = line.trim_start().split(':').next().unwrap();
        let is_key =
            line.trim_start()[key.len()..].starts_with(':') && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if range.contains(&at) && is_key {
            keys.push(at + indent..at + indent + key.len());
        }
        at += line.len();
    }
    keys
}
