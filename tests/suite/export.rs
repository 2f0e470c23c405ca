//! The archive as a book, and in forms that others read.

use std::collections::BTreeMap;
use std::io::Read as _;

use serde_json::Value;

use crate::support::Project;

const TEXT: &str =
    "Dear {{default subscriber.name \"reader\"}},\n\nFrom here all is **well** in [the west](https://west.example).";

/// Issues of two years, one of them private.
fn archived() -> Project {
    let project = Project::new()
        .post("west", "title: Notes from the west\nnumber: 7\nstatus: ready\ndate: 2023-05-03\ntags: [rail]", TEXT)
        .post("north", "title: North\nnumber: 8\nstatus: ready\ndate: 2024-05-10 08:30\nvisibility: unlisted", TEXT)
        .post("south", "title: South\nnumber: 9\nstatus: ready\ndate: 2024-05-17\nvisibility: private", TEXT);
    project.run(["archive", "add", "west", "north", "south"]).success();
    project
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn json_lines_hold_all_that_is_known_of_an_issue() {
    let project = archived();
    project.run(["archive", "correct", "west", "It was raining."]).success();
    let ran = project.run(["archive", "export", "--format", "jsonl"]).success().says("wrote 2 issues");
    let issues = lines(&ran.stdout);
    let [west, north] = issues.as_slice() else { unreachable!("two issues") };
    assert_eq!(
        (&west["slug"], &west["date"], &north["at"]),
        (&"west".into(), &"2023-05-03".into(), &"2024-05-10T08:30:00+02:00".into())
    );
    assert_eq!(west["url"], "https://upstream.example/west/");
    assert_eq!(west["tags"][0], "rail");
    assert_eq!(west["errata"][0]["text"], "It was raining.");
    assert_eq!(west["markdown"].as_str().unwrap(), project.read("posts/west.md"));
    assert!(west["html"].as_str().unwrap().contains("<strong>well</strong>"));
    assert!(west["text"].as_str().unwrap().contains("Dear reader,"));
}

#[test]
fn private_issues_go_along_only_when_it_is_said() {
    let project = archived();
    for format in ["jsonl", "mbox"] {
        let ran = project.run(["archive", "export", "--format", format]).success();
        assert!(!ran.stdout.contains("South") && !ran.stdout.contains("south"), "{format}");
        assert!(ran.stderr.contains("1 private one is left out; `--include-private`"), "{}", ran.stderr);
        let ran = project.run(["archive", "export", "--format", format, "--include-private"]).success();
        assert!(ran.stdout.contains("South"), "{format}");
        assert!(!ran.stderr.contains("left out"), "{}", ran.stderr);
    }
}

#[test]
fn a_year_holds_its_own_issues_and_an_empty_one_is_no_export() {
    let project = archived();
    let ran = project.run(["archive", "export", "--format", "jsonl", "--year", "2024"]).success();
    assert_eq!(lines(&ran.stdout).iter().map(|line| line["slug"].clone()).collect::<Vec<_>>(), ["north"]);
    project.run(["archive", "export", "--format", "jsonl", "--year", "2019"]).exits(2).says("holds no issue of 2019");
    std::fs::remove_dir_all(project.path("archive/north")).unwrap();
    let ran = project.run(["archive", "export", "--format", "mbox", "--year", "2024", "--out", "a"]);
    ran.exits(2).says("no issue of 2024 that is not private").says("--include-private");
    assert!(!project.path("a").exists());
}

#[test]
fn a_mailbox_holds_the_messages_as_they_are_kept() {
    let project = archived();
    project.run(["archive", "export", "--format", "mbox", "--out", "all.mbox"]).success();
    let mailbox = project.read("all.mbox");
    let starts: Vec<_> = mailbox.lines().filter(|line| line.starts_with("From ")).collect();
    assert_eq!(starts, ["From MAILER-DAEMON Wed May  3 00:00:00 2023", "From MAILER-DAEMON Fri May 10 06:30:00 2024"]);
    assert!(mailbox.ends_with("\n\n") && !mailbox.contains('\r'));
    assert!(!mailbox.contains("\nTo: ") && !mailbox.contains("List-Unsubscribe"));
    // A line of a kept message never starts with `From `, so that it stands as it is.
    let (_, west) = mailbox.split_once('\n').unwrap();
    let west = west.split("\nFrom MAILER-DAEMON").next().unwrap();
    assert_eq!(west, project.read("archive/west/message.eml").replace("\r\n", "\n"));
}

#[test]
fn the_same_archive_gives_the_same_bytes() {
    let project = archived();
    for format in ["jsonl", "mbox", "markdown", "epub"] {
        for name in ["one", "other"] {
            project.run(["archive", "export", "--format", format, "--out", name]).success();
        }
        assert_eq!(
            std::fs::read(project.path("one")).unwrap(),
            std::fs::read(project.path("other")).unwrap(),
            "{format}"
        );
    }
    assert!(!project.path("one.new").exists());
}

#[test]
fn markdown_is_portable_and_its_pictures_come_along() {
    let png = std::fs::read("src/publication/scaffold/first-year.png").unwrap();
    let project = Project::new().file("posts/images/a b.png", png).file("posts/more.md", "Included *text*.\n").post(
        "west",
        "title: \"Notes: \\\"west\\\"\"\nsubtitle: S\nnumber: 7\nstatus: ready\ndate: 2024-05-03\ntags: [rail, 西部]\nimage: images/a b.png",
        "Dear {{default subscriber.name \"reader\"}},\n\n![A map](<images/a b.png>){width=300}\n\n:::include more.md\n\n\
         :::button https://west.example\nGo\n:::\n\nA note.[^x]\n\n[^x]: It says.",
    );
    project.run(["archive", "add", "west"]).success();
    project.run(["archive", "export", "--format", "markdown", "--out", "all.zip"]).success();
    let zip = std::fs::read(project.path("all.zip")).unwrap();
    let stored = unzipped(&zip);
    assert_eq!(stored.keys().map(String::as_str).collect::<Vec<_>>().len(), 2, "{:?}", stored.keys());
    let picture = stored.keys().find(|name| name.starts_with("images/")).unwrap();
    let file = String::from_utf8(stored["west.md"].clone()).unwrap().replace(picture.as_str(), "[PICTURE]");
    insta::assert_snapshot!(file);
    assert_eq!(stored[picture], std::fs::read(project.path(&format!("archive/west/{picture}"))).unwrap());
}

#[test]
fn a_book_has_a_cover_contents_and_a_chapter_an_issue() {
    let png = std::fs::read("src/publication/scaffold/first-year.png").unwrap();
    let project = archived().file("posts/map.png", png).post(
        "china",
        "title: 西部 & \"铁路\"\nnumber: 10\nstatus: ready\ndate: 2024-06-01\nlanguage: zh-Hans\nauthors: [Ada Lin]",
        "![A map](map.png)\n\n见[上一期](https://upstream.example/north/)。[^1]\n\n<center>x<br>y</center>\n\n[^1]: 一。",
    );
    project.run(["archive", "add", "china"]).success();
    project.run(["archive", "export", "--format", "epub", "--out", "all.epub"]).success().says("wrote 3 issues");
    let zip = std::fs::read(project.path("all.epub")).unwrap();
    // What tells the format stands at this place.
    assert_eq!(&zip[30..58], b"mimetypeapplication/epub+zip");
    let files = unzipped(&zip);
    let text = |name: &str| String::from_utf8(files[name].clone()).unwrap();
    let names: Vec<_> = files.keys().map(|name| name.split('-').next().unwrap()).collect();
    insta::assert_snapshot!(names.join("\n"));
    insta::assert_snapshot!(text("book/contents.xhtml"));
    let china = text("book/issue-0003.xhtml");
    assert!(
        china.contains("<html xmlns=\"http://www.w3.org/1999/xhtml\"") && china.contains("xml:lang=\"zh-Hans\""),
        "{china}"
    );
    for part in [
        "<h1>西部 &amp; &quot;铁路&quot;</h1>",
        "<a href=\"issue-0002.xhtml\">上一期</a>",
        "x<br/>",
        "epub:type=\"noteref\"",
        "<aside epub:type=\"footnote\"",
    ] {
        assert!(china.contains(part), "{part}: {china}");
    }
    assert!(files.values().all(|bytes| !String::from_utf8_lossy(bytes).contains("South")));
    project.run(["archive", "export", "--format", "epub", "--year", "2024", "--out", "y.epub"]).success();
    let year = unzipped(&std::fs::read(project.path("y.epub")).unwrap());
    assert!(
        String::from_utf8(year["book/package.opf"].clone()).unwrap().contains("<dc:title>Upstream 2024</dc:title>")
    );
}

/// The files of a ZIP file, by its directory.
fn unzipped(zip: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let short = |at: usize| usize::from(u16::from_le_bytes(zip[at..at + 2].try_into().unwrap()));
    let long = |at: usize| usize::try_from(u32::from_le_bytes(zip[at..at + 4].try_into().unwrap())).unwrap();
    let end = zip.len() - 22;
    assert_eq!(&zip[end..end + 4], b"PK\x05\x06");
    let (count, mut at) = (short(end + 10), long(end + 16));
    let mut files = BTreeMap::new();
    for _ in 0..count {
        assert_eq!(&zip[at..at + 4], b"PK\x01\x02");
        let (packed, bytes, name, start) = (long(at + 20), long(at + 24), short(at + 28), long(at + 42));
        let data = start + 30 + short(start + 26);
        let data = &zip[data..data + packed];
        let mut read = data.to_vec();
        if short(at + 10) == 8 {
            read.clear();
            flate2::read::DeflateDecoder::new(data).read_to_end(&mut read).unwrap();
        }
        let data = read;
        assert_eq!(data.len(), bytes);
        files.insert(String::from_utf8(zip[at + 46..at + 46 + name].to_vec()).unwrap(), data);
        at += 46 + name;
    }
    files
}
