//! The views of posts inside the page itself, for the one file of `--single-file`.
//!
//! No script: each view is named in the address (`#mail-SLUG`), and CSS shows what is named
//! (`:target`). The mail stands there once; `#mail-` and `#phone-` differ by its width.

use crate::build::index::{Card, Views, push_escaped};

/// The page with the views that it is to hold.
pub(super) fn append(mut page: String, cards: &[&Card<'_>]) -> String {
    let mut views = String::new();
    for card in cards {
        if let Views::Inside { slug, page, email, text } = card.views {
            push_post(&mut views, card, slug, page, email, text);
        }
    }
    if !views.is_empty() {
        let end = page.rfind("</body>").unwrap_or(page.len());
        page.insert_str(end, &views);
    }
    page
}

fn push_post(out: &mut String, card: &Card<'_>, slug: &str, page: &str, email: &str, text: &str) {
    let mut name = String::new();
    push_escaped(&mut name, card.name());
    let mut id = String::new();
    push_escaped(&mut id, slug);
    let mut language = String::new();
    push_escaped(&mut language, card.language.tag());

    out.push_str("<section class=\"post\">\n");
    for view in ["web", "mail", "phone", "text"] {
        out.push_str(&format!("<span class=\"at {view}\" id=\"{view}-{id}\"></span>"));
    }
    out.push_str(&format!(
        "\n<header class=\"top\"><h2 lang=\"{language}\" dir=\"auto\">{name}</h2>\n<nav aria-label=\"Views of {name}\">"
    ));
    for (view, label) in [("web", "Web page"), ("mail", "E-mail"), ("phone", "On a phone"), ("text", "Plain text")] {
        out.push_str(&format!("<a class=\"{view}\" href=\"#{view}-{id}\">{label}</a> "));
    }
    out.push_str("<a class=\"all\" href=\"#top\">All posts</a></nav></header>\n");
    push_frame(out, "web", &format!("{name}, web page"), page);
    push_frame(out, "mail", &format!("{name}, e-mail"), email);
    out.push_str(&format!("<pre class=\"view text\" tabindex=\"0\" lang=\"{language}\" dir=\"auto\">\n"));
    push_escaped(out, text);
    out.push_str("</pre>\n</section>\n");
}

/// A document in a frame that runs nothing and reaches nothing of the page round it.
fn push_frame(out: &mut String, class: &str, escaped_title: &str, document: &str) {
    out.reserve(document.len() + document.len() / 8);
    out.push_str(&format!(
        "<iframe class=\"view {class}\" title=\"{escaped_title}\" sandbox=\"\" loading=\"lazy\" srcdoc=\""
    ));
    let mut rest = document;
    while let Some(at) = rest.find(['&', '"']) {
        out.push_str(rest.get(..at).unwrap_or_default());
        out.push_str(if rest.as_bytes().get(at) == Some(&b'&') { "&amp;" } else { "&quot;" });
        rest = rest.get(at + 1..).unwrap_or_default();
    }
    out.push_str(rest);
    out.push_str("\"></iframe>\n");
}
