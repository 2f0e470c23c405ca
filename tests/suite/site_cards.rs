//! Social cards in the archive's site. The system's fonts are those that `.ci/run` installs.

use crate::support::Project;

fn archived() -> Project {
    let project = Project::new()
        .post(
            "west",
            "title: Notes from the west\nnumber: 7\nstatus: ready\ndate: 2024-05-03",
            "Dear reader,\n\nall is well.",
        )
        .post("zh", "title: 从重庆看西部\nlanguage: zh-Hans\nstatus: ready\ndate: 2024-05-04", "读者好。")
        .post("north", "title: North\nstatus: ready\ndate: 2024-05-10\nvisibility: unlisted", "Dear reader.")
        .post("south", "title: South\nstatus: ready\ndate: 2024-05-17\nvisibility: private", "Dear reader.");
    project.run(["archive", "add", "west", "zh", "north", "south"]).success();
    project
}

fn configure(project: &Project, more: &str) {
    project.write("newsletter.yaml", project.read("newsletter.yaml") + more);
}

#[test]
fn listed_issues_have_a_card_that_their_pages_name() {
    let project = archived();
    project.run(["archive", "build"]).success();
    let site = project.tree("site");
    let cards: Vec<_> = site.keys().filter(|path| path.ends_with("card.png")).collect();
    assert_eq!(cards, ["west/card.png", "zh/card.png"]);
    let page = project.read("site/west/index.html");
    assert!(page.contains("<meta property=\"og:image\" content=\"https://upstream.example/west/card.png\">"), "{page}");
    assert!(page.contains("<meta name=\"twitter:card\" content=\"summary_large_image\">"));
    let picture = image::load_from_memory(&site["west/card.png"]).unwrap();
    assert_eq!((picture.width(), picture.height()), (1200, 630));
    for slug in ["north", "south"] {
        assert!(
            !site
                .get(&format!("{slug}/index.html"))
                .is_some_and(|page| String::from_utf8_lossy(page).contains("card.png"))
        );
    }
}

#[test]
fn a_card_is_drawn_again_when_its_font_changes_and_only_then() {
    let project = archived();
    let fonts = "/usr/share/fonts/truetype/charis";
    let font = |name: &str| std::fs::read(format!("{fonts}/CharisSIL-{name}.ttf")).unwrap();
    project.write("fonts/a.ttf", font("Regular"));
    configure(&project, "archive: {card: {fonts: [fonts/a.ttf, Noto Serif CJK SC]}}\n");
    project.run(["archive", "build"]).success();
    let cold = project.tree("site");
    let files = cold.len() - 1;
    project.run(["archive", "build"]).success().says(&format!(", {files} as before"));
    assert_eq!(project.tree("site"), cold);
    project.write("fonts/a.ttf", font("Bold"));
    // The newsletter's name on the Chinese one is set in it, too.
    project.run(["archive", "build"]).success().says(&format!(", {} as before", files - 2));
    let changed = project.tree("site");
    assert_ne!(changed["west/card.png"], cold["west/card.png"]);
    assert_ne!(changed["zh/card.png"], cold["zh/card.png"]);
}

#[test]
fn what_no_font_has_is_a_finding_that_names_the_issue_and_the_character() {
    let project =
        Project::new().post("odd", "title: \"Odd \\U000F8FFF\"\nstatus: ready\ndate: 2024-05-03", "Dear reader.");
    configure(&project, "archive: {card: {fonts: [Charis SIL, No Such Font, lost.ttf]}}\n");
    project.run(["archive", "add", "odd"]).success();
    let run = project.run(["archive", "build"]).success();
    run.says("missing-glyph").says("U+F8FFF").says("of “Odd").says("archive.card.fonts");
    project.run(["archive", "build"]).success().says("unknown-font").says("No Such Font").says("lost.ttf");
}
