//! What `newsletter.yaml` says, and what is said about it.

use std::sync::Arc;

use insta::assert_snapshot;
use newsletter::config::{Config, Secret, Tls};
use newsletter::diagnostic::{Diagnostic, Severity, Sink, Source, code, human, json};

use crate::support::Project;

fn load(text: &str) -> (Option<Config>, Vec<Diagnostic>) {
    let source = Source::new("newsletter.yaml", text);
    let mut sink = Sink::new();
    let config = Config::load(&source, &mut sink);
    (config, sink.into_found())
}

fn found(text: &str) -> String {
    let (_, found) = load(text);
    let line = |found: &Diagnostic| {
        let help = found.help.as_deref().unwrap_or_default();
        format!("{} ({help})\n", human::short(found).trim_start_matches("newsletter.yaml:"))
    };
    found.iter().map(line).collect()
}

#[test]
fn everything_but_the_name_has_a_default() {
    let (config, found) = load("name: The Western Letter\n");
    assert!(found.is_empty(), "{found:?}");
    let config = config.unwrap();
    assert_eq!(config.name, "The Western Letter");
    assert_eq!((config.language.tag(), config.timezone.name(), &*config.template), ("en", "UTC", "classic"));
    assert_eq!((config.checks.max_html_bytes, config.checks.max_image_pixels), (102 * 1024, 50_000_000));
    assert!(config.markdown.smart_punctuation && config.markdown.html && !config.markdown.hard_breaks);
    assert_eq!(found_in("", "missing-key"), 1);
}

fn found_in(text: &str, name: &str) -> usize {
    load(text).1.iter().filter(|found| found.code.name == name).count()
}

#[test]
fn values_are_read_and_normalised() {
    let (config, found) = load(
        "\u{feff}name: >\r\n  The\r\n  Letter\r\nbase_url: https://example.org/\r\nfrom: 王芳 <fang@example.org>\r\n\
         reply_to: {address: a@example.org}\r\ntheme: {colors: {accent: \"#A0C\"}, social: {B: https://b.example, A: https://a.example}}\r\n\
         checks: {levels: {size-limit: error, NL044: off}}\r\nsmtp: {host: mail, tls: starttls, password: {env: P}}\r\n\
         profiles: {t: {sections: [a, {id: b, kind: sign-off}]}}\r\n...\r\n",
    );
    assert!(found.is_empty(), "{found:?}");
    let config = config.unwrap();
    assert_eq!((&*config.name, config.base_url.as_deref()), ("The Letter", Some("https://example.org")));
    let from = config.from.unwrap();
    assert_eq!((from.name.as_deref(), from.address.as_str()), (Some("王芳"), "fang@example.org"));
    assert_eq!(config.theme.colors["accent"], "#aa00cc");
    assert_eq!(config.theme.social.iter().map(|(label, _)| &**label).collect::<Vec<_>>(), ["B", "A"]);
    let smtp = config.smtp.unwrap();
    assert_eq!((smtp.port, smtp.tls, smtp.password), (587, Tls::Starttls, Some(Secret::Env("P".into()))));
    assert_eq!(config.profiles["t"].sections.len(), 2);
    let source = Source::new("posts/a.md", "x");
    let level =
        |code| config.checks.levels.apply(Diagnostic::new(code, &source, 0..1, "x")).map(|found| found.severity);
    assert_eq!(level(code::SIZE_LIMIT), Some(Severity::Error));
    assert_eq!(level(code::IMAGE_WITHOUT_ALT), None);
}

#[test]
fn one_run_shows_everything_that_is_wrong() {
    let text = "\
nmae: X
base_url: example.org
timezone: Berlin
from: {adress: ada}
archive: {subscribe: {}}
theme: {colors: {acent: \"#fff\", accent: red}, logo: ../x.png}
images: embeded
checks: {levels: {size-limt: off, NL002: off}, max_html_bytes: 10k}
profiles: {t: {min_words: 9, max_words: 5, sections: [{any_of: [a]}]}}
markdown: {html: yes}
smtp: {host: mail, port: 70000, password: {env: A, file: b}}
unsubscribe: {url: https://x.example/}
images: hosted
";
    assert_snapshot!(found(text), @r"
    13:1: error[duplicate-key]: the key `images` stands here a second time (keep one; the other is on line 7)
    1:1: error[unknown-key]: unknown key `nmae` (did you mean `name`?)
    2:11: error[invalid-value]: `base_url` is an address that starts with `https://`, not `example.org` (write `https://example.org`)
    3:11: error[invalid-value]: there is no time zone `Berlin` (write `Europe/Berlin`)
    4:8: error[unknown-key]: unknown key `adress` (did you mean `address`?)
    5:22: error[missing-key]: `subscribe` has no `action` (add `action: https://letter.example.org/subscribe`)
    6:18: error[unknown-key]: unknown key `acent` (the keys here are `paper`, `wash`, `ink`, `ink2`, `ink3`, `accent`, `bar`, `rule`, `mark`, `error`, `warning`, `good`, `plate`)
    6:41: error[invalid-value]: `accent` is a colour as `#a1b2c3`, not `red` (write a colour as `#a1b2c3`)
    7:9: error[invalid-value]: `images` is `hosted` or `embedded`, not `embeded` (did you mean `embedded`?)
    8:64: error[wrong-type]: `max_html_bytes` is a whole number, not a text (write a whole number such as `104448`)
    9:55: error[missing-key]: an item of `sections` has no `id` (add `id: takeaways`)
    10:18: error[wrong-type]: `html` is `true` or `false`, not a text (write `true`)
    11:26: error[invalid-value]: `port` is between 1 and 65535, not 70000 (write a number that is between 1 and 65535)
    11:43: error[invalid-value]: `password` has one of `env`, `file`, `command`, not 2 (keep one of them)
    12:20: error[invalid-value]: `url` is an `https://` address that holds `{token}`, not `https://x.example/` (write an `https://` address that holds `{token}`)
    6:53: error[unsafe-path]: `logo` cannot be used: the path leads out of the publication (write a path that starts at the folder of `newsletter.yaml`)
    8:19: error[unknown-key]: there is no check `size-limt` (did you mean `size-limit`?)
    8:35: error[invalid-value]: the level of `invalid-yaml` is fixed (remove it: without what it asks, the tool cannot go on)
    9:27: error[invalid-value]: `min_words` is 9, more than `max_words`, which is 5 (no post can meet both; lower this or raise the other)
    ");
}

#[test]
fn a_secret_in_the_file_is_an_error_that_does_not_show_it() {
    for text in [
        "name: x\nsmtp:\n  host: mail\n  password: hunter2\n",
        "name: x\nsmtp: {hots: mail, password: hunter2, port: 0}\n",
        "name: x\nsmtp:\n  host: mail\n  pasword: hunter2\n",
        "name: x\nsmtp:\n  host: mail\n  password: [hunter2]\n",
        "name: x\nsmtp:\n  password: |\n    hunter2\n    hunter2\n",
        "name: x\nsmtp:\n  host: mail\n  password: a: hunter2\n",
        "name: x\nsmtp:\n  host: mail\n  password: \"hunter2\n",
        "name: x\nsmtp: {host: mail, password: *hunter2, port: 5}\n",
        "name: x\nsmtp:\n  host: mail\n  password: @hunter2\n",
        "name: x\nsmtp:\n\thost: mail\n\tpassword: hunter2\n",
        "name: x\npassword: hunter2\n",
    ] {
        let (config, found) = load(text);
        assert!(!found.is_empty(), "{text}");
        let shown = human::render(&found, human::Options::default());
        assert!(!shown.contains("hunter2"), "{text}\n{shown}");
        let json = json::render(&found);
        assert!(!json.contains("hunter2"), "{text}\n{json}");
        assert!(!format!("{config:?}").contains("hunter2"), "{text}");
        let fixes = format!("{:?}", found.iter().map(|found| &found.fix).collect::<Vec<_>>());
        assert!(!fixes.contains("hunter2"), "{text}\n{fixes}");
    }
    let (_, found) = load("name: x\nsmtp:\n  host: mail\n  password: hunter2\n");
    assert_snapshot!(human::render(&found, human::Options::default()), @r"
    error[plain-secret]: `password` is written into the file
     --> newsletter.yaml:4:3
      |
    4 |   password: *******
      |   ^^^^^^^^ git would keep it for ever
      |
      = help: say where it is: `{ env: NAME }`, `{ file: PATH }` or `{ command: [program, argument] }`; change it if it was ever committed
    ");
}

#[test]
fn only_text_that_is_not_yaml_gives_no_configuration() {
    assert!(load("name: a: b\n").0.is_none());
    assert!(load("- a\n").0.is_some());
    assert!(load("").0.is_some());
}

#[test]
fn reading_never_fetches_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let witness = folder.path().join("witness");
    let (config, found) =
        load(&format!("name: x\nsmtp: {{host: mail, password: {{command: [touch, \"{}\"]}}}}\n", witness.display()));
    assert!(found.is_empty(), "{found:?}");
    assert!(!witness.exists());
    let secret = config.unwrap().smtp.unwrap().password.unwrap();
    // The witness tells the truth: asked for, the command does run.
    assert!(secret.resolve(folder.path()).is_err());
    assert!(witness.exists());
}

#[test]
fn the_sources_of_findings_are_shared() {
    let (config, found) = load("nmae: x\nfrm: y\n");
    let config = config.unwrap();
    assert!(found.iter().all(|found| Arc::ptr_eq(&found.source, &config.source)));
}

#[test]
fn names_that_nothing_has_are_errors_at_their_place() {
    let project = Project::empty()
        .file("newsletter.yaml", "name: T\ntemplate: clasic\nprofiles: {letter: {fields: [titel, date]}}\n")
        .post("a", "title: A", "Text.")
        .post("b", "title: B\ntemplate: digset", "Text.");
    assert_snapshot!(project.run(["build"]).exits(1).stderr);
}

#[test]
fn words_of_other_tools_lead_to_ours() {
    assert_snapshot!(found("name: T\ntheme: {fonts: {serif: Georgia}}\nchecks: {rules: {size-limit: off}}\n"));
}
