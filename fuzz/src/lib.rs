//! What the fuzz targets do with their bytes. `tests/suite/fuzz_corpus.rs` replays the corpora
//! through the same functions.

mod filling;
mod lists;

use std::sync::OnceLock;

use newsletter::build::{Built, build_issue};
use newsletter::campaign::policy::{Course, Verdict, after_refusal};
use newsletter::diagnostic::{Diagnostic, Source, human, json};
use newsletter::files::{Memory, RelPath};
use newsletter::post;
use newsletter::post::visit::{Node, visit};
use newsletter::publication::{Post, Publication};
use newsletter::render::text;
use newsletter::smtp::{Reply, ReplyDecoder, Stage, relay_id};
use newsletter::subscribers::mail::{read_leave, read_report};

pub use filling::filling;
pub use lists::{addresses, lists, segments};

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
        let part = b"A part.[^1]\n\n[^1]: Its note.\n".as_slice();
        let files = memory(&[("posts/part.md", part), ("templates/small.hbs", filling::TEMPLATE)]);
        (Publication::load(&files).expect("the configuration above can be read"), files)
    })
}

/// Reads, checks and renders one post.
fn build(text: &str) -> Built {
    let (publication, files) = publication();
    let path = RelPath::new(POST).expect("the path above is one");
    let parsed = post::parse(&path, &Source::new(POST, text), &publication.config, files);
    let post = Post { path, document: parsed.document.map(Into::into), diagnostics: parsed.diagnostics };
    let built = build_issue(publication, &post, files);
    judge(&built);
    built
}

/// What holds for every post, however odd.
fn judge(built: &Built) {
    judge_findings(&built.diagnostics);
    assert_eq!(built.output.is_none(), built.diagnostics.iter().any(Diagnostic::is_error), "an error stops a post");
    let Some(document) = &built.document else { return };
    visit(document, &mut |source, node| {
        let span = match node {
            Node::Block(block) => block.span,
            Node::Inline(inline) => inline.span,
        };
        assert!(source.text().get(span.range()).is_some(), "the place of a node is text: {node:?}");
    });
    let Some(output) = &built.output else { return };
    let odd = output.text.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(odd, None, "the plain text is what readers see");
    for url in text::links(document) {
        let plain = url.chars().all(|c| c.is_ascii_alphanumeric() || "/:.-_?=&#@".contains(c)) && !url.starts_with('/');
        if plain && document.holes.find(url).next().is_none() {
            assert!(output.text.contains(url.strip_prefix("mailto:").unwrap_or(url)), "`{url}` is in the text");
        }
    }
    assert!(output.message.is_ascii(), "the message is ASCII");
    for line in output.message.split_inclusive(|byte| *byte == b'\n') {
        assert!(line.ends_with(b"\r\n") && line.len() <= 1000, "a line of the message: {line:?}");
    }
}

/// Findings and fixes have places inside their source, and can be shown.
fn judge_findings(found: &[Diagnostic]) {
    for found in found {
        let text = found.source.text();
        assert!(text.get(found.span.range()).is_some(), "the place of a finding is text: {found:?}");
        let mut end = 0;
        for edit in found.fix.iter().flat_map(|fix| &fix.edits) {
            let inside = end <= edit.span.start && text.get(edit.span.range()).is_some();
            assert!(inside, "the edits of a fix are in order: {found:?}");
            end = edit.span.end;
        }
    }
    human::render(found, human::Options::default());
    json::render(found);
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
        judge_findings(&publication.diagnostics);
        for post in &publication.posts {
            judge_findings(&build_issue(&publication, post, &files).diagnostics);
        }
    }
}

/// Any bytes as what a server says: the first byte is the size of the pieces that they come in.
pub fn replies(data: &[u8]) {
    let Some((cut, bytes)) = data.split_first() else { return };
    let whole = decode(bytes, bytes.len().max(1));
    assert_eq!(whole, decode(bytes, usize::from(*cut).max(1)), "pieces change nothing");
    for reply in &whole.0 {
        judge_reply(reply);
    }
}

/// The replies in bytes that come in pieces, and whether they end in what is none.
fn decode(bytes: &[u8], cut: usize) -> (Vec<Reply>, bool) {
    let mut decoder = ReplyDecoder::default();
    let mut replies = Vec::new();
    for piece in bytes.chunks(cut) {
        decoder.feed(piece);
        loop {
            match decoder.next_reply() {
                Ok(Some(reply)) => replies.push(reply),
                Ok(None) => break,
                Err(_) => return (replies, true),
            }
        }
    }
    (replies, false)
}

/// What holds for every reply, whatever it says.
fn judge_reply(reply: &Reply) {
    assert!((200..600).contains(&reply.code()));
    let shown = reply.to_string();
    assert!(!shown.chars().any(char::is_control) && shown.chars().count() < 530, "it can be shown: {shown:?}");
    assert!(relay_id(reply).is_none_or(|id| !id.is_empty() && id.chars().count() <= 160));
    for stage in Stage::ALL {
        let decision = after_refusal(stage, reply);
        let bounced = decision.delivery == Verdict::Bounced;
        assert!(!bounced || (reply.is_permanent() && decision.sending == Course::Steady), "{shown}");
    }
}

/// Any bytes as a mail that came back.
pub fn mails(data: &[u8]) {
    assert!(read_report(data).candidates.len() <= 64, "what is tried is bounded");
    read_leave(data);
}
