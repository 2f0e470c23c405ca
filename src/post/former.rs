//! Former addresses of posts on the web site, and what they may not take the place of.

use crate::diagnostic::Span;

/// A former address, as a post names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alias {
    /// The path from the top of the site, without a `/` before it.
    pub path: String,
    /// Where it stands.
    pub span: Span,
}

/// The files that stand at the top of every site, whatever is in it.
pub const ALWAYS: [&str; 7] =
    ["index.html", "404.html", "feed.xml", "atom.xml", "feed.json", "robots.txt", "sitemap.xml"];

/// The file of the page of a post.
pub fn page(slug: &str) -> String {
    format!("{slug}/index.html")
}

/// The file of the page that leads on from an alias; nothing for the top of the site.
pub fn file(alias: &str) -> Option<String> {
    let alias = alias.trim_matches('/');
    let ending = alias.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending);
    match ending {
        _ if alias.is_empty() => None,
        Some("html" | "htm") => Some(alias.to_owned()),
        _ => Some(format!("{alias}/index.html")),
    }
}

/// Whether two files of a site take the same place: they are one, or one stands where the other wants a
/// folder.
pub fn meet(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::{file, meet};

    #[test]
    fn an_alias_is_a_page_or_a_folder_with_one() {
        for (alias, page) in [
            ("/old/", Some("old/index.html")),
            ("old/a.html", Some("old/a.html")),
            ("v1.2/a.b", Some("v1.2/a.b/index.html")),
            ("/", None),
        ] {
            assert_eq!(file(alias).as_deref(), page, "{alias}");
        }
    }

    #[test]
    fn files_meet_where_both_cannot_be() {
        assert!(meet("a/b", "a/b") && meet("a/b/index.html", "a/b") && meet("a", "a/b"));
        assert!(!meet("a/b", "a/bc") && !meet("a/b", "a/c") && !meet("a/index.html", "a/b/index.html"));
    }
}
