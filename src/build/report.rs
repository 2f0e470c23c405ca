//! `build.json`: what one build made, for scripts and for later comparison.

use std::fmt;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::build::Output;
use crate::diagnostic::{Diagnostic, json};
use crate::post::Document;
use crate::post::tree::{BlockKind, Section, plain_text};
use crate::publication::Publication;

/// The version of the form; a change that breaks a reader raises it.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    path: &'a str,
    slug: &'a str,
    title: &'a str,
    status: &'static str,
    language: &'a str,
    template: &'a str,
    /// SHA-256 of all that the output is made of: the post and what it includes, configuration,
    /// templates, images.
    inputs: String,
    /// A Chinese character counts as one.
    words: usize,
    reading_minutes: usize,
    /// In bytes.
    sizes: Sizes,
    sections: Vec<SectionReport>,
    diagnostics: Vec<json::Finding>,
}

#[derive(Serialize)]
struct Sizes {
    /// The web page.
    page: usize,
    html: Html,
    /// The plain text.
    text: usize,
    /// The whole message as sent.
    message: usize,
    /// All images.
    images: usize,
}

/// The mail's HTML.
#[derive(Serialize)]
struct Html {
    /// As the mail program sees it.
    decoded: usize,
    /// As it is sent.
    encoded: usize,
}

#[derive(Serialize)]
struct SectionReport {
    /// Nothing for what stands before the first heading.
    heading: Option<String>,
    id: Option<String>,
    words: usize,
    /// Of its Markdown.
    bytes: usize,
}

/// The report as JSON with line ends.
pub(super) fn json(
    publication: &Publication,
    document: &Document,
    output: &Output,
    diagnostics: &[Diagnostic],
) -> Vec<u8> {
    let header = &document.front_matter;
    let report = Report {
        version: VERSION,
        path: document.path.as_str(),
        slug: header.slug.as_str(),
        title: &header.title,
        status: header.status.as_str(),
        language: document.language.tag(),
        template: header.template.as_deref().unwrap_or(&publication.config.template),
        inputs: inputs(publication, document, output),
        words: document.words,
        reading_minutes: document.reading_minutes(),
        sizes: Sizes {
            page: output.page.len(),
            html: Html { decoded: output.email.len(), encoded: output.html_bytes },
            text: output.text.len(),
            message: output.message.len(),
            images: output.assets.iter().map(|asset| asset.bytes.len()).sum(),
        },
        sections: document.sections.iter().map(|one| section(document, one)).collect(),
        diagnostics: diagnostics.iter().map(json::Finding::from).collect(),
    };
    // Strings and numbers alone: nothing that could fail.
    let mut bytes = serde_json::to_vec_pretty(&report).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn section(document: &Document, section: &Section) -> SectionReport {
    let heading = section.heading.and_then(|at| document.blocks.get(at)).and_then(|block| match &block.kind {
        BlockKind::Heading(heading) => Some(heading),
        _ => None,
    });
    SectionReport {
        heading: heading.map(|heading| plain_text(&heading.content)),
        id: heading.map(|heading| heading.id.clone()),
        words: section.words,
        bytes: section.span.len(),
    }
}

fn inputs(publication: &Publication, document: &Document, output: &Output) -> String {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION"));
    hash.update(publication.shared);
    hash.update(document.path.as_str());
    hash.update(document.hash);
    // The name of an image holds the hash of what it shows.
    for asset in output.assets.iter() {
        hash.update(&asset.name);
    }
    let digest = hash.finalize();
    fmt::from_fn(|out| digest.iter().try_for_each(|byte| write!(out, "{byte:02x}"))).to_string()
}
