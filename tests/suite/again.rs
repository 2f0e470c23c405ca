//! The archive rendered anew by today's templates.

use serde_json::Value;

use crate::support::Project;

const TEXT: &str = "Dear {{default subscriber.name \"reader\"}},\n\n一段**中文**文字，足够长，会在纯文本里换行，所以同样的字落在不同的行上也不算改变，\
    因为读者看到的还是同样的字。\n\n![A map](../images/map.png){width=300}\n\nA note.[^1]\n\n[^1]: It says.";

fn archived() -> Project {
    let png = std::fs::read("src/publication/scaffold/first-year.png").unwrap();
    let project =
        Project::new().file("images/map.png", png).post("2024-05-03-west", "title: West\nstatus: ready", TEXT);
    project.post("secret", "title: Secret\nstatus: ready\nvisibility: private\ndate: 2024-06-01", "Nobody knows.")
}

fn render(project: &Project) -> crate::support::Ran {
    project.run(["archive", "render", "--with-theme", "current"])
}

#[test]
fn what_has_not_changed_says_the_same_even_where_its_post_and_picture_are_gone() {
    let project = archived();
    project.run(["archive", "add", "west", "secret"]).success();
    let before = project.tree("archive");
    let ran = render(&project).success().says("2 issues in `rendered`: 0 with another text, 0 that cannot be rendered");
    assert_eq!(ran.stdout, "");
    for path in ["posts/2024-05-03-west.md", "images/map.png"] {
        std::fs::remove_file(project.path(path)).unwrap();
    }
    render(&project).success();
    let rendered = project.paths("rendered");
    assert!(rendered.contains("west/index.html") && rendered.contains("west/images/map-"), "{rendered}");
    assert!(project.read("rendered/west/email.txt").contains("3 May 2024"));
    assert_eq!(project.tree("archive"), before);
}

#[test]
fn another_look_is_no_other_text_and_another_text_is_shown_by_its_words() {
    let project = archived();
    project.run(["archive", "add", "west", "secret"]).success();
    let config = project.read("newsletter.yaml");
    project.write("newsletter.yaml", format!("{config}theme: {{colors: {{accent: \"#7a1f3d\"}}}}\n"));
    render(&project).success();
    project.write("newsletter.yaml", config.replace("1 Harbour Lane", "2 Harbour Lane"));
    let ran = render(&project).exits(1);
    insta::assert_snapshot!(ran.stdout, @r"
    west says something else
      email.txt: `1` is `2` now
    secret says something else
      email.txt: `1` is `2` now
    ");
    let ran = project.run(["archive", "render", "--with-theme", "current", "--format", "json"]).exits(1);
    let found: Value = serde_json::from_str(&ran.stdout).unwrap();
    let change = serde_json::json!({ "file": "email.txt", "before": "1", "after": "2" });
    assert_eq!(found["issues"][0], serde_json::json!({ "slug": "west", "fate": "changed", "changes": [change] }));
}

#[test]
fn an_issue_that_cannot_be_rendered_any_more_is_named() {
    let project = archived().file("posts/part.md", "In the part.\n").post(
        "east",
        "title: East\nstatus: ready\ndate: 2024-07-01",
        ":::include part.md\n",
    );
    project.run(["archive", "add", "west", "east"]).success();
    std::fs::remove_file(project.path("posts/part.md")).unwrap();
    let ran = render(&project).exits(1).says("1 that cannot be rendered").says("part.md");
    assert_eq!(ran.stdout, "east cannot be rendered\n");
    assert!(project.path("rendered/west/index.html").exists() && !project.path("rendered/east").exists());
}
