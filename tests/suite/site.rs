//! The archive as a web site.

use crate::support::Project;

const TEXT: &str = "Dear reader,\n\nall is **well** in [the west](https://west.example).";

fn project() -> Project {
    Project::new()
        .post("west", "title: Notes from the west\nnumber: 7\nstatus: ready\ndate: 2024-05-03", TEXT)
        .post("north", "title: North\nnumber: 8\nstatus: ready\ndate: 2024-05-10\nvisibility: unlisted", TEXT)
        .post("south", "title: South\nnumber: 9\nstatus: ready\ndate: 2024-05-17\nvisibility: private", TEXT)
}

fn archived() -> Project {
    let project = project();
    project.run(["archive", "add", "west", "north", "south"]).success();
    project
}

#[test]
fn a_site_shows_public_issues_hides_unlisted_ones_and_has_nothing_of_private_ones() {
    let project = archived();
    project.run(["archive", "build"]).success().says("2 issues").says("next: newsletter archive verify");
    let site = project.tree("site");
    assert!(site.contains_key("west/index.html") && site.contains_key("north/index.html"));
    for (path, bytes) in &site {
        let text = String::from_utf8_lossy(bytes);
        assert!(!path.contains("south") && !text.contains("South") && !text.contains("south"), "{path}");
        assert!(path.starts_with("north/") || !text.contains("North") && !text.contains("north"), "{path}");
    }
    assert!(project.read("site/north/index.html").contains("<meta name=\"robots\" content=\"noindex\">"));
}

#[test]
fn a_rebuild_keeps_what_is_the_same_and_is_the_same_as_a_cold_build() {
    let project = archived();
    project.run(["archive", "build"]).success().says(", 0 as before");
    let cold = project.tree("site");
    let files = cold.len() - 1;
    project.run(["archive", "build"]).success().says(&format!(", {files} as before"));
    assert_eq!(project.tree("site"), cold);
    // A file that others changed is made again.
    project.write("site/west/index.html", "x");
    project.run(["archive", "build"]).success().says(&format!(", {} as before", files - 1));
    assert_eq!(project.tree("site"), cold);
}

#[test]
fn no_folder_of_others_is_replaced() {
    let project = archived();
    project.write("full/letter.txt", "x");
    for (out, says) in
        [("full", "no build has made"), ("posts", "own files"), ("archive", "own files"), (".", "itself")]
    {
        project.run(["archive", "build", "--out", out]).exits(2).says(says);
    }
    project.run(["build"]).success();
    project.run(["archive", "build", "--out", "out"]).exits(2).says("no build has made");
}

#[cfg(unix)]
#[test]
fn publish_builds_the_site_and_runs_the_program_in_the_publication() {
    let project = archived();
    project.run(["publish"]).success().says("2 issues in `site`").says("names no program");
    std::fs::remove_dir_all(project.path("site")).unwrap();
    let config = project.read("newsletter.yaml");
    project.write("newsletter.yaml", format!("{config}publish: {{command: [cp, -r, site, \"the web\"]}}\n"));
    let ran = project.run(["publish", "--dry-run"]).success().says("this would run: cp -r site 'the web'");
    ran.says("next: newsletter publish");
    assert!(project.path("site/west/index.html").exists() && !project.path("the web").exists());
    project.run(["publish"]).success().says("published 2 issues");
    assert_eq!(project.tree("the web"), project.tree("site"));
}

#[cfg(unix)]
#[test]
fn publish_says_how_the_program_failed_and_not_what_it_was_given() {
    let project = archived();
    let config = project.read("newsletter.yaml");
    project.write("newsletter.yaml", format!("{config}publish: {{command: [\"false\", token-of-somebody]}}\n"));
    let ran = project.run(["publish"]).exits(2).says("`false`, which `publish.command` names, failed (exit status: 1)");
    ran.never_says("token-of-somebody").says("next: newsletter publish --dry-run");
    project.write(
        "newsletter.yaml",
        config.replace("base_url: https://upstream.example\n", "publish: {command: [touch, ran]}\n"),
    );
    project.run(["publish"]).exits(2).says("names no `base_url`");
    assert!(!project.path("ran").exists());
}
