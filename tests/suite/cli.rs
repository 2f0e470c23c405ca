//! What the commands say, and how they end.

use insta::assert_snapshot;

use crate::support::Project;

/// `newsletter.yaml` and three posts: good, with a warning, with an error.
fn three() -> Project {
    Project::new()
        .post("2024-04-24-good", "title: Good\nstatus: ready\nnumber: 7", "Dear reader,\n\nall is well.")
        .post("2024-04-25-warned", "title: Warned\nstatus: ready\ntilte: Twice", "Text.")
        .post("2024-04-26-broken", "title: Broken\ntemplate: nosuch\nslug: [", "Text.")
}

#[test]
fn outside_a_publication_it_proposes_to_start_one() {
    assert_snapshot!(Project::empty().run([] as [&str; 0]).all(), @"
    exit 0
    --- stdout
    No newsletter in `[DIR]` or above it
    --- stderr
    next: newsletter init my-newsletter
    ");
    assert_snapshot!(Project::empty().run(["build"]).all(), @"
    exit 2
    --- stdout
    --- stderr
    error: no `newsletter.yaml` in `[DIR]` or above it
    help: start a publication with `newsletter init DIR`, or name one with `-C DIR`
    next: newsletter init my-newsletter
    ");
    assert_snapshot!(Project::empty().run(["-C", "nowhere", "list"]).all(), @"
    exit 2
    --- stdout
    --- stderr
    error: no `newsletter.yaml` in `nowhere`
    help: start a publication with `newsletter init DIR`, or name one with `-C DIR`
    next: newsletter init my-newsletter
    ");
}

#[test]
fn bare_it_says_where_you_are() {
    assert_snapshot!(Project::new().run([] as [&str; 0]).all());
    assert_snapshot!(three().run([] as [&str; 0]).all());
}

#[test]
fn build_shows_all_findings_of_all_posts_and_an_error_stops_that_post_alone() {
    let project = three();
    assert_snapshot!(project.run(["build"]).all());
    assert_snapshot!(project.paths("out"));
}

#[test]
fn build_prints_findings_as_json_on_standard_output() {
    let ran = three().run(["build", "--format", "json", "--quiet"]).exits(1);
    assert_eq!(ran.stderr, "");
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(json["version"], 1);
    let files: Vec<_> =
        json["diagnostics"].as_array().unwrap().iter().map(|one| one["file"].as_str().unwrap()).collect();
    assert!(files.is_sorted() && files.len() >= 2, "{files:?}");
}

#[test]
fn list_shows_posts_in_columns_and_as_json() {
    let project = three().post("2024-04-27-西部", "title: 重庆的西部大开发\nlanguage: zh-Hans", "四个字。");
    assert_snapshot!(project.run(["list"]).all());
    assert_snapshot!(project.run(["list", "--format", "json"]).stdout);
}

#[test]
fn a_post_is_named_by_file_folder_or_slug_from_any_folder() {
    let project = three().inside("posts");
    for name in ["good", "2024-04-24-good.md", "posts/2024-04-24-good.md", "2024-04-24-good"] {
        let ran = project.run(["build", name]).success().says("1 post in [TIME]: 1 ready");
        assert_eq!(ran.stdout, "[DIR]/out/index.html\n");
    }
    project.run(["build", "."]).exits(1).says("3 posts");
    project.run(["build", "god"]).exits(2).says("there is no post `god`").says("did you mean `good`?");
    project.run(["build", "../newsletter.yaml"]).exits(2).says("is not in `posts/`");
    project.run(["build", "/etc/passwd"]).exits(2).says("is not in `posts/`");
}

#[test]
fn status_narrows_a_build() {
    let project = Project::new().post("a", "title: A\nstatus: ready", "Text.").post("b", "title: B", "Text.");
    project.run(["build"]).success().says("2 posts in [TIME]: 1 ready, 1 draft");
    project.run(["build", "--status", "ready"]).success().says("1 post in [TIME]: 1 ready");
    assert!(!project.path("out/b").exists());
}

#[test]
fn new_writes_a_dated_draft_and_never_overwrites() {
    let project = Project::new();
    let ran = project.run(["new", "重庆：十年"]).success();
    let path = ran.stdout.trim_end().to_owned();
    assert!(path.starts_with("posts/20") && path.ends_with("-重庆-十年.md"), "{path}");
    assert_eq!(project.read(&path), "---\ntitle: \"重庆：十年\"\nstatus: draft\n---\n");
    project.write(&path, "mine");
    project.run(["new", "重庆：十年"]).exits(2).says("is there already");
    assert_eq!(project.read(&path), "mine");
    project.run(["new", "?!"]).exits(2).says("has no letter or digit");
    project.run(["new", "A", "--profile", "takeaway"]).exits(2).says("there is no profile `takeaway`");
}

#[test]
fn a_new_draft_names_what_its_profile_asks_for() {
    let config = "name: T\nprofiles:\n  takeaway:\n    fields: [subtitle]\n    sections:\n      - id: takeaways\n        min_items: 8\n";
    let project = Project::empty().file("newsletter.yaml", config);
    let ran = project.run(["new", "A plan", "--profile", "takeaway"]).success();
    ran.says("`subtitle` in the front matter").says("a list of at least 8 items").says("next: write `posts/");
}

#[test]
fn what_init_makes_builds_at_once_with_one_finding_to_mend() {
    let project = Project::empty();
    project.run(["init", "my-letters"]).success().says("next: cd my-letters && newsletter build --open");
    let ran = project.run(["-C", "my-letters", "build"]).success();
    assert_eq!(ran.stderr.matches("warning[").count(), 1, "{}", ran.all());
    let ran = ran.says("warning[image-without-alt]").never_says("error").says("1 post in [TIME]: 1 with a warning");
    assert_eq!(ran.stdout, "my-letters/out/index.html\n");
    let config = project.read("my-letters/newsletter.yaml");
    let schema = config.lines().next().and_then(|line| line.strip_prefix("# yaml-language-server: $schema=")).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&project.read(&format!("my-letters/{schema}"))).unwrap();
    assert_eq!(schema["title"], "newsletter.yaml");
    project.run(["init", "my-letters"]).exits(2).says("is not empty");
}

#[test]
fn templates_are_listed_and_copied_without_touching_what_is_there() {
    let project = Project::new().file("templates/digest.hbs", "mine");
    let listed = project.run(["templates", "list"]).success().stdout;
    let rows: Vec<Vec<&str>> = listed.lines().map(|line| line.split_whitespace().collect()).collect();
    assert!(rows.contains(&vec!["digest", "yours", "templates/digest.hbs"]), "{listed}");
    assert!(rows.contains(&vec!["classic", "built", "in", "templates/classic.hbs"]), "{listed}");
    project.run(["templates", "eject", "clasic"]).exits(2).says("did you mean `classic`?");
    project.run(["templates", "eject", "classic", "digest"]).success().says("stays as it is");
    assert_eq!(project.read("templates/digest.hbs"), "mine");
    assert!(project.read("templates/classic.hbs").len() > 10);
}

#[test]
fn help_names_every_command() {
    assert_snapshot!(Project::empty().run(["--help"]).all());
    assert_snapshot!(Project::empty().run(["build", "--help"]).all());
}

#[test]
fn completions_man_pages_and_schemas_come_from_the_same_definitions() {
    let project = Project::empty();
    project.run(["completions", "fish"]).success().says("single-file");
    project.run(["man"]).success().says("SUBCOMMANDS").says("newsletter\\-build");
    project.run(["man", "man"]).success();
    assert!(project.read("man/newsletter-build.1").contains("single\\-file"));
    for kind in ["config", "post"] {
        let ran = project.run(["schema", kind]).success();
        assert!(serde_json::from_str::<serde_json::Value>(&ran.stdout).unwrap().is_object());
    }
}

#[test]
fn arguments_that_make_no_sense_exit_with_2() {
    project_says(&["bulid"], "unrecognized subcommand");
    project_says(&["build", "--status", "sent"], "invalid value");
}

fn project_says(arguments: &[&str], words: &str) {
    Project::new().run(arguments).exits(2).says(words);
}

#[test]
fn colour_is_used_when_asked_for() {
    let project = three();
    assert!(!project.run(["build"]).stderr.contains('\u{1b}'));
    assert!(project.run(["build", "--color", "always"]).stderr.contains('\u{1b}'));
    assert!(three().env("CLICOLOR_FORCE", "1").run(["build"]).stderr.contains('\u{1b}'));
    assert!(!three().env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").run(["build"]).stderr.contains('\u{1b}'));
}

#[cfg(unix)]
#[test]
fn a_reader_that_stops_reading_is_no_failure() {
    let project = three();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_newsletter"))
        .args(["completions", "bash"])
        .current_dir(project.root())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    // Whether all was written before the reader stopped is chance; that it is no failure is not.
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), said.contains("error")), (Some(0), false), "{said}");
}

#[test]
fn no_command_resolves_a_secret() {
    let config = "name: T\nsmtp:\n  host: relay.example\n  password: { command: [touch, resolved] }\n";
    let project = Project::empty().file("newsletter.yaml", config).post("a", "title: A", "Text.");
    for arguments in [&["build"][..], &["list"], &[], &["new", "B"], &["templates", "list"]] {
        project.run(arguments).success();
    }
    assert!(!project.path("resolved").exists());
}

#[test]
fn the_next_command_works_where_this_one_was_run() {
    let project = Project::empty()
        .file("a letter/newsletter.yaml", "name: T\n")
        .file("a letter/posts/a.md", "---\ntitle: A\nstatus: redy\n---\n\nText.\n");
    let at = ["-C", "a letter"];
    let run = |arguments: &[&str]| project.run(at.iter().chain(arguments));
    run(&[]).says("next: newsletter -C 'a letter' build\n");
    run(&["build"]).says("next: newsletter -C 'a letter' build --open");
    run(&["list"]).says("next: newsletter -C 'a letter' build posts/a.md");
    run(&["templates", "list"]).says("next: newsletter -C 'a letter' templates eject classic");
    let ran = run(&["new", "B"]).says("then `newsletter -C 'a letter' build posts/20");
    let path = ran.stdout.trim_end().strip_prefix("a letter/").unwrap();
    run(&["build", path]).success();
    run(&["build", "nosuch"]).says("next: newsletter -C 'a letter' list");
    project.run(["-C", "a letter", "init", "b"]).says("next: cd 'a letter/b' && newsletter build --open");
}

#[test]
fn every_ending_names_the_next_command() {
    let project = three();
    for arguments in [
        &[][..],
        &["build"],
        &["build", "nosuch"],
        &["build", "--out", "posts"],
        &["list"],
        &["new", "?!"],
        &["new", "A", "--profile", "p"],
        &["init", "."],
        &["templates", "list"],
        &["templates", "eject", "nosuch"],
        &["schema", "config"],
        &["schema", "post"],
        &["completions", "bash"],
        &["completions", "zsh"],
        &["man"],
        &["man", "man"],
        &["-C", "nowhere", "build"],
    ] {
        let ran = project.run(arguments);
        let last = ran.stderr.lines().last().unwrap_or_default();
        assert!(last.starts_with("next: "), "{arguments:?}: {}", ran.all());
    }
}

#[test]
fn however_many_findings_there_are_each_is_shown_with_its_line_and_help() {
    let keys: Vec<_> = (0..40).map(|n| format!("titl{n}: x")).collect();
    let header = format!("title: Many\n{}", keys.join("\n"));
    let ran = three().post("2024-04-27-many", &header, "Text.").run(["build"]);
    assert!(ran.stderr.matches(" --> posts/2024-04-27-many.md:").count() == 40, "{}", ran.all());
    assert!(ran.stderr.matches("= help: ").count() > 40, "{}", ran.all());
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_written_to_its_end_is_not_left_half() {
    // A file larger than the shell's limit cannot be written to its end.
    let project = Project::new();
    let tool = env!("CARGO_BIN_EXE_newsletter");
    let limited = |command: &str| {
        let script = format!("trap '' XFSZ; ulimit -f 0; exec {tool} {command}");
        let ran = std::process::Command::new("sh").args(["-c", &script]).current_dir(project.root()).output().unwrap();
        assert_eq!(ran.status.code(), Some(2), "{}", String::from_utf8_lossy(&ran.stderr));
    };
    limited("new Title 2>/dev/null");
    assert_eq!(project.paths("."), "newsletter.yaml");
    limited("init fresh 2>/dev/null");
    assert_eq!(project.paths("."), "newsletter.yaml");
    project.run(["init", "fresh"]).success();
}

#[test]
fn a_sample_reader_has_a_token_in_every_view() {
    let project = three();
    project.run(["build"]).exits(1);
    for view in ["email.txt", "email.html", "message.eml"] {
        let text = project.read(&format!("out/good/{view}"));
        assert!(text.contains("https://upstream.example/leave/sample"), "{view}: {text}");
    }
}

#[test]
fn a_hole_in_a_script_is_underlined_where_it_stands() {
    let text = "Hi {{subscriber.name}}, 1 < 2.\n\n<script>greet(\"{{subscriber.name}}\")</script>";
    let ran = Project::new().post("a", "title: \"For {{subscriber.name}}\"", text).run(["build"]).exits(1);
    ran.says("error[forbidden-hole]").says(" --> posts/a.md:7:16");
}
