//! What is looked at before an issue goes out: rehearsals, test copies, and what they refuse.

use super::{Office, texts};
use crate::support::relay::{Act, Script, Step};

fn office() -> Office {
    Office::new(Script::default(), 3)
}

#[test]
fn after_a_rehearsal_the_same_is_done_in_earnest() {
    let office = office();
    for flags in [
        "--limit 2 --rate 5 --connections 3",
        "--wait --skip-publish-check --warmup 1,2 --retry-for 24h",
        "--warmup 500,2000 --at 2999-06-01T07:30",
    ] {
        let ran = office.run(&format!("send west --dry-run {flags}")).success();
        let next = ran.stderr.lines().find_map(|line| line.strip_prefix("next: newsletter send west ")).unwrap();
        let sorted = |text: &str| {
            let mut words: Vec<_> = text.split(" --").map(|word| word.trim_start_matches("--").to_owned()).collect();
            words.sort();
            words
        };
        assert_eq!(sorted(next), sorted(flags));
    }
    let ran = office.project.run(["send", "west", "--dry-run", "--at", "tomorrow 07:30"]).success();
    ran.says("next: newsletter send west --at 'tomorrow 07:30'\n");
}

#[test]
fn a_time_to_come_is_shown_with_its_weekday_and_zone() {
    let office = office();
    let ran = office.run("send west --dry-run --at 2999-01-15T07:30Z").success();
    ran.says("Tuesday 2999-01-15 08:30 Europe/Vienna");
}

#[test]
fn a_rehearsal_into_a_folder_keeps_to_the_limit() {
    let office = office();
    let ran = office.run("send west --dry-run --limit 2 --to-dir out").success();
    // What is next goes to the relay.
    let ran = ran.says("2 in this run").says(&format!("relay  127.0.0.1:{}\n", office.server.port));
    ran.says("  copies  in `out`").says("next: newsletter send west --limit 2\n");
    assert_eq!(texts(&office.project.path("out")).len(), 2);
}

#[test]
fn flags_that_mean_nothing_together_are_refused() {
    let office = office();
    for line in [
        "send west --test a@example.org --at 23:59",
        "send west --test a@example.org --dry-run",
        "send west --test a@example.org --limit 1",
        "send west --test a@example.org --segment nobody",
        "send west --test a@example.org --warmup 5",
        "send west --at 23:59 --skip-publish-check",
        "send west --retry-failed --at 23:59",
        "send --due --test a@example.org",
        "send --due --retry-failed",
    ] {
        office.run(line).exits(2).says("cannot be used with");
    }
    assert_eq!(office.server.log().connections, 0);
}

#[test]
fn findings_exit_with_one_wherever_they_stand() {
    let office = office();
    let post = office.project.read("posts/west.md");
    office.project.write("posts/west.md", post.replace("title: Notes from the west", "title: ["));
    for how in ["send west --yes", "send west --dry-run", "send posts/west.md --test a@example.org"] {
        office.run(how).exits(1).says("posts/west.md:2").says("next: newsletter check posts/west.md");
    }
    office.project.write("posts/west.md", post.clone() + "\n![](gone.png)\n");
    let ran = office.run("send west --test a@example.org").exits(1);
    ran.says("gone.png").says("next: newsletter check posts/west.md");
    office.project.write("posts/west.md", post);
    office.reconfigure("name: Upstream\n", "");
    for how in ["send west --yes", "send west --test a@example.org", "send --due"] {
        office.run(how).exits(1).says("`name`");
    }
}

#[test]
fn what_is_going_on_is_no_less_sound_than_its_configuration() {
    let office = office();
    office.send("--limit 1").exits(3);
    office.reconfigure("name: Upstream\n", "");
    office.send("").exits(1).says("newsletter.yaml").says("`name`");
}

#[test]
#[cfg(unix)]
fn a_key_and_a_password_are_asked_for_once() {
    let office = Office::new(Script::offering(&["AUTH PLAIN"]), 2);
    office.run("dkim keygen --domain upstream.example --selector s --out key.pem").success();
    let asks = |what: &str, command: &str| format!("{{command: [sh, -c, \"echo {what} >> asked; {command}\"]}}");
    office.reconfigure(
        "connections: 1}",
        &format!(
            "connections: 1, username: mira, password: {}}}\ndkim: {{sign: own, selector: s, key: {}}}",
            asks("password", "echo secret"),
            asks("key", "cat key.pem"),
        ),
    );
    office.send("").success();
    assert_eq!(office.project.read("asked"), "key\npassword\n");
}

#[test]
fn a_refused_test_copy_says_the_code_and_where_to_look() {
    let office = Office::new(Script::default().on(Step::Rcpt, 0, Act::Say(b"550 5.7.1 not from here\r\n")), 1);
    let ran = office.run("send west --test eve@elsewhere.example").exits(2);
    ran.says("eve@elsewhere.example: 550 5.7.1 not from here").says("help: ").says("newsletter doctor");
}

#[test]
fn a_test_copy_to_somebody_who_left_says_so() {
    let office = office();
    office.run("subscribers suppress r0@example.org").success();
    office.run("subscribers unsubscribe r1@example.org").success();
    let ran = office.run("send west --test r0@example.org r1@example.org r2@example.org --to-dir out").success();
    ran.says("r0@example.org is suppressed").says("r1@example.org is unsubscribed").never_says("r2@example.org is");
}

#[test]
fn no_tls_to_another_machine_names_what_allows_it() {
    let office = office();
    office.reconfigure("host: 127.0.0.1", "host: 192.0.2.1");
    for how in ["send west --yes", "send west --dry-run", "send west --yes --at 2999-01-15T07:30"] {
        let ran = office.run(how).exits(2);
        ran.says("`192.0.2.1`, which `smtp.host` names, is another machine").says("`smtp.allow_plaintext: true`");
    }
    office.run("status west").exits(2).never_says("frozen");
}

#[test]
fn a_hole_is_named_where_it_stands() {
    let office = Office::with(
        Script::default(),
        "email,town\na@example.org,Bar\nb@example.org,\n",
        "In {{default subscriber.town \"town\"}} or {{subscriber.town}}:\n\n:::include part.md",
    );
    office.project.write("part.md", "all is well.\n");
    let ran = office.run("send west --dry-run").exits(1);
    ran.says("`subscriber.town` is missing for 1 reader, `b@example.org` among them").says("posts/west.md:7:");
    let post = office.project.read("posts/west.md");
    office.project.write("posts/west.md", post.replace("{{subscriber.town}}", "here"));
    office.run("templates eject partials/footer").success();
    let footer = office.project.read("templates/partials/footer.hbs");
    let line = footer.lines().count() + 2;
    let added = "<p>{{default subscriber.town \"town\"}}</p>\n<p>{{subscriber.town}}</p>\n";
    office.project.write("templates/partials/footer.hbs", footer.trim_end().to_owned() + "\n" + added);
    office.run("send west --dry-run").exits(1).says(&format!("templates/partials/footer.hbs:{line}:6"));
}

#[test]
fn a_field_that_nobody_can_have_is_an_error_for_check_and_for_send() {
    let office = Office::with(Script::default(), "email,town\na@example.org,Bar\n", "In {{subscriber.twon}}.");
    for how in ["check posts/west.md", "send west --dry-run"] {
        let ran = office.run(how).exits(1);
        ran.says("error[unknown-field]").says("posts/west.md:7:17").says("did you mean `town`?");
    }
    let post = office.project.read("posts/west.md");
    office.project.write("posts/west.md", post.replace("twon", "birthplace"));
    office.run("check posts/west.md").exits(1).says("define it under `subscribers: {fields: …}`");
}

#[test]
fn a_long_address_for_bounces_says_how_long_it_grows() {
    let office = office();
    let text = office.project.read("newsletter.yaml");
    let bounces = "bounces: \"bounces-of-the-newsletter+{token}@upstream.example\"\n";
    office.project.write("newsletter.yaml", text + bounces);
    office
        .send("")
        .exits(1)
        .says("grows to 71 characters before its `@` once a token stands there, and 64 are the most");
}

#[test]
fn a_key_that_is_not_there_is_named_with_the_remedy_and_one_that_few_can_check_is_noted() {
    let office = office();
    office.reconfigure("smtp:", "dkim: {sign: own, selector: s, key: {file: keys/s.pem}}\nsmtp:");
    let ran = office.send("").exits(2);
    ran.says("there is no key for signing at `keys/s.pem`").says("`newsletter dkim keygen`");
    std::fs::create_dir(office.project.path("keys")).unwrap();
    office.run("dkim keygen --domain upstream.example --selector s --algorithm ed25519 --out keys/s.pem").success();
    assert_eq!(office.server.log().connections, 0);
    office.send("--dry-run").success().says("many servers cannot check a signature by Ed25519").says("`dkim.ed25519`");
}

#[test]
fn a_status_that_is_neither_draft_nor_ready_is_not_called_a_draft() {
    let office = office();
    let post = office.project.read("posts/west.md");
    office.project.write("posts/west.md", post.replace("status: ready", "status: sent"));
    office.send("").says("it is not `status: ready`").never_says("draft`\n");
}

#[test]
fn a_rehearsal_and_a_freeze_for_later_want_a_relay_that_can_be_had() {
    let office = office();
    let text = office.project.read("newsletter.yaml");
    let without = text.split("smtp:").next().unwrap();
    let relay = |line: &str| office.project.write("newsletter.yaml", format!("{without}{line}\n"));
    for (line, says) in [
        ("", "names no `smtp.host`"),
        ("smtp: {host: 127.0.0.1, tls: none, username: mira}", "`smtp.username` is given, and `smtp.password` is not"),
        ("smtp: {host: 127.0.0.1, tls: starttls, ca_file: gone.pem}", "cannot read `smtp.ca_file` `gone.pem`"),
    ] {
        relay(line);
        for how in ["--dry-run", "--yes --at 2999-01-15T07:30"] {
            office.run(&format!("send west {how}")).exits(2).says(says);
        }
        office.run("send west --dry-run --to-dir out").success();
    }
    // What a later run finds in its own place need not be here now.
    relay("smtp: {host: 127.0.0.1, tls: none, username: mira, password: {env: NEWSLETTER_NONE}}");
    office.run("send west --dry-run").success();
}
