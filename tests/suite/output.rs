//! The output folder: what is replaced, what is kept, and that nothing is written beside it.

use crate::support::Project;

fn one() -> Project {
    Project::new().post("a", "title: A\nstatus: ready", "Text.")
}

/// Folders of ours beside OUT.
fn leftovers(project: &Project) -> Vec<String> {
    let entries = std::fs::read_dir(project.root()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains(".newsletter-")).collect()
}

#[test]
fn a_folder_that_no_build_made_is_never_replaced() {
    let project = one().file("out/diary.txt", "dear");
    project.run(["build"]).exits(2).says("holds files that no build has made").says("--out DIR");
    assert_eq!(project.paths("out"), "diary.txt");
    for out in [".", "..", "posts", "templates/new", ".git", "newsletter.yaml"] {
        project.run(["build", "--out", out]).exits(2);
    }
    assert!(project.path("posts/a.md").is_file() && project.path("newsletter.yaml").is_file());
}

#[test]
fn a_post_with_an_error_keeps_what_an_earlier_build_made_of_it() {
    let project = one().post("b", "title: B\nstatus: ready", "Text.");
    project.run(["build"]).success();
    let good = project.tree("out/a");
    project.write("posts/a.md", "---\ntitle: [\n---\n");
    project.write("posts/b.md", "---\ntitle: Changed\n---\n\nText.\n");
    project.run(["build"]).exits(1).says("1 with an error");
    assert_eq!(project.tree("out/a"), good);
    assert!(project.read("out/b/index.html").contains("Changed"));
    assert!(project.read("out/index.html").contains("1 error"));
    project.run(["build", "posts/a.md"]).exits(1);
    assert_eq!(project.tree("out/a"), good);
}

#[test]
fn an_error_in_the_configuration_leaves_the_last_good_build() {
    let project = one();
    project.run(["build"]).success();
    let good = project.tree("out/a");
    project.write("newsletter.yaml", "name: Other\nlanugage: en\n");
    project.run(["build"]).exits(1).says("did you mean `language`").says("none built");
    assert_eq!(project.tree("out/a"), good);
    project.write("newsletter.yaml", "name: [\n");
    project.run(["build"]).exits(1).says("newsletter.yaml");
    assert_eq!(project.tree("out/a"), good);
}

#[test]
fn a_build_of_one_post_replaces_its_folder_and_its_card_alone() {
    let project = one().post("b", "title: B\nstatus: ready\ntilte: x", "Text.");
    project.run(["build"]).success();
    let before = project.tree("out");
    project.run(["build", "a"]).success();
    assert_eq!(project.tree("out"), before, "the same inputs give the same bytes");
    project.write("posts/a.md", "---\ntitle: Changed\n---\n\nText.\n");
    project.write("posts/b.md", "---\ntitle: Changed as well\n---\n\nText.\n");
    project.run(["build", "a"]).success();
    let page = project.read("out/index.html");
    assert!(page.contains("Changed") && !page.contains("Changed as well") && page.contains("b/index.html"));
    assert!(page.contains("tilte"), "the findings of the other post are still told");
    assert!(!project.read("out/b/index.html").contains("Changed"));
}

#[test]
fn a_post_with_a_new_slug_leaves_no_old_folder() {
    let project = one();
    project.run(["build"]).success();
    project.write("posts/a.md", "---\ntitle: A\nslug: renamed\n---\n\nText.\n");
    project.run(["build", "posts/a.md"]).success();
    assert!(project.path("out/renamed/index.html").is_file() && !project.path("out/a").exists());
}

#[test]
fn posts_with_one_slug_never_share_a_folder() {
    let project = one().post("z", "title: Z\nslug: a", "Text.");
    project.run(["build"]).exits(1).says("slug `a` is that of `posts/a.md` as well");
    assert!(project.read("out/a/build.json").contains("posts/a.md"));
    project.run(["build", "posts/z.md"]).exits(1).says("duplicate-slug");
    assert!(project.read("out/a/build.json").contains("posts/a.md"));
}

#[test]
fn what_a_killed_build_left_is_removed() {
    let project = one().file(".out.newsletter-1-0/a/index.html", "half");
    project.run(["build"]).success();
    assert_eq!(leftovers(&project), [] as [&str; 0]);
}

#[test]
fn no_slug_alias_include_or_image_leads_out() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret.md"), "TOP SECRET").unwrap();
    let up = "../../../../../../../../../../../..";
    let secret = format!("{up}{}/secret.md", outside.path().display());
    for (name, header, text) in [
        ("slug", "slug: ../../escaped".to_owned(), String::new()),
        ("slug2", "slug: /escaped".to_owned(), String::new()),
        ("slug3", "slug: \"a\\0b\"".to_owned(), String::new()),
        ("slug4", "slug: \"..\"".to_owned(), String::new()),
        ("alias", "aliases: [../../escaped, /escaped]".to_owned(), String::new()),
        ("include", String::new(), format!(":::include {secret}\n")),
        ("image", String::new(), format!("![x]({secret})\n")),
        ("attachment", format!("attachments: [\"{secret}\"]"), String::new()),
    ] {
        let project = Project::empty().file("p/newsletter.yaml", "name: T\n");
        project.write(&format!("p/posts/{name}.md"), format!("---\ntitle: T\n{header}\n---\n\nText.\n\n{text}"));
        let before = project.paths("p");
        let ran = project.run(["-C", "p", "build"]);
        assert!(ran.code.is_some_and(|code| code < 2), "{name}: {}", ran.all());
        assert!(ran.stderr.contains(&format!("{name}.md")), "{name} has a finding: {}", ran.all());
        for (path, bytes) in project.tree("p") {
            assert!(path.starts_with("out/") || before.contains(&path), "{name} wrote {path}");
            let holds = bytes.windows(10).any(|window| window == b"TOP SECRET");
            assert!(!holds, "{name} shows what is outside in {path}");
        }
        assert_eq!(std::fs::read_dir(project.root()).unwrap().count(), 1, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_that_leaves_is_a_finding_and_stops_no_other_post() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret.md"), "---\ntitle: TOP SECRET\n---\n").unwrap();
    let project = one();
    std::os::unix::fs::symlink(outside.path().join("secret.md"), project.path("posts/link.md")).unwrap();
    std::os::unix::fs::symlink(outside.path(), project.path("posts/folder")).unwrap();
    std::os::unix::fs::symlink("nowhere", project.path("posts/gone.md")).unwrap();
    let ran = project.run(["build"]).exits(1).says("posts/link.md").says("posts/folder").says("posts/gone.md");
    ran.says("the symbolic link leaves the publication").never_says("TOP SECRET");
    assert!(project.path("out/a/index.html").is_file());
}

#[cfg(unix)]
#[test]
fn a_post_whose_name_is_not_utf_8_is_a_finding_and_stops_no_other_post() {
    use std::os::unix::ffi::OsStrExt as _;
    let project = one();
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.md");
    std::fs::write(project.path("posts").join(name), "---\ntitle: Coffee\n---\n").unwrap();
    project.run(["build"]).exits(1).says("posts/caf\u{fffd}.md").says("the file's name is not UTF-8");
    assert!(project.path("out/a/index.html").is_file());
}

#[cfg(unix)]
#[test]
fn a_build_that_is_killed_leaves_the_last_good_output() {
    let project = one().post("b", "title: B\nstatus: ready", &"Many words of text. ".repeat(2000));
    project.run(["build"]).success();
    let good = project.tree("out");
    project.write("posts/a.md", "---\ntitle: Changed\n---\n\nText.\n");
    // The system kills what writes a file of more than 20 blocks.
    let status = std::process::Command::new("sh")
        .args(["-c", "ulimit -f 20; ulimit -c 0; exec \"$0\" build", env!("CARGO_BIN_EXE_newsletter")])
        .current_dir(project.root())
        .stderr(std::process::Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), None, "it was killed");
    assert_eq!(project.tree("out"), good);
    project.run(["build"]).success();
    assert!(project.read("out/a/index.html").contains("Changed"));
    assert_eq!(leftovers(&project), [] as [&str; 0]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_named_with_the_remedy() {
    use std::os::unix::fs::PermissionsExt;

    let project = one();
    project.run(["build"]).success();
    let good = project.tree("out");
    std::fs::set_permissions(project.root(), std::fs::Permissions::from_mode(0o555)).unwrap();
    let refused = std::fs::write(project.path("probe"), "").is_err();
    let ran = project.run(["build"]);
    std::fs::set_permissions(project.root(), std::fs::Permissions::from_mode(0o755)).unwrap();
    // Permissions do not bind the superuser; a file in the way binds everybody.
    if refused {
        ran.exits(2).says("cannot create `[DIR]/.out.newsletter-").says("make its folder writable");
    } else {
        project.run(["build", "--out", "newsletter.yaml/out"]).exits(2).says("newsletter.yaml");
    }
    assert_eq!(project.tree("out"), good);
}

#[test]
fn a_post_of_any_bytes_stops_no_other() {
    let header = "---\ntitle: B\n---\n\n";
    let project = one()
        .file("posts/bom-crlf.md", "\u{feff}---\r\ntitle: B\r\nstatus: ready\r\n---\r\n\r\nText.\r\n")
        .file("posts/nul.md", format!("{header}a\0b"))
        .file("posts/latin.md", [header.as_bytes(), b"T\xe9xt"].concat())
        .file("posts/utf16.md", b"\xff\xfe-\0-\0-\0".as_slice())
        .file("posts/empty.md", "")
        .file("posts/only-fence.md", "---");
    let ran = project.run(["build"]).exits(1);
    ran.says("posts/latin.md:5:2").says("it is UTF-16; save it as UTF-8").says("7 posts in [TIME]");
    for slug in ["a", "bom-crlf"] {
        assert!(project.path(&format!("out/{slug}/index.html")).is_file(), "{slug}");
    }
}

#[test]
fn one_file_holds_everything() {
    let project = one().post("b", "title: B", "Text.");
    let ran = project.run(["build", "--single-file"]).success();
    assert_eq!(ran.stdout, "out/index.html\nout/upstream.preview.html\n");
    let page = project.read("out/upstream.preview.html");
    assert!(page.contains("srcdoc=") && page.contains("mail-a") && page.contains("mail-b"));
    let ran = project.run(["build", "a", "--single-file"]).success();
    assert_eq!(ran.stdout, "out/index.html\nout/a.preview.html\n");
    assert!(!project.read("out/a.preview.html").contains("mail-b"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_post_whose_name_is_not_utf_8_is_no_silent_loss() {
    use std::os::unix::ffi::OsStrExt;

    let project = one();
    let name = std::ffi::OsStr::from_bytes(b"posts/caf\xe9.md");
    std::fs::write(project.root().join(name), "---\ntitle: A\n---\n").unwrap();
    project.run(["build"]).exits(1).says("the file's name is not UTF-8").says("= help: rename it");
    assert!(project.path("out/a/index.html").is_file());
}

#[test]
fn a_private_post_leads_to_no_page_of_its_own() {
    let project = Project::new().post("open", "title: Open", "Text.").post(
        "closed",
        "title: Closed\nvisibility: private",
        "Text.",
    );
    project.run(["build"]).success();
    for view in ["email.html", "email.txt", "message.eml"] {
        assert!(project.read(&format!("out/open/{view}")).contains("View in browser"), "{view}");
        let closed = project.read(&format!("out/closed/{view}"));
        assert!(!closed.contains("View in browser") && !closed.contains("upstream.example/closed"), "{view}");
    }
}

#[test]
fn a_post_that_is_too_large_is_not_built_and_the_cards_say_by_how_much() {
    let project =
        one().file("newsletter.yaml", "name: N\nchecks: {levels: {size-limit: error}, max_html_bytes: 2048}\n");
    project.run(["build"]).exits(1).says("size-limit");
    assert!(!project.path("out/a").exists());
    assert!(project.read("out/index.html").contains("kB, over\u{a0}2\u{a0}kB</span>"));
}

#[test]
fn an_image_of_the_writers_own_disk_is_a_finding() {
    let project = Project::new().post("a", "title: A", "![A map](file:///home/me/map.png)");
    project.run(["build"]).success().says("posts/a.md:5:1").says("copy the image into the publication");
    assert!(!project.read("out/a/email.html").contains("file:"));
}
