//! What the letter of a post says to readers: addresses, subscribers' fields, styles.

use crate::support::{CONFIG, Project};

/// The message of the post `a`, its transfer encoding undone.
fn message(project: &Project) -> String {
    let raw = project.read("out/a/message.eml");
    let mail = mailparse::parse_mail(raw.as_bytes()).unwrap();
    let subject = mail.headers.iter().find(|header| header.get_key() == "Subject").unwrap().get_value();
    let parts: Vec<_> = mail.subparts.iter().map(|part| part.get_body().unwrap()).collect();
    format!("Subject: {subject}\n{}", parts.join("\n"))
}

fn assert_holds(text: &str, words: &str) {
    assert!(text.contains(words), "no `{words}` in:\n{text}");
}

#[test]
fn subject_and_preheader_differ_by_subscriber() {
    let header =
        "title: T\nsubject: '{{default subscriber.name \"Reader\"}}, news'\npreheader: For {{subscriber.name}} <b>";
    let project = Project::new().post("a", header, "Hello.");
    project.run(["build"]).success();
    let message = message(&project);
    assert_holds(&message, "Subject: Sample Reader, news\n");
    assert_holds(&message, "<title>Sample Reader, news</title>");
    assert_holds(&message, "For Sample Reader &lt;b&gt;");
    assert_holds(&project.read("out/a/email.html"), "<title>Reader, news</title>");
    assert_holds(&project.read("out/a/index.html"), "content=\"For  &lt;b&gt;\"".replace("For  ", "For ").as_str());
}

#[test]
fn a_title_cannot_differ_by_subscriber() {
    let project = Project::new().post("a", "title: Dear {{subscriber.name}}\nsubject: '{{subscriber}}'", "Hello.");
    let ran = project.run(["build"]).exits(1);
    let ran = ran.says("`title` is the same for all readers").says("posts/a.md:2:13");
    ran.says("`subscriber` has fields and is none itself").says("posts/a.md:3:11");
}

#[test]
fn a_link_to_a_post_leads_to_its_page() {
    let text = "[that](2024-01-02-other.md#part), [too](/posts/2024-01-02-other.md), [web](https://x.example/a.md)[^1]\n\n\
                :::button 2024-01-02-other.md\nGo\n:::\n\n[^1]: [note](2024-01-02-other.md)";
    let project = Project::new().post("a", "title: A", text).post("2024-01-02-other", "title: B\nslug: b", "Hi.");
    project.run(["build"]).success();
    for file in ["email.html", "email.txt", "index.html"] {
        let shown = project.read(&format!("out/a/{file}"));
        assert_holds(&shown, "https://upstream.example/b/#part");
        assert_holds(&shown, "https://x.example/a.md");
        assert!(!shown.contains("other.md"), "{file}: {shown}");
    }
}

#[test]
fn rules_that_only_a_style_sheet_can_hold_stay_in_one() {
    let template = "<html><head><style>\np { color: #111111 }\n/* a */ a:hover, b { color: #222222 }\n\
                    @media (max-width: 600px) { p { color: #333333 } }\n@import url(\"a;b.css\");</style></head>\
                    <body><b>x</b>{{{issue.content}}}</body></html>";
    let config = format!("{CONFIG}template: mine\n");
    let project = Project::empty().file("newsletter.yaml", config).file("templates/mine.hbs", template);
    let project = project.post("a", "title: A", "<p>x</p>");
    project.run(["build"]).success();
    let email = project.read("out/a/email.html");
    assert_holds(&email, "<p style=\"color: #111111;\">x</p>");
    assert_holds(&email, "<b style=\"color: #222222;\">x</b>");
    assert_holds(
        &email,
        "<style>\n/* a */ a:hover, b { color: #222222 }\n@media (max-width: 600px) { p { color: #333333 } }\n\
         @import url(\"a;b.css\");\n</style>",
    );
    assert_eq!(email.matches("<style").count(), 1, "{email}");
}

#[test]
fn a_mistyped_word_or_style_is_found_where_nothing_would_show_it() {
    let template = "{{#if words.unsubscibe}}x{{/if}}{{#if style.tilte}}x{{/if}}{{words.back}}{{style.dark_ink}}";
    let project = Project::new().file("templates/mine.hbs", template).post("a", "title: A", "Hi.");
    let ran = project.run(["build"]).exits(1).says("unknown variable `words.unsubscibe`").says("`words.unsubscribe`");
    ran.says("unknown variable `style.tilte`").says("`style.title`").never_says("variable `words.back`");
}

#[test]
fn a_heading_is_underlined_as_wide_as_its_field_counts() {
    let project = Project::new().post("a", "title: A", "## Dear {{default subscriber.name \"you\"}}\n\nHi.");
    project.run(["build"]).success();
    // Eight columns stand for a value.
    assert_holds(&project.read("out/a/email.txt"), "\nDear you\n-------------\n");
}

#[test]
fn a_field_where_no_value_is_safe_is_found_at_its_place() {
    let template = "<p>\n{{subscriber.vip}}<a onclick=\"{{subscriber.code}}\">x</a></p>";
    let config = format!("{CONFIG}template: mine\n");
    let project = Project::empty().file("newsletter.yaml", config).file("templates/mine.hbs", template);
    let project = project.post("a", "title: A", "Hi.");
    project.run(["build"]).exits(1).says("templates/mine.hbs:2:33");
    let project = Project::new().post("b", "title: B", "Hi\n\n<p title={{subscriber.name}}>x</p>");
    project.run(["build"]).exits(1).says("posts/b.md:7:10");
}

#[test]
fn what_a_writer_notes_in_a_comment_goes_to_nobody() {
    let body = "Text <!-- secret one --> more.\n\n<!-- secret two -->\n\n<!--[if mso]>for Outlook<![endif]-->\n\nEnd.";
    let project = Project::new().post("a", "title: A", body);
    project.run(["build"]).success();
    for view in ["index.html", "email.html", "email.txt", "message.eml"] {
        assert!(!project.read(&format!("out/a/{view}")).contains("secret"), "{view} shows a comment");
    }
    assert!(project.read("out/a/email.html").contains("<!--[if mso]>for Outlook<![endif]-->"));
}

#[test]
fn what_raw_html_leaves_open_ends_with_its_part() {
    let body = "A <b>bold word.\n\n- one <i>item\n- two\n\n| a <u>b | c |\n|---|---|\n| d | e |\n\n<div>\n\nA map of Map<string>.";
    let project = Project::new().post("a", "title: A", body);
    project.run(["build"]).success();
    let email = project.read("out/a/email.html");
    for closed in ["<b>bold word.</b></p>", "<i>item</i></li>", "<u>b</u></th>", "Map&lt;string&gt;"] {
        assert!(email.contains(closed), "{closed} is not in\n{email}");
    }
    assert_eq!(email.matches("<div").count(), email.matches("</div>").count());
}
