//! A letter as feeds hold it: with whole addresses, and without what only the page's own style can
//! hide.

use crate::archive::Listed;
use crate::render::{Escaped, Letter};
use crate::site::feed::put;
use crate::site::markup::{self, Becomes, resolved, unescaped};

/// The letter with its corrections and notes.
pub(super) fn whole(issue: Listed<'_>, letter: &Letter, page: &str) -> String {
    let mut html = String::with_capacity(letter.text.len() + letter.notes.len() + 512);
    let language = &issue.about().language;
    for erratum in &issue.errata {
        let day = erratum.date.parse().map_or_else(|_| erratum.date.clone(), |day| language.date(day));
        let words = language.words();
        put!(
            html,
            "<p><strong>{}{}{}</strong> {}</p>\n",
            words.site.corrections,
            words.comma,
            Escaped(&day),
            Escaped(&erratum.text)
        );
    }
    absolute(&letter.text, page, &mut html);
    absolute(&letter.notes, page, &mut html);
    html
}

/// Adds `html` to `out`. A note beside the text is left out, for it stands at the end, too.
fn absolute(html: &str, page: &str, out: &mut String) {
    markup::copy(html, out, |tag| {
        let class = tag.attribute("class").and_then(|range| html.get(range)).unwrap_or_default();
        if matches!((&*tag.name, class), ("span", "side") | ("a", "near")) {
            return Becomes::Nothing;
        }
        let addresses = tag.attributes.iter().filter(|(name, _)| matches!(&**name, "href" | "src" | "poster"));
        let whole = addresses.filter_map(|(_, range)| {
            let address = unescaped(html.get(range.clone())?);
            let whole = resolved(&address, page);
            (whole != address).then(|| (range.clone(), Escaped(&whole).to_string()))
        });
        Becomes::Tag(whole.collect())
    });
}

#[cfg(test)]
mod tests {
    use super::absolute;

    #[test]
    fn addresses_become_whole_and_notes_stand_once() {
        let html = "<p>A<sup class=\"ref\"><a class=\"far\" href=\"#note:1\">1</a>\
            <a class=\"near\" href=\"#side:1\" hidden>1</a></sup><span class=\"side\" id=\"side:1\" hidden><b>1</b> A \
            <span>note</span>.</span> b <img src=\"images/a.png\" alt=\"x\"> <a href='/z?a&amp;b'>c</a></p>";
        let mut out = String::new();
        absolute(html, "https://a.example/west/", &mut out);
        assert_eq!(
            out,
            "<p>A<sup class=\"ref\"><a class=\"far\" href=\"https://a.example/west/#note:1\">1</a></sup> b \
             <img src=\"https://a.example/west/images/a.png\" alt=\"x\"> <a href='https://a.example/z?a&amp;b'>c</a></p>"
        );
    }
}
