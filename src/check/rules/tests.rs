use crate::check::{Context, apply_allow, check_post};
use crate::config::{Author, Config, Profile, RequiredSection, SectionKind};
use crate::diagnostic::{Severity, Sink, Source};
use crate::files::{Memory, RelPath};
use crate::post::parse;

fn section(id: &str, kind: SectionKind) -> RequiredSection {
    let any_of = if id == "takeaways" { vec!["Takeaways".into(), "要点".into()] } else { Vec::new() };
    RequiredSection { id: id.into(), kind, any_of, min_items: None, min_words: None, max_words: None }
}

fn config() -> Config {
    let mut config = Config::named("Test");
    let takeaways =
        RequiredSection { min_items: Some(2), max_words: Some(6), ..section("takeaways", SectionKind::Heading) };
    let sections = vec![
        section("greeting", SectionKind::Greeting),
        section("context", SectionKind::Heading),
        takeaways,
        section("sign-off", SectionKind::SignOff),
    ];
    let profile =
        Profile { sections, ordered: true, fields: vec!["subtitle".into(), "date".into()], ..Profile::default() };
    config.profiles.insert("letter".into(), profile);
    config.authors.insert("ann".into(), Author { name: "Ann".into(), ..Author::default() });
    config
}

/// The findings of the rules: code, severity, the words at their place.
fn find(header: &str, body: &str) -> Vec<(&'static str, Severity, String)> {
    let source = Source::new("posts/2024-01-01-x.md", format!("---\ntitle: x\n{header}---\n{body}"));
    let files = Memory::new([("posts/other.md", &b"x"[..]), ("files/a b.pdf", b"x")]);
    let parsed = parse(&RelPath::new(source.path()).unwrap(), &source, &config(), &files);
    let document = parsed.document.unwrap();
    let mut sink = Sink::new();
    sink.extend(parsed.diagnostics);
    check_post(&Context::new(&document, &config(), &[], None, &files), &mut sink);
    apply_allow(&document, &config().checks.levels, None, &mut sink);
    let found = sink.finish(&config().checks.levels);
    found.iter().map(|d| (d.code.id, d.severity, d.source.slice(d.span).to_owned())).collect()
}

const COMPLETE: &str = "Dear all,\n\n## Context\n\ntext\n\n## **要点**:\n\n- a\n- b\n\n### more\n\nYours, Ann\n";

#[test]
fn a_complete_post_has_no_finding() {
    assert_eq!(find("profile: letter\nsubtitle: y\n", COMPLETE), []);
}

#[test]
fn a_missing_section_is_a_warning_in_a_draft_and_an_error_when_ready() {
    let body = COMPLETE.replace("## Context", "## Other");
    assert_eq!(find("profile: letter\nsubtitle: y\n", &body), [("NL020", Severity::Warning, "## **要点**:".into())]);
    let ready = find("profile: letter\nsubtitle: y\nstatus: ready\n", &body);
    assert_eq!(ready, [("NL020", Severity::Error, "## **要点**:".into())]);
}

#[test]
fn an_empty_post_lacks_all_and_says_so_at_its_title() {
    let codes: Vec<_> = find("profile: letter\n", "").into_iter().map(|(code, _, _)| code).collect();
    assert_eq!(codes, ["NL020", "NL020", "NL020", "NL020", "NL024"]);
}

#[test]
fn order_items_and_length_are_checked() {
    let body = "Hi\n\n## Takeaways\n\n- one two three four five six seven\n\n## Context\n\nYours\n";
    let codes: Vec<_> =
        find("profile: letter\nsubtitle: y\n", body).into_iter().map(|(code, _, text)| (code, text)).collect();
    let heading = || "## Takeaways".to_owned();
    assert_eq!(codes, [("NL021", heading()), ("NL022", heading()), ("NL023", heading())]);
}

#[test]
fn a_link_to_a_file_that_is_there_is_fine() {
    let body = "[a](other.md#x) [b](../files/a%20b.pdf) [c](files/a%20b.pdf) [d](https://x) [e](/about) [f](#top) [g](mailto:a@b.c)";
    assert!(find("", body).iter().all(|(code, _, _)| *code != "NL040"));
    assert_eq!(find("", "see [it](gone.md \"t\")"), [("NL040", Severity::Warning, "gone.md".into())]);
}

#[test]
fn images_need_words_and_remote_ones_a_size() {
    assert_eq!(find("", "![](a.png)"), [("NL044", Severity::Warning, "a.png".into())]);
    assert_eq!(find("", "![a](https://x/a.png){width=3}"), [("NL043", Severity::Warning, "https://x/a.png".into())]);
    assert_eq!(find("", ":::figure a.png\nx\n:::"), [("NL044", Severity::Warning, "a.png".into())]);
}

#[test]
fn what_the_front_matter_allows_is_not_reported() {
    assert_eq!(find("allow:\n  image-without-alt: it is an ornament\n", "![](a.png)"), []);
}

#[test]
fn an_author_card_names_an_author() {
    assert_eq!(find("", ":::author ann"), []);
    assert_eq!(find("", ":::author anne"), [("NL013", Severity::Warning, "anne".into())]);
}
