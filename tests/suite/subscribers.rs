//! The list from outside: `newsletter subscribers` and `newsletter segments`.

use insta::assert_snapshot;

use crate::support::{CONFIG, Project};

const FIELDS: &str = "\
subscribers: {fields: {city: text, age: number, since: date, vip: boolean}}
segments:
  china: 'tag = \"china\" and joined > 2024-01-01'
  grown: age >= 18
";

const FILE: &str = "\
email;Name;age;tags
ada@example.org;\"Lovelace, Ada\";36;china
bob@example.org;Bob;12;
";

fn project() -> Project {
    Project::new().file("newsletter.yaml", format!("{CONFIG}{FIELDS}")).file("list.csv", FILE)
}

/// The output without today's date.
fn undated(text: &str) -> String {
    let words = |line: &str| {
        let is_day = |word: &str| word.len() >= 10 && word.starts_with("20") && word.get(4..5) == Some("-");
        line.split(' ').map(|word| if is_day(word) { "[DAY]" } else { word }).collect::<Vec<_>>().join(" ")
    };
    text.lines().map(words).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_list_from_its_first_import_to_its_backup() {
    let project = project();
    let commands = [
        &["subscribers", "list"][..],
        &["subscribers", "import", "list.csv", "--dry-run"],
        &["subscribers", "import", "list.csv"],
        &["subscribers", "add", "eve@example.org", "--name", "Eve", "--tag", "China", "--field", "vip=yes"],
        &["subscribers", "list"],
        &["subscribers", "show", "Eve@Example.ORG"],
        &["segments", "list"],
        &["segments", "test", "china"],
        &["segments", "test", "has vip or age < 13"],
        &["segments", "test", "vipp = true"],
        &["subscribers", "tag", "bob@example.org", "--add", "rail", "--remove", "x"],
        &["subscribers", "unsubscribe", "bob@example.org"],
        &["subscribers", "add", "bob@example.org"],
        &["subscribers", "add", "bob@example.org", "--again"],
        &["subscribers", "suppress", "eve@example.org", "new@example.org"],
        &["subscribers", "import", "list.csv"],
        &["subscribers", "add", "new@example.org"],
        &["subscribers", "show", "new@example.org"],
        &["subscribers", "stats"],
        &["subscribers", "forget", "ada@example.org"],
        &["subscribers", "forget", "ada@example.org", "--yes"],
        &["subscribers", "remove", "bob@example.org", "--yes"],
        &["subscribers", "remove", "bob@example.org", "--yes"],
        &["subscribers", "backup", "copy.db"],
        &["subscribers", "backup", "copy.db"],
        &["subscribers", "list", "--segment", "chin"],
        &["subscribers", "add", "no address"],
        &["subscribers", "add", "a@example.org", "--field", "age=old"],
    ];
    let run = |arguments: &&[&str]| format!("$ {}\n{}\n", arguments.join(" "), undated(&project.run(*arguments).all()));
    assert_snapshot!(commands.iter().map(run).collect::<String>());
}

#[test]
fn bad_lines_stop_an_import_until_they_are_skipped() {
    let project = project().file("bad.csv", "email,age\nada@example.org,1\nnobody,2\nbob@example.org,many\n");
    let ran = project.run(["subscribers", "import", "bad.csv"]).exits(1).says("bad.csv:3:").says("bad.csv:4:");
    assert!(!project.path("subscribers.db").exists(), "{}", ran.all());
    let said = ["--map", "age=", "--tag", "new", "--source", "a fair", "--skip-bad", "--from-export"];
    let all = ["subscribers", "import", "bad.csv", "--dry-run"].into_iter().chain(said);
    project.run(all).success().says(
        "next: newsletter subscribers import bad.csv --map 'age=' --tag new --source 'a fair' --skip-bad \
         --from-export\n",
    );
    project.run(["subscribers", "import", "bad.csv", "--dry-run"]).exits(1).says("would be 1 added, 2 bad lines");
    assert!(!project.path("subscribers.db").exists());
    let ran = project.run(["subscribers", "import", "bad.csv", "--skip-bad", "--format", "json"]).success();
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&json["version"], &json["added"], &json["dry_run"]), (&1.into(), &1.into(), &false.into()));
    assert_eq!(json["bad"][1]["line"], 4);
}

#[test]
fn a_day_of_joining_that_is_still_to_come_is_a_bad_line() {
    let project = project().file("list.csv", "email,joined\nada@example.org,2999-01-01\nbob@example.org,2020-01-01\n");
    let ran = project.run(["subscribers", "import", "list.csv"]).exits(1);
    ran.says("list.csv:2: it has a day of joining that is still to come").never_says("list.csv:3");
    project.run(["subscribers", "import", "list.csv", "--skip-bad"]).success().says("1 added, 1 bad line");
}

#[test]
fn what_is_exported_is_imported_again() {
    let one = project().file("odd.csv", "email,name,city\na@example.org,\"x\r\nBcc: y@z\",=cmd()\n");
    one.run(["subscribers", "import", "odd.csv"]).success();
    let table = one.run(["subscribers", "export"]).success().stdout;
    assert!(table.contains("'=cmd()") && table.contains("x Bcc: y@z"), "{table}");
    let raw = one.run(["subscribers", "export", "--raw"]).success().stdout;
    assert!(raw.contains(",=cmd(),"), "{raw}");
    let other = project()
        .file("table.csv", &table)
        .file("list.jsonl", one.run(["subscribers", "export", "--format", "jsonl"]).stdout);
    other.run(["subscribers", "import", "table.csv", "--from-export"]).success();
    assert_eq!(other.run(["subscribers", "export"]).stdout, table);
    other.run(["subscribers", "import", "list.jsonl"]).success().says("1 unchanged");
}

#[test]
fn the_database_is_its_owners_and_none_of_gits() {
    let project = project().file(".gitignore", "/out");
    let git = |arguments: &[&str]| {
        let done = std::process::Command::new("git").args(arguments).current_dir(project.root()).output().unwrap();
        (done.status.success(), String::from_utf8(done.stdout).unwrap())
    };
    assert!(git(&["init", "--quiet"]).0);
    project.run(["subscribers", "add", "ada@example.org"]).success().says("added `/subscribers.db*` to `.gitignore`");
    assert_eq!(project.read(".gitignore"), "/out\n/subscribers.db*\n");
    assert!(!git(&["status", "--short", "--untracked-files=all"]).1.contains("subscribers.db"));
    project.run(["subscribers", "add", "bob@example.org"]).success().never_says(".gitignore");
    #[cfg(unix)]
    {
        let mode = std::fs::metadata(project.path("subscribers.db")).unwrap().permissions();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777, 0o600);
    }
}

#[test]
fn a_wrong_segment_is_a_finding_at_its_words() {
    let config = format!(
        "{CONFIG}segments:\n  a: 'tag = china'\n  b: \"ctiy = \\\"x\\\"\"\n  c: tag = \"x\" and\nsubscribers: {{fields: {{city: text, tag: text}}}}\n"
    );
    let project = Project::new().file("newsletter.yaml", config).post("a", "title: A", "Text.");
    assert_snapshot!(project.run(["check", "--format", "short"]).stdout, @r#"
    newsletter.yaml:12:13: error[invalid-value]: the segment `a` cannot be read: the text `china` stands without quotes
    newsletter.yaml:13:7: error[invalid-value]: the segment `b` cannot be read: subscribers have no field `ctiy`
    newsletter.yaml:14:16: error[invalid-value]: the segment `c` cannot be read: the expression ends where a test such as `tag = "china"` should follow
    newsletter.yaml:15:36: error[invalid-value]: no field can be called `tag`
    "#);
    assert_snapshot!(project.run(["check"]).stderr);
    project.run(["segments", "list"]).exits(1).says("`newsletter.yaml` has errors");
    project.run(["build"]).exits(1);
}

#[test]
fn mails_that_came_back_are_read_from_files_and_folders() {
    let project = project();
    project.run(["subscribers", "add", "ada@example.org"]).success();
    let letter = "From: a@example.org\nSubject: Hello\n\nText.\n";
    let vacation = format!("Auto-Submitted: auto-replied\n{letter}");
    project.write("mail/cur/1:2,S", letter);
    project.write("mail/new/2", &vacation);
    project.write("mail/tmp/3", letter);
    project.write("box", format!("From a Mon\n{letter}\nFrom b Tue\n{vacation}\n"));
    let ran = project.run(["subscribers", "bounces", "mail", "box", "--format", "json"]).success();
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&json["mails"], &json["automatic"], &json["none"]), (&4.into(), &2.into(), &2.into()));
    project.run(["subscribers", "unsubscribe", "--from", "box"]).success().says("without a token of this list");
    project.run(["subscribers", "bounces", "nowhere"]).exits(2).says("cannot read");
    project.run(["subscribers", "unsubscribe", "--token", "x"]).exits(2).says("this is not a token");
    project.run(["subscribers", "unsubscribe"]).exits(2).says("required");
    project.run(["subscribers", "unsubscribe", "--format", "json"]).exits(2).says("required");
    project.run(["subscribers", "unsubscribe", "--token", "x", "ada@example.org"]).exits(2).says("cannot be used with");
    let ran = project.run(["subscribers", "unsubscribe", "--from", "mail", "--format", "json"]).success();
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&json["mails"], &json["left"]), (&2.into(), &0.into()));
    project.run(["subscribers", "tag", "ada@example.org"]).exits(2).says("required");
}

#[test]
fn weeks_in_which_nothing_happened_are_one_line() {
    let project = project();
    project.write("list.csv", "email,joined\na@example.org,2020-01-07\nb@example.org,2024-01-02\n");
    project.run(["subscribers", "import", "list.csv"]).success();
    let ran = project.run(["subscribers", "stats", "--weekly"]).success();
    ran.says("2020-01-06").says("… 207 weeks").says("2024-01-01").never_says("2020-01-13");
}

#[test]
fn who_is_imported_as_bounced_counts_as_bounced() {
    let project = project();
    project.write(
        "list.csv",
        "email,status,source\na@example.org,bounced,fair\nb@example.org,complained,fair\nc@example.org,,fair\n",
    );
    project.run(["subscribers", "import", "list.csv"]).success();
    project.write("later.csv", "email,status\nc@example.org,bounced\n");
    project.run(["subscribers", "import", "later.csv"]).success();
    let ran = project.run(["subscribers", "stats", "--format", "json"]).success();
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let fair = &json["sources"][0];
    assert_eq!((&fair["source"], &fair["joined"]), (&"fair".into(), &3.into()), "{json}");
    assert_eq!((&fair["bounced"], &fair["complained"], &fair["left"]), (&2.into(), &1.into(), &0.into()), "{json}");
}

#[test]
fn of_two_columns_that_are_the_same_it_says_which_map_takes_which() {
    let project = project();
    let help = |head: &str| {
        project.write("list.csv", format!("{head}\na@example.org,b@example.org\n"));
        let ran = project.run(["subscribers", "import", "list.csv"]).exits(2);
        ran.stderr.lines().find_map(|line| line.strip_prefix("help: ")).unwrap().to_owned()
    };
    assert_eq!(help("email,Mail"), "`--map \"Mail=\"` takes `email`, and `--map \"email=\"` takes `Mail`");
    assert!(help("email,Email").starts_with("give one of them another name in the first line"));
}

#[test]
fn a_repository_that_is_younger_than_the_list_ignores_it_too() {
    let project = project();
    project.run(["subscribers", "add", "ada@example.org"]).success().never_says(".gitignore");
    let git = std::process::Command::new("git").args(["init", "--quiet"]).current_dir(project.root()).status();
    assert!(git.unwrap().success());
    project
        .run(["subscribers", "import", "list.csv", "--skip-bad"])
        .success()
        .says("added `/subscribers.db*` to `.gitignore`");
}

#[test]
fn who_left_before_the_import_joined_before_it() {
    let project = project();
    project.write("list.csv", "email,left\nada@example.org,2024-01-03\n");
    project.run(["subscribers", "import", "list.csv"]).success();
    let ran = project.run(["subscribers", "show", "ada@example.org"]).success();
    ran.says("joined   2024-01-03").says("left     2024-01-03");
}

#[test]
fn a_segment_whose_name_is_misspelt_is_not_taken_for_an_expression() {
    let config = format!("{CONFIG}segments:\n  china: 'tag = \"china\"'\n");
    let project = Project::new().file("newsletter.yaml", config);
    project.run(["subscribers", "add", "ada@example.org"]).success();
    project.run(["segments", "test", "chna"]).exits(2).says("there is no segment `chna`").says("did you mean `china`?");
    project.run(["segments", "test", "tag ="]).exits(1).says("error[invalid-value]");
}
