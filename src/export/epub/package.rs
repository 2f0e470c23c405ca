//! What the book is, what it holds, and its list of contents.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use chrono::{Datelike as _, NaiveTime, SecondsFormat};
use sha2::{Digest as _, Sha256};

use crate::archive::hex;
use crate::export::epub::{Book, chapter, page, xhtml};
use crate::language::Direction;

/// Writes to a text, which takes everything.
macro_rules! put {
    ($out:expr, $($format:tt)*) => {
        if writeln!($out, $($format)*).is_err() {}
    };
}

/// The package document.
pub(super) fn package(book: &Book<'_>) -> String {
    let config = book.config;
    let mut out = String::new();
    put!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" \
         unique-identifier=\"id\" xml:lang=\"{0}\">\n<metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n\
         <dc:identifier id=\"id\">urn:uuid:{1}</dc:identifier>\n<dc:title>{2}</dc:title>\n<dc:language>{0}</dc:language>",
        xhtml::text(config.language.tag()),
        uuid(book),
        xhtml::text(&book.title)
    );
    let mut known = BTreeSet::new();
    for author in book.issues.iter().flat_map(|issue| &issue.about().authors) {
        if known.insert(&author.name) {
            put!(out, "<dc:creator>{}</dc:creator>", xhtml::text(&author.name));
        }
    }
    put!(out, "<dc:publisher>{}</dc:publisher>", xhtml::text(&config.name));
    if let Some(base) = &config.base_url {
        put!(out, "<dc:source>{}</dc:source>", xhtml::text(base));
    }
    if let Some(day) = book.issues.iter().rev().find_map(crate::archive::Past::day) {
        put!(out, "<dc:date>{day}</dc:date>");
    }
    put!(out, "<meta property=\"dcterms:modified\">{}</meta>", modified(book));
    for (property, value) in [
        ("accessMode", "textual"),
        ("accessModeSufficient", "textual"),
        ("accessibilityFeature", "tableOfContents"),
        ("accessibilityFeature", "readingOrder"),
        ("accessibilityHazard", "unknown"),
    ] {
        put!(out, "<meta property=\"schema:{property}\">{value}</meta>");
    }
    // What older readers take the cover from.
    put!(out, "<meta name=\"cover\" content=\"cover-image\"/>\n</metadata>\n<manifest>");
    let xhtml = "application/xhtml+xml";
    put!(out, "<item id=\"contents\" href=\"contents.xhtml\" media-type=\"{xhtml}\" properties=\"nav\"/>");
    put!(out, "<item id=\"cover\" href=\"cover.xhtml\" media-type=\"{xhtml}\"/>");
    put!(out, "<item id=\"cover-image\" href=\"cover.svg\" media-type=\"image/svg+xml\" properties=\"cover-image\"/>");
    put!(out, "<item id=\"style\" href=\"style.css\" media-type=\"text/css\"/>");
    for at in 0..book.issues.len() {
        put!(out, "<item id=\"issue-{at}\" href=\"{}\" media-type=\"{xhtml}\"/>", chapter::name(at));
    }
    for (at, picture) in book.pictures.values().enumerate() {
        let name = xhtml::text(&picture.name);
        put!(out, "<item id=\"image-{at}\" href=\"images/{name}\" media-type=\"{}\"/>", picture.media_type);
    }
    let progression = match config.language.direction() {
        Direction::Rtl => " page-progression-direction=\"rtl\"",
        Direction::Ltr => "",
    };
    put!(out, "</manifest>\n<spine{progression}>\n<itemref idref=\"cover\"/>\n<itemref idref=\"contents\"/>");
    for at in 0..book.issues.len() {
        put!(out, "<itemref idref=\"issue-{at}\"/>");
    }
    put!(out, "</spine>\n</package>");
    out
}

/// The list of contents: by year, where there are several.
pub(super) fn contents(book: &Book<'_>) -> String {
    let language = &book.config.language;
    let mut out = format!(
        "<body>\n<nav epub:type=\"toc\" role=\"doc-toc\" id=\"toc\">\n<h1>{}</h1>\n<ol>\n",
        xhtml::text(&book.title)
    );
    let years: BTreeSet<_> = book.issues.iter().map(|issue| issue.day().map(|day| day.year())).collect();
    let mut open = None;
    for (at, issue) in book.issues.iter().enumerate() {
        let year = issue.day().map(|day| day.year());
        if years.len() > 1 && open != Some(year) {
            let end = if open.is_some() { "</ol></li>\n" } else { "" };
            let first = year.map_or_else(|| "–".to_owned(), |year| year.to_string());
            put!(out, "{end}<li><a href=\"{}\">{first}</a>\n<ol>", chapter::name(at));
            open = Some(year);
        }
        let about = issue.about();
        let (tag, dir) = (xhtml::text(about.language.tag()), about.language.direction().as_str());
        let lang = if about.language == *language {
            String::new()
        } else {
            format!(" lang=\"{tag}\" xml:lang=\"{tag}\" dir=\"{dir}\"")
        };
        put!(out, "<li><a href=\"{}\"{lang}>{}</a></li>", chapter::name(at), xhtml::text(&about.title));
    }
    out.push_str(if open.is_some() { "</ol></li>\n" } else { "" });
    out.push_str("</ol>\n</nav>\n</body>\n");
    page(&book.title, language, &out)
}

/// A number of the book's own, the same as long as the newsletter has its name and address.
fn uuid(book: &Book<'_>) -> String {
    let mut hash = Sha256::new();
    for part in [book.config.name.as_str(), book.config.base_url.as_deref().unwrap_or_default(), &book.title] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let mut bytes = hash.finalize();
    // Version 8, of one's own making (RFC 9562, 5.8).
    if let Some(byte) = bytes.get_mut(6) {
        *byte = *byte & 0x0f | 0x80;
    }
    if let Some(byte) = bytes.get_mut(8) {
        *byte = *byte & 0x3f | 0x80;
    }
    let digits = hex(&bytes);
    let part = |from, to| digits.get(from..to).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

/// When anything of it was last changed: the latest seal or correction.
fn modified(book: &Book<'_>) -> String {
    let day = |day: chrono::NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let errata = book.issues.iter().flat_map(|issue| &issue.errata);
    let errata = errata.filter_map(|erratum| erratum.date.parse().ok()).map(day);
    let seals = book.issues.iter().filter_map(|issue| issue.sealed.or(issue.day().map(day)));
    let latest = errata.chain(seals).max().unwrap_or_default();
    latest.to_rfc3339_opts(SecondsFormat::Secs, true)
}
