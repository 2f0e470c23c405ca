//! One fault at a time, put into a good publication: each is found where it stands.
//!
//! [`good`] is a publication that has no finding. An [`Operator`] is a mistake that people make,
//! at up to ten places; each of its mutations says beforehand, by marks in what it writes, on
//! which line the fault stands and, where one can tell, in which words.
#![expect(clippy::format_push_string, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod body;
mod configuration;
mod good;
mod header;
mod language;
mod markup;
mod operator;
mod template;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::NaiveDate;
use newsletter::build::{self, World};
use newsletter::diagnostic::{Diagnostic, Position};
use newsletter::files::{Memory, Overlay, RelPath};
use newsletter::publication::{Publication, Reach, Selection, Wanted};
use rayon::prelude::*;

use good::POST;
use operator::{Mutation, Operator, Place};

/// The share of mutations whose fault is to be found where it stands, in percent.
const WANTED: usize = 95;

fn operators() -> Vec<Operator> {
    let all = [header::operators(), body::operators(), language::operators(), markup::operators()];
    all.into_iter().chain([configuration::operators(), template::operators()]).flatten().collect()
}

/// How the files are saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Saved {
    /// As they are.
    Plainly,
    /// As some editors do: CRLF line ends, and a byte order mark.
    WithCrlfAndMark,
}

impl Saved {
    fn text(self, text: &str) -> String {
        match self {
            Self::Plainly => text.to_owned(),
            Self::WithCrlfAndMark => format!("\u{feff}{}", text.replace('\n', "\r\n")),
        }
    }
}

/// The good publication.
struct Good {
    files: Memory,
    publication: Publication,
}

impl Good {
    fn saved(saved: Saved) -> Self {
        let mut files = good::pictures();
        for (path, text) in good::texts() {
            files.insert(RelPath::new(path).unwrap(), saved.text(&text));
        }
        let mut publication = build::open(&files, &Selection::All).unwrap();
        publication.today = today();
        Self { files, publication }
    }

    /// The findings of a mutation: of the post that it is in, with what is known of the others, as
    /// an editor finds them; where it reaches all posts, of one of them from nothing, as `check` does.
    fn with(&self, mutation: &Mutation, saved: Saved) -> Vec<Diagnostic> {
        let path = RelPath::new(mutation.path).unwrap();
        let mut files = Overlay::new(&self.files);
        files.insert(path.clone(), saved.text(&mutation.text));
        if self.publication.reach(&path) == Reach::All {
            return build::find(&files, &only(POST), &mut World { today: today(), online: None }).unwrap().diagnostics;
        }
        let next = self.publication.with_change(&path, &files);
        build::build_issue(&next, next.post(&path).unwrap(), &files).diagnostics
    }
}

fn today() -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2024, 6, 1)
}

fn only(path: &str) -> Selection {
    Selection::Only(vec![Wanted { written: path.to_owned(), path: RelPath::new(path).ok(), exists: true }])
}

/// The findings of the mutations, in their order.
fn found_in(mutations: &[&Mutation], saved: Saved) -> Vec<Vec<Diagnostic>> {
    let good = Good::saved(saved);
    mutations.par_iter().map(|mutation| good.with(mutation, saved)).collect()
}

fn position(found: &Diagnostic) -> Position {
    found.source.position(found.span.start)
}

/// Whether a finding stands where a fault does.
fn is_at(found: &Diagnostic, place: &Place) -> bool {
    found.source.path() == place.path && position(found).line == place.line
}

/// What is wrong with the findings of a mutation: nothing, where one of them stands on a line of
/// the fault and, where its words are known, underlines just them.
fn fault(mutation: &Mutation, found: &[Diagnostic]) -> Option<String> {
    let hits = |place: &Place| {
        found.iter().any(|found| {
            is_at(found, place)
                && place.words.as_ref().is_none_or(|words| {
                    position(found).column == place.column
                        && found.source.slice(found.span).replace("\r\n", "\n") == *words
                })
        })
    };
    if mutation.places.iter().any(hits) {
        return None;
    }
    let places: Vec<_> = mutation.places.iter().map(ToString::to_string).collect();
    let shown: Vec<_> = found.iter().map(shown).collect();
    let found = if shown.is_empty() { "nothing".to_owned() } else { shown.join(", ") };
    Some(format!("{}: expected at {}, found {found}\n", mutation.title(), places.join(" or ")))
}

fn shown(found: &Diagnostic) -> String {
    let Position { line, column } = position(found);
    format!("{} at {}:{line}:{column} {:?}", found.code.name, found.source.path(), found.source.slice(found.span))
}

fn human(found: &[Diagnostic]) -> String {
    newsletter::diagnostic::human::render(found, newsletter::diagnostic::human::Options::default())
}

/// The findings of all mutations, in their order: two tests look at them.
fn found_plainly() -> &'static [Vec<Diagnostic>] {
    static FOUND: LazyLock<Vec<Vec<Diagnostic>>> = LazyLock::new(|| {
        let operators = operators();
        let mutations: Vec<_> = operators.iter().flat_map(|operator| &operator.mutations).collect();
        found_in(&mutations, Saved::Plainly)
    });
    &FOUND
}

#[test]
fn the_good_publication_has_no_finding_however_it_is_saved() {
    for saved in [Saved::Plainly, Saved::WithCrlfAndMark] {
        let Good { files, .. } = Good::saved(saved);
        let found = build::find(&files, &Selection::All, &mut World { today: today(), online: None }).unwrap();
        assert!(found.posts == 3 && found.diagnostics.is_empty(), "{saved:?}\n{}", human(&found.diagnostics));
    }
}

#[test]
fn nearly_every_fault_is_found_on_its_line() {
    let operators = operators();
    let mutations: Vec<&Mutation> = operators.iter().flat_map(|operator| &operator.mutations).collect();
    let found = found_plainly();
    let mut hits = 0;
    let mut missed = String::new();
    let mut codes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (mutation, found) in mutations.iter().zip(found) {
        let here = found.iter().filter(|found| mutation.places.iter().any(|place| is_at(found, place)));
        codes.entry(mutation.operator).or_default().extend(here.clone().map(|found| found.code.name));
        match fault(&mutation.by_line(), found) {
            None => hits += 1,
            Some(fault) => missed.push_str(&fault),
        }
    }
    let mut report = format!("{} operators, {} mutations, {hits} found\n", operators.len(), mutations.len());
    for operator in &operators {
        let codes: Vec<_> = codes[operator.name].iter().copied().collect();
        report.push_str(&format!("\n{} × {}: {}", operator.mutations.len(), operator.name, codes.join(", ")));
    }
    report.push_str(&format!("\n\nmissed:\n{missed}"));
    insta::assert_snapshot!(report);
    assert!(hits * 100 >= mutations.len() * WANTED, "{hits} of {}", mutations.len());
}

#[test]
fn the_words_of_a_fault_are_found_exactly() {
    let operators = operators();
    let mutations: Vec<&Mutation> = operators.iter().flat_map(|operator| &operator.mutations).collect();
    let found = found_plainly();
    let wrong: String = mutations.iter().zip(found).filter_map(|(mutation, found)| fault(mutation, found)).collect();
    insta::assert_snapshot!(wrong);
}

#[test]
fn words_and_columns_stay_right_behind_a_mark_and_with_crlf() {
    let operators = operators();
    let all = operators.iter().flat_map(|operator| &operator.mutations).zip(found_plainly());
    // Those in posts whose words are known, and a part of the others.
    let has_words = |mutation: &Mutation| mutation.places.iter().any(|place| place.words.is_some());
    let is_text = |mutation: &Mutation| mutation.path.starts_with("posts/") && has_words(mutation);
    let some = all.enumerate().filter(|(at, (mutation, _))| at % if is_text(mutation) { 2 } else { 6 } == 0);
    let (mutations, plain): (Vec<_>, Vec<_>) = some.map(|(_, one)| one).unzip();
    let other = found_in(&mutations, Saved::WithCrlfAndMark);
    for ((mutation, plain), other) in mutations.iter().zip(plain).zip(&other) {
        let shown =
            |all: &[Diagnostic]| all.iter().map(shown).map(|one| one.replace("\\r\\n", "\\n")).collect::<Vec<_>>();
        assert_eq!(shown(plain), shown(other), "{}", mutation.title());
    }
}

#[test]
fn the_operators_are_as_many_and_as_various_as_they_are_meant_to_be() {
    let operators = operators();
    let names: BTreeSet<_> = operators.iter().map(|operator| operator.name).collect();
    assert_eq!(names.len(), operators.len(), "an operator stands twice");
    assert!(operators.len() >= 40, "{}", operators.len());
    assert!(operators.iter().all(|operator| (1..=10).contains(&operator.mutations.len())));
    let all: Vec<_> = operators.iter().flat_map(|operator| &operator.mutations).collect();
    assert!(all.len() >= 300, "{}", all.len());
    let texts: BTreeSet<_> = all.iter().map(|mutation| (mutation.path, &mutation.text)).collect();
    assert_eq!(texts.len(), all.len(), "a mutation stands twice");
    let in_scripts = |script: fn(char) -> bool| {
        let is_in =
            |place: &Place, text: &str| text.lines().nth(place.line - 1).is_some_and(|line| line.contains(script));
        all.iter().filter(|one| one.places.iter().any(|place| place.words.is_some() && is_in(place, &one.text))).count()
    };
    assert!(in_scripts(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) >= 20);
    assert!(in_scripts(|c| ('\u{600}'..='\u{6ff}').contains(&c)) >= 5);
    assert!(in_scripts(|c| c >= '\u{1f300}') >= 5);
}
