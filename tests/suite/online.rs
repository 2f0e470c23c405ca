//! `check --online`: what addresses answered, as findings.
#![expect(clippy::indexing_slicing, clippy::unnecessary_wraps, reason = "tests hold what they wrote themselves")]

use std::time::Duration;

use newsletter::build::{Found, Online, Plan, World, find, mend};
use newsletter::diagnostic::{Which, code, human};
use newsletter::files::{Files, Memory, Overlay, RelPath};
use newsletter::publication::Selection;
use newsletter::web::{Address, Answer, Answers, AskError, Cache, Limits, Reach, Redirect};

use crate::support::server::Server;
use crate::support::{CONFIG, Project};

const POST: &str = "posts/2024-04-26-river.md";

fn files(body: &str) -> Memory {
    let mut files = Memory::default();
    files.insert(RelPath::new("newsletter.yaml").unwrap(), CONFIG);
    files.insert(RelPath::new(POST).unwrap(), format!("---\ntitle: The river\ndate: 2024-04-26\n---\n\n{body}\n"));
    files
}

/// Findings that the web gave, with answers that nobody had to ask for.
fn found(files: &dyn Files, answers: &[(&str, Result<Answer, AskError>)]) -> Vec<String> {
    let mut publication = newsletter::build::open(files, &Selection::All).unwrap();
    let mut all = Answers::default();
    for (url, answer) in answers {
        all.insert(Address::parse(url).unwrap(), answer.clone());
    }
    publication.answers = Some(std::sync::Arc::new(all));
    let built = newsletter::build::build_issue(&publication, &publication.posts[0], files);
    let lines = built.diagnostics.iter().map(|found| {
        let fix = found.fix.as_ref().map_or("", |fix| if fix.is_safe() { " (safe)" } else { " (unsafe)" });
        human::short(found).replace(POST, "") + fix
    });
    lines.filter(|line| ["dead", "moved", "unanswered", "allow"].iter().any(|word| line.contains(word))).collect()
}

fn status(status: u16) -> Result<Answer, AskError> {
    Ok(Answer { status, redirects: Vec::new() })
}

fn moved(all: &[(u16, &str)]) -> Result<Answer, AskError> {
    let redirects = all.iter().map(|(status, to)| Redirect { status: *status, to: (*to).to_owned() });
    Ok(Answer { status: 200, redirects: redirects.collect() })
}

#[test]
fn what_is_not_there_is_told_from_what_nobody_knows() {
    let tls = AskError::Tls { host: "e.example".into(), why: "its certificate has expired".into() };
    let body = "[a](https://a.example/x), [b](https://b.example/), [c](https://c.example/),\n\
        [d](https://d.example/), [e](https://e.example/), [f](https://f.example/), [g](https://g.example/)\n";
    let found = found(
        &files(body),
        &[
            ("https://a.example/x", status(410)),
            ("https://b.example/", status(429)),
            ("https://c.example/", status(503)),
            ("https://d.example/", Err(AskError::UnknownHost("d.example".into()))),
            ("https://e.example/", Err(tls)),
            ("https://f.example/", Err(AskError::Timeout("f.example".into()))),
            ("https://g.example/", status(200)),
        ],
    );
    insta::assert_snapshot!(found.join("\n"));
}

#[test]
fn an_address_that_moved_is_a_note_with_the_fix_that_fits() {
    let body = "[a](http://a.example/x#y), [b](https://b.example/old), [c](https://c.example/old/page),\n\
        [d](https://d.example/login), [e](https://e.example/old)\n\n[f]: https://f.example/old\n\n[f][f]\n";
    let found = found(
        &files(body),
        &[
            ("http://a.example/x", moved(&[(301, "https://a.example/x"), (301, "https://www.a.example/x/")])),
            ("https://b.example/old", moved(&[(308, "https://b.example/new"), (302, "https://b.example/en/new")])),
            ("https://c.example/old/page", moved(&[(301, "https://c.example/")])),
            ("https://d.example/login", moved(&[(302, "https://d.example/session")])),
            ("https://e.example/old", moved(&[(301, "https://e.example/a)b")])),
            ("https://f.example/old", moved(&[(301, "https://f.example/new")])),
        ],
    );
    insta::assert_snapshot!(found.join("\n"));
}

#[test]
fn images_are_told_from_links_and_raw_html_is_read_too() {
    let body =
        "![alt words](https://a.example/a.png){width=3 height=3}\n\n<img src=\"https://a.example/b.png\" alt=\"b\">";
    let found =
        found(&files(body), &[("https://a.example/a.png", status(404)), ("https://a.example/b.png", status(404))]);
    insta::assert_snapshot!(found.join("\n"));
}

#[test]
fn an_allow_lets_it_stand_and_without_online_hides_nothing_and_is_not_found() {
    let body = "<!-- allow dead-link: the paper keeps it -->\n[a](https://a.example/)";
    assert_eq!(found(&files(body), &[("https://a.example/", status(404))]), [""; 0]);
    let unused = found(&files(body), &[("https://a.example/", status(200))]);
    assert!(unused.len() == 1 && unused[0].contains("nothing here is `dead-link`"), "{unused:?}");
    let offline = find(&files(body), &Selection::All, &mut World::default()).unwrap();
    assert!(offline.diagnostics.iter().all(|found| !found.message.contains("dead-link")));
}

fn limits() -> Limits {
    Limits { pause: Duration::from_millis(1), reach: Reach::Everywhere, ..Limits::default() }
}

#[test]
fn only_what_the_web_can_answer_is_asked() {
    let plan = std::sync::Arc::new(std::sync::Mutex::new(Plan::default()));
    let told = std::sync::Arc::clone(&plan);
    let body = "[a](mailto:a@b.example) [b](tel:+43) [c](#part) [d](http://127.0.0.1:9/) [e](http://localhost/) [i](http://192.168.1.5/)\n\
        [f](https://figures.example/{{subscriber.id}}) [g](https://upstream.example/archive)\n\
        [h](https://me:hush@figures.example/)\n";
    let mut online =
        Online::new(Limits::default(), Cache::none(), 0).announce(move |plan| *told.lock().unwrap() = plan);
    let world = &mut World { today: None, online: Some(&mut online) };
    let Found { diagnostics, .. } = find(&files(body), &Selection::All, world).unwrap();
    let plan = *plan.lock().unwrap();
    assert_eq!((plan.round.asked, plan.own), (0, 1), "{plan:?}");
    assert!(diagnostics.iter().all(|found| !found.message.contains("hush")), "{diagnostics:?}");
}

#[test]
fn a_run_asks_and_finds_at_the_words_and_a_second_one_knows() {
    let server = Server::start(|method, path| {
        Some(match (method, path) {
            ("HEAD", "/refused") => "405 Method Not Allowed".to_owned(),
            (_, "/gone") => "404 Not Found".to_owned(),
            (_, "/from") => "302 Found\r\nLocation: /gone".to_owned(),
            (_, "/old") => "301 Moved Permanently\r\nLocation: /new".to_owned(),
            (_, "/broken") => "500 Internal Server Error".to_owned(),
            _ => "200 OK".to_owned(),
        })
    });
    let links = ["refused", "gone", "from", "old", "broken", "gone#again"];
    let body: String =
        links.map(|path| format!("It is said [in {path}]({}).\n", server.url(&format!("/{path}")))).concat();
    let folder = tempfile::tempdir().unwrap();
    let run = |now| {
        let mut online = Online::new(limits(), Cache::open(folder.path().join("answers.json")), now);
        let world = &mut World { today: None, online: Some(&mut online) };
        let found = find(&files(&body), &Selection::All, world).unwrap();
        online.save().unwrap();
        let lines = found.diagnostics.iter().filter(|found| found.code.group == code::Group::Links);
        let lines = lines.filter(|found| found.code.standing == code::Standing::Online).map(human::short);
        lines.collect::<Vec<_>>().join("\n").replace(&server.url(""), "http://SERVER").replace(POST, "")
    };
    let first = run(1_000);
    insta::assert_snapshot!(first);
    let asked = server.lines();
    // Every address once, and by `GET` where `HEAD` was refused; that leads to `/gone` twice.
    assert_eq!(asked.iter().filter(|line| line.ends_with("/old")).count(), 1, "{asked:?}");
    assert_eq!(asked.iter().filter(|line| *line == "GET /refused").count(), 1, "{asked:?}");
    assert_eq!(run(1_100), first);
    assert_eq!(server.lines(), asked, "the second run asks nothing");
    assert_eq!(run(1_000 + 60 * 60), first);
    let again = server.lines().split_off(asked.len());
    assert!(again.iter().all(|line| !line.ends_with("/old") && !line.ends_with("/refused")), "{again:?}");
    assert!(again.contains(&"HEAD /broken".to_owned()), "what was not fine is asked again: {again:?}");
}

#[test]
fn fixes_lead_to_the_new_address_and_each_address_is_asked_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("answers.json");
    let known = serde_json::json!({ "version": 1, "answers": {
        "https://a.example/x": { "at": 5, "status": 200, "redirects": [{ "status": 301, "to": "https://a.example/x/" }] },
        "https://a.example/x/": { "at": 5, "status": 200, "redirects": [] },
    }});
    std::fs::write(&file, known.to_string()).unwrap();
    let mut online = Online::new(limits(), Cache::open(file), 10);
    let files = files("[the river](https://a.example/x#y)");
    let world = &mut World { today: None, online: Some(&mut online) };
    let mended = mend(&files, &Selection::All, world, Which::Safe, &[]).unwrap();
    assert_eq!(mended.fixes, 1);
    assert!(mended.changes[0].after.contains("(https://a.example/x/#y)"), "{}", mended.changes[0].after);
    let mut again = Overlay::new(&files);
    again.insert(RelPath::new(POST).unwrap(), mended.changes[0].after.clone());
    assert_eq!(mend(&again, &Selection::All, world, Which::All, &[]).unwrap().fixes, 0);
}

#[test]
fn nothing_is_asked_without_online_nor_by_online_of_this_machine() {
    let server = Server::start(|_, _| Some("200 OK".to_owned()));
    let cache = tempfile::tempdir().unwrap();
    let link = format!("[a]({})", server.url("/a"));
    let project = Project::new().post("2024-04-26-a", "title: A", &link);
    let project = project.env("XDG_CACHE_HOME", cache.path().to_str().unwrap());
    project.run(["check"]).success();
    project.run(["check", "--online"]).success();
    project.run(["build"]).success();
    assert!(server.lines().is_empty());
}

#[test]
fn answers_are_kept_in_the_users_cache_unless_that_is_not_wanted() {
    let cache = tempfile::tempdir().unwrap();
    let project = Project::new().post("2024-04-26-a", "title: A", "[own](https://upstream.example/)");
    let project = project.env("XDG_CACHE_HOME", cache.path().to_str().unwrap());
    project.run(["check", "--online", "--no-cache"]).success().says("asking no address; 1 is of your own site");
    assert!(cache.path().read_dir().unwrap().next().is_none());
    project.run(["check", "--online"]).success();
    assert!(cache.path().join("newsletter/answers.json").is_file());
    project.run(["check", "--no-cache"]).exits(2).says("--online");
}
