//! The archive: records of what was sent, as the commands make and look at them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::Project;

const POST: &str = "title: Notes from the west\nnumber: 7\nstatus: ready\ndate: 2024-05-03";
const TEXT: &str =
    "Dear {{default subscriber.name \"reader\"}},\n\nall is **well** in [the west](https://west.example).";

fn project() -> Project {
    Project::new().post("west", POST, TEXT)
}

/// With readers, whose names stand in their letters.
fn office() -> Project {
    let project = project();
    project.write("list.csv", "email,name\nada@example.org,Adamantine\nbo@example.org,Bosporus\n");
    project.run(["subscribers", "import", "list.csv"]).success();
    project
}

fn json(project: &Project, path: &str) -> Value {
    serde_json::from_str(&project.read(path)).unwrap()
}

fn archived(project: &Project) -> BTreeMap<String, Vec<u8>> {
    project.tree("archive")
}

#[test]
fn the_record_of_an_issue_is_complete_sealed_and_the_same_each_time() {
    let one = project();
    one.run(["archive", "add", "west"]).success().says("archived west").says("next: newsletter archive verify --chain");
    insta::assert_snapshot!(one.paths("archive"), @r"
    west/content.html
    west/email.html
    west/email.txt
    west/manifest.json
    west/message.eml
    west/post.md
    west/seal.json
    ");
    assert_eq!(one.read("archive/west/post.md"), one.read("posts/west.md"));
    assert!(one.read("archive/west/email.txt").contains("Dear reader,"));
    let other = project();
    other.run(["archive", "add", "west"]).success();
    for path in ["email.html", "email.txt", "content.html", "manifest.json", "message.eml", "post.md"] {
        let path = format!("archive/west/{path}");
        assert_eq!(one.read(&path), other.read(&path), "{path}");
    }
    one.run(["archive", "verify", "--chain"]).success().says("1 record, 1 sealed, 7 files read");
}

#[test]
fn the_kept_message_is_nobodys() {
    let project = project();
    project.run(["archive", "add", "west"]).success();
    let message = project.read("archive/west/message.eml");
    let header = message.split("\r\n\r\n").next().unwrap();
    for field in ["To:", "Message-ID:", "List-Unsubscribe:", "List-Unsubscribe-Post:", "Feedback-ID:"] {
        assert!(!header.lines().any(|line| line.starts_with(field)), "{header}");
    }
    for field in ["From:", "Subject: Notes from the west", "Date: Fri, 3 May 2024", "List-Id:", "MIME-Version:"] {
        assert!(header.lines().any(|line| line.starts_with(field)), "{field}: {header}");
    }
}

#[test]
fn a_record_is_never_written_over() {
    let project = project();
    project.run(["archive", "add", "west"]).success();
    let before = archived(&project);
    project.run(["archive", "add", "west"]).success().says("stands in the archive as it is");
    project.write("posts/west.md", project.read("posts/west.md").replace("well", "lost"));
    project.run(["archive", "add", "west"]).exits(2).says("holds another record").says("archive correct SLUG TEXT");
    assert_eq!(archived(&project), before);
}

#[test]
fn a_draft_is_not_archived() {
    let project = Project::new().post("west", "title: West", TEXT);
    project.run(["archive", "add", "west"]).exits(2).says("it is not `status: ready`");
    assert!(!project.path("archive").exists());
}

#[test]
fn each_changed_missing_and_extra_file_is_named() {
    let project = project();
    project.run(["archive", "add", "west"]).success();
    let whole = archived(&project);
    for (path, bytes) in &whole {
        for at in [0, bytes.len() / 2, bytes.len() - 1] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            project.write(&format!("archive/{path}"), &changed);
            let ran = project.run(["archive", "verify"]).exits(1);
            assert!(ran.stdout.contains(&format!("archive/{path} ")), "{path} at {at}: {}", ran.all());
        }
        project.write(&format!("archive/{path}"), bytes);
    }
    project.run(["archive", "verify"]).success();
    std::fs::remove_file(project.path("archive/west/email.txt")).unwrap();
    project.write("archive/west/images/more.png", "x");
    project.write("archive/west/drafts/old.md", "x");
    std::fs::create_dir_all(project.path("archive/west/later/none")).unwrap();
    let ran = project.run(["archive", "verify", "--format", "json"]).exits(1);
    let found: Value = serde_json::from_str(&ran.stdout).unwrap();
    let faults = found["faults"].as_array().unwrap();
    let shown: Vec<_> = faults.iter().map(|fault| format!("{} {}", fault["path"], fault["message"])).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    "archive/west/drafts/old.md" "belongs to no record"
    "archive/west/email.txt" "is missing"
    "archive/west/images/more.png" "belongs to no record"
    "archive/west/later/none/" "belongs to no record"
    "#);
}

#[test]
fn a_record_that_is_taken_out_breaks_the_chain() {
    let project =
        project().post("north", "title: North\nstatus: ready", TEXT).post("south", "title: South\nstatus: ready", TEXT);
    for post in ["west", "north", "south"] {
        project.run(["archive", "add", post]).success();
    }
    let seal = |slug: &str| json(&project, &format!("archive/{slug}/seal.json"));
    assert_eq!(seal("west")["previous"], Value::Null);
    assert_eq!(seal("north")["previous"], seal("west")["hash"]);
    assert_eq!(seal("south")["previous"], seal("north")["hash"]);
    project.run(["archive", "verify", "--chain"]).success();
    std::fs::remove_dir_all(project.path("archive/north")).unwrap();
    project.run(["archive", "verify"]).success();
    let ran = project.run(["archive", "verify", "--chain"]).exits(1);
    assert_eq!(ran.stdout, "archive/south/seal.json follows a record that is not there\n");
}

#[test]
fn two_histories_of_one_archive_are_seen() {
    let project =
        project().post("north", "title: North\nstatus: ready", TEXT).post("south", "title: South\nstatus: ready", TEXT);
    project.run(["archive", "add", "west"]).success();
    project.run(["archive", "add", "north"]).success();
    std::fs::rename(project.path("archive/north"), project.path("north")).unwrap();
    project.run(["archive", "add", "south"]).success();
    std::fs::rename(project.path("north"), project.path("archive/north")).unwrap();
    let ran = project.run(["archive", "verify", "--chain"]).exits(1);
    assert!(ran.stdout.ends_with("follows the same record as another one does\n"), "{}", ran.stdout);
}

#[test]
fn a_correction_stands_beside_the_record() {
    let project = project();
    project.run(["archive", "add", "west"]).success();
    let before = archived(&project);
    project.run(["archive", "correct", "west", "The bridge is in the east."]).success();
    let errata = json(&project, "archive/west/errata.json");
    assert_eq!(errata[0]["text"], "The bridge is in the east.");
    let mut after = archived(&project);
    after.remove("west/errata.json").unwrap();
    assert_eq!(after, before);
    project.run(["archive", "verify", "--chain"]).success();
    project.run(["archive", "correct", "../posts", "x"]).exits(2).says("there is no record");
    project.run(["archive", "correct", "west", " "]).exits(2).says("say what is right");
}

#[test]
fn what_is_sent_is_archived_and_holds_nothing_of_its_readers() {
    let project = office();
    project.run(["send", "west", "--yes", "--skip-publish-check", "--to-dir", "mails"]).success();
    project.run(["archive", "verify", "--chain"]).success().says("1 record, 1 sealed");
    let mails: Vec<_> = project.tree("mails").into_values().map(|bytes| String::from_utf8(bytes).unwrap()).collect();
    assert_eq!(mails.len(), 2);
    // Whatever of a mail stands for its reader: tokens are the words of 20 letters and more that
    // differ between two mails.
    let words = |text: &str| -> Vec<String> {
        let text = text.replace("=\r\n", "");
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-')
            .filter(|word| word.len() >= 20)
            .map(str::to_owned)
            .collect()
    };
    let (one, other) = (words(&mails[0]), words(&mails[1]));
    let tokens: Vec<_> = one.iter().filter(|word| !other.contains(word)).collect();
    assert!(!tokens.is_empty(), "each mail has tokens of its own");
    for (path, bytes) in archived(&project) {
        let text = String::from_utf8_lossy(&bytes).replace("=\r\n", "");
        for word in ["ada@example.org", "bo@example.org", "Adamantine", "Bosporus"] {
            assert!(!text.contains(word), "{path} holds {word}");
        }
        for token in &tokens {
            assert!(!text.contains(token.as_str()), "{path} holds {token}");
        }
    }
}

#[test]
fn how_many_got_it_is_noted_and_told_where_the_author_wants_that() {
    let send = ["send", "west", "--yes", "--skip-publish-check", "--to-dir", "mails"];
    let silent = office();
    silent.run(send).success();
    assert!(!silent.path("archive/west/counts.json").exists());
    let project = office();
    let plain = project.read("newsletter.yaml");
    project.write("newsletter.yaml", format!("{plain}archive: {{counts: true}}\n"));
    project.run(send.into_iter().chain(["--limit", "1"])).exits(3);
    assert_eq!(json(&project, "archive/west/counts.json")["sent"], 1);
    let before = archived(&project);
    project.run(send).success();
    let differ: Vec<_> = archived(&project).into_iter().filter(|(path, file)| before.get(path) != Some(file)).collect();
    assert_eq!(differ, [("west/counts.json".to_owned(), b"{\"sent\":2}\n".to_vec())], "it stands outside the hashes");
    project.run(["archive", "verify", "--chain"]).success();
    project.run(["archive", "build"]).success();
    let told = "Sent to</bdi></dt><dd><span>2 readers</span></dd>";
    assert!(project.read("site/west/index.html").contains(told));
    project.write("newsletter.yaml", plain);
    project.run(["archive", "build"]).success();
    assert!(!project.read("site/west/index.html").contains(told));
    project.write("archive/west/counts.json", "2");
    let found = project.run(["archive", "verify"]).exits(1);
    assert!(found.all().contains("archive/west/counts.json"), "{}", found.all());
}

#[test]
fn an_archived_issue_is_not_sent_again_even_where_the_ledger_is_lost() {
    let project = office();
    project.run(["archive", "add", "west"]).success();
    let ran = project.run(["send", "west", "--yes", "--skip-publish-check", "--to-dir", "mails"]);
    ran.exits(2).says("it stands in the archive as `archive/west`");
    assert!(!project.path("mails").exists());
}

#[test]
fn a_schedule_archives_openly_and_a_cancellation_withdraws() {
    let project = office();
    project.write("newsletter.yaml", project.read("newsletter.yaml") + "smtp: {host: relay.example}\n");
    project.run(["send", "west", "--yes", "--at", "2099-01-01 08:00"]).success();
    project.run(["archive", "verify"]).success().says("1 record, 0 sealed");
    assert!(!project.path("archive/west/seal.json").exists());
    project.run(["cancel", "west", "--yes"]).says("its record is taken out of the archive");
    assert!(!project.path("archive/west").exists());
    project.run(["archive", "verify"]).success().says("0 records");
    project.run(["send", "west", "--yes", "--skip-publish-check", "--to-dir", "mails"]).success();
    project.run(["archive", "verify", "--chain"]).success().says("1 record, 1 sealed");
}

#[test]
fn a_campaign_goes_on_beside_its_own_record_and_a_cancellation_after_a_message_leaves_it() {
    let project = office();
    project.run(["send", "west", "--yes", "--skip-publish-check", "--limit", "1", "--to-dir", "mails"]).exits(3);
    let before = archived(&project);
    assert!(before.contains_key("west/seal.json"));
    project.run(["send", "west", "--yes", "--skip-publish-check", "--limit", "1", "--to-dir", "mails"]).success();
    assert_eq!(archived(&project), before);
}

#[test]
fn a_cancellation_after_a_message_leaves_the_record() {
    let project = office();
    project.run(["send", "west", "--yes", "--skip-publish-check", "--limit", "1", "--to-dir", "mails"]).exits(3);
    let before = archived(&project);
    project.run(["cancel", "west", "--yes"]).never_says("taken out");
    assert_eq!(archived(&project), before);
}

/// An issue that is frozen, and whose record is not written: what a kill right after the freeze leaves.
fn frozen_without_record() -> Project {
    let project = office();
    let config = project.read("newsletter.yaml");
    project.write("newsletter.yaml", format!("{config}publish: {{command: [\"false\"]}}\n"));
    project.run(["send", "west", "--yes", "--to-dir", "mails"]).exits(3);
    project.write("newsletter.yaml", config);
    std::fs::remove_dir_all(project.path("archive/west")).unwrap();
    project
}

#[test]
fn a_record_that_a_killed_run_did_not_write_is_written_by_the_next() {
    let project = frozen_without_record();
    project.run(["send", "west", "--yes", "--skip-publish-check", "--to-dir", "mails"]).success();
    project.run(["archive", "verify", "--chain"]).success().says("1 record, 1 sealed");
}

#[test]
fn no_record_is_made_of_a_post_that_is_not_what_was_frozen() {
    let project = frozen_without_record();
    project.write("posts/west.md", project.read("posts/west.md").replace("well", "lost"));
    let ran = project.run(["send", "west", "--yes", "--skip-publish-check", "--to-dir", "mails"]);
    ran.success().says("its post has changed since it was frozen");
    project.run(["archive", "verify"]).success().says("0 records");
}

#[test]
fn a_record_tells_what_lists_and_pages_need() {
    let project = Project::new().post(
        "west",
        "title: Notes from the west\nsubtitle: What we saw\nnumber: 7\nstatus: ready\ndate: 2024-05-03 08:30\n\
         authors: [Ada Lin]\ntags: [rail, 西部]\nseries: The west\naliases: [/old/west]",
        "Dear reader,\n\n## One\n\nText[^1].\n\n## Two\n\nMore text.\n\n[^1]: A note.",
    );
    project.run(["archive", "add", "west"]).success();
    let manifest = json(&project, "archive/west/manifest.json");
    insta::assert_snapshot!(serde_json::to_string_pretty(&manifest["issue"]).unwrap());
    let content = project.read("archive/west/content.html");
    let (text, notes) = content.split_at(usize::try_from(manifest["notes_at"].as_u64().unwrap()).unwrap());
    assert!(text.starts_with("<p>Dear reader,</p>") && notes.starts_with("<section class=\"notes"), "{content}");
}

#[test]
fn a_post_with_a_segment_is_private_unless_it_says() {
    let project = Project::new().post("members", "title: Members\nstatus: ready\nsegment: members", TEXT).post(
        "open",
        "title: Open\nstatus: ready\nsegment: members\nvisibility: public",
        TEXT,
    );
    project.write("newsletter.yaml", project.read("newsletter.yaml") + "segments: {members: 'tag = \"member\"'}\n");
    for (slug, visibility) in [("members", "private"), ("open", "public")] {
        project.run(["archive", "add", slug]).success();
        assert_eq!(json(&project, &format!("archive/{slug}/manifest.json"))["issue"]["visibility"], visibility);
    }
}
