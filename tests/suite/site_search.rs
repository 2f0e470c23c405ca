//! The search in the site; `.ci/search.cjs` asks it in a browser.

use std::io::Read as _;

use crate::support::Project;

fn archived() -> Project {
    let project = Project::new()
        .post(
            "west",
            "title: Notes from the west\nnumber: 7\nstatus: ready\ndate: 2024-05-03",
            "Dear reader,\n\nof 西部 and rail.",
        )
        .post("zh", "title: 从重庆看西部\nlanguage: zh-Hans\nstatus: ready\ndate: 2023-05-04", "读者好。")
        .post("north", "title: Unlistedword\nstatus: ready\ndate: 2024-05-10\nvisibility: unlisted", "Unlistedword.")
        .post("south", "title: Privateword\nstatus: ready\ndate: 2024-05-17\nvisibility: private", "Privateword.");
    project.run(["archive", "add", "west", "zh", "north", "south"]).success();
    project.run(["archive", "build"]).success();
    project
}

/// All that an index says, out of its gzip.
fn text(bytes: &[u8]) -> String {
    let mut plain = Vec::new();
    match flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain) {
        Ok(_) => String::from_utf8_lossy(&plain).into_owned(),
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

#[test]
fn the_index_has_all_listed_issues_and_nothing_of_others() {
    let site = archived().tree("site");
    let index: Vec<_> = site.iter().filter(|(path, _)| path.starts_with("search/")).collect();
    let fragments: Vec<_> = index.iter().filter(|(path, _)| path.contains("/fragment/")).collect();
    // The English one has a copy for its Chinese.
    let mut kinds: Vec<_> =
        fragments.iter().map(|(path, _)| path.rsplit('/').next().unwrap().split('_').next().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["en", "zh", "zh"]);
    assert!(fragments.iter().any(|(_, bytes)| text(bytes).contains("of 西部 and rail")));
    for (path, bytes) in &index {
        let text = text(bytes).to_lowercase();
        assert!(!text.contains("unlistedword") && !text.contains("privateword"), "{path}");
        assert!(!path.contains("-ui") && !path.contains("highlight"), "{path}");
    }
}

#[test]
fn notes_are_found_once_and_their_marks_are_no_words() {
    let post = "Rail[^1] and road[^1] go west.\n\n| Line | Length |\n|---|---|\n| North | long |\n\n[^1]: Opened late.";
    let project = Project::new().post("west", "title: West\nstatus: ready\ndate: 2024-05-03", post);
    project.run(["archive", "add", "west"]).success();
    project.run(["archive", "build"]).success();
    let site = project.tree("site");
    let (_, fragment) = site.iter().find(|(path, _)| path.contains("/fragment/")).unwrap();
    let text = text(fragment);
    let content = text.split("\"content\":\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(content, "West. Rail and road go west. Line Length North. long. Opened late.");
}

#[test]
fn other_pages_lead_to_the_search_and_load_nothing_of_it() {
    let project = archived();
    for (page, url) in [("index.html", "search/"), ("west/index.html", "../search/"), ("404.html", "/search/")] {
        let page = project.read(&format!("site/{page}"));
        assert!(page.contains(&format!("<a href=\"{url}\">Search</a>")), "{page}");
        assert!(!page.contains("search-") && !page.contains("pagefind"), "{page}");
    }
    let page = project.read("site/search/index.html");
    assert!(page.contains("data-languages=\"en zh\"") && page.contains("<noscript>"), "{page}");
}

#[test]
fn the_index_is_the_same_bytes_each_time_and_is_kept_while_issues_are() {
    let project = archived();
    let cold = project.tree("site");
    let files = cold.len() - 1;
    project.run(["archive", "build"]).success().says(&format!(", {files} as before"));
    assert_eq!(project.tree("site"), cold);
    // A file that others changed or took is made again.
    let fragment = cold.keys().find(|path| path.contains("/fragment/")).unwrap();
    std::fs::remove_file(project.path(&format!("site/{fragment}"))).unwrap();
    project.run(["archive", "build"]).success().says(&format!(", {} as before", files - 1));
    assert_eq!(project.tree("site"), cold);
    std::fs::remove_dir_all(project.path("site")).unwrap();
    for threads in ["1", "7"] {
        project.command(["archive", "build", "--out", "other"]).env("RAYON_NUM_THREADS", threads).output().unwrap();
        assert_eq!(project.tree("other"), cold);
        std::fs::remove_dir_all(project.path("other")).unwrap();
    }
}

#[test]
fn chinese_in_letters_of_another_language_has_an_index_of_its_own() {
    let project = Project::new().post("west", "title: West\nstatus: ready\ndate: 2024-05-03", "All of 西部.");
    project.run(["archive", "add", "west"]).success();
    project.run(["archive", "build"]).success();
    assert!(project.read("site/search/index.html").contains("data-languages=\"en zh\""));
}

#[test]
fn a_new_issue_makes_another_index() {
    let project = archived();
    let index = |project: &Project| {
        project
            .paths("site")
            .lines()
            .filter(|path| path.ends_with("pagefind.js"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let before = index(&project);
    project.write("posts/new.md", "---\ntitle: New\nstatus: ready\ndate: 2024-06-01\n---\n\nNews of the river.\n");
    project.run(["archive", "add", "new"]).success();
    project.run(["archive", "build"]).success();
    let after = index(&project);
    assert_eq!((before.len(), after.len()), (1, 1), "the old one is gone");
    assert_ne!(before, after);
}
