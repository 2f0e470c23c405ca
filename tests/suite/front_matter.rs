//! What stands at the head of a post.

use insta::assert_snapshot;
use newsletter::config::Config;
use newsletter::diagnostic::{Diagnostic, Sink, Source, human};
use newsletter::files::RelPath;
use newsletter::post::FrontMatter;
use newsletter::post::front_matter::{PostDate, Status, Visibility, read};

const NAME: &str = "posts/2024-04-26-chongqing.md";

fn head(name: &str, text: &str) -> (Option<(FrontMatter, usize)>, Vec<Diagnostic>) {
    let mut sink = Sink::new();
    let config = Source::new(
        "newsletter.yaml",
        "name: x\ntimezone: Europe/Berlin\nauthors: {ada: {name: Ada}}\nprofiles: {takeaway: {}}\n",
    );
    let config = Config::load(&config, &mut sink).unwrap();
    assert!(sink.found().is_empty());
    let source = Source::new(name, text);
    let read = read(&source, &config, &RelPath::new(name).unwrap(), &mut sink);
    (read, sink.into_found())
}

fn clean(name: &str, text: &str) -> FrontMatter {
    let (read, found) = head(name, text);
    assert!(found.is_empty(), "{text:?}: {found:?}");
    read.unwrap().0
}

fn found(text: &str) -> String {
    let line = |found: &Diagnostic| {
        format!("{} ({})\n", human::short(found).trim_start_matches(NAME), found.help.as_deref().unwrap_or_default())
    };
    head(NAME, text).1.iter().map(line).collect()
}

#[test]
fn the_block_is_found_as_people_write_it() {
    for text in [
        "---\ntitle: A\n---\nbody",
        "---\ntitle: A\n...\nbody",
        "\u{feff}---\r\ntitle: A\r\n---\r\nbody",
        "---  \ntitle: A\n--- \t\nbody",
        "\n\n---\ntitle: A\n---\nbody",
        "---\rtitle: A\r---\rbody",
    ] {
        let (read, found) = head(NAME, text);
        assert!(found.is_empty(), "{text:?}: {found:?}");
        let (front_matter, body) = read.unwrap();
        assert_eq!((&*front_matter.title, &text[body..]), ("A", "body"), "{text:?}");
        assert!(text[front_matter.span.range()].starts_with("---"));
    }
}

#[test]
fn every_field_is_read() {
    let post = clean(
        NAME,
        "---\ntitle: \"A: B\"\nsubtitle: C\nsubject: D\npreheader: E\nslug: Other Name\ndate: 2024-04-26 09:00\nnumber: 12\n\
         authors: ada\nstatus: ready\nlanguage: zh-Hans\ntags: rail, rivers, rail\nseries: West\nsegment: members\n\
         visibility: unlisted\nimage: ../images/a.png\nimages: embedded\nattachments: [a.csv]\n\
         canonical_url: https://example.org/a\naliases: /old/name/\nprofile: takeaway\ntemplate: digest\n\
         allow: {image-without-alt: ornament}\nextra: {天气: 雨, version: 1.10, n: 5}\n---\n",
    );
    assert_eq!((&*post.title, post.slug.as_str(), post.number), ("A: B", "other-name", Some(12)));
    assert_eq!(post.date.unwrap().at.unwrap().to_rfc3339(), "2024-04-26T09:00:00+02:00");
    assert_eq!((post.authors, post.tags), (vec!["ada".to_owned()], vec!["rail".to_owned(), "rivers".to_owned()]));
    assert_eq!((post.status, post.visibility), (Status::Ready, Visibility::Unlisted));
    assert_eq!((&*post.aliases[0].path, post.attachments), ("old/name", vec!["a.csv".to_owned()]));
    assert_eq!((&*post.allow[0].rule, &*post.allow[0].reason), ("image-without-alt", "ornament"));
    assert_eq!(serde_json::to_string(&post.extra).unwrap(), r#"{"天气":"雨","version":"1.10","n":5}"#);
    assert_eq!(post.keys.len(), 23);
}

#[test]
fn the_name_of_the_file_gives_what_the_block_leaves_out() {
    let from = |name: &str| {
        let post = clean(name, "---\ntitle: A\n---\n");
        (post.date.map(|PostDate { day, .. }| day.to_string()), post.slug.to_string())
    };
    let day = |text: &str| Some(text.to_owned());
    assert_eq!(from("posts/2024-04-26-chongqing.md"), (day("2024-04-26"), "chongqing".into()));
    assert_eq!(from("posts/2017-2-5-no-zeroes.md"), (day("2017-02-05"), "no-zeroes".into()));
    assert_eq!(from("posts/2024-04-26-重庆.md"), (day("2024-04-26"), "重庆".into()));
    assert_eq!(from("posts/2024-04-26.md"), (day("2024-04-26"), "2024-04-26".into()));
    assert_eq!(from("posts/2024-02-31-x.md"), (None, "2024-02-31-x".into()));
    assert_eq!(from("posts/hello.md"), (None, "hello".into()));
}

#[test]
fn a_list_of_allowed_rules_is_the_same_as_a_mapping() {
    let list = clean(NAME, "---\ntitle: A\nallow:\n- rule: image-without-alt\n  reason: ornament\n---\n");
    let mapping = clean(NAME, "---\ntitle: A\nallow: {image-without-alt: ornament}\n---\n");
    let names = |post: &FrontMatter| post.allow.iter().map(|a| (a.rule.clone(), a.reason.clone())).collect::<Vec<_>>();
    assert_eq!(names(&list), names(&mapping));
}

#[test]
fn a_broken_value_is_a_warning_where_the_post_can_do_without_it() {
    assert_snapshot!(found("---\ntitle: A\nauthor: b\nauthors: [adda]\ndate: 2024-02-31\nnumber: x\nstatus: redy\nlanguage: english\n\
        tags: {a: b}\nslug: \"!!\"\nallow: {size-limt: x, invalid-yaml: y}\nextra: 5\nprofile: takaway\nlayout: post\n---\n"), @r"
    :3:1: warning[unknown-key]: unknown key `author` (put what your own templates read under `extra`, or remove it)
    :5:7: warning[invalid-value]: February 2024 has no day 31 (write a date as `2024-04-26` or `2024-04-26 09:00`)
    :6:9: warning[wrong-type]: `number` is a whole number, not a text (write a whole number such as `12`)
    :7:9: warning[invalid-value]: `status` is `draft` or `ready`, not `redy` (did you mean `ready`?)
    :8:11: warning[invalid-value]: `language` is a language tag as `en` or `zh-Hans`, not `english` (write a language tag as `en` or `zh-Hans`)
    :9:7: warning[wrong-type]: `tags` is a text or a list, not a mapping (write `tags` as `[rail, rivers]`)
    :12:8: warning[wrong-type]: `extra` is a mapping, not a number (write `extra` as `{weather: rain}`)
    :14:1: warning[unknown-key]: unknown key `layout` (`template` chooses the template here)
    :10:7: warning[invalid-value]: `slug` has no letter or digit, only `!!` (write words joined by `-`, or leave it out to take it from the file's name)
    :4:11: warning[unknown-author]: there is no author `adda` in `newsletter.yaml` (did you mean `ada`?)
    :13:10: error[unknown-profile]: there is no profile `takaway` in `newsletter.yaml` (did you mean `takeaway`?)
    :11:9: warning[invalid-allow]: there is no check `size-limt` (did you mean `size-limit`?)
    :11:23: warning[invalid-allow]: `invalid-yaml` cannot be allowed: without what it asks, the tool cannot go on (remove it)
    ");
}

#[test]
fn a_broken_value_is_an_error_where_more_would_be_shown_than_is_meant() {
    assert_snapshot!(found("---\ntitle: [A]\nvisibility: privte\nsegment: {a: b}\nslug: ../../etc\nimage: ../../a.png\naliases: [../x]\n\
        attachments: [../../x]\n---\n"), @r"
    :2:8: error[wrong-type]: `title` is a text, not a list (write `title` as `Eight takeaways from Chongqing`)
    :3:13: error[invalid-value]: `visibility` is `public`, `unlisted` or `private`, not `privte` (did you mean `private`?)
    :4:10: error[wrong-type]: `segment` is a name without spaces and slashes, not a mapping (write `segment` as `members`)
    :5:7: error[unsafe-path]: `slug` is one name, not a path (write `etc`)
    :6:8: error[unsafe-path]: `image` cannot be used: the path leads out of the publication (write a path inside the publication's folder)
    :8:15: error[unsafe-path]: `attachments` cannot be used: the path leads out of the publication (write a path inside the publication's folder)
    :7:11: error[unsafe-path]: `aliases` cannot be used: the path leads out of the publication (write a path of the web site such as `/2024/old-name`)
    ");
}

#[test]
fn a_head_that_cannot_be_read_says_why() {
    for (text, says) in [
        ("", "the post has no front matter (begin the file with the lines `---`, `title: …`, `---`)"),
        (
            "# A\n---\ntitle: A\n---\n",
            "the post has no front matter (move the block of line 2 to the top; nothing may stand before its `---`)",
        ),
        ("---\ntitle: A\ntags:\n- b\n\nHello\n", "the front matter is never closed (add a line `---` after line 4)"),
        ("---\ntitle: A: B\n---\n", "the value of `title` holds a colon (put it in quotes: \"A: B\")"),
    ] {
        assert!(head(NAME, text).0.is_none(), "{text:?}");
        assert!(found(text).contains(says), "{text:?}: {}", found(text));
    }
}

#[test]
fn a_post_without_a_title_shows_its_other_findings_too() {
    let (read, found) = head(NAME, "---\n---\n");
    assert_eq!(read.unwrap().0.title, "chongqing");
    assert_eq!(found.iter().map(|found| found.code.name).collect::<Vec<_>>(), ["missing-key"]);
    let (read, found) = head(NAME, "---\ntitel: A\nstatus: redy\n---\n");
    assert!(read.is_some());
    assert_eq!(found.iter().map(|found| found.code.name).collect::<Vec<_>>(), ["unknown-key", "invalid-value"]);
}

#[test]
fn a_date_that_is_far_from_the_name_of_the_file_counts_and_is_reported() {
    let (read, found) = head(NAME, "---\ntitle: A\ndate: 2024-05-03\n---\n");
    assert_eq!(read.unwrap().0.date.unwrap().day.to_string(), "2024-05-03");
    assert!(found.is_empty(), "a letter is begun some days before it is dated: {found:?}");
    let (read, found) = head(NAME, "---\ntitle: A\ndate: 2023-04-26\n---\n");
    assert_eq!(read.unwrap().0.date.unwrap().day.to_string(), "2023-04-26");
    assert_eq!(found.iter().map(|found| found.code.name).collect::<Vec<_>>(), ["date-mismatch"]);
}

#[test]
fn a_time_that_clocks_show_twice_or_never_is_reported() {
    assert_snapshot!(found("---\ntitle: A\ndate: 2024-03-31 02:30\n---\n"), @r"
    :3:7: warning[date-mismatch]: the post is dated 2024-03-31, but its file's name says 2024-04-26 (the date written here counts; rename the file, or change it)
    :3:7: warning[invalid-value]: clocks in Europe/Berlin skip 02:30:00 on this day (`2024-03-31 03:30 +02:00` is taken)
    ");
    assert_snapshot!(found("---\ntitle: A\ndate: 2024-10-27 02:30\n---\n"), @r"
    :3:7: warning[date-mismatch]: the post is dated 2024-10-27, but its file's name says 2024-04-26 (the date written here counts; rename the file, or change it)
    :3:7: note[invalid-value]: clocks in Europe/Berlin show 02:30:00 twice on this day (the first is taken; add `+02:00` to say so)
    ");
}

#[test]
fn a_tag_series_or_alias_that_is_a_path_elsewhere_is_reported() {
    assert_snapshot!(found(
        "---\ntitle: x\nseries: a/../b\ntags: [\"../y\", \"C/C++\", \"a\\0b\"]\naliases: [\"a\\0b\", \"https://x.example/y\"]\nimage: \"a\\0b\"\n---\n"
    ));
    assert_snapshot!(found("---\ntitle: x\ntags: x, /y\n---\n"));
}

#[test]
fn a_number_and_a_locale_are_told_from_what_is_wanted() {
    assert_snapshot!(found("---\ntitle: x\nnumber: 1.10\nlanguage: zh_CN\n---\n"));
}
