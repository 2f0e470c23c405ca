//! `newsletter check`: formats, levels, what is let stand, and fixes.

use insta::assert_snapshot;
use newsletter::build::{World, find, mend};
use newsletter::diagnostic::Which;
use newsletter::files::{Files, Memory, Overlay, RelPath};
use newsletter::publication::Selection;
use proptest::prelude::*;

use crate::support::{CONFIG, Project};

const HEADER: &str = "title: The river and the rail\ndate: 2024-04-26";

fn project(body: &str) -> Project {
    Project::new().post("2024-04-26-river", HEADER, body)
}

#[test]
fn findings_go_to_stderr_for_people_and_to_stdout_for_machines() {
    let ran = project("![](https://upstream.example/a.png)").run(["check"]).success();
    assert_snapshot!(ran.all());
    let ran = project("![](https://upstream.example/a.png)").run(["check", "--format", "short"]).success();
    assert_snapshot!(ran.stdout, @r"
    posts/2024-04-26-river.md:6:5: warning[remote-image-size]: the size of `https://upstream.example/a.png` is not known
    posts/2024-04-26-river.md:6:5: warning[image-without-alt]: `https://upstream.example/a.png` has no alternative text
    ");
}

#[test]
fn warnings_can_be_denied_and_codes_picked_by_name_or_id() {
    let project = project("![](https://upstream.example/a.png)");
    project.run(["check", "--deny", "warnings"]).exits(1).says("error[remote-image-size]");
    let only = project.run(["check", "--only", "NL044,size-limit"]).success();
    only.says("image-without-alt").never_says("remote-image-size");
    project.run(["check", "--only", "image-without-al"]).exits(2).says("did you mean `image-without-alt`?");
}

#[test]
fn statistics_count_by_rule() {
    let ran = project("![](https://upstream.example/a.png)\n\n![](https://upstream.example/b.png){width=3 height=3}");
    assert_snapshot!(ran.run(["check", "--statistics"]).success().stdout, @r"
    2  NL044  image-without-alt
    1  NL043  remote-image-size
    ");
}

#[test]
fn a_broken_configuration_is_a_finding_and_a_missing_one_is_not_a_run() {
    Project::empty().file("newsletter.yaml", "nme: x\n").run(["check"]).exits(1).says("did you mean `name`?");
    Project::empty().run(["check"]).exits(2).says("no `newsletter.yaml`");
}

#[test]
fn a_comment_lets_the_line_below_stand_and_no_other() {
    let body = "<!-- allow image-without-alt: an ornament -->\n\n![](https://upstream.example/a.png){width=3 height=3}\n\n\
        ![](https://upstream.example/b.png){width=3 height=3}";
    let ran = project(body).run(["check", "--format", "short"]).success();
    assert_snapshot!(ran.stdout, @"posts/2024-04-26-river.md:10:5: warning[image-without-alt]: `https://upstream.example/b.png` has no alternative text");
    let built = project(body);
    built.run(["build"]).success();
    for view in ["index.html", "email.html", "email.txt", "message.eml"] {
        assert!(!built.read(&format!("out/river/{view}")).contains("ornament"), "{view} shows the comment");
    }
}

#[test]
fn an_allow_that_hides_nothing_is_found_and_a_comment_taken_away() {
    let text = "It rained. <!-- allow image-without-alt: why --> Still.\n\n<!-- allow size-limit: why -->\nIt rained.";
    let project = project(text);
    project.run(["check"]).success().says("nothing here is `image-without-alt`").says("nothing here is `size-limit`");
    project.run(["check", "--fix"]).success().says("2 fixes changed 1 file").says("no findings");
    let text = project.read("posts/2024-04-26-river.md");
    assert_eq!(text, format!("---\n{HEADER}\n---\n\nIt rained. Still.\n\nIt rained.\n"));
}

#[test]
fn an_allow_needs_a_known_rule_that_can_be_allowed_and_a_reason() {
    let allow = |text: &str| project(&format!("<!-- allow {text} -->\nIt rained.")).run(["check"]);
    allow("image-without-al: why").success().says("did you mean `image-without-alt`?");
    allow("image-without-alt").success().says("`image-without-alt` is allowed without a reason");
    allow("duplicate-slug: why").success().says("`duplicate-slug` cannot be allowed");
}

#[test]
fn a_diff_shows_what_fixes_would_change_and_writes_nothing() {
    let project = project("<!-- allow size-limit: why -->\nIt rained.");
    let before = project.tree("posts");
    let ran = project.run(["check", "--diff"]).success();
    assert_snapshot!(ran.all());
    assert_eq!(project.tree("posts"), before);
}

#[test]
fn explain_shows_a_rule_by_its_code_and_by_its_name() {
    let by_code = Project::empty().run(["explain", "nl044"]).success();
    assert_eq!(by_code.stdout, Project::empty().run(["explain", "image-without-alt"]).success().stdout);
    assert!(by_code.stdout.starts_with("## NL044 `image-without-alt`"), "{}", by_code.stdout);
    Project::empty().run(["explain", "image-without"]).exits(2).says("image-without-alt");
}

/// Pieces of posts, most of them with a fault.
const PIECES: &[&str] = &[
    "It rained. ",
    "the the river",
    "<!-- allow size-limit: why -->",
    "\n<!-- allow image-without-alt: why -->\n",
    "\n\n## Heading\n\n",
    "\n\n#### Deep\n\n",
    "![](map.png)",
    "[click here](http://upstream.example/?utm_source=x)",
    "**粗体：**重庆, 成都",
    "{{subscriber.nmae}}",
    "\r\n",
    "\n\n",
    " ",
    "مرحبا 👋",
    "TODO",
    "\u{201c}curly\u{201d} \"straight\"",
    "\n\n:::button http://upstream.example\nGo\n:::\n\n",
    "<b>open",
    "[^1]",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(80) })]

    #[test]
    fn fixing_ends_and_fixing_twice_changes_nothing(pieces in prop::collection::vec(0..PIECES.len(), 0..14), all: bool) {
        let body: String = pieces.iter().map(|&piece| PIECES[piece]).collect();
        let path = RelPath::new("posts/2024-04-26-river.md").unwrap();
        let mut files = Memory::default();
        files.insert(RelPath::new("newsletter.yaml").unwrap(), CONFIG);
        files.insert(path.clone(), format!("---\n{HEADER}\nalow: x\n---\n\n{body}\n"));
        let which = if all { Which::All } else { Which::Safe };
        let once = mend(&files, &Selection::All, &mut World::default(), which, &[]).unwrap();
        let fixable = |found: &newsletter::diagnostic::Diagnostic| {
            found.fix.as_ref().is_some_and(|fix| which == Which::All || fix.is_safe())
        };
        let mut mended = Overlay::new(&files);
        for change in &once.changes {
            mended.insert(change.path.clone(), change.after.clone());
        }
        let left = find(&mended, &Selection::All, &mut World::default()).unwrap().diagnostics;
        prop_assert!(!left.iter().any(fixable), "left: {:?}", left.iter().filter(|found| fixable(found)).collect::<Vec<_>>());
        let twice = mend(&mended, &Selection::All, &mut World::default(), which, &[]).unwrap();
        prop_assert_eq!(twice.fixes, 0);
        prop_assert!(twice.changes.is_empty());
        prop_assert!(mended.read(&path).is_ok());
    }
}

#[test]
fn findings_in_a_note_of_an_included_file_are_at_its_lines() {
    let note = "A word.[^a]\n\n[^a]: See [the table](table.md), ![a map](map.png) and <b>more\n";
    let project = Project::new().file("parts/note.md", note).post(
        "2024-04-26-a",
        "title: A",
        "One line.\n\n:::include parts/note.md",
    );
    let ran = project.run(["check"]);
    for place in ["parts/note.md:3:23", "parts/note.md:3:43", "parts/note.md:3:56"] {
        assert!(ran.all().contains(place), "{place} in {}", ran.all());
    }
}
