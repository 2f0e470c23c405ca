//! One post, checked and rendered.

use std::sync::Arc;

use crate::build::report;
use crate::check;
use crate::diagnostic::{Diagnostic, Sink, code};
use crate::files::{Files, RelPath};
use crate::post::Document;
use crate::publication::{Post, Publication};
use crate::render::{self, AssetPlace, Assets, Input, Renditions};

/// A post after its build.
#[derive(Clone, Debug)]
pub struct Built {
    /// Its file.
    pub path: RelPath,
    /// What it says; nothing where its header cannot be read.
    pub document: Option<Arc<Document>>,
    /// All that was found in it, at the configured levels, in order.
    pub diagnostics: Vec<Diagnostic>,
    /// What came of it; nothing where one of the findings is an error.
    pub output: Option<Output>,
}

/// The finished parts of an issue.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// The renditions, with tokens for holes and images.
    pub renditions: Renditions,
    /// Its images.
    pub assets: Assets,
    /// The web page, images beside it in `images/`.
    pub page: String,
    /// The mail's HTML, filled with defaults, images beside it in `images/`.
    pub email: String,
    /// The mail's text, filled with defaults.
    pub text: String,
    /// The complete message to a sample recipient.
    pub message: Vec<u8>,
    /// The bytes of the HTML part as sent.
    pub html_bytes: usize,
    /// `build.json`.
    pub report: Vec<u8>,
}

impl Output {
    /// The web page with its images in another place.
    pub fn page_in(&self, place: &AssetPlace) -> String {
        fill(&self.assets.place(&self.renditions.page, place), &self.renditions)
    }

    /// The mail's HTML, filled with defaults, with its images in another place.
    pub fn email_in(&self, place: &AssetPlace) -> String {
        fill(&self.assets.place(&self.renditions.email, place), &self.renditions)
    }

    /// Lets go of all that is on the disk by now.
    pub(super) fn release(&mut self) {
        let html_bytes = self.html_bytes;
        *self = Self { html_bytes, ..Self::default() };
    }
}

fn fill(text: &str, renditions: &Renditions) -> String {
    renditions.holes.replace(text, |hole| hole.default.clone().unwrap_or_default())
}

/// Checks and renders one post: the same for every command that needs an issue or its findings.
pub fn build_issue(publication: &Publication, post: &Post, files: &dyn Files) -> Built {
    let mut sink = Sink::new();
    sink.extend(post.diagnostics.iter().cloned());
    let made = match &post.document {
        Some(document) => make(publication, document, files, &mut sink),
        None => None,
    };
    let diagnostics = sink.finish(&publication.config.checks.levels);
    let broken = diagnostics.iter().any(Diagnostic::is_error) || !publication.is_usable();
    let output = made.filter(|_| !broken).zip(post.document.as_ref()).map(|(mut output, document)| {
        output.report = report::json(publication, document, &output, &diagnostics);
        output
    });
    Built { path: post.path.clone(), document: post.document.clone(), diagnostics, output }
}

fn make(publication: &Publication, document: &Document, files: &dyn Files, sink: &mut Sink) -> Option<Output> {
    let config = &publication.config;
    check::check_post(document, config, files, sink);
    let assets = Assets::load(document, config, files, sink);
    let slug = &document.front_matter.slug;
    let web_url = config.base_url.as_ref().map(|base| format!("{base}/{slug}/"));
    let templates = &publication.templates;
    let input = Input { config, document, templates, assets: &assets, web_url };
    let renditions = render::render(&input, sink)?;
    let folder = AssetPlace::Folder("images/".to_owned());
    let mut output = Output { renditions, assets, ..Output::default() };
    output.page = output.page_in(&folder);
    output.email = output.email_in(&folder);
    output.text = fill(&output.renditions.text, &output.renditions);
    output.html_bytes = output.email.len();
    check_size(document, config.checks.max_html_bytes, output.html_bytes, sink);
    Some(output)
}

/// Gmail cuts off what is longer.
fn check_size(document: &Document, limit: usize, size: usize, sink: &mut Sink) {
    if limit == 0 || size <= limit {
        return;
    }
    let kb = |bytes: usize| bytes.div_ceil(1024);
    let message = format!("the HTML part is {} kB as sent, over the limit of {} kB", kb(size), kb(limit));
    sink.push(
        Diagnostic::new(code::SIZE_LIMIT, &document.source, document.front_matter.title_span, message)
            .help("shorten the post, or link to its web page for the rest; Gmail cuts off what is over 102 kB"),
    );
}
