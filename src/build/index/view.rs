//! The views of posts inside the page itself, for the one file of `--single-file`.
//!
//! No script: each view is named in the address (`#mail-SLUG`), and CSS shows what is named
//! (`:target`). The mail stands there once; `#mail-` and `#phone-` differ by its width.

use std::fmt::{self, Formatter};

use crate::build::index::{Card, Views};
use crate::render::Escaped;

/// What the address can name, with its label.
const VIEWS: [(&str, &str); 4] =
    [("web", "Web page"), ("mail", "E-mail"), ("phone", "On a phone"), ("text", "Plain text")];

/// What a frame may do.
const SANDBOX: &str = "allow-popups allow-popups-to-escape-sandbox";

/// The views of all posts that the page is to hold.
pub(super) fn all(out: &mut Formatter<'_>, cards: &[&Card<'_>]) -> fmt::Result {
    for card in cards {
        if let Views::Inside { slug, page, email, text } = card.views {
            let (language, name, id) = (Escaped(card.language.tag()), Escaped(card.name()), Escaped(slug));
            out.write_str("<section class=\"post\">\n")?;
            for (view, _) in VIEWS {
                write!(out, "<span class=\"at {view}\" id=\"{view}-{id}\"></span>")?;
            }
            writeln!(out, "\n<header class=\"top\"><h2 lang=\"{language}\" dir=\"auto\">{name}</h2>")?;
            write!(out, "<nav aria-label=\"Views of {name}\">")?;
            for (view, label) in VIEWS {
                write!(out, "<a class=\"{view}\" href=\"#{view}-{id}\">{label}</a> ")?;
            }
            writeln!(out, "<a class=\"all\" href=\"#top\">All posts</a></nav></header>")?;
            // A frame runs nothing, and reaches nothing of the page round it; what its links lead
            // to opens beside the page.
            for (class, label, document) in [("web", "web page", page), ("mail", "e-mail", email)] {
                write!(
                    out,
                    "<iframe class=\"view {class}\" title=\"{name}, {label}\" sandbox=\"{SANDBOX}\" loading=\"lazy\" "
                )?;
                writeln!(out, "srcdoc=\"{}\"></iframe>", Document(&beside(document)))?;
            }
            // The first line end after `<pre>` is not part of the text.
            write!(
                out,
                "<pre class=\"view text\" tabindex=\"0\" lang=\"{language}\" dir=\"auto\">\n{}",
                Escaped(text)
            )?;
            out.write_str("</pre>\n</section>\n")?;
        }
    }
    Ok(())
}

/// A document whose links open in a tab of their own, but for those within it: many sites refuse
/// to be shown in a frame.
fn beside(document: &str) -> String {
    let mut out = String::with_capacity(document.len() + 1024);
    let mut parts = document.split("<a ");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let tag = part.split('>').next().unwrap_or_default();
        let own = tag.contains("href=\"#") || tag.contains("target=");
        out.push_str(if own { "<a " } else { "<a target=\"_blank\" " });
        out.push_str(part);
    }
    out
}

/// A document as the value of `srcdoc`.
struct Document<'a>(&'a str);

impl fmt::Display for Document<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(['&', '"']) {
            out.write_str(rest.get(..at).unwrap_or_default())?;
            out.write_str(if rest.as_bytes().get(at) == Some(&b'&') { "&amp;" } else { "&quot;" })?;
            rest = rest.get(at + 1..).unwrap_or_default();
        }
        out.write_str(rest)
    }
}
