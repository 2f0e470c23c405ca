//! What is followed change by change is what is read anew: the laws behind the editor and
//! `check --watch`, and behind findings without output.

use chrono::NaiveDate;
use newsletter::build::{World, build_issue, check_issue, find, open, reopen};
use newsletter::diagnostic::Diagnostic;
use newsletter::files::{Files, Memory, Overlay, RelPath};
use newsletter::publication::{Publication, Selection};
use proptest::prelude::*;

const PLACES: &[&str] = &[
    "newsletter.yaml",
    "posts/a.md",
    "posts/b.md",
    "posts/deep/c.md",
    "posts/notice.txt",
    "posts/map.png",
    "templates/own.hbs",
    "templates/partials/footer.hbs",
];

/// Texts that differ in what others see of them: names, numbers, dates, status, series, files.
const TEXTS: &[&str] = &[
    "name: Letter\n",
    "name: Letter\nbase_url: http://letter.example\nfrom: me@gmail.com\nchecks: {levels: {doubled-word: error}}\n",
    "name: [\n",
    "name: Letter\nnmae: x\n",
    "---\ntitle: One\nnumber: 1\ndate: 2024-05-01\nstatus: ready\n---\n\nIt rained. It was was dry.\n\n![The rivers meet.](map.png)\n",
    "---\ntitle: One\nnumber: 1\ndate: 2024-05-01\n---\n\n[Before](b.md) and [behind](deep/c.md).\n",
    "---\ntitle: Two\nslug: one\nnumber: 2\nseries: {name: Rivers, part: 2}\ndate: 2024-05-02\nstatus: ready\n---\n\n:::include notice.txt\n",
    "---\ntitle: Two\nseries: {name: Rivers, part: 1}\ntemplate: own\ndate: 2024-05-03\n---\n\nHello {{subscriber.nmae}}, [x](a.md#none).\n",
    "---\ntitle: [\n---\n",
    "no header\n",
    "<p>{{subscriber.name}}</p>\n{{{body}}}\n",
    "<!doctype html><html><body>{{{issue.content}}}{{#if typo}}x{{/if}}</body></html>\n",
    "A notice TODO.\n",
    "",
];

fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap()
}

fn day() -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2024, 6, 1)
}

/// All findings of a snapshot, as the commands show them.
fn followed(publication: &Publication, files: &dyn Files) -> Vec<Diagnostic> {
    let posts = publication.posts.iter().flat_map(|post| check_issue(publication, post, files));
    publication.diagnostics.iter().cloned().chain(posts).collect()
}

fn shown(found: &[Diagnostic]) -> Vec<String> {
    found.iter().map(|found| format!("{found:?}")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(12) })]

    #[test]
    fn a_publication_that_is_followed_is_the_one_that_is_read_anew(
        edits in prop::collection::vec((0..PLACES.len(), prop::option::weighted(0.85, 0..TEXTS.len())), 1..16),
    ) {
        let start = Memory::new([
            (PLACES[0], TEXTS[0].as_bytes()),
            (PLACES[1], TEXTS[4].as_bytes()),
            (PLACES[2], TEXTS[6].as_bytes()),
        ]);
        let mut files = start;
        let mut publication = open(&files, &Selection::All).unwrap();
        publication.today = day();
        for (place, text) in edits {
            let changed = path(PLACES[place]);
            let mut next = Memory::default();
            for kept in files.list("").unwrap().into_iter().filter(|kept| *kept != changed) {
                let bytes = files.read(&kept).unwrap();
                next.insert(kept, bytes);
            }
            // Without a configuration there is no publication.
            if let Some(text) = text.or((place == 0).then_some(0)) {
                next.insert(changed.clone(), TEXTS[text].as_bytes());
            }
            files = next;
            let mut world = World { today: day(), online: None };
            let cold = find(&files, &Selection::All, &mut world).unwrap();
            if let Ok(next) = reopen(&publication, &changed, &files) {
                prop_assert_eq!(shown(&followed(&next, &files)), shown(&cold.diagnostics), "after {}", changed);
                publication = next;
                continue;
            }
            // Of a configuration that cannot be read there is no snapshot; the next one is compared.
            prop_assert!(open(&files, &Selection::All).is_err());
            files.insert(path(PLACES[0]), TEXTS[0].as_bytes());
            publication = open(&files, &Selection::All).unwrap();
            publication.today = day();
        }
    }
}

#[test]
fn findings_without_output_are_those_of_a_build() {
    let config = "name: Letter\nbase_url: https://letter.example\nfrom: me@letter.example\n";
    let long = format!("---\ntitle: Long\n---\n\n{}", "Rain fell on the river again & again. ".repeat(4000));
    let images = "---\ntitle: Images\n---\n\n![The rivers meet.](none.png) <b>x</b>\n\n:::html-only\n[x](https://a.example/b)\n:::\n";
    let mut compared = 0;
    for text in TEXTS.iter().skip(4).take(6).copied().chain([long.as_str(), images]) {
        let files = Memory::new([("newsletter.yaml", config.as_bytes()), ("posts/a.md", text.as_bytes())]);
        let files = Overlay::new(files);
        let publication = open(&files, &Selection::All).unwrap();
        for post in &publication.posts {
            let built = build_issue(&publication, post, &files).diagnostics;
            assert_eq!(shown(&check_issue(&publication, post, &files)), shown(&built), "{text:.80}");
            compared += built.len();
        }
    }
    assert!(compared > 8, "{compared} findings were compared");
}

#[test]
fn no_mail_is_larger_than_what_is_taken_for_its_bound() {
    let config = "name: Letter\nbase_url: https://letter.example\nfrom: me@letter.example\npostal_address: 1 Example Road\n\
        unsubscribe: {url: \"https://letter.example/u/{token}\", mailto: \"leave+{token}@letter.example\"}\n\
        theme: {social: {A: \"https://a.example\", B: \"https://b.example\"}}\n\
        authors: {a: {name: Ada, bio: Writes about rivers., url: \"https://a.example\"}, b: {name: Bob}}\n";
    let words = "Rain & <river> \"again\". 重庆 ".repeat(20);
    let full = format!(
        "---\ntitle: {words:?}\nsubtitle: {words:?}\npreheader: {words:?}\nauthors: [a, b]\nnumber: NUMBER\nseries: Rivers\n\
         tags: [x, y]\ndate: 2024-05-01\ntemplate: TEMPLATE\nimage: map.png\n---\n\n"
    );
    let bare = "---\ntitle: x\ntemplate: TEMPLATE\n---\n\n";
    let bodies = [
        "Short.\n".to_owned(),
        format!("## {words}\n\n{words}\n\n- a\n- b\n\n> c\n\n| a | b |\n|---|---|\n| c | d |\n"),
        format!("```\n{}\n```\n", "\n".repeat(500)),
    ];
    let mut picture = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(60, 40).write_to(&mut picture, image::ImageFormat::Png).unwrap();
    for template in ["classic", "digest", "minimal"] {
        // The frame is measured at whichever comes first, the smallest here.
        let mut all = vec![(bare, bodies[0].clone())];
        all.extend(
            [bare, full.as_str()].into_iter().flat_map(|head| bodies.iter().map(move |body| (head, body.clone()))),
        );
        let mut files = Memory::new([("newsletter.yaml", config.as_bytes()), ("posts/map.png", picture.get_ref())]);
        for (index, (head, body)) in all.iter().enumerate() {
            files.insert(
                path(&format!("posts/{index}.md")),
                format!("{}{body}", head.replace("TEMPLATE", template).replace("NUMBER", &index.to_string())),
            );
        }
        let publication = open(&files, &Selection::All).unwrap();
        for post in &publication.posts {
            let document = post.document.as_ref().unwrap();
            let bound = newsletter::build::html_bound(&publication, document, &files).unwrap();
            let built = build_issue(&publication, post, &files);
            let output = built.output.unwrap_or_else(|| panic!("{:?}", built.diagnostics));
            let most = output.html_bytes.max(output.email.len());
            assert!(most <= bound, "{template}, {}: {most} is more than {bound}", post.path);
            assert!(bound < most * 3 + 40_000, "{template}, {}: {bound} says nothing of {most}", post.path);
        }
    }
}

#[test]
fn a_text_whose_language_nobody_names_is_not_taken_for_english() {
    let german = "Der Fluss stieg in der Nacht, und die Züge standen vor der Stadt. ".repeat(8);
    let english = "The river rose in the night, and the trains stood before the town. ".repeat(8);
    for (config, text, expected) in [
        ("name: x\n", &german, vec!["language-mismatch"]),
        ("name: x\nlanguage: de\n", &german, vec![]),
        ("name: x\nlanguage: en\n", &german, vec![]),
        ("name: x\n", &english, vec![]),
    ] {
        let post = format!("---\ntitle: Der Fluss\n---\n\n{text}\n");
        let files = Memory::new([("newsletter.yaml", config.as_bytes()), ("posts/a.md", post.as_bytes())]);
        let mut world = World { today: day(), online: None };
        let found = find(&files, &Selection::All, &mut world).unwrap();
        let names: Vec<_> = found.diagnostics.iter().map(|found| found.code.name).collect();
        assert_eq!(names, expected, "{config}");
    }
}
