//! What the fuzz targets do with their bytes. `tests/suite/fuzz_corpus.rs` replays the corpora
//! through the same functions.

use std::sync::OnceLock;

use newsletter::build::{Built, build_issue};
use newsletter::diagnostic::Source;
use newsletter::files::{Memory, RelPath};
use newsletter::post;
use newsletter::publication::{Post, Publication};

const CONFIG: &str = "\
name: Takeaways
base_url: https://takeaways.example
from: {name: Takeaways, address: editor@takeaways.example}
postal_address: 12 Example Lane
authors: {editor: {name: The editor}}
profiles: {takeaway: {sections: [{id: greeting, kind: greeting}, {id: points, min_items: 2}]}}
unsubscribe: {url: 'https://takeaways.example/leave/{token}'}
";

const POST: &str = "posts/2024-04-26-post.md";

fn memory(files: &[(&str, &[u8])]) -> Memory {
    let mut all = vec![("newsletter.yaml", CONFIG.as_bytes())];
    all.extend_from_slice(files);
    Memory::new(all)
}

/// The publication without posts, read once.
fn publication() -> &'static (Publication, Memory) {
    static PUBLICATION: OnceLock<(Publication, Memory)> = OnceLock::new();
    PUBLICATION.get_or_init(|| {
        let files = memory(&[("posts/part.md", b"A part.[^1]\n\n[^1]: Its note.\n")]);
        (Publication::load(&files).expect("the configuration above can be read"), files)
    })
}

/// Reads, checks and renders one post. Its findings have places inside their source.
fn build(text: &str) -> Built {
    let (publication, files) = publication();
    let path = RelPath::new(POST).expect("the path above is one");
    let parsed = post::parse(&path, &Source::new(POST, text), &publication.config, files);
    let post = Post { path, document: parsed.document.map(Into::into), diagnostics: parsed.diagnostics };
    let built = build_issue(publication, &post, files);
    for found in &built.diagnostics {
        let (text, span) = (found.source.text(), found.span);
        assert!(text.get(span.start..span.end).is_some(), "the place of a finding is text: {found:?}");
    }
    built
}

/// Any bytes as the header of a post.
pub fn front_matter(data: &[u8]) {
    build(&format!("---\n{}\n---\n\nHello.\n", String::from_utf8_lossy(data)));
}

/// Any bytes as the text of a post; reading it a second time gives the same.
pub fn markdown(data: &[u8]) {
    let text = format!("---\ntitle: Post\n---\n\n{}", String::from_utf8_lossy(data));
    let (one, two) = (build(&text), build(&text));
    let parts = |built: Built| built.output.map(|output| (output.page, output.email, output.text, output.message));
    assert_eq!(parts(one), parts(two));
}

const PIECES: &[&str] = &[
    ":::",
    "::::",
    ":::::",
    "button",
    "callout",
    "pullquote",
    "figure",
    "columns",
    "column",
    "author",
    "divider",
    "video",
    "include",
    "text-only",
    "html-only",
    " ",
    "\n",
    "\n\n",
    "{",
    "}",
    "alt=\"",
    "\"",
    "width=",
    "by=",
    "https://example.org/a",
    "images/a.png",
    "part.md",
    "editor",
    "Text",
    "# Heading",
    "- item",
    "1. item",
    "> ",
    "{{subscriber.name}}",
    "{{default subscriber.name \"you\"}}",
    "{{",
    "}}",
    "```",
    "**",
    "：",
    "“",
    "| a | b |\n|--|--|",
    "[^1]",
    "[^1]: ",
    "    ",
    "<div>",
    "![",
    "](",
    ")",
    "Table: ",
    "\r\n",
    "2024-04-26-post.md",
    "../",
    "\u{202e}",
];

/// A text made of the pieces that directives are made of, one byte a piece.
pub fn directives(data: &[u8]) {
    let pieces: String =
        data.iter().filter_map(|byte| PIECES.get(usize::from(*byte) % PIECES.len())).copied().collect();
    build(&format!("---\ntitle: Post\n---\n\n{pieces}\n"));
}

/// Any text as a template of the user's.
pub fn templates(data: &[u8]) {
    let post = b"---\ntitle: Post\ntemplate: mine\n---\n\nDear {{subscriber.name}}.\n";
    let files = memory(&[(POST, post), ("templates/mine.hbs", data)]);
    if let Ok(publication) = Publication::load(&files) {
        for post in &publication.posts {
            build_issue(&publication, post, &files);
        }
    }
}
