//! The rules over links, language and personalisation at their edges: what they find, where, and
//! what they let be.

use newsletter::build::{build_issue, open};
use newsletter::diagnostic::{Diagnostic, Edit};
use newsletter::files::{Memory, RelPath};
use newsletter::publication::Selection;

const CONFIG: &str = "name: Upstream\nbase_url: https://upstream.example\n";
const PATH: &str = "posts/2024-04-26-a.md";

/// The findings of a post under `config` added to [`CONFIG`].
fn find(config: &str, header: &str, body: &str) -> Vec<Diagnostic> {
    let post = format!("---\ntitle: The river\ndate: 2024-04-26\n{header}---\n\n{body}");
    find_in(config, &post)
}

fn find_in(config: &str, post: &str) -> Vec<Diagnostic> {
    let mut files = Memory::default();
    let mut write = |path: &str, text: &str| files.insert(RelPath::new(path).unwrap(), text.as_bytes());
    write("newsletter.yaml", &format!("{CONFIG}{config}"));
    write(PATH, post);
    write("posts/other.md", "---\ntitle: Other\ndate: 2024-04-19\nstatus: draft\n---\n\n## Dry\n\nIt was dry.\n");
    write("files/a b.pdf", "x");
    let publication = open(&files, &Selection::All).unwrap();
    let post = publication.posts.iter().find(|post| post.path.as_str() == PATH).unwrap();
    build_issue(&publication, post, &files).diagnostics
}

/// Codes and the words that they underline.
fn shown(found: &[Diagnostic]) -> Vec<(&str, &str)> {
    found.iter().map(|found| (found.code.id, found.source.slice(found.span))).collect()
}

/// The post with the first fix of each finding applied.
fn mended(post: &str, found: &[Diagnostic]) -> String {
    let mut edits: Vec<&Edit> = found.iter().flat_map(|found| &found.fix).flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut text = post.to_owned();
    for edit in edits {
        text.replace_range(edit.span.range(), &edit.text);
    }
    text
}

#[test]
fn links_are_judged_by_where_they_lead() {
    for (body, found) in [
        ("[a b](#the-end)\n\n## The end\n\nIt rained.\n", vec![]),
        ("[a b](#%E7%BB%93%E5%B0%BE)\n\n## 结尾\n\n下雨了。\n", vec![]),
        ("[a b](#x) <a id=\"x\"></a>", vec![]),
        ("[a b](#top)", vec![]),
        ("[a b](#the-edn)\n\n## The end\n\nIt rained.\n", vec![("NL140", "#the-edn")]),
        ("[a b](other.md) [c d](other.md#dry)", vec![]),
        ("[a b](other.md) [c d](other.md#x)", vec![("NL140", "other.md#x")]),
        ("[a b](https://upstream.example/other/#x)", vec![("NL140", "https://upstream.example/other/#x")]),
        ("[a b](https://upstream.example/other/#note:1)", vec![]),
        ("[a b](#) [c d]()", vec![("NL153", "[a b](#)"), ("NL153", "[c d]()")]),
        ("[a b](../files/a%20b.pdf)", vec![("NL141", "../files/a%20b.pdf")]),
        ("[a b](//x.example/y)", vec![("NL141", "//x.example/y")]),
        ("[a b](http://x.example/ \"t\")", vec![("NL142", "http://x.example/")]),
        ("See <a href=\"http://x.example/\">it</a>.", vec![("NL142", "http://x.example/")]),
        ("<p>See <a\nhref='#gone'>it</a></p>\n", vec![("NL140", "#gone")]),
        ("[重庆 b][r] 好\n\n[r]: http://x.example/\n", vec![("NL142", "[重庆 b][r]")]),
        ("<http://x.example/>", vec![("NL142", "http://x.example/")]),
        ("`http://localhost/` and [a b](https://localhost.example)", vec![]),
        ("[a b](http://localhost:80/x)", vec![("NL148", "http://localhost:80/x")]),
        ("[a b](file:///home/a)", vec![("NL148", "file:///home/a")]),
        (":::button https://bit.ly/x\nGo on\n:::", vec![("NL143", "https://bit.ly/x")]),
        ("[a b](https://www.bit.ly/x) [c d](https://orbit.ly/x)", vec![("NL143", "https://www.bit.ly/x")]),
        ("[a b](https://x.example/?q=1&si=2)", vec![]),
        ("[a b](https://youtu.be/x?si=2)", vec![("NL144", "si=2")]),
        ("[a b](https://x.example/?utm_source=upstream)", vec![]),
        ("[a b](https://x.example/?utm_source=upstream.example)", vec![]),
        ("[**Here**!](https://x.example)", vec![("NL145", "**Here**!")]),
        ("[这里](https://x.example)", vec![("NL145", "这里")]),
        ("[here is the table](https://x.example)", vec![]),
        ("<https://x.example>", vec![]),
    ] {
        assert_eq!(shown(&find("", "", body)), found, "{body}");
    }
}

#[test]
fn a_draft_may_link_to_a_draft() {
    let body = "[a b](other.md) [c d](https://upstream.example/other/#dry)";
    assert_eq!(shown(&find("", "", body)), []);
    let links = vec![("NL149", "other.md"), ("NL149", "https://upstream.example/other/#dry")];
    assert_eq!(shown(&find("", "status: ready\n", body)), links);
}

#[test]
fn parameters_are_taken_out_and_the_rest_of_an_address_stays() {
    for (written, left) in [
        ("https://x.example/?utm_source=a&q=1#y", "https://x.example/?q=1#y"),
        ("https://x.example/?q=1&fbclid=a&r=2&gclid=b", "https://x.example/?q=1&r=2"),
        ("https://x.example/?utm_source=a", "https://x.example/"),
    ] {
        let post = format!("---\ntitle: T\ndate: 2024-04-26\n---\n\nSee [a b]({written} \"t\").\n");
        let found = find_in("", &post);
        assert_eq!(found.len(), 1, "{written}");
        assert!(!found[0].fix.as_ref().unwrap().is_safe());
        assert_eq!(mended(&post, &found), post.replace(written, left));
        assert_eq!(shown(&find_in("", &post.replace(written, left))), []);
    }
}

#[test]
fn words_are_found_where_they_stand_in_any_text() {
    for (language, body, found) in [
        ("en", "It’s “the the” river", vec![("NL241", "the")]),
        ("en", "a *the* the &amp; b", vec![("NL241", "the")]),
        ("en", "the, the `the the` had had. The Duran Duran", vec![]),
        ("de", "die die", vec![]),
        ("en", "# The TODO\n\n`TODO: x` and <https://x.example/TODO>", vec![]),
        (
            "en",
            "As said: [[Insert a pun here]](https://x.example/p), [Insert a name] and [link].",
            vec![("NL240", "[Insert a name]"), ("NL240", "[link]")],
        ),
        ("en", "| a | b |\n|---|---|\n| TODO | 1 |", vec![("NL240", "TODO")]),
        ("en", "😀 It's \"TK\" \u{627}\u{644} &nbsp; [x](https://x.example)", vec![("NL240", "TK")]),
        ("zh", "他说:好,8:30 在 GitHub, 见`a,b`吗?", vec![("NL243", ":"), ("NL243", "?")]),
        ("zh", "**汇合**,铁路", vec![("NL243", ",")]),
        ("ja", "今日,明日", vec![]),
        ("en", "Ma 马, 吗, 妈 and 上海市, 重庆市", vec![("NL243", ",")]),
        ("zh", "他说“好”和\"坏\"。", vec![("NL244", "\"")]),
        ("zh", "19\"的屏幕“好”", vec![]),
        ("en", "“a” and \"b\"", vec![]),
    ] {
        assert_eq!(shown(&find("", &format!("language: {language}\n"), body)), found, "{body}");
    }
}

#[test]
fn places_are_right_behind_a_byte_order_mark_and_with_crlf() {
    let post = "\u{feff}---\r\ntitle: The the river\r\nlanguage: zh\r\ndate: 2024-04-26\r\n---\r\n\r\n他说,好吗?\r\n\r\n> 河, \"海\"“洋”\r\n";
    let found = find_in("", post);
    let places: Vec<_> = found
        .iter()
        .map(|found| (found.code.id, found.source.position(found.span.start), found.source.slice(found.span)))
        .map(|(id, at, words)| (id, at.line, at.column, words))
        .collect();
    assert_eq!(places, [("NL243", 7, 3, ","), ("NL243", 7, 6, "?"), ("NL244", 9, 6, "\"")]);
    let mended = mended(post, &found);
    assert_eq!(mended, post.replace("说,好吗?", "说，好吗？"));
    let english = find_in("", &post.replace("zh", "en"));
    assert_eq!(shown(&english)[0], ("NL241", "the"));
}

#[test]
fn a_doubled_word_over_two_lines_is_taken_out() {
    let post = "---\ntitle: T\ndate: 2024-04-26\n---\n\nIt's in the\nthe river, and in\n*in* it.\n";
    let found = find_in("", post);
    assert_eq!(shown(&found), [("NL241", "the"), ("NL241", "in")]);
    assert_eq!(mended(post, &found), post.replace("the\nthe", "the"));
}

#[test]
fn the_words_of_the_house_are_found_in_all_that_readers_see() {
    let config = "checks:\n  terms:\n    - {prefer: e-mail, instead_of: [email, mail message]}\n    - {prefer: 重庆市, instead_of: [重庆]}\n";
    let post = "---\ntitle: \"Email's day\"\ndate: 2024-04-26\n---\n\nAn [EMAIL](https://email.example) in 重庆 or 重庆市, `email`, emails, e-mail.\n";
    let found = find_in(config, post);
    assert_eq!(shown(&found), [("NL242", "Email"), ("NL242", "EMAIL"), ("NL242", "重庆")]);
    let right = post.replace("\"Email", "\"E-mail").replace("[EMAIL]", "[E-MAIL]").replace("重庆 or", "重庆市 or");
    assert_eq!(mended(post, &found), right);
    assert_eq!(shown(&find_in(config, &right)), []);
}

#[test]
fn what_nothing_fills_in_is_found_and_what_is_shown_on_purpose_is_not() {
    for (body, found) in [
        ("Dear {{ user.name }},", vec![("NL222", "{{ user.name }}")]),
        ("Dear {{subsciber.name}},", vec![("NL222", "{{subsciber.name}}")]),
        ("Dear *|FNAME|*, <b>{% x %}</b>", vec![("NL222", "|FNAME|"), ("NL222", "{% x %}")]),
        ("<div>\n{% include a %}\n</div>", vec![("NL222", "{% include a %}")]),
        ("`{{ user.name }}` and \\{{ user.name }}", vec![]),
        ("{{default subscriber.name \"x\"}} {{subscriber.email}}", vec![]),
        ("[a b](https://x.example/?c={{subscriber.city}})", vec![]),
        ("你好 {{subscriber.city}}！", vec![("NL221", "{{subscriber.city}}")]),
        ("{{default subscriber.frist_name \"x\"}}", vec![("NL220", "frist_name")]),
        ("[a b](https://x.example/{{subscriber.emial}})", vec![("NL220", "emial")]),
        (
            "{{default subscriber.firstname \"x\"}} {{default subscriber.first_name \"x\"}}",
            vec![("NL220", "first_name")],
        ),
    ] {
        assert_eq!(shown(&find("", "", body)), found, "{body}");
    }
}

#[test]
fn the_law_is_told_of_once_a_post_is_ready() {
    let shared = |files: &[(&str, &str)]| -> Vec<(&'static str, String)> {
        let files = Memory::new(files.iter().map(|(path, text)| (*path, text.as_bytes())));
        let publication = open(&files, &Selection::All).unwrap();
        publication.diagnostics.iter().map(|found| (found.code.id, found.source.path().to_owned())).collect()
    };
    let post = "---\ntitle: T\nstatus: ready\n---\n\nText.\n";
    let template = "<html><body>{{issue.title}}{{> foot}}</body></html>";
    let foot = "{{#with newsletter}}{{postal_address}}{{/with}}<a href=\"{{@root.unsubscribe.url}}\">x</a>";
    let config = ("newsletter.yaml", "name: Test\n");
    let here = |id: &'static str, path: &str| (id, path.to_owned());
    assert_eq!(shared(&[config, ("posts/a.md", &post.replace("ready", "draft"))]), []);
    let both = [here("NL262", "newsletter.yaml"), here("NL263", "newsletter.yaml")];
    assert_eq!(shared(&[config, ("posts/a.md", post)]), both);
    let with = |foot| shared(&[config, ("templates/mine.hbs", template), ("templates/partials/foot.hbs", foot)]);
    assert_eq!(with(foot), []);
    assert_eq!(with("x"), [here("NL264", "templates/mine.hbs"), here("NL265", "templates/mine.hbs")]);
    // A footer of one's own stands in the built-in templates, too.
    let footer = shared(&[config, ("templates/partials/footer.hbs", "{{newsletter.postal_address}}")]);
    assert_eq!(footer, [here("NL265", "templates/partials/footer.hbs")]);
}
