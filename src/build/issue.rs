//! One post, checked and rendered.

use std::sync::Arc;

use memchr::memmem;

use crate::build::{links, report};
use crate::check;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Sink, Source, Span};
use crate::files::{Files, RelPath};
use crate::message::{self, Media, MessageError, MessageTemplate, PlaceError, Recipient, Values, personalize};
use crate::post::Document;
use crate::post::front_matter::Visibility;
use crate::publication::{Post, Publication};
use crate::render::{self, AssetPlace, Assets, Input, Letter, Renditions, Templates};

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

    /// The letter of the web page, images beside it in `images/`.
    pub fn letter(&self) -> Letter {
        let Letter { text, notes } = &self.renditions.letter;
        let place = AssetPlace::Folder("images/".to_owned());
        let filled = |part: &str| fill(&self.assets.place(part, &place), Media::Html, &self.renditions);
        // What cannot be filled stopped the page itself.
        Letter { text: filled(text).unwrap_or_default(), notes: filled(notes).unwrap_or_default() }
    }

    /// Lets go of all that is on the disk by now.
    pub(super) fn release(&mut self) {
        *self = Self::default();
    }
}

fn fill(text: &str, media: Media, renditions: &Renditions) -> Result<String, PlaceError> {
    personalize::fill(text, media, &renditions.holes, Values::Defaults)
}

/// Checks and renders one post: the same for every command that needs an issue.
pub fn build_issue(publication: &Publication, post: &Post, files: &dyn Files) -> Built {
    let (made, diagnostics) = look(publication, post, files, make);
    let broken = diagnostics.iter().any(Diagnostic::is_error) || !publication.is_usable();
    // Shown beside the limit where the size is the error.
    let html_bytes = made.as_ref().map_or(0, |output| output.html_bytes);
    let output = made.filter(|_| !broken).zip(post.document.as_ref()).map(|(mut output, document)| {
        output.report = report::json(publication, document, &output, &diagnostics);
        output
    });
    Built { path: post.path.clone(), document: post.document.clone(), diagnostics, html_bytes, output }
}

/// The findings of [`build_issue`] alone, without making more of the post than they need.
pub fn check_issue(publication: &Publication, post: &Post, files: &dyn Files) -> Vec<Diagnostic> {
    look(publication, post, files, find).1
}

/// What `make` makes of the post, and all findings in it.
fn look<T>(
    publication: &Publication,
    post: &Post,
    files: &dyn Files,
    make: impl FnOnce(&check::Context<'_>, &Publication, &Document, &mut Sink) -> Option<T>,
) -> (Option<T>, Vec<Diagnostic>) {
    let Publication { config, outlines, today, answers, .. } = publication;
    let mut sink = Sink::new();
    sink.extend(post.diagnostics.iter().cloned());
    let made = post.document.as_ref().and_then(|document| {
        let mut context = check::Context::new(document, config, outlines, *today, files);
        context.answers = answers.as_deref();
        check::check_post(&context, &mut sink);
        let made = make(&context, publication, &links::resolved(document, publication), &mut sink);
        check::apply_allow(document, &config.checks.levels, answers.as_deref(), &mut sink);
        made
    });
    (made, sink.finish(&config.checks.levels))
}

/// What only a rendering can show. Most posts need no more than the HTML of the letter itself, to
/// see that it is small.
fn find(context: &check::Context<'_>, publication: &Publication, document: &Document, sink: &mut Sink) -> Option<()> {
    let config = &publication.config;
    let assets = Assets::load(document, config, context.files, sink);
    if is_plain(document, publication)
        && let Some(html_bytes) = most_html_bytes(publication, document, &assets)
    {
        let limit = config.checks.max_html_bytes;
        if limit == 0 || html_bytes <= limit {
            check::check_rendered(&check::Rendered { context, renditions: None, assets: &assets, html_bytes }, sink);
            return Some(());
        }
    }
    finish(context, publication, document, assets, sink).map(drop)
}

/// The most bytes that the HTML part of a post can have, as written or as sent, without rendering
/// it: what a check compares with the limit. Nothing where its template cannot be rendered.
pub fn html_bound(publication: &Publication, document: &Arc<Document>, files: &dyn Files) -> Option<usize> {
    let document = links::resolved(document, publication);
    most_html_bytes(publication, &document, &Assets::load(&document, &publication.config, files, &mut Sink::new()))
}

fn most_html_bytes(publication: &Publication, document: &Document, assets: &Assets) -> Option<usize> {
    let (letter, bytes) = render::email::most_bytes(&input(publication, document, assets))?;
    Some(message::most_html_bytes(&publication.config, document, assets, &letter, bytes))
}

/// Whether a rendering of the post cannot go wrong, and has each link in both parts: built-in
/// templates show every post.
fn is_plain(document: &Document, publication: &Publication) -> bool {
    let text = document.source.text();
    let has = |words: &str| memmem::find(text.as_bytes(), words.as_bytes()).is_some();
    let markup =
        |at: usize| matches!(text.as_bytes().get(at + 1), Some(b'a'..=b'z' | b'A'..=b'Z' | b'/' | b'!' | b'?'));
    !publication.templates.has_users()
        && !["html-only", ":::include", "{{"].into_iter().any(has)
        && !memchr::memchr_iter(b'<', text.as_bytes()).any(markup)
}

fn make(
    context: &check::Context<'_>,
    publication: &Publication,
    document: &Document,
    sink: &mut Sink,
) -> Option<Output> {
    let assets = Assets::load(document, &publication.config, context.files, sink);
    finish(context, publication, document, assets, sink)
}

fn input<'a>(publication: &'a Publication, document: &'a Document, assets: &'a Assets) -> Input<'a> {
    let Publication { config, templates, .. } = publication;
    Input { config, document, templates, assets, web_url: web_page(config, document) }
}

/// The web page that a post's mail leads to; a private post has none.
pub fn web_page(config: &Config, document: &Document) -> Option<String> {
    let front = &document.front_matter;
    config.page_url(front.slug.as_str()).filter(|_| front.visibility != Visibility::Private)
}

fn finish(
    context: &check::Context<'_>,
    publication: &Publication,
    document: &Document,
    assets: Assets,
    sink: &mut Sink,
) -> Option<Output> {
    let Publication { config, templates, .. } = publication;
    let renditions = render::render(&input(publication, document, &assets), sink)?;
    let mut output = Output { renditions, assets, ..Output::default() };
    let filled = fill_all(&mut output, config, document, &AssetPlace::Folder("images/".to_owned()));
    if let Err(error) = filled {
        sink.push(match error {
            MessageError::Place(error) => {
                let head = document.front_matter.span.end;
                let own = error.locate(document.source.text().get(head..).unwrap_or_default());
                let own = own.map(|span| (Arc::clone(&document.source), Span::new(head + span.start, head + span.end)));
                let (source, span) = own.unwrap_or_else(|| place_of(error.field(), document, templates));
                error.diagnostic(&source, span)
            }
            // That is wrong for all posts, and said once.
            MessageError::Address(_) => return None,
        });
        return None;
    }
    let html_bytes = output.html_bytes.max(output.email.len());
    let Output { renditions, assets, .. } = &output;
    check::check_rendered(&check::Rendered { context, renditions: Some(renditions), assets, html_bytes }, sink);
    Some(output)
}

/// Where a subscriber's field is named: its one place in the post and the publication's templates.
/// Where there are several, nothing tells which of them is meant, and the post's title stands in.
pub fn place_of(field: &str, document: &Document, templates: &Templates) -> (Arc<Source>, Span) {
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
