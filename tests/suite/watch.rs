//! `check --watch`: findings again after each save, and only as far as a change reaches.
#![expect(clippy::panic, reason = "a test that cannot go on has failed")]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use newsletter::build::{Watched, World, find};
use newsletter::diagnostic::human;
use newsletter::files::{Memory, RelPath};
use newsletter::publication::Selection;
use proptest::prelude::*;

use crate::support::{CONFIG, Project};

fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

fn many() -> Memory {
    let mut files = Memory::default();
    files.insert(path("newsletter.yaml"), CONFIG);
    files.insert(path("parts/note.md"), "A note with the the word.\n");
    for n in 0..9 {
        let text = format!(
            "---\ntitle: Letter {n}\ndate: 2024-04-{:02}\n---\n\nIt rained. ![The map](../maps/{n}.png)\n",
            n + 1
        );
        files.insert(path(&format!("posts/letter-{n}.md")), text);
    }
    files
}

/// What can be written, and where.
const EDITS: &[(&str, &str)] = &[
    ("posts/letter-3.md", "---\ntitle: Letter 3\ndate: 2024-04-04\n---\n\nthe the river\n"),
    ("posts/letter-3.md", "---\ntitle: Letter 3\nda"),
    ("posts/letter-3.md", ""),
    ("posts/letter-4.md", "---\ntitle: Letter 4\ndate: 2024-04-05\nslug: letter-5\n---\n\nIt rained.\n"),
    ("posts/letter-4.md", "---\ntitle: Letter 4\nnumber: 7\nstatus: ready\n---\n\n:::include parts/note.md\n"),
    ("posts/letter-6.md", "---\ntitle: Letter 6\nnumber: 7\n---\n\n[four](letter-4.md) and ![a map](../maps/1.pgn)\n"),
    ("posts/letter-6.md", "---\ntitle: Letter 6\nstatus: ready\n---\n\n[four](letter-4.md) and [all](table.csv)\n"),
    ("posts/new.md", "---\ntitle: New\n---\n\n:::include parts/gone.md\n"),
    ("parts/note.md", "A note.\n"),
    ("parts/note.md", "A note with the the word.\n"),
    ("parts/gone.md", "Here again, again again.\n"),
    ("posts/table.csv", "a,b\n"),
    ("maps/1.png", "no picture"),
    ("newsletter.yaml", "name: Upstream\nlanguage: en\n"),
    ("newsletter.yaml", "name: [\n"),
    ("newsletter.yaml", CONFIG),
    ("templates/letter.hbs", "{{issue.titel}}\n"),
];

fn shown(found: &newsletter::build::Found) -> String {
    human::render(&found.diagnostics, human::Options::default()) + &found.posts.to_string()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(32) })]

    #[test]
    fn after_any_edits_the_findings_are_those_of_a_fresh_look(
        edits in prop::collection::vec((0..EDITS.len(), prop::bool::weighted(0.2)), 1..12)
    ) {
        let mut files = many();
        let mut watched = Watched::new(Selection::All);
        watched.look(&files, &mut World::default()).unwrap();
        for (edit, removes) in edits {
            let (name, text) = EDITS[edit];
            if removes && name != "newsletter.yaml" {
                files.remove(&path(name));
            } else {
                files.insert(path(name), text);
            }
            let after = watched.look_after(&[path(name)], &files, &mut World::default()).unwrap();
            let fresh = find(&files, &Selection::All, &mut World::default()).unwrap();
            prop_assert_eq!(shown(&after), shown(&fresh), "after {}", name);
        }
    }
}

/// The tool while it watches. It is ended with the test, however that ends.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn pipe(from: impl Read + Send + 'static, to: std::sync::mpsc::Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if to.send(line).is_err() {
                return;
            }
        }
    });
}

impl Watching {
    fn start(project: &Project, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_newsletter"))
            .args(["check", "--watch"])
            .args(arguments)
            .current_dir(project.root())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        pipe(child.stdout.take().unwrap(), sender.clone());
        pipe(child.stderr.take().unwrap(), sender);
        Self { child, lines }
    }

    /// All that is said until it waits again.
    #[track_caller]
    fn round(&self) -> String {
        let end = Instant::now() + Duration::from_secs(30);
        let mut said = String::new();
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left).unwrap_or_else(|error| panic!("{error} after\n{said}"));
            if line.starts_with("watching") {
                // Standard output comes by another way.
                while let Ok(line) = self.lines.recv_timeout(Duration::from_millis(150)) {
                    said = said + &line + "\n";
                }
                return said;
            }
            said = said + &line + "\n";
        }
    }

    /// Presses Ctrl-C, and waits for the end.
    fn interrupt(mut self) -> Option<i32> {
        assert!(Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap().success());
        let end = Instant::now() + Duration::from_secs(20);
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("it goes on after Ctrl-C");
    }
}

fn two() -> Project {
    Project::new().post("2024-04-26-a", "title: A", "It rained.").post("2024-04-27-b", "title: B", "It was dry.")
}

#[test]
fn a_save_is_shown_with_what_changed_and_ctrl_c_ends_well() {
    let project = two();
    let watching = Watching::start(&project, &["--format", "short"]);
    assert_eq!(watching.round(), "2 posts: no findings\n");
    project.write("posts/2024-04-26-a.md", "---\ntitle: A\n---\n\nThe the river.\n");
    let said = watching.round();
    let first = said.lines().next().unwrap();
    assert!(first.starts_with("--- ") && first.ends_with(" posts/2024-04-26-a.md changed"), "{said}");
    assert!(said.contains("posts/2024-04-26-a.md:5:5: warning[doubled-word]"), "{said}");
    assert!(!said.contains('\u{1b}'), "{said}");
    project.write("posts/2024-04-26-a.md", "---\ntitle: A\n---\n\nThe river.\n");
    assert!(watching.round().contains("2 posts: no findings"));
    assert_eq!(watching.interrupt(), Some(0));
}

#[test]
fn half_a_header_a_broken_configuration_and_a_deleted_post_do_not_end_it() {
    let project = two();
    let watching = Watching::start(&project, &["--format", "short", "--deny", "warnings"]);
    watching.round();
    project.write("posts/2024-04-26-a.md", "---\ntitle: A\n");
    let said = watching.round();
    assert!(said.contains("posts/2024-04-26-a.md:1:1: error["), "{said}");
    project.write("newsletter.yaml", "name: [\n");
    let said = watching.round();
    assert!(said.contains("newsletter.yaml:") && said.contains(": error[") && said.contains("0 posts"), "{said}");
    std::fs::remove_file(project.path("newsletter.yaml")).unwrap();
    let said = watching.round();
    assert!(said.contains("error: cannot read `newsletter.yaml`"), "{said}");
    project.write("newsletter.yaml", CONFIG);
    let said = watching.round();
    assert!(said.contains("newsletter.yaml changed") && said.contains("2 posts: 1 error"), "{said}");
    std::fs::remove_file(project.path("posts/2024-04-26-a.md")).unwrap();
    assert!(watching.round().contains("1 post: no findings"));
    assert_eq!(watching.interrupt(), Some(0));
}

#[test]
fn an_image_outside_the_posts_is_watched_too() {
    let project = Project::new().post("2024-04-26-a", "title: A", "![The map of the river](../maps/a.png)");
    let watching = Watching::start(&project, &["--format", "short", "--only", "missing-image"]);
    assert!(watching.round().contains("missing-image"));
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(600, 400).write_to(&mut png, image::ImageFormat::Png).unwrap();
    project.write("maps/a.png", png.into_inner());
    let said = watching.round();
    assert!(said.contains("maps/a.png changed") && said.contains("no findings"), "{said}");
    assert_eq!(watching.interrupt(), Some(0));
}

#[test]
fn json_comes_as_one_document_a_round() {
    let project = two();
    let watching = Watching::start(&project, &["--format", "json", "--quiet"]);
    let document = || {
        let line = watching.lines.recv_timeout(Duration::from_secs(30)).unwrap();
        serde_json::from_str::<serde_json::Value>(&line).unwrap()["diagnostics"].as_array().unwrap().len()
    };
    assert_eq!(document(), 0);
    project.write("posts/2024-04-26-a.md", "---\ntitle: A\n---\n\nThe the river.\n");
    assert_eq!(document(), 1);
}

#[test]
fn what_writes_files_does_not_go_with_it_and_a_post_that_is_not_there_is_no_run() {
    for option in ["--fix", "--diff", "--unsafe-fixes"] {
        two().run(["check", "--watch", option]).exits(2).says(option).says("cannot be used with");
    }
    two().run(["check", "--watch", "nosuch"]).exits(2).says("there is no post `nosuch`");
}
