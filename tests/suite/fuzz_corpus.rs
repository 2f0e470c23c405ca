//! The seeds of the fuzz targets, and what fuzzing once found, stay harmless.

#[expect(
    unreachable_pub,
    clippy::default_trait_access,
    clippy::expect_used,
    reason = "a package of its own, read here as a module"
)]
#[path = "../../fuzz/src/lib.rs"]
mod targets;

fn replay(name: &str, target: fn(&[u8])) {
    let folder = format!("{}/fuzz/corpus/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut seeds: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    seeds.sort();
    assert!(seeds.len() >= 3, "the corpus of `{name}` is there");
    for seed in seeds {
        target(&std::fs::read(seed).unwrap());
    }
}

#[test]
fn the_corpus_of_front_matter_replays() {
    replay("front_matter", targets::front_matter);
}

#[test]
fn the_corpus_of_markdown_replays() {
    replay("markdown", targets::markdown);
}

#[test]
fn the_corpus_of_directives_replays() {
    replay("directives", targets::directives);
}

#[test]
fn the_corpus_of_templates_replays() {
    replay("templates", targets::templates);
}

#[test]
fn the_corpus_of_replies_replays() {
    replay("replies", targets::replies);
}

#[test]
fn the_corpus_of_mails_replays() {
    replay("mails", targets::mails);
}

#[test]
fn the_corpus_of_lists_replays() {
    replay("lists", targets::lists);
}

#[test]
fn the_corpus_of_addresses_replays() {
    replay("addresses", targets::addresses);
}

#[test]
fn the_corpus_of_segments_replays() {
    replay("segments", targets::segments);
}

#[test]
fn the_corpus_of_filling_replays() {
    replay("filling", targets::filling);
}
