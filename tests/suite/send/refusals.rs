//! What is not sent, and why; and what is written without sending.

use super::{Office, header, texts};
use crate::support::relay::Script;

fn office() -> Office {
    Office::new(Script::default(), 3)
}

/// That the relay was not spoken to.
#[track_caller]
fn silent(office: &Office) {
    assert_eq!(office.server.log().connections, 0);
}

#[test]
fn a_draft_is_refused() {
    let office = office();
    office.project.write("posts/west.md", "---\ntitle: West\n---\n\nText.\n");
    office.send("").exits(2).says("it is not `status: ready`").says("set `status: ready`");
    silent(&office);
}

#[test]
fn findings_at_error_level_are_shown_and_refuse() {
    let office = office();
    office.project.write("posts/west.md", "---\ntitle: West\nstatus: ready\n---\n\n![](gone.png)\n");
    office.send("").exits(1).says("gone.png").says("next: newsletter check posts/west.md");
    silent(&office);
}

#[test]
fn without_a_way_to_leave_nothing_is_sent() {
    let office = office();
    office.reconfigure("unsubscribe: {url: \"https://upstream.example/leave/{token}\"}\n", "");
    let code = office.send("").says("unsubscribe").code;
    assert!(matches!(code, Some(1 | 2)));
    silent(&office);
}

#[test]
fn a_way_to_leave_over_http_is_refused() {
    let office = office();
    office.reconfigure("https://upstream.example/leave", "http://upstream.example/leave");
    let ran = office.send("").exits(1).says("`url` is an `https://` address that holds `{token}`");
    ran.says("next: newsletter check posts/west.md").never_says("warning").never_says("`unsubscribe`");
    silent(&office);
}

#[test]
fn a_free_mail_address_is_refused() {
    let office = office();
    office.reconfigure("mira@upstream.example", "mira@gmail.com");
    let ran = office.send("");
    assert!(matches!(ran.code, Some(1 | 2)), "{}", ran.all());
    ran.says("mira@gmail.com");
    silent(&office);
}

#[test]
fn an_empty_list_and_an_empty_segment_are_refused() {
    let office = office();
    office.send("--segment nobody").exits(2).says("nobody is in the segment `nobody`").says("segments test nobody");
    office.send("--segment nobdy").exits(2).says("did you mean `nobody`?");
    for reader in 0..3 {
        office.run(&format!("subscribers unsubscribe {}", super::reader(reader))).success();
    }
    office.send("").exits(2).says("nobody is on the list").says("subscribers import FILE");
    silent(&office);
}

#[test]
fn an_issue_that_was_sent_is_known_by_slug_number_and_content() {
    let office = office();
    office.send("").success().says("west: 3 sent").says("next: newsletter status west");
    let taken = office.server.taken();
    office.send("").exits(2).says("`west` was sent to 3 on").says("--to-new").says("--correction-of west");
    let text = office.project.read("posts/west.md");
    office.project.write("posts/east.md", text.replace("the west", "the east"));
    office.run("send east --yes").exits(2).says("number 7, as `west`, was sent to 3");
    assert_eq!(office.server.taken(), taken);
    let text = text.replace("number: 7\n", "").replace("the west", "the south");
    office.project.write("posts/south.md", &text);
    office.run("send south --yes").success();
    office.project.write("posts/north.md", &text);
    office.run("send north --yes").exits(2).says("the same letter, as `south`, was sent to 3");
}

#[test]
fn an_issue_that_is_archived_is_refused() {
    let office = office();
    office.project.write("archive/west/index.html", "<p>All is well.</p>\n");
    office.send("").exits(2).says("it stands in the archive as `archive/west`").says("give a new one another slug");
    silent(&office);
}

#[test]
fn a_segment_that_nobody_has_named_is_found() {
    let office = office();
    let text = office.project.read("posts/west.md");
    office.project.write("posts/west.md", text.replace("status: ready", "status: ready\nsegment: nobdy"));
    office.send("").exits(1).says("there is no segment `nobdy`").says("did you mean `nobody`?");
    silent(&office);
}

#[test]
fn a_signature_for_another_domain_is_refused() {
    let office = office();
    office.run("dkim keygen --domain other.example --selector s --out key.pem").success();
    let own = "dkim: {sign: own, domain: other.example, selector: s, key: {file: key.pem}}\nsmtp:";
    office.reconfigure("smtp:", own);
    office.send("").exits(2).says("is not the domain `upstream.example` of `from`").says("sign for `upstream.example`");
    silent(&office);
}

#[test]
fn what_is_not_approved_is_refused_and_what_changed_since_is_shown() {
    let office = office();
    office.reconfigure("smtp:", "require_approval: true\nsmtp:");
    office.send("").exits(2).says("it was not approved").says("newsletter approve west");
    office.run("approve west --by Ada").success();
    let text = office.project.read("posts/west.md");
    office.project.write("posts/west.md", text.replace("all is well", "all is lost"));
    office.send("").exits(2).says("-all is well.").says("+all is lost.").says("its text has changed");
    office.run("approve west --by Ada").success();
    office.send("").success();
}

#[test]
fn without_a_terminal_nothing_is_asked() {
    let office = office();
    office.run("send west").exits(2).says("type the number of readers, 3").says("add `--yes`");
    silent(&office);
    office.run("status west").exits(2);
}

#[test]
fn a_dry_run_fills_for_everybody_and_connects_to_nothing() {
    let office = office();
    let ran = office.run("send west --dry-run").success();
    ran.says("3 readers (everybody)").says("Notes from the west").says("next: newsletter send west");
    silent(&office);
    office.run("status west").exits(2).says("has no campaign");
}

#[test]
fn a_field_that_a_reader_lacks_is_named_with_its_line_and_the_reader() {
    let office = Office::with(
        Script::default(),
        "email,town\na@example.org,Bar\nb@example.org,\nc@example.org,\n",
        "Hello,\n\nhow is {{subscriber.town}}?",
    );
    for how in ["send west --dry-run", "send west --yes"] {
        office
            .run(how)
            .exits(1)
            .says("error[hole-without-default]: `subscriber.town` is missing for 2 readers, `b@example.org` among them")
            .says("posts/west.md:9:8")
            .says("`check`, which does not look at the list, only warns")
            .says("{{default subscriber.town");
    }
    silent(&office);
}

#[test]
fn a_test_copy_goes_to_a_folder_without_any_relay_and_outside_the_ledger() {
    let office = office();
    let text = office.project.read("newsletter.yaml");
    office.project.write("newsletter.yaml", text.split("smtp:").next().unwrap());
    office.run("send west --test eve@elsewhere.example r1@example.org --to-dir out").success();
    let copies = texts(&office.project.path("out"));
    assert_eq!(copies.len(), 2);
    for copy in &copies {
        assert_eq!(header(copy, "Subject"), "Subject: [TEST] Notes from the west");
        let leave = header(copy, "List-Unsubscribe");
        let token = leave.split("/leave/").nth(1).unwrap_or_default().split('>').next().unwrap();
        let ran = office.run(&format!("subscribers unsubscribe --token {token}"));
        assert_ne!(ran.code, Some(0), "a test's token does nothing: {}", ran.all());
    }
    office.run("status west").exits(2).says("has no campaign");
    office.run("subscribers stats").never_says("left 1");
}

#[test]
fn a_folder_takes_a_campaign_instead_of_the_relay() {
    let office = office();
    office.send("--to-dir out").success();
    silent(&office);
    let texts = texts(&office.project.path("out"));
    assert_eq!(texts.len(), 3);
    assert!((0..3).all(|n| texts.iter().any(|text| header(text, "To").contains(&super::reader(n)))));
    assert_eq!(office.count("sent"), 3);
}

#[test]
fn names_and_fields_do_no_harm_in_headers_html_and_text() {
    let office = Office::with(
        Script::default(),
        "email,name,town\na@example.org,\"x\r\nBcc: y@z\",.\nb@example.org,<b>&\"Bo\",\"<script>\"\n",
        "Dear {{subscriber.name}},\n\n{{subscriber.town}}\n\nhow is that?",
    );
    office.send("").success();
    for (_, text) in office.server.log().taken {
        let mail = mailparse::parse_mail(text.as_bytes()).unwrap();
        assert!(mail.headers.iter().all(|header| !header.get_key_ref().eq_ignore_ascii_case("bcc")), "{text}");
        let bodies: Vec<_> = mail.subparts.iter().map(|part| part.get_body().unwrap()).collect();
        assert!(bodies[1].contains("&lt;script&gt;") || bodies[1].contains('.'), "{}", bodies[1]);
        assert!(!bodies[1].contains("<script>") && !bodies[1].contains("<b>&"), "{}", bodies[1]);
        assert!(bodies[0].lines().any(|line| line == "." || line == "<script>"), "{}", bodies[0]);
        assert!(bodies[0].contains("how is that?"));
    }
    assert_eq!(office.server.taken(), 2);
}
