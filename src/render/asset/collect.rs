//! Finds the images of a post, reads them, and reports those that cannot be used.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Fix, Sink, Source, Span, code, nearest, percent_decode};
use crate::files::{Files, PathError, RelPath};
use crate::post::Document;
use crate::post::tree::{Block, BlockKind, DirectiveKind, Image, Inline, InlineKind};
use crate::render::asset::{Assets, Attachment, COLUMN, Density, MAX_PIXELS, memo};
use crate::render::image::ImageError;

/// One place where an image is used.
struct Place {
    source: Arc<Source>,
    span: Span,
    /// The width that the post asks for, in CSS pixels.
    width: Option<u32>,
}

/// The uses of an image, by the path as written.
type Uses = BTreeMap<String, Vec<Place>>;

pub(super) fn load(document: &Document, config: &Config, files: &dyn Files, sink: &mut Sink) -> Assets {
    let mut uses = Uses::new();
    walk_blocks(&document.blocks, config, &document.source, &mut uses);
    for note in &document.footnotes {
        walk_blocks(&note.blocks, config, &note.source, &mut uses);
    }
    let header = |key: &str, value: &str| value_span(document, key, value);
    if let Some(url) = &document.front_matter.image {
        add(&mut uses, url, &document.source, header("image", url), None);
    }
    for id in &document.front_matter.authors {
        add_author(&mut uses, id, config);
    }
    if let Some(url) = &config.theme.logo {
        add(&mut uses, url, &config.source, text_span(&config.source, url), None);
    }
    let mut loader = Loader { document, files, sink, max_pixels: config.checks.max_image_pixels };
    if loader.max_pixels == 0 {
        loader.max_pixels = MAX_PIXELS;
    }
    let mut assets = Assets::default();
    for (url, places) in &uses {
        loader.image(url, places, &mut assets);
    }
    for path in &document.front_matter.attachments {
        let span = header("attachments", path);
        assets.attachments.extend(loader.attachment(path, span));
    }
    assets
}

/// A picture of the configuration, by its path from the top; what is wrong with it is said with the
/// posts that show it.
pub(super) fn load_one(url: &str, config: &Config, files: &dyn Files) -> Assets {
    let mut assets = Assets::default();
    let path = RelPath::new(url).ok().filter(|_| is_local(url));
    let read = path.and_then(|path| Some((files.read(&path).ok()?, path)));
    if let Some((bytes, path)) = read {
        let stem = path.stem();
        let slot = memo::fit(&bytes, None, Density::of(stem), config.checks.max_image_pixels.max(1));
        if let Some(Ok((fitted, bytes))) = slot.get() {
            assets.insert(url, stem, fitted, bytes);
        }
    }
    assets
}

fn add(uses: &mut Uses, url: &str, source: &Arc<Source>, span: Span, width: Option<u32>) {
    if is_local(url) {
        uses.entry(url.to_owned()).or_default().push(Place { source: Arc::clone(source), span, width });
    }
}

fn add_author(uses: &mut Uses, id: &str, config: &Config) {
    if let Some(url) = config.authors.get(id).and_then(|author| author.image.as_ref()) {
        add(uses, url, &config.source, text_span(&config.source, url), None);
    }
}

fn add_image(uses: &mut Uses, image: &Image, source: &Arc<Source>) {
    add(uses, &image.url, source, image.url_span, image.width);
}

/// Whether an address is a path in the publication: no scheme, no host. A drive's letter is a
/// path, and an unsafe one.
pub(super) fn is_local(url: &str) -> bool {
    let scheme = url.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    });
    !url.is_empty() && !scheme && !url.starts_with("//") && !url.starts_with('#')
}

fn walk_blocks(blocks: &[Block], config: &Config, source: &Arc<Source>, uses: &mut Uses) {
    for block in blocks {
        match &block.kind {
            BlockKind::Paragraph(inlines) => walk_inlines(inlines, source, uses),
            BlockKind::Heading(heading) => walk_inlines(&heading.content, source, uses),
            BlockKind::List(list) => {
                for item in &list.items {
                    walk_blocks(&item.blocks, config, source, uses);
                }
            }
            BlockKind::Quote(inner) | BlockKind::Alert(_, inner) => walk_blocks(inner, config, source, uses),
            BlockKind::Table(table) => {
                if let Some(content) = &table.caption {
                    walk_inlines(content, source, uses);
                }
                for cell in table.head.iter().chain(table.rows.iter().flatten()) {
                    walk_inlines(&cell.content, source, uses);
                }
            }
            BlockKind::Definitions(definitions) => {
                for definition in definitions {
                    walk_inlines(&definition.term, source, uses);
                    for meaning in &definition.meanings {
                        walk_blocks(meaning, config, source, uses);
                    }
                }
            }
            BlockKind::Directive(directive) => {
                let mut inner = source;
                match &directive.kind {
                    DirectiveKind::Figure(image) | DirectiveKind::Video { image: Some(image), .. } => {
                        add_image(uses, image, source);
                    }
                    DirectiveKind::Author { id } => add_author(uses, id, config),
                    DirectiveKind::Include { source } => inner = source,
                    _ => {}
                }
                walk_blocks(&directive.blocks, config, inner, uses);
            }
            BlockKind::Code { .. } | BlockKind::Divider | BlockKind::Html(_) => {}
        }
    }
}

fn walk_inlines(inlines: &[Inline], source: &Arc<Source>, uses: &mut Uses) {
    for inline in inlines {
        match &inline.kind {
            InlineKind::Image(image) => add_image(uses, image, source),
            InlineKind::Emphasis(inner)
            | InlineKind::Strong(inner)
            | InlineKind::Strikethrough(inner)
            | InlineKind::Superscript(inner)
            | InlineKind::Subscript(inner)
            | InlineKind::Link { content: inner, .. } => walk_inlines(inner, source, uses),
            _ => {}
        }
    }
}

/// Where `value` stands behind the key `key` of the front matter.
fn value_span(document: &Document, key: &str, value: &str) -> Span {
    let Some(key) = document.front_matter.keys.get(key) else { return document.front_matter.span };
    let end = document.front_matter.span.end.max(key.end);
    let rest = document.source.text().get(key.end..end).unwrap_or_default();
    rest.find(value).map_or(*key, |at| Span::new(key.end + at, key.end + at + value.len()))
}

/// Where `value` stands in the configuration.
fn text_span(source: &Source, value: &str) -> Span {
    source.text().find(value).map_or(Span::default(), |at| Span::new(at, at + value.len()))
}

/// Why a file cannot be read.
enum Unread {
    Unsafe(String),
    Missing,
    Io(String),
}

struct Loader<'a> {
    document: &'a Document,
    files: &'a dyn Files,
    sink: &'a mut Sink,
    max_pixels: u64,
}

impl Loader<'_> {
    fn image(&mut self, url: &str, places: &[Place], assets: &mut Assets) {
        let (path, bytes) = match self.read(url) {
            Ok(read) => read,
            Err(unread) => {
                for place in places {
                    self.report(url, &place.source, place.span, &unread, code::MISSING_IMAGE, "image");
                }
                return;
            }
        };
        let stem = path.stem();
        // The widest use decides. One that does not say takes the image's own width.
        let widths = places.iter().map(|place| place.width.map(|width| width.min(COLUMN)));
        let widest = widths.collect::<Option<Vec<_>>>().and_then(|widths| widths.into_iter().max());
        let slot = memo::fit(&bytes, widest, Density::of(stem), self.max_pixels);
        match slot.get() {
            Some(Ok((fitted, bytes))) => assets.insert(url, stem, fitted, bytes),
            Some(Err(error)) => {
                for place in places {
                    self.unusable(url, place, error);
                }
            }
            None => {}
        }
    }

    fn unusable(&mut self, url: &str, place: &Place, error: &ImageError) {
        let (code, help) = match error {
            ImageError::Svg => (code::UNSHOWN_IMAGE, "save it as PNG, twice as wide as it is to be shown"),
            ImageError::Format => (code::UNREADABLE_IMAGE, "save it as PNG or JPEG"),
            ImageError::TooLarge { .. } => {
                (code::UNREADABLE_IMAGE, "scale it down, or raise `checks.max_image_pixels` in `newsletter.yaml`")
            }
            ImageError::Memory { .. } => (code::UNREADABLE_IMAGE, "scale it down"),
            ImageError::Broken(_) => (code::UNREADABLE_IMAGE, "save it again from the program it was made with"),
        };
        let message = format!("image `{url}` cannot be used: {error}");
        self.sink.push(Diagnostic::new(code, &place.source, place.span, message).help(help));
    }

    fn attachment(&mut self, path: &str, span: Span) -> Option<Attachment> {
        match self.read(path) {
            Ok((found, bytes)) => Some(Attachment {
                name: found.file_name().to_owned(),
                media_type: media_type(&found.extension()),
                bytes: bytes.into(),
            }),
            Err(unread) => {
                let source = Arc::clone(&self.document.source);
                self.report(path, &source, span, &unread, code::MISSING_ATTACHMENT, "attachment");
                None
            }
        }
    }

    /// Reads the file that the post wrote as `url`: relative to the post, else to the top.
    fn read(&self, url: &str) -> Result<(RelPath, Vec<u8>), Unread> {
        let whole = decoded(url);
        // `a.png?raw=true` is the file without the question, unless a file has that very name.
        let bare = url.split(['?', '#']).next().map(decoded).filter(|bare| *bare != whole);
        let mut failed = Unread::Missing;
        for path in std::iter::once(whole).chain(bare) {
            for candidate in self.candidates(&path) {
                let path = match candidate {
                    Ok(path) => path,
                    // Only when the other reading does not help either.
                    Err(error) => {
                        failed = Unread::Unsafe(error.to_string());
                        continue;
                    }
                };
                match self.files.read(&path) {
                    Ok(bytes) => return Ok((path, bytes)),
                    Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                        failed = Unread::Unsafe(error.to_string());
                    }
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(_) if !self.files.is_file(&path) => {}
                    Err(error) => failed = Unread::Io(error.to_string()),
                }
            }
        }
        Err(failed)
    }

    fn candidates(&self, path: &str) -> Vec<Result<RelPath, PathError>> {
        // A web site's `/images/a.png` means its top.
        if let Some(rest) = path.strip_prefix('/') {
            return vec![RelPath::new(rest)];
        }
        let beside = RelPath::resolve(self.document.path.parent(), path);
        let top = RelPath::new(path);
        match (beside, top) {
            (Ok(beside), Ok(top)) if beside == top => vec![Ok(beside)],
            // What leads out from the top alone is well beside the post, and the other way round.
            (Ok(beside), Err(_)) => vec![Ok(beside)],
            (Err(_), Ok(top)) => vec![Ok(top)],
            (beside, top) => vec![beside, top],
        }
    }

    fn report(
        &mut self,
        url: &str,
        source: &Arc<Source>,
        span: Span,
        unread: &Unread,
        missing: &'static Code,
        what: &str,
    ) {
        let finding = match unread {
            Unread::Unsafe(reason) => {
                let message = format!("{what} `{url}` cannot be used: {reason}");
                Diagnostic::new(code::UNSAFE_PATH, source, span, message)
                    .help("keep it inside the publication's folder")
            }
            Unread::Io(reason) => {
                let message = format!("{what} `{url}` cannot be read: {reason}");
                Diagnostic::new(code::UNREADABLE_FILE, source, span, message)
            }
            Unread::Missing => {
                let severity = self.document.front_matter.status.severity();
                let finding = Diagnostic::new(missing, source, span, format!("{what} `{url}` is not there"));
                let finding = finding.severity(severity);
                match self.suggest(url) {
                    Some(meant) => finding.help(format!("did you mean `{meant}`?")).fix(Fix::needs_a_look(span, meant)),
                    None => finding.help(format!(
                        "it is looked for beside the post, in `{}`, and at the top of the publication",
                        self.document.path.parent()
                    )),
                }
            }
        };
        self.sink.push(finding);
    }

    /// A file of nearly that name, as the post would write it.
    fn suggest(&self, url: &str) -> Option<String> {
        let path = decoded(url);
        let wanted = path.rsplit('/').next().filter(|name| !name.is_empty())?;
        let folder = self.document.path.parent();
        let beside = RelPath::resolve(folder, &path).ok().map(|path| path.parent().to_owned());
        let top = RelPath::new(path.trim_start_matches('/')).ok().map(|path| path.parent().to_owned());
        let mut folders: Vec<_> = [beside, top, Some("images".to_owned())].into_iter().flatten().collect();
        folders.retain(|folder| !folder.is_empty());
        folders.dedup();
        let mut found = Vec::new();
        for folder in folders {
            found.extend(self.files.list(&folder).unwrap_or_default());
        }
        found.retain(|path| path.extension() != "md");
        let same = found.iter().find(|path| path.file_name() == wanted);
        let near = || {
            let name = nearest(wanted, found.iter().map(RelPath::file_name))?;
            found.iter().find(|path| path.file_name() == name)
        };
        let meant = same.or_else(near)?;
        let inside = meant.as_str().strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
        Some(match inside {
            Some(inside) if !folder.is_empty() => inside.to_owned(),
            _ => format!("{}{meant}", "../".repeat(folder.split('/').filter(|part| !part.is_empty()).count())),
        })
    }
}

/// The media type of a file with this ending.
fn media_type(extension: &str) -> &'static str {
    match extension {
        "pdf" => "application/pdf",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "csv" => "text/csv",
        "txt" | "md" => "text/plain",
        "ics" => "text/calendar",
        "zip" => "application/zip",
        "epub" => "application/epub+zip",
        "mp3" => "audio/mpeg",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "application/octet-stream",
    }
}

/// An address as the file that it names; what does not make UTF-8 stays as written.
fn decoded(url: &str) -> String {
    percent_decode(url).unwrap_or_else(|| url.to_owned())
}
