//! A letter as feeds hold it: with whole addresses, without what only the page's own style can hide,
//! and without what runs on a page.

use crate::archive::Listed;
use crate::render::{Escaped, Letter};
use crate::site::feed::{known, put};
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
    push(&letter.text, page, &mut html);
    push(&letter.notes, page, &mut html);
    html
}

/// Adds `html` to `out`. What has nothing but what feeds take, as most letters have, is not taken
/// apart for that.
fn push(html: &str, page: &str, out: &mut String) {
    let start = out.len();
    if !absolute(html, page, out) {
        out.truncate(start);
        absolute(&known::alone(html), page, out);
    }
}

/// Adds `html` to `out`, and says whether what was added has nothing but what feeds take. A note beside
/// the text is left out, for it stands at the end, too.
fn absolute(html: &str, page: &str, out: &mut String) -> bool {
    let (start, mut added, mut is_known) = (out.len(), 0, true);
    markup::copy(html, out, |tag| {
        let class = tag.attribute("class").and_then(|range| html.get(range)).unwrap_or_default();
        if matches!((&*tag.name, class), ("span", "side") | ("a", "near")) {
            return Becomes::Nothing;
        }
        added += 1;
        is_known &= known::has(tag, html);
        let addresses = tag.attributes.iter().filter(|(name, _)| matches!(&**name, "href" | "src" | "poster"));
        let whole = addresses.filter_map(|(_, range)| {
            let address = unescaped(html.get(range.clone())?);
            let whole = resolved(&address, page);
            (whole != address).then(|| (range.clone(), Escaped(&whole).to_string()))
        });
        Becomes::Tag(whole.collect())
    });
    // A `<` that begins no tag here may begin one for others.
    let written = out.as_bytes().get(start..).unwrap_or_default();
    is_known && memchr::memchr_iter(b'<', written).count() == added
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{absolute, push};

    const PAGE: &str = "https://a.example/west/";

    fn pushed(html: &str) -> String {
        let mut out = String::new();
        push(html, PAGE, &mut out);
        out
    }

    #[test]
    fn addresses_become_whole_and_notes_stand_once() {
        let html = "<p>A<sup class=\"ref\"><a class=\"far\" href=\"#note:1\">1</a>\
            <a class=\"near\" href=\"#side:1\" hidden>1</a></sup><span class=\"side\" id=\"side:1\" hidden><b>1</b> A \
            <span>note</span>.</span> b <img src=\"images/a.png\" alt=\"x\"> <a href='/z?a&amp;b'>c</a></p>";
        assert!(absolute(html, PAGE, &mut String::new()));
        assert_eq!(
            pushed(html),
            "<p>A<sup class=\"ref\"><a class=\"far\" href=\"https://a.example/west/#note:1\">1</a></sup> b \
             <img src=\"https://a.example/west/images/a.png\" alt=\"x\"> <a href='https://a.example/z?a&amp;b'>c</a></p>"
        );
    }

    #[test]
    fn raw_html_is_left_with_what_feeds_take() {
        for (html, taken) in [
            ("<p onclick=x style='color:red' id=a>b</p>", "<p id=\"a\">b</p>"),
            ("a<script>b</script><style>c</style><svg><a>d</a></svg>e", "ae"),
            ("<custom-one><center>a</center></custom-one>", "<center>a</center>"),
            ("<form><label>a <input></label><button>b</button></form>", "a b"),
            ("<object data=x.swf><p>a</p></object><noscript>b</noscript>", "<p>a</p>b"),
            ("<iframe src=/film title='A film'></iframe>", "<a href=\"https://a.example/film\">A film</a>"),
            (
                "<iframe src='https://b.example/?a&amp;b'></iframe><iframe srcdoc=x></iframe>",
                "<a href=\"https://b.example/?a&amp;b\">https://b.example/?a&amp;b</a>",
            ),
            (
                "<video src=a.mp4 controls autoplay>",
                "<video src=\"https://a.example/west/a.mp4\" controls=\"\"></video>",
            ),
            ("<!-- a --!><script>b</script>c", "c"),
            ("<!-- a -->b &amp; c<br>", "b &amp; c<br>"),
            ("<a title='<script>'>a</a>", "<a title=\"&lt;script&gt;\">a</a>"),
        ] {
            assert_eq!(pushed(html), taken, "{html}");
        }
    }

    #[test]
    fn no_address_runs_anything() {
        for address in [
            "javascript:x",
            " JavaScript:x",
            "java\nscript:x",
            "javascript&colon;x",
            "&#106;avascript:x",
            "&#x1;javascript:x",
            "vbscript:x",
            "data:text/html,x",
        ] {
            assert_eq!(pushed(&format!("<a href=\"{address}\">b</a>")), "<a>b</a>", "{address}");
            assert_eq!(pushed(&format!("<iframe src=\"{address}\"></iframe>")), "", "{address}");
        }
        for html in [
            "<a href=\"https://b.example/?a=javascript:x&amp;b\">c</a>",
            "<a href=\"matrix:r/a:b.example\">c</a>",
            "<img src=\"data:image/png;base64,AA\">",
        ] {
            assert_eq!(pushed(html), html);
            assert!(absolute(html, PAGE, &mut String::new()), "{html}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_pushed_has_nothing_but_what_feeds_take(
            parts in prop::collection::vec(
                prop::sample::select(&[
                    "<", ">", "/", "\"", "'", "=", " ", "a", "p", "&", "<!--", "--!>", "-->", "<script>", "</script>",
                    "<svg>", "<style>", "<a href=", "javascript:", "&colon;", "<img src=x onerror=y>", "<table>", "<td>",
                    "<template>", "<math>", "<span class=\"side\">", "</span>", "<pre>", "\n", "<textarea>", "<plaintext>",
                ][..]),
                0..16,
            )
        ) {
            let pushed = pushed(&parts.concat());
            prop_assert!(absolute(&pushed, PAGE, &mut String::new()), "{}", pushed);
            let tree = format!("{:?}", crate::html::parse(&pushed)).to_lowercase();
            for never in ["\"script\"", "\"svg\"", "\"onerror\"", "\"style\"", "\"template\""] {
                prop_assert!(!tree.contains(never), "{never} in {}", pushed);
            }
        }
    }
}
