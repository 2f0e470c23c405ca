//! The same inputs give the same bytes, wherever and however they are built.

use crate::support::Project;

fn project() -> Project {
    let mut project = Project::new().file("posts/part.txt", "x");
    for number in 0..40 {
        let header =
            format!("title: Post {number}\nstatus: ready\ndate: 2024-04-{:02}\nnumber: {number}", number % 28 + 1);
        let text = format!(
            "Dear {{{{default subscriber.name \"reader\"}}}},\n\n## What is {number}?\n\nA [link](https://example.com/{number}), \
             a note[^1] and `code`.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[^1]: The note.\n"
        );
        project = project.post(&format!("post-{number:02}"), &header, &text);
    }
    project
}

#[test]
fn time_zone_locale_threads_and_folder_do_not_show() {
    let first = project();
    first.run(["build"]).success();
    let expected = first.tree("out");
    assert_eq!(expected.len(), 40 * 5 + 2);
    let settings = [
        ("TZ", "Pacific/Kiritimati"),
        ("TZ", "America/Los_Angeles"),
        ("LANG", "zh_CN.UTF-8"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("RAYON_NUM_THREADS", "1"),
        ("RAYON_NUM_THREADS", "2"),
        ("RAYON_NUM_THREADS", "8"),
        ("CLICOLOR_FORCE", "1"),
    ];
    for (name, value) in settings {
        let other = project().env(name, value).inside("posts");
        other.run(["build"]).success();
        same(&expected, &other, name);
    }
    let again = first.inside("elsewhere");
    again.run(["-C", "..", "build"]).success();
    same(&expected, &again, "a build over an earlier one");
}

fn same(expected: &std::collections::BTreeMap<String, Vec<u8>>, other: &Project, what: &str) {
    let tree = other.tree("out");
    assert_eq!(expected.keys().collect::<Vec<_>>(), tree.keys().collect::<Vec<_>>(), "{what}");
    for (path, bytes) in expected {
        assert!(tree.get(path) == Some(bytes), "{path} differs with {what}");
    }
}
