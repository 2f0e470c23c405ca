//! The archive as a web site.

use std::collections::BTreeSet;

use newsletter::post::former::ALWAYS;
use proptest::prelude::*;

use crate::support::Project;

const TEXT: &str = "Dear reader,\n\nall is **well** in [the west](https://west.example).";

fn project() -> Project {
    Project::new()
        .post("west", "title: Notes from the west\nnumber: 7\nstatus: ready\ndate: 2024-05-03", TEXT)
        .post("north", "title: North\nnumber: 8\nstatus: ready\ndate: 2024-05-10\nvisibility: unlisted", TEXT)
        .post("south", "title: South\nnumber: 9\nstatus: ready\ndate: 2024-05-17\nvisibility: private", TEXT)
}

fn archived() -> Project {
    let project = project();
    project.run(["archive", "add", "west", "north", "south"]).success();
    project
}

#[test]
fn a_site_shows_public_issues_hides_unlisted_ones_and_has_nothing_of_private_ones() {
    let project = archived();
    project.run(["archive", "build"]).success().says("2 issues").says("next: newsletter archive verify");
    let site = project.tree("site");
    assert!(site.contains_key("west/index.html") && site.contains_key("north/index.html"));
    for (path, bytes) in &site {
        let text = String::from_utf8_lossy(bytes);
        assert!(!path.contains("south") && !text.contains("South") && !text.contains("south"), "{path}");
        assert!(path.starts_with("north/") || !text.contains("North") && !text.contains("north"), "{path}");
    }
    assert!(project.read("site/north/index.html").contains("<meta name=\"robots\" content=\"noindex\">"));
}

#[test]
fn a_rebuild_keeps_what_is_the_same_and_is_the_same_as_a_cold_build() {
    let project = archived();
    project.run(["archive", "build"]).success().says(", 0 as before");
    let cold = project.tree("site");
    let files = cold.len() - 1;
    project.run(["archive", "build"]).success().says(&format!(", {files} as before"));
    assert_eq!(project.tree("site"), cold);
    // A file that others changed is made again.
    project.write("site/west/index.html", "x");
    project.run(["archive", "build"]).success().says(&format!(", {} as before", files - 1));
    assert_eq!(project.tree("site"), cold);
}

/// A publication in which much is awkward.
fn awkward() -> Project {
    let png = include_bytes!("../../posts/images/two-lines.png");
    let project = Project::new()
        .file("posts/images/rail.png", png)
        .file("posts/images/hidden-plan.png", [&png[..], b" "].concat())
        .post(
            "one",
            "title: A first & <last> letter\nsubtitle: With a picture\nnumber: 1\nstatus: ready\ndate: 2023-12-01\n\
             tags: [C++, C, a/b, Rail]\nseries: The west\nauthors: [Ada Lin]\naliases: [/old/one.html, /p/1]",
            "Dear reader,\n\nlook[^1] at [the second](two.md), and at [nothing](https://upstream.example/gone/).\n\n\
             ![Two lines](images/rail.png)\n\n## One\n\nText.\n\n## Two\n\nText.\n\n## Three\n\nText.\n\n[^1]: A note with [a link](one.md).",
        )
        .post(
            "two",
            "title: 西部来信\nnumber: 2\nstatus: ready\ndate: 2024-01-05\nlanguage: zh-Hans\ntags: [西部, rail, a-b]\n\
             series: the West\naliases: [/one/, /p/2/, /p/2/deeper]",
            "读者朋友：\n\n这封信谈铁路，也谈西部的电和水，写得不长。",
        )
        .post(
            "secret",
            "title: Marker of the members\nnumber: 3\nstatus: ready\ndate: 2024-01-12\nsegment: members\ntags: [hidden-tag, rail]\n\
             series: Hidden series\nauthors: [Hidden Author]\naliases: [/hidden-alias]",
            "A marker sentence for members alone.\n\n![Plan](images/hidden-plan.png)",
        )
        .post(
            "quiet",
            "title: Quiet words\nstatus: ready\ndate: 2024-01-19\nvisibility: unlisted\ntags: [quiet-tag, rail]\naliases: [/quiet-alias]",
            "An unlisted sentence.",
        );
    let config = project.read("newsletter.yaml")
        + "segments: {members: 'tag = \"member\"'}\n\
           archive:\n  links: {About: \"https://upstream.example/about\"}\n\
           \x20 subscribe: {action: \"https://lists.example/subscribe\"}\n";
    project.write("newsletter.yaml", config);
    for slug in ["one", "two", "secret", "quiet"] {
        project.run(["archive", "add", slug]).success();
    }
    project.run(["archive", "correct", "one", "It was <Tuesday>."]).success();
    project
}

/// The values of the attributes that hold addresses, but for what the letters themselves say.
fn addresses(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for name in ["href=\"", "src=\"", "content=\"0; url="] {
        for rest in html.split(name).skip(1) {
            found.push(rest.split('"').next().unwrap().replace("&amp;", "&"));
        }
    }
    found
}

/// The file of the site that an address on the page `page` leads to.
fn target(address: &str, page: &str) -> Option<(String, String)> {
    let (path, fragment) = address.split_once('#').unwrap_or((address, ""));
    let inside = path.strip_prefix("https://upstream.example");
    if inside.is_none() && path.contains(':') {
        return None;
    }
    let whole = match inside {
        Some(inside) => inside.to_owned(),
        None if path.is_empty() => format!("/{page}"),
        None if path.starts_with('/') => path.to_owned(),
        None => format!("/{}/{path}", page.rsplit_once('/').map_or("", |(folder, _)| folder)),
    };
    let mut parts: Vec<String> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop().unwrap()),
            part => parts.push(percent_decoded(part)),
        }
    }
    let folder = path.ends_with('/') || path.ends_with("..") || path == "." || parts.is_empty();
    let mut file = parts.join("/");
    if folder && (parts.is_empty() || !path.is_empty()) {
        file = if file.is_empty() { "index.html".to_owned() } else { file + "/index.html" };
    }
    Some((file, fragment.to_owned()))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digits = |rest: &mut std::str::Bytes<'_>| {
            let pair = [rest.next().unwrap(), rest.next().unwrap()];
            u8::from_str_radix(std::str::from_utf8(&pair).unwrap(), 16).unwrap()
        };
        bytes.push(if byte == b'%' { digits(&mut rest) } else { byte });
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn every_link_that_the_tool_makes_leads_somewhere_and_the_others_are_named() {
    let project = awkward();
    let ran = project.run(["archive", "build"]).success();
    assert!(
        ran.stderr.contains("archive/one/post.md:15: `https://upstream.example/gone/` leads to nothing"),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.stderr.matches("leads to nothing").count(), 1, "{}", ran.stderr);
    let site = project.tree("site");
    let mut walked = 0;
    for (page, bytes) in site.iter().filter(|(path, _)| path.rsplit('.').next() == Some("html")) {
        let html = String::from_utf8(bytes.clone()).unwrap();
        for address in addresses(&html) {
            // What the letter says, and what is no page of the archive.
            if address.ends_with("/gone/") || address.ends_with("/about") {
                continue;
            }
            let Some((file, fragment)) = target(&address, page) else { continue };
            walked += 1;
            let there = site.get(&file).unwrap_or_else(|| panic!("{page}: {address} leads to {file}"));
            if !fragment.is_empty() {
                let id = format!("id=\"{fragment}\"");
                assert!(String::from_utf8_lossy(there).contains(&id), "{page}: {address}");
            }
        }
    }
    assert!(walked > 200, "{walked}");
    for map in ["sitemap.xml", "feed.xml", "atom.xml", "tag/rail/feed.xml"] {
        for rest in project.read(&format!("site/{map}")).split("https://upstream.example").skip(1) {
            let path: String = rest.chars().take_while(|c| !"<\"&#".contains(*c)).collect();
            if path == "/gone/" {
                continue;
            }
            let (file, _) = target(&format!("https://upstream.example{path}"), "").unwrap();
            assert!(site.contains_key(&file), "{map}: {path}");
        }
    }
}

#[test]
fn awkward_names_have_pages_of_their_own_and_the_same_name_in_another_case_has_one() {
    let project = awkward();
    project.run(["archive", "build"]).success();
    let mut lists: Vec<_> = project.tree("site").into_keys().filter(|path| path.matches('/').count() == 2).collect();
    lists.retain(|path| path.ends_with("index.html") && !path.starts_with('p'));
    insta::assert_snapshot!(lists.join("\n"));
    let rail = project.read("site/tag/rail/index.html");
    assert!(rail.contains("<h1>Rail</h1>") && rail.contains("2 letters"), "{rail}");
    let two = project.read("site/two/index.html");
    assert!(two.contains("第2篇，共2篇"), "{two}");
}

#[test]
fn nothing_of_a_private_issue_is_in_the_site_and_an_unlisted_one_is_on_its_page_alone() {
    let project = awkward();
    project.run(["archive", "build"]).success();
    for (path, bytes) in project.tree("site") {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        for word in [
            "marker of the members",
            "marker sentence",
            "secret",
            "hidden-plan",
            "hidden-tag",
            "hidden series",
            "hidden author",
            "hidden-alias",
        ] {
            assert!(!text.contains(word) && !path.contains(word), "{path} holds {word}");
        }
        if !path.starts_with("quiet/") && !path.starts_with("quiet-alias/") {
            for word in ["quiet", "unlisted"] {
                assert!(!text.contains(word) && !path.contains(word), "{path} holds {word}");
            }
        }
    }
    for page in ["quiet", "quiet-alias"] {
        assert!(project.read(&format!("site/{page}/index.html")).contains("noindex"));
    }
    // Of a tag that only it has there is no page, and so no link.
    let quiet = project.read("site/quiet/index.html");
    assert!(quiet.contains("quiet-tag") && !quiet.contains("/tag/quiet-tag/"), "{quiet}");
    assert!(!quiet.contains("rel=\"prev\"") && !quiet.contains("rel=\"next\""), "{quiet}");
}

#[test]
fn former_addresses_lead_on_and_replace_no_page() {
    let project = awkward();
    project.run(["archive", "build"]).success().says("archive/two/post.md:9: the alias `/one` is left out");
    let old = project.read("site/old/one.html");
    assert!(old.contains("<meta http-equiv=\"refresh\" content=\"0; url=/one/\">"), "{old}");
    assert!(project.read("site/one/index.html").contains("<h1"), "the issue itself stays");
    insta::assert_snapshot!(project.read("site/_redirects"), @r"
    /old/one.html /one/ 301
    /p/1 /one/ 301
    /p/2 /two/ 301
    /p/2/deeper /two/ 301
    ");
}

#[test]
fn aliases_that_are_taken_are_named_by_check_and_by_build() {
    let taken = "[/index.html, /404.html, /feed.xml, /atom.xml, /feed.json, /robots.txt, /sitemap.xml, /one, /two, /p/1, \
                 /own, /own/, /p]";
    let project = Project::new()
        .post("one", "title: One\nstatus: ready\ndate: 2024-05-03\naliases:\n  - /p/1", TEXT)
        .post("two", &format!("title: Two\nstatus: ready\ndate: 2024-05-10\naliases: {taken}"), TEXT)
        .post("three", "title: Three\nstatus: ready\ndate: 2024-05-17\naliases: [/members]\nvisibility: private", TEXT)
        .post("members", "title: Members\nstatus: ready\ndate: 2024-05-24\naliases: [/three]", TEXT);
    let ran = project.run(["check", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let found = found["diagnostics"].as_array().unwrap().iter().filter(|one| one["name"] == "taken-alias");
    let found: Vec<_> = found.map(|one| one["message"].as_str().unwrap()).collect();
    insta::assert_snapshot!(found.join("\n"), @r"
    `/index.html` is a file of every site
    `/404.html` is a file of every site
    `/feed.xml` is a file of every site
    `/atom.xml` is a file of every site
    `/feed.json` is a file of every site
    `/robots.txt` is a file of every site
    `/sitemap.xml` is a file of every site
    `/one` is the address of `posts/one.md`
    `/two` is the address of this post
    `/p/1` leads to `posts/one.md`, which is earlier
    `/own` stands here twice
    ");
    // A look at one post knows the others by their headers alone.
    let one = project.run(["check", "two", "--format", "json"]);
    assert_eq!(one.stdout.matches("taken-alias").count(), ran.stdout.matches("taken-alias").count());
    project.run(["archive", "add", "one", "two", "three", "members"]).success();
    let built = project.run(["archive", "build"]).success();
    let shown = built.all();
    let named = shown.lines().filter_map(|line| line.split_once("the alias `")?.1.split('`').next());
    assert_eq!(named.collect::<Vec<_>>(), found.iter().map(|one| one.split('`').nth(1).unwrap()).collect::<Vec<_>>());
    // The others at its top have a hash in their names.
    let site = project.tree("site");
    let top = site.keys().filter(|path| !path.contains('/') && !path.starts_with(['.', '_']) && !path.contains('-'));
    assert_eq!(top.collect::<BTreeSet<_>>(), ALWAYS.map(str::to_owned).iter().collect::<BTreeSet<_>>());
}

#[test]
fn words_of_ours_are_kept_apart_on_a_page_of_another_script() {
    let project = Project::new()
        .post("old", "title: West\nstatus: ready\nnumber: 1\ndate: 2021-06-01", TEXT)
        .post("rail", "title: رسالة\nlanguage: ar\nstatus: ready\ndate: 2021-06-05", "مرحبا[^1]\n\n[^1]: ملاحظة.")
        .post("new", "title: North\nstatus: ready\ndate: 2021-06-09", TEXT);
    project.run(["archive", "add", "old", "rail", "new"]).success();
    project.run(["archive", "build"]).success();
    let page = project.read("site/rail/index.html");
    for part in [
        "<html lang=\"ar\" dir=\"rtl\">",
        "<time datetime=\"2021-06-05\" lang=\"en\" dir=\"ltr\">5\u{a0}June\u{a0}2021</time>",
        "<span lang=\"en\" dir=\"ltr\">1\u{a0}min\u{a0}read</span>",
        "<bdi lang=\"en\" dir=\"ltr\">How to cite this letter</bdi>",
        "aria-label=\"Back to the text\" lang=\"en\" dir=\"ltr\">Back</a>",
        "<span><bdi lang=\"en\" dir=\"ltr\">Next</bdi></span> <strong lang=\"en\" dir=\"ltr\">North</strong>",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(page.contains("<a href=\"../\" aria-current=\"true\">"), "{page}");
    let home = project.read("site/index.html");
    assert!(home.contains("<a href=\"./\" aria-current=\"page\">"), "{home}");
    assert!(home.contains("<time datetime=\"2021-06-05\"><bdi lang=\"en\" dir=\"ltr\">5 Jun</bdi></time>"), "{home}");
    assert!(home.contains("<time datetime=\"2021-06-01\"><bdi>1 Jun</bdi></time>"), "{home}");
    let next = project.read("site/new/index.html");
    assert!(next.contains("<strong lang=\"ar\" dir=\"rtl\">رسالة</strong>"), "{next}");
}

#[test]
fn feeds_hold_whole_letters_with_whole_addresses() {
    let project = awkward();
    project.run(["archive", "build"]).success();
    let json: serde_json::Value = serde_json::from_str(&project.read("site/feed.json")).unwrap();
    assert_eq!(json["items"].as_array().unwrap().len(), 2);
    let one = json["items"][1]["content_html"].as_str().unwrap();
    assert!(one.contains("<img src=\"https://upstream.example/one/images/"), "{one}");
    assert!(one.contains("It was &lt;Tuesday&gt;."), "{one}");
    assert_eq!(one.matches("A note with").count(), 1, "{one}");
    insta::assert_snapshot!(project.read("site/atom.xml").split("<entry").take(2).collect::<Vec<_>>().join("<entry"));
}

#[test]
fn nothing_runs_in_feeds_and_pages_have_raw_html_as_it_was_written() {
    let raw = "<iframe src=\"https://film.example/1\" title=\"A film\"></iframe>\n\n<p onclick=\"runs()\">Raw.</p>\n\n\
               <script>runs()</script>\n\n[A link](<javascript:runs()>).";
    let project = Project::new().post("raw", "title: Raw\nstatus: ready\ndate: 2024-05-03", raw);
    project.run(["archive", "add", "raw"]).success();
    project.run(["archive", "build"]).success();
    for feed in ["feed.xml", "atom.xml", "feed.json"] {
        let feed = project.read(&format!("site/{feed}"));
        assert!(feed.contains("https://film.example/1") && feed.contains("Raw."), "{feed}");
        for never in ["iframe", "runs", "onclick"] {
            assert!(!feed.contains(never), "{never}: {feed}");
        }
    }
    let page = project.read("site/raw/index.html");
    assert!(page.contains("<iframe src=") && page.contains("onclick=\"runs()\"") && page.contains("<script>runs()"));
}

#[test]
#[cfg_attr(any(feature = "cards", feature = "search"), ignore = "these add to the pages")]
fn the_pages_of_an_awkward_site() {
    let project = awkward();
    project.run(["archive", "build"]).success();
    let today = chrono::Utc::now().with_timezone(&chrono_tz::Europe::Dublin).date_naive();
    for page in ["index.html", "one/index.html", "two/index.html", "tag/rail/index.html", "404.html"] {
        let html = project.read(&format!("site/{page}"));
        // The correction has the day of this run.
        let words = format!("{} ", today.format("%-d %B %Y"));
        let html = html.replace(&today.to_string(), "[today]").replace(words.trim(), "[today]");
        insta::with_settings!({ filters => [(r"style-[0-9a-f]{10}", "style-[HASH]")] }, {
            insta::assert_snapshot!(page.replace('/', "-"), html);
        });
    }
}

#[test]
fn issues_go_by_day_then_number_then_name_and_one_without_a_day_has_that_of_its_seal() {
    let project = Project::new()
        .post("later", "title: Undated\nstatus: ready", TEXT)
        .post("b", "title: B\nstatus: ready\nnumber: 10\ndate: 2024-05-03", TEXT)
        .post("c", "title: C\nstatus: ready\nnumber: 9\ndate: 2024-05-03", TEXT)
        .post("a", "title: A\nstatus: ready\ndate: 2024-05-02", TEXT)
        .post("aa", "title: AA\nstatus: ready\ndate: 2024-05-02", TEXT);
    for slug in ["later", "b", "aa", "c", "a"] {
        project.run(["archive", "add", slug]).success();
    }
    project.run(["archive", "build"]).success();
    let map = project.read("site/sitemap.xml");
    let pages: Vec<_> =
        map.split("https://upstream.example/").skip(2).map(|rest| rest.split("/<").next().unwrap()).collect();
    assert_eq!(pages[..5], ["later", "b", "c", "aa", "a"]);
    assert!(project.read("site/c/index.html").contains("<a class=\"prev\" rel=\"prev\" href=\"../aa/\">"));
}

#[test]
fn letters_of_one_day_go_by_their_time_and_else_in_the_order_in_which_they_were_sealed() {
    let project = Project::new().post("zz", "title: Early\nstatus: ready\ndate: 2024-05-03 08:00", TEXT).post(
        "aa",
        "title: Late\nstatus: ready\ndate: 2024-05-03 20:00",
        TEXT,
    );
    project.run(["archive", "add", "zz", "aa"]).success();
    project.run(["archive", "build"]).success();
    assert!(project.read("site/aa/index.html").contains("<a class=\"prev\" rel=\"prev\" href=\"../zz/\">"));
}

#[test]
fn site_search_leaves_its_place_to_a_letter_of_its_name() {
    let project = Project::new().post("search", "title: Finding things\nstatus: ready\ndate: 2024-05-03", TEXT);
    project.run(["archive", "add", "search"]).success();
    project.run(["archive", "build"]).success();
    assert!(project.read("site/search/index.html").contains("Finding things"));
    let has_search = cfg!(feature = "search");
    assert_eq!(project.path("site/search/all/index.html").exists(), has_search);
    assert_eq!(project.read("site/index.html").contains("href=\"search/all/\""), has_search);
}

#[test]
fn a_site_can_have_one_issue_or_none() {
    let project = Project::new();
    project.run(["archive", "build"]).success().says("0 issues").says("next: newsletter archive add POST");
    assert!(project.read("site/index.html").contains("The first letter is still to come."));
    let project = Project::new().post("west", "title: West\nstatus: ready", TEXT);
    project.run(["archive", "add", "west"]).success();
    project.run(["archive", "build"]).success().says("1 issue");
    let home = project.read("site/index.html");
    assert!(home.contains("<h1><a href=\"west/\">West</a></h1>") && !home.contains("class=\"rows\""), "{home}");
}

#[test]
fn pages_of_ones_own_templates_are_the_same_while_nothing_is_changed_and_a_fault_is_a_finding() {
    let project = archived();
    project.run(["archive", "build"]).success();
    let parts = ["bar", "foot", "rows", "subscribe"].map(|part| format!("web/parts/{part}"));
    let pages = ["web/page", "web/home", "web/list", "web/missing", "web/page.css", "web/site.css"].map(str::to_owned);
    let eject = ["templates".to_owned(), "eject".to_owned()].into_iter().chain(parts).chain(pages);
    project.run(eject.collect::<Vec<_>>().iter().map(String::as_str)).success();
    project.run(["archive", "build", "--out", "own"]).success();
    let (site, mut own) = (project.tree("site"), project.tree("own"));
    // What they are made of is not the same.
    own.insert(".newsletter-site".to_owned(), site[".newsletter-site"].clone());
    assert!(own == site);
    let page = project.read("templates/web/page.hbs");
    project.write("templates/web/page.hbs", page.replace("page.citation", "page.citaton"));
    project.run(["archive", "build"]).exits(1).says("templates/web/page.hbs").says("did you mean `page.citation`?");
    assert!(project.tree("site") == site, "the last good site stays");
}

#[test]
fn a_site_needs_an_address() {
    let project = Project::empty().file("newsletter.yaml", "name: West\n");
    project.run(["archive", "build"]).exits(2).says("names no `base_url`").says("add `base_url: https://…`");
    assert!(!project.path("site").exists());
}

#[test]
fn what_an_author_has_ready_goes_along_and_what_was_put_into_the_site_is_not_lost() {
    let project = archived();
    project.write("static/CNAME", "letters.example");
    project.write("static/.well-known/security.txt", "Contact: mailto:a@b.example");
    project.write("static/.nojekyll", "");
    project.write("static/.secret.swp", "x");
    project.write("static/index.html", "mine");
    project.run(["archive", "build"]).success();
    assert_eq!(project.read("site/CNAME"), "letters.example");
    assert!(project.path("site/.well-known/security.txt").exists() && project.path("site/.nojekyll").exists());
    assert!(!project.path("site/.secret.swp").exists() && project.read("site/index.html") != "mine");
    project.write("site/mine/note.txt", "mine");
    let ran = project.run(["archive", "build"]).exits(2);
    ran.says("mine/note.txt").says("`static/`");
    assert_eq!(project.read("site/mine/note.txt"), "mine");
    std::fs::create_dir_all(project.path("static/mine")).unwrap();
    std::fs::rename(project.path("site/mine/note.txt"), project.path("static/mine/note.txt")).unwrap();
    project.run(["archive", "build"]).success();
    assert_eq!(project.read("site/mine/note.txt"), "mine");
}

#[test]
fn no_folder_of_others_is_replaced() {
    let project = archived();
    project.write("full/letter.txt", "x");
    for (out, says) in
        [("full", "no build has made"), ("posts", "own files"), ("archive", "own files"), (".", "itself")]
    {
        project.run(["archive", "build", "--out", out]).exits(2).says(says);
    }
    project.run(["build"]).success();
    project.run(["archive", "build", "--out", "out"]).exits(2).says("no build has made");
}

#[cfg(unix)]
#[test]
fn publish_builds_the_site_and_runs_the_program_in_the_publication() {
    let project = archived();
    project.run(["publish"]).success().says("2 issues in `site`").says("names no program");
    std::fs::remove_dir_all(project.path("site")).unwrap();
    let config = project.read("newsletter.yaml");
    project.write("newsletter.yaml", format!("{config}publish: {{command: [cp, -r, site, \"the web\"]}}\n"));
    let ran = project.run(["publish", "--dry-run"]).success().says("this would run: cp -r site 'the web'");
    ran.says("next: newsletter publish");
    assert!(project.path("site/west/index.html").exists() && !project.path("the web").exists());
    project.run(["publish"]).success().says("published 2 issues");
    assert_eq!(project.tree("the web"), project.tree("site"));
}

#[cfg(unix)]
#[test]
fn publish_says_how_the_program_failed_and_not_what_it_was_given() {
    let project = archived();
    let config = project.read("newsletter.yaml");
    project.write("newsletter.yaml", format!("{config}publish: {{command: [\"false\", token-of-somebody]}}\n"));
    let ran = project.run(["publish"]).exits(2).says("`false`, which `publish.command` names, failed (exit status: 1)");
    ran.never_says("token-of-somebody").says("next: newsletter publish --dry-run");
    project.write(
        "newsletter.yaml",
        config.replace("base_url: https://upstream.example\n", "publish: {command: [touch, ran]}\n"),
    );
    project.run(["publish"]).exits(2).says("names no `base_url`");
    assert!(!project.path("ran").exists());
}

/// What may happen between two builds.
#[derive(Clone, Debug)]
enum Change {
    Add(usize),
    Correct(usize),
    Remove(usize),
    Configure(usize),
    Retouch(usize),
}

fn change() -> impl Strategy<Value = Change> {
    (0..5_usize, 0..40_usize).prop_map(|(kind, at)| match kind {
        0 => Change::Add(at % 8),
        1 => Change::Correct(at),
        2 => Change::Remove(at),
        3 => Change::Configure(at % 3),
        _ => Change::Retouch(at),
    })
}

fn make(change: &Change, project: &Project) {
    let archived = || -> Vec<String> {
        let folder = std::fs::read_dir(project.path("archive")).into_iter().flatten();
        let mut slugs: Vec<_> = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        slugs.sort();
        slugs
    };
    let pick = |all: Vec<String>, at: usize| (!all.is_empty()).then(|| all[at % all.len()].clone());
    match change {
        Change::Add(at) => {
            let (slug, tags) = (format!("post-{at}"), ["[rail]", "[Rail, C++]", "[C]", "[]"][at % 4]);
            let visibility = ["public", "public", "unlisted", "private"][at / 2];
            let post = format!(
                "---\ntitle: Post {at}\nnumber: {}\nstatus: ready\ndate: 202{}-05-0{}\ntags: {tags}\nseries: West\n\
                 visibility: {visibility}\naliases: [/old/{at}]\n---\n\nText {at}, with [a link](post-{}.md).\n",
                at + 1,
                at % 3,
                at + 1,
                (at + 1) % 8
            );
            project.write(&format!("posts/{slug}.md"), post);
            drop(project.run(["archive", "add", &slug]));
        }
        Change::Correct(at) => {
            if let Some(slug) = pick(archived(), *at) {
                drop(project.run(["archive", "correct", &slug, &format!("Correction {at}.")]));
            }
        }
        Change::Remove(at) => {
            if let Some(slug) = pick(archived(), *at) {
                std::fs::remove_dir_all(project.path(&format!("archive/{slug}"))).unwrap();
            }
        }
        Change::Configure(at) => {
            let config = project.read("newsletter.yaml");
            let lines: String =
                config.lines().filter(|line| !line.starts_with("tagline")).map(|line| line.to_owned() + "\n").collect();
            project.write("newsletter.yaml", format!("{lines}tagline: Line {at}\n"));
        }
        Change::Retouch(at) => {
            let built = project.path("site").exists();
            if let Some(path) = built.then(|| pick(project.tree("site").into_keys().collect(), *at)).flatten() {
                // A kept file is linked, so it is replaced here, not written to.
                std::fs::remove_file(project.path(&format!("site/{path}"))).unwrap();
                if at % 2 == 0 {
                    project.write(&format!("site/{path}"), "x");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rebuild_is_what_a_cold_build_makes_whatever_has_changed(
        steps in proptest::collection::vec(proptest::collection::vec(change(), 1..4), 1..5)
    ) {
        let project = Project::new();
        for (number, step) in steps.iter().enumerate() {
            for change in step {
                make(change, &project);
            }
            // Without its marker the folder is nobody's.
            if project.path("site").exists() && !project.path("site/.newsletter-site").exists() {
                project.run(["archive", "build"]).exits(2).says("no build has made");
                std::fs::remove_dir_all(project.path("site")).unwrap();
            }
            project.run(["archive", "build"]).success();
            let cold = format!("cold-{number}");
            project.run(["archive", "build", "--out", &cold]).success();
            let (site, cold) = (project.tree("site"), project.tree(&cold));
            prop_assert_eq!(site.keys().collect::<Vec<_>>(), cold.keys().collect::<Vec<_>>());
            for (path, bytes) in &site {
                prop_assert!(cold[path] == *bytes, "{} differs", path);
            }
        }
    }
}
