//! One post, checked and rendered.

use std::sync::Arc;

use crate::build::report;
use crate::check;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Sink, Span, code};
use crate::files::{Files, RelPath};
use crate::message::{Media, MessageError, MessageTemplate, PlaceError, Recipient, Values, personalize};
use crate::post::Document;
use crate::post::front_matter::Visibility;
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
        fill(&self.assets.place(&self.renditions.page, place), Media::Html, &self.renditions).unwrap_or_default()
    }

    /// The mail's HTML, filled with defaults, with its images in another place.
    pub fn email_in(&self, place: &AssetPlace) -> String {
        fill(&self.assets.place(&self.renditions.email, place), Media::Html, &self.renditions).unwrap_or_default()
    }

    /// Lets go of all that is on the disk by now.
    pub(super) fn release(&mut self) {
        let html_bytes = self.html_bytes;
        *self = Self { html_bytes, ..Self::default() };
    }
}

fn fill(text: &str, media: Media, renditions: &Renditions) -> Result<String, PlaceError> {
    personalize::fill(text, media, &renditions.holes, Values::Defaults)
}

/// Checks and renders one post: the same for every command that needs an issue or its findings.
pub fn build_issue(publication: &Publication, post: &Post, files: &dyn Files) -> Built {
    let mut sink = Sink::new();
    sink.extend(post.diagnostics.iter().cloned());
    let made = match &post.document {
        Some(document) => make(publication, document, files, &mut sink),
        None => None,
    };
    if let Some(document) = &post.document {
        check::apply_allow(document, &mut sink);
    }
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
    // A private post has no page on the web to lead to.
    let hosted = document.front_matter.visibility != Visibility::Private;
    let web_url = config.base_url.as_ref().filter(|_| hosted).map(|base| format!("{base}/{slug}/"));
    let templates = &publication.templates;
    let input = Input { config, document, templates, assets: &assets, web_url };
    let renditions = render::render(&input, sink)?;
    let folder = AssetPlace::Folder("images/".to_owned());
    let mut output = Output { renditions, assets, ..Output::default() };
    let filled = fill_all(&mut output, config, document, &folder);
    if let Err(error) = filled {
        sink.push(match error {
            MessageError::Place(error) => {
                let head = document.front_matter.span.end;
                let own = error.locate(document.source.text().get(head..).unwrap_or_default());
                let span = own.map(|span| Span::new(head + span.start, head + span.end));
                error.diagnostic(&document.source, span.unwrap_or(document.front_matter.title_span))
            }
            MessageError::Address(error) => {
                Diagnostic::new(code::INVALID_VALUE, &config.source, Span::default(), error.to_string())
            }
        });
        return None;
    }
    check_size(document, config.checks.max_html_bytes, output.html_bytes, sink);
    Some(output)
}

/// Puts values and addresses in the place of their tokens.
fn fill_all(output: &mut Output, config: &Config, document: &Document, place: &AssetPlace) -> Result<(), MessageError> {
    let Output { renditions, assets, .. } = &*output;
    let page = fill(&assets.place(&renditions.page, place), Media::Html, renditions)?;
    let email = fill(&assets.place(&renditions.email, place), Media::Html, renditions)?;
    let text = fill(&renditions.text, Media::Text, renditions)?;
    let message = MessageTemplate::new(config, document, renditions, assets)?;
    let bytes = message.fill(&Recipient::sample(&renditions.holes))?;
    (output.page, output.email, output.text) = (page, email, text);
    (output.message, output.html_bytes) = (bytes, message.html_len());
    Ok(())
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
