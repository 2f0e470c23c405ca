//! `newsletter dkim keygen`: the key, the record, and where a key may lie.

use std::process::Command;

use newsletter::message::dkim::{Algorithm, PrivateKey};

use crate::support::{Project, Ran};

fn keygen(project: &Project, out: &str, more: &[&str]) -> Ran {
    let usual = ["dkim", "keygen", "--domain", "Upstream.example", "--selector", "news", "--out", out];
    project.run(usual.iter().chain(more))
}

fn git(project: &Project, arguments: &[&str]) {
    let git = Command::new("git").args(arguments).current_dir(project.root()).output().unwrap();
    assert!(git.status.success(), "{git:?}");
}

/// A project whose folder is a repository.
fn repository() -> Project {
    let project = Project::new();
    git(&project, &["init", "--quiet"]);
    project
}

#[test]
fn a_key_comes_with_its_record_and_the_lines_of_the_configuration() {
    for (more, algorithm) in [(&[][..], Algorithm::Rsa), (&["--algorithm", "ed25519"], Algorithm::Ed25519)] {
        let project = Project::new();
        let ran = keygen(&project, "keys/news.pem", more).success();
        let key = PrivateKey::from_pem(&project.read("keys/news.pem")).unwrap();
        assert_eq!(key.algorithm(), algorithm);
        let record = key.dns_record("news", "upstream.example").unwrap();
        let all =
            ran.says(&record.value).says(&record.quoted()).says("name:  news._domainkey.upstream.example\n").all();
        let secret = project.read("keys/news.pem").lines().nth(1).unwrap().to_owned();
        assert!(!all.contains(&secret), "the private half is shown");
    }
}

#[test]
fn the_lines_that_are_shown_are_what_the_configuration_takes() {
    for selector in ["news", "2026", "null", "1e5"] {
        let project = Project::new().post("a", "title: A\ndate: 2024-04-26", "Text.");
        let mut lines = String::new();
        for (algorithm, out) in [("rsa", "keys/a.pem"), ("ed25519", "keys/b key.pem")] {
            let arguments = ["dkim", "keygen", "--domain", "upstream.example", "--selector", selector, "--out", out];
            let ran = project.run(arguments.iter().chain(&["--algorithm", algorithm])).success();
            let (_, shown) = ran.stdout.split_once("In newsletter.yaml").unwrap();
            lines += shown.split_once('\n').unwrap().1;
        }
        let indented: Vec<_> = lines.lines().map(|line| line.strip_prefix("  ").unwrap()).collect();
        let text = format!("{}{}\n", project.read("newsletter.yaml"), indented.join("\n"));
        project.write("newsletter.yaml", &text);
        project.run(["check"]).success().never_says("newsletter.yaml");
        let source = newsletter::diagnostic::Source::new("newsletter.yaml", text);
        let config = newsletter::config::Config::load(&source, &mut newsletter::diagnostic::Sink::new()).unwrap();
        let dkim = config.dkim.unwrap();
        assert_eq!(dkim.selector.as_deref(), Some(selector));
        let second = dkim.ed25519.unwrap();
        assert_eq!(second.selector, selector);
        for secret in [dkim.key.unwrap(), second.key] {
            PrivateKey::from_pem(secret.resolve(&project.root()).unwrap().expose()).unwrap();
        }
    }
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_a_key() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = Project::new();
    drop(keygen(&project, "news.pem", &[]).success());
    let mode = std::fs::metadata(project.path("news.pem")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_key_that_is_there_is_not_replaced() {
    let project = Project::new().file("news.pem", "mine");
    keygen(&project, "news.pem", &[]).exits(2).says("`[DIR]/news.pem` is already there");
    assert_eq!(project.read("news.pem"), "mine");
}

#[test]
fn a_key_that_git_would_commit_is_refused_with_the_remedy() {
    let project = repository();
    keygen(&project, "keys/news.pem", &[])
        .exits(2)
        .says("`[DIR]/keys/news.pem` is in a git repository and not ignored")
        .says("help: add `news.pem` to `.gitignore`, or name a place outside the repository");
    assert!(!project.path("keys").exists(), "nothing is left behind");
    project.write(".gitignore", "news.pem\n");
    drop(keygen(&project, "keys/news.pem", &[]).success());
}

#[test]
fn a_key_that_git_has_is_refused_even_where_it_is_ignored() {
    let project = repository().file("news.pem", "old");
    git(&project, &["add", "news.pem"]);
    project.write(".gitignore", "*.pem\n");
    std::fs::remove_file(project.path("news.pem")).unwrap();
    keygen(&project, "news.pem", &[]).exits(2).says("is tracked by git").says("git rm --cached news.pem");
    assert!(!project.path("news.pem").exists());
}

#[test]
fn a_repository_that_git_cannot_read_is_no_place_for_a_key() {
    let project = Project::new().file(".git", "not a repository");
    keygen(&project, "news.pem", &[]).exits(2).says("git does not say whether it is ignored");
}

#[cfg(unix)]
#[test]
fn a_link_into_a_repository_does_not_hide_it() {
    let project = Project::new().file("inside/readme", "x");
    let inside = Command::new("git").args(["init", "--quiet"]).current_dir(project.path("inside")).status().unwrap();
    assert!(inside.success());
    std::os::unix::fs::symlink(project.path("inside"), project.path("link")).unwrap();
    keygen(&project, "link/news.pem", &[]).exits(2).says("is in a git repository and not ignored");
}

#[test]
fn names_that_cannot_stand_in_dns_are_refused_before_anything_is_written() {
    let project = Project::new();
    let run = |domain: &str, selector: &str| {
        project.run(["dkim", "keygen", "--domain", domain, "--selector", selector, "--out", "k.pem"]).exits(2)
    };
    drop(run("not a domain", "news").says("`not a domain` is not a domain that mail can be signed for"));
    drop(run("upstream.example", "a b").says("`a b` is not a selector"));
    assert!(!project.path("k.pem").exists());
}
