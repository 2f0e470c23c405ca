//! What the documents show is what the tool does.

use newsletter::build::build_issue;
use newsletter::files::Disk;
use newsletter::publication::Publication;

fn top() -> &'static std::path::Path {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_console_blocks_of_the_readme_run() {
    trycmd::TestCases::new().case("README.md").case("docs/*.md").run();
}

#[test]
fn the_example_builds_without_a_finding() {
    let files = Disk::open(top()).unwrap();
    let publication = Publication::load(&files).unwrap();
    assert!(publication.diagnostics.is_empty(), "{:?}", publication.diagnostics);
    assert_eq!(publication.posts.len(), 3);
    for post in &publication.posts {
        let built = build_issue(&publication, post, &files);
        assert!(built.diagnostics.is_empty(), "{}: {:?}", built.path, built.diagnostics);
        assert!(built.output.is_some(), "{} is built", built.path);
    }
}

#[test]
fn the_schema_beside_the_example_is_the_one_that_the_tool_prints() {
    let kept = std::fs::read_to_string(top().join("schema/newsletter.json")).unwrap();
    let printed = assert_cmd::Command::cargo_bin("newsletter").unwrap().args(["schema", "config"]).output().unwrap();
    assert_eq!(
        kept,
        String::from_utf8(printed.stdout).unwrap(),
        "run `newsletter schema config > schema/newsletter.json`"
    );
}
