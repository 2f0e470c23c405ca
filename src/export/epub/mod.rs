//! The archive as a book (EPUB 3): a cover, a list of contents, and a chapter an issue.

mod chapter;
mod cover;
mod package;
mod xhtml;

use std::collections::BTreeMap;

use crate::archive::Past;
use crate::config::Config;
use crate::export::zip::{Packing, Zip};
use crate::export::{ExportError, Request};
use crate::language::Language;
use crate::render::Escaped;

/// What the format's readers show their own way is left to them.
const STYLE: &str = include_str!("book.css");

const CONTAINER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
<container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\">\n<rootfiles>\n\
<rootfile full-path=\"book/package.opf\" media-type=\"application/oebps-package+xml\"/>\n</rootfiles>\n</container>\n";

/// A book that is being made.
struct Book<'a> {
    config: &'a Config,
    issues: &'a [Past],
    /// Its title.
    title: String,
    /// The pictures by their names in the archive: their files in the book.
    pictures: BTreeMap<String, Picture>,
    /// The chapters by the addresses of the pages that they come from.
    chapters: BTreeMap<String, String>,
}

/// A picture of the book.
struct Picture {
    name: String,
    media_type: &'static str,
    bytes: Vec<u8>,
}

pub(super) fn write(issues: &[Past], config: &Config, request: Request) -> Result<Vec<u8>, ExportError> {
    let year = request.year.map(|year| format!(" {year}")).unwrap_or_default();
    let mut book = Book {
        config,
        issues,
        title: format!("{}{year}", config.name),
        pictures: BTreeMap::new(),
        chapters: BTreeMap::new(),
    };
    for (at, issue) in issues.iter().enumerate() {
        if let Some(url) = config.page_url(&issue.about().slug) {
            book.chapters.insert(url.trim_end_matches('/').to_owned(), chapter::name(at));
        }
        for name in issue.images() {
            if !book.pictures.contains_key(name) {
                book.pictures.insert(name.to_owned(), picture(issue, name)?);
            }
        }
    }
    let mut zip = Zip::default();
    // Readers look for it at this place.
    zip.add("mimetype", b"application/epub+zip", Packing::Stored)?;
    let mut add = |name: &str, text: &str| zip.add(name, text.as_bytes(), Packing::Deflated);
    add("META-INF/container.xml", CONTAINER)?;
    add("book/package.opf", &package::package(&book))?;
    add("book/contents.xhtml", &package::contents(&book))?;
    add("book/style.css", STYLE)?;
    add("book/cover.svg", &cover::svg(&book, request.year))?;
    add("book/cover.xhtml", &cover::page_of(&book))?;
    for (at, issue) in issues.iter().enumerate() {
        add(&format!("book/{}", chapter::name(at)), &chapter::write(&book, issue)?)?;
    }
    for picture in book.pictures.values() {
        zip.add(&format!("book/images/{}", picture.name), &picture.bytes, Packing::Stored)?;
    }
    Ok(zip.finish()?)
}

/// A picture in a form that every reader shows: WebP is none of EPUB 3.2.
fn picture(issue: &Past, name: &str) -> Result<Picture, ExportError> {
    let bytes = issue.image(name)?;
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let media_type = match ending {
        "webp" => {
            let image = image::load_from_memory_with_format(&bytes, image::ImageFormat::WebP);
            let mut png = std::io::Cursor::new(Vec::new());
            image
                .and_then(|image| image.write_to(&mut png, image::ImageFormat::Png))
                .map_err(|_| ExportError::Picture(name.to_owned()))?;
            let name = format!("{stem}.png");
            return Ok(Picture { name, media_type: "image/png", bytes: png.into_inner() });
        }
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        _ => "image/png",
    };
    Ok(Picture { name: name.to_owned(), media_type, bytes })
}

/// A page of the book.
fn page(title: &str, language: &Language, body: &str) -> String {
    let (tag, dir) = (Escaped(language.tag()), language.direction().as_str());
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" \
         xmlns:epub=\"http://www.idpf.org/2007/ops\" lang=\"{tag}\" xml:lang=\"{tag}\" dir=\"{dir}\">\n<head>\n\
         <title>{}</title>\n<link rel=\"stylesheet\" href=\"style.css\"/>\n</head>\n{body}</html>\n",
        xhtml::text(title)
    )
}
