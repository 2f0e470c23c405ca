//! The page of cards, and the one file that holds a whole build.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;
use newsletter::build::index::{Card, Index, Views, render};
use newsletter::diagnostic::{Diagnostic, Severity, Source, Span, code};
use newsletter::language::Language;
use newsletter::post::front_matter::Status;
use newsletter::render::Templates;

const LIMIT: usize = 102 * 1024;

/// What a card borrows.
struct Post {
    title: &'static str,
    path: &'static str,
    language: Language,
    status: Option<Status>,
    day: Option<NaiveDate>,
    words: usize,
    html_kb: usize,
    diagnostics: Vec<Diagnostic>,
    template: &'static str,
    slug: Option<&'static str>,
}

fn post(title: &'static str, path: &'static str, slug: &'static str) -> Post {
    Post {
        title,
        path,
        language: Language::new("en").unwrap(),
        status: Some(Status::Ready),
        day: NaiveDate::from_ymd_opt(2024, 4, 26),
        words: 512,
        html_kb: 41,
        diagnostics: Vec::new(),
        template: "classic",
        slug: Some(slug),
    }
}

impl Post {
    fn found(mut self, severity: Severity, code: &'static code::Code, message: &str) -> Self {
        let text = "---\ntitle: A\n---\n\nLook at ![](map.png), the map of the west that nobody has drawn yet.\n";
        let source: Arc<Source> = Source::new(self.path, text);
        let at = text.find("![").unwrap();
        let found = Diagnostic::new(code, &source, Span::new(at, at + 12), message).severity(severity);
        self.diagnostics.push(found.help("say in a sentence what the image shows: `![A map](map.png)`"));
        self
    }

    fn warning(self) -> Self {
        self.found(Severity::Warning, code::IMAGE_WITHOUT_ALT, "image `map.png` has no alternative text")
    }

    fn error(self) -> Self {
        self.found(Severity::Error, code::MISSING_IMAGE, "`map.png` is not there")
    }

    fn draft(mut self) -> Self {
        self.status = Some(Status::Draft);
        self
    }
}

fn card_of<'a>(post: &'a Post, views: Views<'a>) -> Card<'a> {
    Card {
        title: post.title,
        path: post.path,
        template: post.template,
        language: &post.language,
        status: post.status,
        day: post.day,
        words: post.words,
        html_bytes: post.html_kb * 1024,
        diagnostics: &post.diagnostics,
        views,
    }
}

fn page_of(posts: &[Post], shared: &[Diagnostic], inside: bool) -> String {
    let views = |slug| {
        if !inside {
            return Views::Folder(slug);
        }
        Views::Inside {
            slug,
            page: "<!DOCTYPE html><html lang=\"en\"><head><title>P</title></head><body><h1>A &amp; B</h1></body></html>",
            email: "<!DOCTYPE html><html lang=\"en\"><head><title>M</title></head><body><h1>A &amp; B</h1></body></html>",
            text: "A & B\n=====\n\n<not markup>\n",
        }
    };
    let cards = posts.iter().map(|post| card_of(post, post.slug.map_or(Views::None, views)));
    let index = Index { name: "Upstream", cards: cards.collect(), diagnostics: shared, max_html_bytes: LIMIT };
    render(&index, &Templates::default()).unwrap()
}

fn page(posts: &[Post]) -> String {
    page_of(posts, &[], false)
}

/// What stands between the first `start` and the next `end`.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let from = text.find(start).unwrap() + start.len();
    &text[from..from + text[from..].find(end).unwrap()]
}

fn headline(posts: &[Post]) -> String {
    let page = page(posts);
    let sentence = between(&page, "<p class=\"verdict\">", "</p>");
    format!("{}. {sentence}", between(&page, "<h1>", "</h1>"))
}

fn titles(page: &str) -> Vec<&str> {
    page.split("<h2 lang=").skip(1).map(|part| between(part, ">", "<")).collect()
}

/// The page without its style sheet.
fn markup(page: &str) -> String {
    let (before, after) = page.split_once("<style>").unwrap();
    format!("{before}{}", after.split_once("</style>").unwrap().1)
}

fn six() -> Vec<Post> {
    let mut price = post("The price of a kilowatt-hour", "letters/039-kilowatt-hour.md", "kilowatt-hour");
    (price.words, price.html_kb) = (1120, 104);
    let mut chinese = post("七成国土的下一步", "letters/041-seven-tenths.zh.md", "七成国土");
    (chinese.words, chinese.html_kb) = (268, 36);
    chinese.language = Language::new("zh-Hans").unwrap();
    let mut weekend = post("Seven for the weekend", "digests/012-weekend.md", "weekend");
    (weekend.words, weekend.html_kb, weekend.template) = (240, 52, "digest");
    let mut road = post("A road that begins inland", "letters/040-road-inland.md", "road-inland");
    (road.words, road.html_kb, road.day) = (1640, 48, NaiveDate::from_ymd_opt(2024, 4, 19));
    let mut note = post("A short note about Friday", "notes/2024-04-24.md", "friday");
    (note.words, note.html_kb, note.template) = (96, 9, "minimal");
    note.day = NaiveDate::from_ymd_opt(2024, 4, 12);
    vec![
        road,
        weekend,
        post("Seven-tenths of the map", "letters/041-seven-tenths.md", "seven-tenths").warning().found(
            Severity::Warning,
            code::SECTION_ORDER,
            "section `Takeaways` stands after `Sign-off`",
        ),
        note,
        price.error().found(Severity::Error, code::SIZE_LIMIT, "the HTML part is 104 kB").warning(),
        chinese.warning(),
    ]
}

#[test]
fn six_posts_worst_first() {
    let page = page(&six());
    insta::assert_snapshot!(markup(&page));
    assert_eq!(
        titles(&page),
        [
            "The price of a kilowatt-hour",
            "Seven-tenths of the map",
            "七成国土的下一步",
            "Seven for the weekend",
            "A road that begins inland",
            "A short note about Friday",
        ]
    );
}

#[test]
fn the_same_posts_in_another_order_give_the_same_bytes() {
    let mut backwards = six();
    backwards.reverse();
    assert_eq!(page(&six()), page(&backwards));
}

#[test]
fn the_headline_and_the_sentence_agree_with_the_posts() {
    let one = || post("A", "posts/a.md", "a");
    let two = || post("B", "posts/b.md", "b");
    let three = || post("C", "posts/c.md", "c");
    assert_eq!(headline(&[one()]), "One post, ready. It can go.");
    assert_eq!(headline(&[one().draft()]), "One post, still a draft. Nothing is wrong so far.");
    assert_eq!(headline(&[one().warning()]), "One post, ready. It has warnings worth a look.");
    assert_eq!(headline(&[one().error()]), "One post, not ready. Start with “<bdi lang=\"en\">A</bdi>”.");
    assert_eq!(headline(&[one(), two()]), "Two posts, all ready. Every one of them can go.");
    assert_eq!(
        headline(&[one().error(), two().error()]),
        "Two posts, none ready. Start with “<bdi lang=\"en\">A</bdi>”."
    );
    assert_eq!(
        headline(&[one().error(), two()]),
        "Two posts, one not ready. Start with “<bdi lang=\"en\">A</bdi>”. The other can go."
    );
    assert_eq!(
        headline(&[one().error(), two().error(), three()]),
        "Three posts, two not ready. Start with “<bdi lang=\"en\">A</bdi>”. One can go."
    );
    assert_eq!(headline(&[one().draft(), two().draft()]), "Two posts, all drafts. Nothing is wrong so far.");
    assert_eq!(headline(&[one().draft(), two()]), "Two posts, one still a draft. The other can go.");
    assert_eq!(
        headline(&[one().warning(), two(), three().draft()]),
        "Three posts, one still a draft. One has warnings worth a look; the rest can go, once the drafts are ready."
    );
    assert_eq!(
        headline(&six()),
        "Six posts, one not ready. Start with “<bdi lang=\"en\">The price of a kilowatt-hour</bdi>”. \
         Two others have warnings worth a look; the rest can go."
    );
    let many: Vec<_> = (0..1300).map(|_| one()).collect();
    assert_eq!(headline(&many), "1,300 posts, all ready. Every one of them can go.");
}

#[test]
fn an_empty_publication_names_the_next_command() {
    let page = page(&[]);
    assert!(page.contains("<h1>No posts yet</h1>"));
    assert!(page.contains("newsletter new \"My first letter\""));
    assert!(!page.contains("<ul class=\"cards\">"));
}

#[test]
fn a_post_whose_header_cannot_be_read_has_a_card_with_its_error_and_no_view() {
    let mut broken =
        post("", "posts/2024-01-01-broken.md", "x").found(Severity::Error, code::INVALID_YAML, "the YAML breaks off");
    (broken.status, broken.slug, broken.template) = (None, None, "");
    let page = page(&[broken]);
    let card = between(&page, "<ul class=\"cards\">", "</ul></li>");
    assert_eq!(titles(&page), ["2024-01-01-broken.md"]);
    assert_eq!(card.matches("Not\u{a0}built").count(), 4);
    assert_eq!(card.matches("<a href=").count(), 1, "{card}");
    assert!(card.contains("<a href=\"#findings-1\">"));
}

#[test]
fn a_fault_that_all_posts_share_says_that_none_was_built() {
    let source = Source::new("newsletter.yaml", "name: x\nsocial: 1\n");
    let shared = [Diagnostic::new(code::WRONG_TYPE, &source, 8..14, "`social` is a number, not a list")];
    let mut stopped = post("A", "posts/a.md", "a");
    stopped.slug = None;
    let page = page_of(&[stopped, post("B", "posts/b.md", "b")], &shared, false);
    assert!(page.contains("<h1>Two posts, none built</h1>"));
    assert!(page.contains("Start with <code>newsletter.yaml</code>, which all posts share.</p>"));
    assert!(page.contains("<p class=\"status draft\">Not built</p>"));
}

#[test]
fn what_an_earlier_build_made_is_linked_and_said_to_be_old() {
    let broken = post("A", "posts/a.md", "a").error();
    let card = Card {
        title: broken.title,
        path: broken.path,
        template: broken.template,
        language: &broken.language,
        status: broken.status,
        day: broken.day,
        words: 9,
        html_bytes: 0,
        diagnostics: &broken.diagnostics,
        views: Views::Earlier("a"),
    };
    let index = Index { name: "Upstream", cards: vec![card], diagnostics: &[], max_html_bytes: LIMIT };
    let page = render(&index, &Templates::default()).unwrap();
    assert!(page.contains("<a href=\"a/index.html\">Web page</a> <span>Earlier\u{a0}build</span>"));
    assert_eq!(page.matches("Earlier\u{a0}build").count(), 4);
}

#[test]
fn only_the_figure_at_fault_is_coloured() {
    let page = page(&six());
    assert_eq!(page.matches("<span class=\"error\">").count(), 1);
    assert!(page.contains("<span class=\"error\">104\u{a0}kB, over\u{a0}102\u{a0}kB</span>"));
    assert_eq!(page.matches("<span class=\"warning\">").count(), 0);
}

#[test]
fn hostile_titles_paths_and_findings_stay_text() {
    let evil = "\"><script>alert(1)</script>'&\u{0}\u{9b}";
    let mut hostile = post(evil, "posts/\"><img src=x onerror=alert(1)>.md", "a").found(
        Severity::Error,
        code::MISSING_IMAGE,
        "`<script>` is ` \"not\" there</p><script>",
    );
    hostile.template = "<b>mine";
    let source = Source::new("newsletter.yaml", "name: </pre><script>\n");
    let shared = [Diagnostic::new(code::UNKNOWN_KEY, &source, 0..20, evil).help("</p><script>alert(2)</script>")];
    for inside in [false, true] {
        let page = page_of(std::slice::from_ref(&hostile), &shared, inside);
        for markup in ["<script", "<img", "<b>mine", "onerror=alert(1)>.md", "\u{0}", "\u{9b}"] {
            assert!(!page.contains(markup), "{markup:?}");
        }
    }
}

#[test]
fn every_fragment_leads_to_a_place_and_no_id_stands_twice() {
    let mut posts = six();
    posts.push(post("Not built", "posts/z.md", "z").error());
    posts[6].slug = None;
    let source = Source::new("newsletter.yaml", "name: x\ncolour: red\n");
    let shared = [Diagnostic::new(code::UNKNOWN_KEY, &source, 8..14, "unknown key `colour`")];
    for inside in [false, true] {
        let page = page_of(&posts, &shared, inside);
        let all: Vec<_> = page.split(" id=\"").skip(1).map(|part| part.split('"').next().unwrap()).collect();
        let ids: BTreeSet<_> = all.iter().copied().collect();
        assert_eq!(all.len(), ids.len());
        let links: Vec<_> = page.split("href=\"#").skip(1).map(|part| part.split('"').next().unwrap()).collect();
        assert!(links.len() > 8);
        for link in links {
            assert!(ids.contains(link), "#{link}");
        }
    }
}

#[test]
fn a_page_loads_nothing() {
    for inside in [false, true] {
        let page = page_of(&six(), &[], inside);
        for load in ["http:", "https:", "url(", "@import", "<link", "<script", " src="] {
            assert!(!page.contains(load), "{load}");
        }
    }
}

#[test]
fn one_file_holds_every_view() {
    let page = page_of(&six(), &[], true);
    assert_eq!(page.matches("<iframe").count(), 12);
    assert_eq!(page.matches(" sandbox=").count(), 12);
    assert!(page.contains("<h1>A &amp;amp; B</h1>"));
    assert!(page.contains("&lt;not markup&gt;"));
    assert!(page.contains("<a href=\"#phone-seven-tenths\">On a phone</a>"));
    assert!(!page.contains("message.eml"));
    insta::assert_snapshot!(markup(&page_of(&six()[..1], &[], true)));
}

#[test]
fn in_the_one_file_links_open_in_a_tab_of_their_own_but_for_those_within_a_view() {
    let page =
        "<body><a class=\"x\" href=\"/u\">u</a> <a href=\"#n\">n</a> <a target=\"_top\" href=\"/v\">v</a></body>";
    let views = Views::Inside { slug: "a", page, email: "", text: "" };
    let one = post("A", "posts/a.md", "a");
    let card = card_of(&one, views);
    let index = Index { name: "Upstream", cards: vec![card], diagnostics: &[], max_html_bytes: LIMIT };
    let html = render(&index, &Templates::default()).unwrap().replace("&quot;", "\"");
    assert!(html.contains(
        "<a target=\"_blank\" class=\"x\" href=\"/u\">u</a> <a href=\"#n\">n</a> <a target=\"_top\" href=\"/v\">"
    ));
}

#[test]
fn a_post_that_is_too_large_to_be_built_still_says_by_how_much() {
    let mut large = post("A", "posts/a.md", "a").found(Severity::Error, code::SIZE_LIMIT, "the HTML part is 104 kB");
    (large.slug, large.html_kb) = (None, 104);
    let page = page(&[large]);
    assert!(page.contains("<span>E-mail</span> <span class=\"error\">104\u{a0}kB, over\u{a0}102\u{a0}kB</span>"));
    assert_eq!(page.matches("Not\u{a0}built").count(), 3);
}

#[test]
fn a_finding_shows_its_line_with_the_place_marked() {
    let page = page(&[post("A", "posts/a.md", "a").warning()]);
    assert!(page.contains("NL044 image-without-alt<br>posts/a.md:5:9"), "{page}");
    assert!(page.contains("<b>5</b>Look at <mark>![](map.png)</mark>, the map"));
    assert!(page.contains("Image <code>map.png</code> has no alternative text"));
    assert!(page.contains("Say in a sentence what the image shows: <code>![A map](map.png)</code>"));
}
