//! The web page of an issue.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use newsletter::config::Config;
use newsletter::diagnostic::{Sink, Source, Span};
use newsletter::files::RelPath;
use newsletter::language::Language;
use newsletter::post::front_matter::{PostDate, Status, Visibility};
use newsletter::post::tree::{
    AlertKind, Alignment, Block, BlockKind, Cell, Definition, Directive, DirectiveKind, Footnote, Heading, Hole, Image,
    Inline, InlineKind, List, ListItem, Table,
};
use newsletter::post::{Document, FrontMatter, Holes};
use newsletter::render::{Assets, Input, Templates, page};

use crate::support;

fn i(kind: InlineKind) -> Inline {
    Inline { span: Span::default(), kind }
}

fn text(text: &str) -> Inline {
    i(InlineKind::Text(text.into()))
}

fn b(kind: BlockKind) -> Block {
    Block { span: Span::default(), kind }
}

fn p(content: Vec<Inline>) -> Block {
    b(BlockKind::Paragraph(content))
}

fn say(words: &str) -> Block {
    p(vec![text(words)])
}

fn heading(level: u8, words: &str) -> Block {
    let id = words.to_lowercase().replace(' ', "-").replace('?', "");
    b(BlockKind::Heading(Heading { level, id, explicit_id: false, content: vec![text(words)] }))
}

fn directive(kind: DirectiveKind, blocks: Vec<Block>) -> Block {
    b(BlockKind::Directive(Directive { opening: Span::default(), kind, blocks }))
}

fn item(blocks: Vec<Block>) -> ListItem {
    ListItem { span: Span::default(), task: None, blocks }
}

fn picture(url: &str, width: u32) -> Image {
    Image {
        url: url.into(),
        url_span: Span::default(),
        alt: "A map of the twelve units".into(),
        title: None,
        width: Some(width),
        height: Some(width / 2),
    }
}

fn note(number: usize, words: &str) -> Footnote {
    Footnote { number, source: Source::new("", ""), span: Span::default(), marks: 1, blocks: vec![say(words)] }
}

fn document(blocks: Vec<Block>, footnotes: Vec<Footnote>) -> Document {
    let day = NaiveDate::from_ymd_opt(2024, 4, 26).unwrap();
    Document {
        allow: Vec::new(),
        path: RelPath::new("posts/a.md").unwrap(),
        source: Source::new("posts/a.md", ""),
        front_matter: FrontMatter {
            title: "Seven-tenths of the map".into(),
            subtitle: Some("Eight points, and what each one asks for.".into()),
            number: Some(41),
            date: Some(PostDate { day, at: None }),
            status: Status::Ready,
            ..FrontMatter::default()
        },
        body: Span::default(),
        blocks,
        footnotes,
        sections: Vec::new(),
        holes: Holes::new(7),
        language: Language::new("en").unwrap(),
        words: 512,
        hash: [0; 32],
    }
}

fn render_with(config: &Config, document: &Document) -> String {
    let templates = Templates::default();
    let assets = Assets::default();
    let web_url = Some("https://upstream.example/seven-tenths/".to_owned());
    let input = Input { config, document, templates: &templates, assets: &assets, web_url };
    let mut sink = Sink::new();
    let mut holes = document.holes.clone();
    let page = page::render(&input, &mut holes, &mut sink);
    assert!(sink.found().is_empty(), "{:?}", sink.found());
    holes.replace(&page.unwrap().page, |hole| hole.default.clone().unwrap_or_default())
}

fn render(document: &Document) -> String {
    render_with(&support::with_author(), document)
}

/// The page without its style sheet.
fn markup(page: &str) -> String {
    let (before, after) = page.split_once("<style>").unwrap();
    format!("{before}{}", after.split_once("</style>").unwrap().1)
}

/// What stands in the letter.
fn body(blocks: Vec<Block>) -> String {
    let page = render(&document(blocks, Vec::new()));
    let (_, rest) = page.split_once("<div class=\"body\">\n").unwrap();
    rest.split_once("</div>\n</article>").unwrap().0.to_owned()
}

fn everything() -> Document {
    let cell = |words: &str| Cell { span: Span::default(), content: vec![text(words)] };
    let nested = b(BlockKind::List(List {
        start: None,
        tight: true,
        items: vec![item(vec![say("Rail")]), item(vec![say("Road")])],
    }));
    let task = |done, words: &str| ListItem { task: Some(done), ..item(vec![say(words)]) };
    let link =
        |url: &str, words: &str| i(InlineKind::Link { url: url.into(), title: None, content: vec![text(words)] });
    let hole = i(InlineKind::Hole(Hole { field: "name".into(), default: Some("reader".into()) }));
    let blocks = vec![
        p(vec![text("Hello "), hole, text(",")]),
        p(vec![text("The "), link("https://upstream.example/order", "order of the points"), text(" was not.")]),
        heading(2, "What counts as the west?"),
        p(vec![
            text("They hold 6.87 million km"),
            i(InlineKind::Superscript(vec![text("2")])),
            text(" of "),
            i(InlineKind::Emphasis(vec![text("land")])),
            text(", with a land border."),
            i(InlineKind::FootnoteMark(1)),
            text(" And "),
            i(InlineKind::Code("more".into())),
            text(" besides"),
            i(InlineKind::FootnoteMark(2)),
            text(", "),
            i(InlineKind::Strikethrough(vec![text("less")])),
            text(" more."),
            i(InlineKind::FootnoteMark(1)),
        ]),
        b(BlockKind::Table(Table {
            alignments: vec![Alignment::None, Alignment::Right, Alignment::Center],
            caption: Some(vec![text("The twelve units of the west")]),
            head: vec![cell("Kind"), cell("No."), cell("Which")],
            rows: vec![
                vec![
                    Cell { content: vec![text("Provinces"), i(InlineKind::FootnoteMark(3))], ..cell("") },
                    cell("6"),
                    cell("Gansu, Guizhou, Qinghai, Shaanxi, Sichuan, Yunnan"),
                ],
                vec![cell("Autonomous regions"), cell("5"), cell("Guangxi, Inner Mongolia, Ningxia, Xinjiang, Xizang")],
            ],
        })),
        p(vec![i(InlineKind::Image(Image { title: Some("The west in twelve units.".into()), ..picture("https://upstream.example/map.png", 600) }))]),
        heading(2, "Why return to it now?"),
        directive(DirectiveKind::PullQuote { by: Some("The readout".into()) }, vec![say("In 1999 the west was a place to be helped. In 2024 it is a place to be relied upon.")]),
        b(BlockKind::List(List {
            start: Some(3),
            tight: true,
            items: vec![
                item(vec![p(vec![i(InlineKind::Strong(vec![text("Local industries.")])), text(" Build on what each place already does well.")])]),
                item(vec![say("Openness and integration."), nested]),
            ],
        })),
        b(BlockKind::List(List { start: None, tight: true, items: vec![task(true, "Read the readout"), task(false, "Visit the west")] })),
        heading(3, "In passing"),
        b(BlockKind::Quote(vec![say("A quotation of somebody else, at some length.")])),
        b(BlockKind::Alert(AlertKind::Note, vec![say("Figures are rounded.")])),
        b(BlockKind::Alert(AlertKind::Warning, vec![say("Do not quote them as exact.")])),
        b(BlockKind::Code { language: Some("rust".into()), text: "fn main() {\n    println!(\"a line of code that is rather long, to see whether it scrolls in its own box\");\n}".into() }),
        directive(DirectiveKind::Callout { title: Some("In short".into()) }, vec![say("The west has what the coast needs: power, minerals, room.")]),
        directive(
            DirectiveKind::Columns,
            vec![
                directive(DirectiveKind::Column, vec![p(vec![i(InlineKind::Strong(vec![text("North")])), text(" of the river, the loess.")])]),
                directive(DirectiveKind::Column, vec![p(vec![i(InlineKind::Strong(vec![text("South")])), text(" of it, the terraces.")])]),
            ],
        ),
        b(BlockKind::Definitions(vec![Definition { term: vec![text("Readout")], meanings: vec![vec![say("What is told of a meeting.")]] }])),
        b(BlockKind::Divider),
        heading(2, "What did the meeting ask for?"),
        directive(DirectiveKind::Figure(picture("https://upstream.example/small.png", 240)), vec![p(vec![text("A small picture, "), link("https://upstream.example", "by us"), text(".")])]),
        directive(DirectiveKind::Video { url: "https://video.example/1".into(), image: Some(picture("https://upstream.example/v.jpg", 600)) }, vec![]),
        directive(DirectiveKind::Button { url: "https://upstream.example/all".into(), secondary: false }, vec![say("Read all eight points")]),
        directive(DirectiveKind::Author { id: "ada".into() }, vec![]),
        directive(DirectiveKind::TextOnly, vec![say("Only in plain text.")]),
        directive(DirectiveKind::HtmlOnly, vec![say("Only in HTML.")]),
        directive(DirectiveKind::Divider, vec![]),
        p(vec![text("Until next Friday,"), i(InlineKind::HardBreak), i(InlineKind::Strong(vec![text("Ada Lin")]))]),
    ];
    let mut third = note(3, "A note with a list:");
    third.blocks.push(b(BlockKind::List(List { start: None, tight: true, items: vec![item(vec![say("one")])] })));
    document(
        blocks,
        vec![
            note(1, "Figures are rounded, as given in official summaries. The border share counts land borders only."),
            note(2, "Said in passing."),
            third,
        ],
    )
}

#[test]
fn a_page_with_everything() {
    let page = render(&everything());
    insta::assert_snapshot!(markup(&page));
}

#[test]
fn hostile_text_stays_text() {
    let evil = "\"><script>alert(1)</script>'&\u{0}\u{9b}";
    let mut hostile = document(
        vec![
            heading(2, evil),
            heading(2, "b"),
            heading(2, "c"),
            p(vec![
                text(evil),
                i(InlineKind::Code(evil.into())),
                i(InlineKind::Link { url: evil.into(), title: Some(evil.into()), content: vec![text(evil)] }),
                i(InlineKind::FootnoteMark(1)),
            ]),
            b(BlockKind::Code { language: Some(evil.into()), text: evil.into() }),
            p(vec![i(InlineKind::Image(Image { alt: evil.into(), title: Some(evil.into()), ..picture(evil, 9) }))]),
            b(BlockKind::Table(Table {
                caption: Some(vec![text(evil)]),
                ..Table { alignments: vec![], caption: None, head: vec![], rows: vec![] }
            })),
            directive(DirectiveKind::Button { url: evil.into(), secondary: true }, vec![]),
            directive(DirectiveKind::Callout { title: Some(evil.into()) }, vec![]),
            directive(DirectiveKind::PullQuote { by: Some(evil.into()) }, vec![]),
            directive(DirectiveKind::Video { url: evil.into(), image: None }, vec![]),
        ],
        vec![note(1, evil)],
    );
    hostile.front_matter.title = evil.into();
    hostile.front_matter.subtitle = Some(evil.into());
    hostile.front_matter.canonical_url = Some(evil.into());
    hostile.front_matter.authors = vec![evil.into()];
    hostile.front_matter.image = Some(format!("https://{evil}"));
    let mut config = support::with_author();
    config.name = evil.into();
    config.postal_address = Some(evil.into());
    config.theme.serif = Some("x</style><script>".into());
    config.theme.social = vec![(evil.into(), evil.into())];
    let page = render_with(&config, &hostile);
    for markup in ["<script", "</style><", "\u{9b}"] {
        assert!(!page.replace("</style>\n</head>", "").contains(markup), "{markup:?}");
    }
}

#[test]
fn ids_are_unique_and_every_fragment_leads_to_one() {
    let page = render(&everything());
    let all: Vec<_> = page.split(" id=\"").skip(1).map(|part| part.split('"').next().unwrap()).collect();
    let ids: BTreeSet<_> = all.iter().copied().collect();
    assert_eq!(all.len(), ids.len(), "{all:?}");
    for link in page.split("href=\"#").skip(1).map(|part| part.split('"').next().unwrap()) {
        assert!(ids.contains(link), "#{link}");
    }
}

#[test]
fn a_page_loads_nothing_but_its_images() {
    let page = render(&everything());
    for load in ["<script", "<iframe", "@import", "url(", "rel=\"stylesheet\"", "rel=\"preload\""] {
        assert!(!page.contains(load), "{load}");
    }
}

#[test]
fn a_page_has_one_title_whatever_the_text_does() {
    let page = render(&document(vec![heading(1, "One"), heading(2, "Two"), heading(6, "Six")], Vec::new()));
    assert_eq!(page.matches("<h1").count(), 1);
    assert!(page.contains("<h2 id=\"one\">"));
    assert!(page.contains("<h3 id=\"two\">"));
    assert!(page.contains("<h4 id=\"six\">"));
    let siblings = vec![heading(3, "a"), heading(5, "b"), heading(5, "c"), heading(4, "d"), heading(2, "e")];
    let page = render(&document(siblings, Vec::new()));
    let levels: Vec<_> = page.split("<h").filter(|part| part[1..].starts_with(" id=")).map(|part| &part[..1]).collect();
    assert_eq!(levels, ["2", "3", "3", "3", "2"]);
}

#[test]
fn contents_are_listed_from_three_headings_on() {
    let two = vec![heading(2, "One"), heading(3, "x"), heading(3, "y"), heading(2, "Two")];
    assert!(!render(&document(two.clone(), Vec::new())).contains("class=\"rail\""));
    let three = [two, vec![heading(2, "Three")]].concat();
    let page = render(&document(three, Vec::new()));
    let rail = page.split_once("class=\"rail\"").unwrap().1.split_once("</nav>").unwrap().0;
    assert_eq!(rail.matches("<li>").count(), 3);
}

#[test]
fn only_a_ready_and_public_post_may_be_indexed() {
    let mut post = document(vec![say("x")], Vec::new());
    assert!(!render(&post).contains("noindex"));
    for visibility in [Visibility::Unlisted, Visibility::Private] {
        post.front_matter.visibility = visibility;
        assert!(render(&post).contains("<meta name=\"robots\" content=\"noindex\">"), "{visibility:?}");
    }
    post.front_matter.visibility = Visibility::Public;
    post.front_matter.status = Status::Draft;
    assert!(render(&post).contains("noindex"));
}

#[test]
fn a_chinese_page_and_an_arabic_one_say_so() {
    let mut post = document(vec![say("各位好：")], Vec::new());
    post.language = Language::new("zh-Hans").unwrap();
    let page = render(&post);
    assert!(page.contains("<html lang=\"zh-Hans\" dir=\"ltr\">"));
    assert!(
        page.contains(
            "<span>第41期</span>　<time datetime=\"2024-04-26\">2024年4月26日</time>　<span>阅读约2分钟</span>"
        ),
        "{page}"
    );
    post.language = Language::new("ar").unwrap();
    assert!(render(&post).contains("<html lang=\"ar\" dir=\"rtl\">"));
}

#[test]
fn the_description_is_the_preheader_else_the_subtitle_else_how_it_starts() {
    let long = "The strategy is a quarter of a century old, and it is still the plan. ".repeat(4);
    let mut post = document(vec![say("Hello,"), say(&long)], Vec::new());
    let described = |post: &Document| {
        let page = render(post);
        page.split_once("name=\"description\" content=\"").unwrap().1.split_once('"').unwrap().0.to_owned()
    };
    assert_eq!(described(&post), "Eight points, and what each one asks for.");
    post.front_matter.subtitle = None;
    let cut = described(&post);
    assert!(cut.starts_with("The strategy") && cut.ends_with('…') && cut.chars().count() <= 161, "{cut}");
    post.front_matter.preheader = Some("Before all".into());
    assert_eq!(described(&post), "Before all");
}

#[test]
fn the_theme_overrides_colours_and_fonts_of_both_schemes() {
    let mut config = support::with_author();
    config.theme.colors.insert("accent".into(), "#123456".into());
    config.theme.dark_colors.insert("accent".into(), "#abcdef".into());
    config.theme.serif = Some("Literata, serif".into());
    let page = render_with(&config, &document(vec![say("x")], Vec::new()));
    assert!(page.contains(":root { --serif: Literata, serif; --accent: #123456; }"));
    assert!(page.contains("@media (prefers-color-scheme: dark) { :root { --accent: #abcdef; } }"));
}

#[test]
fn raw_html_cannot_break_the_page_and_placeholders_can_be_read() {
    let raw = |html: &str| i(InlineKind::Html(html.into()));
    let page = body(vec![
        p(vec![text("an array of "), raw("<string>"), text(" and "), raw("<b>"), text("bold")]),
        b(BlockKind::Html("<div class=\"mine\">".into())),
        say("inside"),
        b(BlockKind::Html("</div></section>".into())),
        b(BlockKind::Html("<details><summary>x".into())),
    ]);
    assert_eq!(
        page,
        "<p>an array of &lt;string&gt; and <b>bold</b></p>\n<div class=\"mine\">\n<p>inside</p>\n</div>\n\
         <details><summary>x\n</summary></details>"
    );
}

#[test]
fn a_button_that_leads_to_the_page_itself_is_the_mails_alone() {
    let button =
        |url: &str| directive(DirectiveKind::Button { url: url.into(), secondary: false }, vec![say("Read on")]);
    assert_eq!(body(vec![button("https://upstream.example/seven-tenths")]), "");
    assert_eq!(body(vec![button("https://upstream.example/seven-tenths/index.html")]), "");
    assert!(body(vec![button("https://upstream.example/")]).contains("Read on"));
}

#[test]
fn an_image_alone_is_a_figure_and_one_in_text_is_not() {
    let alone = body(vec![p(vec![i(InlineKind::Image(picture("https://x.example/a.png", 600)))])]);
    assert!(alone.starts_with("<figure><img src=\"https://x.example/a.png\""), "{alone}");
    assert!(!alone.contains("<figcaption"));
    let among = body(vec![p(vec![text("See "), i(InlineKind::Image(picture("https://x.example/a.png", 16)))])]);
    assert!(among.starts_with("<p>See <img"), "{among}");
}

#[test]
fn a_mark_leads_to_its_note_where_there_is_room_beside_it_and_where_there_is_not() {
    let mut listed = note(2, "a list");
    listed.blocks.push(b(BlockKind::Divider));
    let marks = vec![text("a"), i(InlineKind::FootnoteMark(1)), i(InlineKind::FootnoteMark(2))];
    let page = render(&document(vec![p(marks)], vec![note(1, "in a line"), listed]));
    assert!(page.contains("<a class=\"far\" href=\"#note:1\""));
    assert!(page.contains("<a class=\"near\" href=\"#side:1\" role=\"doc-noteref\" hidden>"));
    assert!(page.contains("<span class=\"side\" id=\"side:1\" hidden>"));
    assert!(page.contains("<li id=\"note:1\" value=\"1\" class=\"sided\">"));
    // What stands at the end alone is never hidden, and its mark always leads there.
    assert!(page.contains("<a href=\"#note:2\" role=\"doc-noteref\">2</a></sup>"));
    assert!(page.contains("<li id=\"note:2\" value=\"2\">"));
    assert!(!page.contains("side:2"));
}

#[test]
fn only_a_long_title_is_set_smaller() {
    let titled = |title: &str| {
        let mut document = document(Vec::new(), Vec::new());
        document.front_matter.title = title.into();
        render(&document)
    };
    assert!(titled(&"word ".repeat(16)).contains("<h1>"));
    assert!(titled(&"word ".repeat(17)).contains("<h1 class=\"long\">"));
    assert!(titled(&"七".repeat(41)).contains("<h1 class=\"long\">"));
}
