//! One post, checked and rendered.

use std::sync::Arc;

use crate::build::{links, report};
use crate::check;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Sink, Source, Span, code};
use crate::files::{Files, RelPath};
use crate::message::{Media, MessageError, MessageTemplate, PlaceError, Recipient, Values, personalize};
use crate::post::Document;
use crate::post::front_matter::Visibility;
use crate::publication::{LoadError, Post, Publication, Selection};
use crate::render::{self, AssetPlace, Assets, Input, Renditions, Templates};

/// A post after its build.
#[derive(Clone, Debug)]
pub struct Built {
    /// Its file.
    pub path: RelPath,
    /// What it says; nothing where its header cannot be read.
    pub document: Option<Arc<Document>>,
    /// All that was found in it, at the configured levels, in order.
    pub diagnostics: Vec<Diagnostic>,
    /// The bytes of its HTML part as sent; 0 where it got no further than a finding before that.
    pub html_bytes: usize,
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
        *self = Self::default();
    }
}

fn fill(text: &str, media: Media, renditions: &Renditions) -> Result<String, PlaceError> {
    personalize::fill(text, media, &renditions.holes, Values::Defaults)
}

/// Reads the publication as [`Publication::load_only`], and checks what its posts share.
///
/// # Errors
/// As [`Publication::load_only`].
pub fn open(files: &dyn Files, selection: &Selection) -> Result<Publication, LoadError> {
    let mut publication = Publication::load_only(files, selection)?;
    let mut sink = Sink::new();
    sink.extend(std::mem::take(&mut publication.diagnostics));
    check::check_shared(&publication, &mut sink);
    publication.diagnostics = sink.finish(&publication.config.checks.levels);
    Ok(publication)
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
        check::apply_allow(document, &publication.config.checks.levels, &mut sink);
    }
    let diagnostics = sink.finish(&publication.config.checks.levels);
    let broken = diagnostics.iter().any(Diagnostic::is_error) || !publication.is_usable();
    // Shown beside the limit where the size is the error.
    let html_bytes = made.as_ref().map_or(0, |output| output.html_bytes);
    let output = made.filter(|_| !broken).zip(post.document.as_ref()).map(|(mut output, document)| {
        output.report = report::json(publication, document, &output, &diagnostics);
        output
    });
    Built { path: post.path.clone(), document: post.document.clone(), diagnostics, html_bytes, output }
}

fn make(publication: &Publication, document: &Arc<Document>, files: &dyn Files, sink: &mut Sink) -> Option<Output> {
    let config = &publication.config;
    let context = check::Context::new(document, config, &publication.outlines, publication.today, files);
    check::check_post(&context, sink);
    let document = &*links::resolved(document, publication);
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
                let own = own.map(|span| (Arc::clone(&document.source), Span::new(head + span.start, head + span.end)));
                let (source, span) = own.unwrap_or_else(|| place_of(error.field(), document, templates));
                error.diagnostic(&source, span)
            }
            MessageError::Address(error) => {
                Diagnostic::new(code::INVALID_VALUE, &config.source, Span::default(), error.to_string())
            }
        });
        return None;
    }
    let html_bytes = output.html_bytes.max(output.email.len());
    let rendered =
        check::Rendered { context: &context, renditions: &output.renditions, assets: &output.assets, html_bytes };
    check::check_rendered(&rendered, sink);
    Some(output)
}

/// Where a subscriber's field is named: its one place in the post and the publication's templates.
/// Where there are several, nothing tells which of them is meant, and the post's title stands in.
fn place_of(field: &str, document: &Document, templates: &Templates) -> (Arc<Source>, Span) {
    let named = format!("subscriber.{field}");
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let sources = std::iter::once(Arc::clone(&document.source)).chain(templates.sources());
    let places = sources.flat_map(|source| {
        let text = source.text();
        let found = text.match_indices(&named).map(|(at, _)| Span::new(at, at + named.len()));
        let found: Vec<_> = found.filter(|span| text.get(span.end..).is_some_and(ends)).collect();
        found.into_iter().map(move |span| (Arc::clone(&source), span))
    });
    let includes = document.source.text().contains(":::include");
    match places.take(2).collect::<Vec<_>>().as_slice() {
        [(source, span)] if !includes => (Arc::clone(source), *span),
        _ => (Arc::clone(&document.source), document.front_matter.title_span),
    }
}

/// Puts values and addresses in the place of their tokens.
fn fill_all(output: &mut Output, config: &Config, document: &Document, place: &AssetPlace) -> Result<(), MessageError> {
    let Output { renditions, assets, .. } = &*output;
    let page = fill(&assets.place(&renditions.page, place), Media::Html, renditions)?;
    let (message, mut email, text) = MessageTemplate::with_preview(config, document, renditions, assets)?;
    if !assets.is_empty() {
        // The pictures of what is looked at here lie beside it.
        email = fill(&assets.place(&renditions.email, place), Media::Html, renditions)?;
    }
    let bytes = message.sample(&Recipient::sample(&renditions.holes)).into_bytes();
    (output.page, output.email, output.text) = (page, email, text);
    (output.message, output.html_bytes) = (bytes, message.html_len());
    Ok(())
}
