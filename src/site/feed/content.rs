//! A letter as feeds hold it: with whole addresses, and without what only the page's own style can
//! hide.

use crate::archive::Listed;
use crate::render::{Escaped, Letter};
use crate::site::feed::put;
use crate::site::markup::{resolved, tags, unescaped};

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
    let mut from = 0;
    // How many elements deep what is left out goes, and the name of its tag.
    let mut skipped: Option<(String, usize)> = None;
    for tag in tags(html) {
        if let Some((name, depth)) = &mut skipped {
            if tag.name == *name {
                *depth += 1;
            } else if tag.name.strip_prefix('/') == Some(name) {
                *depth -= 1;
                if *depth == 0 {
                    from = tag.range.end;
                    skipped = None;
                }
            }
            continue;
        }
        let class = tag.attribute("class").and_then(|range| html.get(range)).unwrap_or_default();
        let beside = matches!((&*tag.name, class), ("span", "side") | ("a", "near"));
        if beside {
            out.push_str(html.get(from..tag.range.start).unwrap_or_default());
            skipped = Some((tag.name, 1));
            continue;
        }
        for (name, range) in &tag.attributes {
            if !matches!(&**name, "href" | "src" | "poster") {
                continue;
            }
            let address = unescaped(html.get(range.clone()).unwrap_or_default());
            let whole = resolved(&address, page);
            if whole != address {
                out.push_str(html.get(from..range.start).unwrap_or_default());
                put!(out, "{}", Escaped(&whole));
                from = range.end;
            }
        }
    }
    if skipped.is_none() {
        out.push_str(html.get(from..).unwrap_or_default());
    }
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
