//! What the documentation of rules shows is what the rules do, and `docs/rules.md` is made of it.
#![expect(clippy::panic, clippy::format_push_string, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::sync::Arc;

use newsletter::build::{build_issue, open};
use newsletter::check;
use newsletter::diagnostic::{Code, Diagnostic, code};
use newsletter::files::{Memory, RelPath};
use newsletter::publication::{LoadError, Selection};
use newsletter::web::{Address, Answer, Answers, Redirect};

/// The newsletter of an example: a YAML block replaces the keys that it holds.
pub(crate) const CONFIG: &str = "\
name: Upstream
base_url: https://upstream.example
language: en
from: { name: Upstream, address: letters@upstream.example }
postal_address: Harbour Lane 1, Trieste
unsubscribe: { url: \"https://upstream.example/leave/{token}\" }
";
/// The header of a post that brings none.
pub(crate) const HEADER: &str = "---\ntitle: The river and the rail\ndate: 2024-04-26\n---\n\n";
/// The post of an example.
pub(crate) const POST: &str = "posts/2024-04-26-example.md";

/// The files of an example, by path.
type Example = BTreeMap<String, String>;

/// The code blocks below a heading of a documentation. A block's first word is its language; the
/// second, where there is one, its path.
fn blocks(doc: &str, heading: &str) -> Option<Example> {
    let mut files = Example::new();
    let mut lines = doc.lines();
    lines.find(|line| line.strip_prefix("## ") == Some(heading))?;
    while let Some(line) = lines.next().filter(|line| !line.starts_with("## ")) {
        let fence: String = line.chars().take_while(|&c| c == '`').collect();
        if fence.len() < 3 {
            continue;
        }
        let mut info = line[fence.len()..].split_whitespace();
        let language = info.next().unwrap_or_default();
        let path = info.next().unwrap_or_else(|| match language {
            "yaml" => "newsletter.yaml",
            "md" => POST,
            other => panic!("a block of `{other}` needs a path"),
        });
        let text: Vec<_> = lines.by_ref().take_while(|line| *line != fence).collect();
        files.insert(path.to_owned(), text.join("\n") + "\n");
    }
    Some(files)
}

fn configuration(own: &str) -> String {
    let keys: Vec<_> = own.lines().filter_map(|line| Some(line.split_once(':')?.0)).collect();
    let kept = CONFIG.lines().filter(|line| !keys.contains(&line.split_once(':').unwrap().0));
    kept.flat_map(|line| [line, "\n"]).chain([own]).collect()
}

/// A black picture.
fn picture(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(width, height).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// What the addresses of examples answer, as if they had been asked.
fn answers() -> Answers {
    let mut answers = Answers::default();
    let mut say = |path: &str, status, to: Option<&str>| {
        let at = |path: &str| Address::parse(&format!("https://figures.example/{path}")).unwrap();
        let redirects = to.map(|to| Redirect { status: 301, to: at(to).as_str().to_owned() });
        answers.insert(at(path), Ok(Answer { status, redirects: redirects.into_iter().collect() }));
    };
    say("gone", 404, None);
    say("gone.png", 404, None);
    say("busy", 503, None);
    say("yearbook", 200, Some("yearbook/"));
    say("yearbook/", 200, None);
    say("2024", 200, None);
    answers
}

/// All findings of an example.
fn findings(example: &Example) -> Vec<Diagnostic> {
    let mut files = Memory::default();
    let mut write = |path: &str, bytes: &[u8]| files.insert(RelPath::new(path).unwrap(), bytes);
    write("newsletter.yaml", CONFIG.as_bytes());
    write(POST, format!("{HEADER}It rained.\n").as_bytes());
    write("posts/other.md", b"---\ntitle: Last week\ndate: 2024-04-19\nstatus: ready\n---\n\nIt was dry.\n");
    write("posts/map.png", &picture(600, 400));
    write("posts/stamp.png", &picture(60, 40));
    for (path, text) in example {
        let text = match path.as_str() {
            "newsletter.yaml" => configuration(text),
            POST if !text.starts_with("---") => format!("{HEADER}{text}"),
            _ => text.clone(),
        };
        write(path, text.as_bytes());
    }
    let mut publication = match open(&files, &Selection::All) {
        Ok(publication) => publication,
        Err(LoadError::Config(found)) => return found,
        Err(error) => panic!("{error}"),
    };
    publication.answers = Some(Arc::new(answers()));
    publication.today = chrono::NaiveDate::from_ymd_opt(2024, 6, 1);
    let mut found = publication.diagnostics.clone();
    found.extend(publication.posts.iter().flat_map(|post| build_issue(&publication, post, &files).diagnostics));
    found
}

fn shown(found: &[Diagnostic]) -> String {
    newsletter::diagnostic::human::render(found, newsletter::diagnostic::human::Options::default())
}

/// The safe fixes of the findings, applied.
fn mended(example: &Example, found: &[Diagnostic]) -> Option<Example> {
    let mut mended = example.clone();
    let mut edits: Vec<_> = found
        .iter()
        .flat_map(|found| {
            found.fix.iter().filter(|fix| fix.is_safe()).flat_map(|fix| &fix.edits).map(move |e| (found, e))
        })
        .collect();
    edits.sort_by_key(|(_, edit)| std::cmp::Reverse(edit.span.start));
    for (found, edit) in &edits {
        let path = found.source.path();
        let added = match path {
            POST if !example[POST].starts_with("---") => HEADER.len(),
            _ => 0,
        };
        let text = mended.get_mut(path).unwrap_or_else(|| panic!("the fix mends `{path}`"));
        text.replace_range(edit.span.start - added..edit.span.end - added, &edit.text);
    }
    (!edits.is_empty()).then_some(mended)
}

fn all() -> impl Iterator<Item = (&'static Code, String)> {
    code::all().map(|code| (code, check::doc(code)))
}

/// Codes whose fault cannot be written down in a text file, or shows when a site is built.
const WITHOUT_EXAMPLE: &[&str] =
    &["unreadable-file", "unreadable-image", "heavy-animation", "unknown-font", "missing-glyph"];

#[test]
fn every_documented_example_has_its_finding_and_what_to_write_instead_has_none() {
    let mut wrong = String::new();
    let mut examples = 0;
    for (code, doc) in all() {
        let (Some(example), Some(instead)) = (blocks(&doc, "Example"), blocks(&doc, "Instead")) else {
            if !WITHOUT_EXAMPLE.contains(&code.name) {
                wrong += &format!("{}: no example\n", code.name);
            }
            continue;
        };
        examples += 1;
        // What is off is tried as if it were on.
        let mut levels = String::new();
        if code.standing == code::Standing::Off {
            levels = format!("checks: {{ levels: {{ {}: warning }} }}\n", code.name);
        }
        let with = |mut files: Example| {
            *files.entry("newsletter.yaml".to_owned()).or_default() += &levels;
            files
        };
        // What is not repeated stays as it was.
        let mut rest = example.clone();
        rest.extend(instead);
        let found = findings(&with(example.clone()));
        if found.is_empty() || found.iter().any(|found| found.code != code) {
            wrong += &format!("{}: the example has\n{}\n", code.name, shown(&found));
        }
        let left = findings(&with(rest.clone()));
        if !left.is_empty() {
            wrong += &format!("{}: what to write instead has\n{}\n", code.name, shown(&left));
        }
        if let Some(mended) = mended(&example, &found).filter(|mended| *mended != rest) {
            wrong += &format!("{}: the fix leads to\n{mended:#?}\nnot to\n{rest:#?}\n", code.name);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(examples > 90, "{examples} examples");
}

#[test]
fn docs_rules_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, check::docs()).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == check::docs(), "docs/rules.md is stale: run `UPDATE_DOCS=1 cargo test`");
}
