//! An issue as a chapter.

use crate::archive::Past;
use crate::export::ExportError;
use crate::export::epub::{Book, page, xhtml};
use crate::html;

/// The file of the chapter at this place. Not all readers take other letters than these in names.
pub(super) fn name(at: usize) -> String {
    format!("issue-{:04}.xhtml", at + 1)
}

pub(super) fn write(book: &Book<'_>, issue: &Past) -> Result<String, ExportError> {
    let about = issue.about();
    let letter = issue.letter()?;
    let nodes = html::parse(&(letter.text + &letter.notes));
    let page_url = book.config.page_url(&about.slug);
    let place = xhtml::Place {
        page: page_url.as_deref(),
        picture: &|name| book.pictures.get(name).map(|picture| format!("images/{}", picture.name)),
        chapter: &|url| book.chapters.get(url).cloned(),
    };
    let mut body = format!(
        "<body epub:type=\"bodymatter\">\n<section epub:type=\"chapter\" role=\"doc-chapter\">\n<header>\n<h1>{}</h1>\n",
        xhtml::text(&about.title)
    );
    if let Some(subtitle) = &about.subtitle {
        body.extend(["<p class=\"sub\">", &xhtml::text(subtitle), "</p>\n"]);
    }
    let words = about.language.words();
    let number = about.number.map(|number| words.number.replace("{}", &number.to_string()));
    let day = issue.day().map(|day| about.language.date(day));
    let authors = about.authors.iter().map(|author| author.name.clone());
    let meta: Vec<_> = number.into_iter().chain(day).chain(authors).collect();
    if !meta.is_empty() {
        body.extend(["<p class=\"meta\">", &xhtml::text(&meta.join(words.meta_separator)), "</p>\n"]);
    }
    body.push_str("</header>\n");
    for erratum in &issue.errata {
        let text = xhtml::text(&erratum.text);
        body.extend(["<p class=\"erratum\"><b>", &xhtml::text(&erratum.date), "</b> ", &text, "</p>\n"]);
    }
    body.push_str(&xhtml::write(&nodes, &place));
    body.push_str("</section>\n</body>\n");
    Ok(page(&about.title, &about.language, &body))
}
