//! The links of a post, as the rules about them see them.

use std::borrow::Cow;
use std::sync::Arc;

use crate::check::Context;
use crate::check::rules::markup;
use crate::diagnostic::{Source, Span, percent_decode};
use crate::files::RelPath;
use crate::post::tree::{BlockKind, DirectiveKind, Inline, InlineKind};
use crate::post::visit::Node;
use crate::post::{Document, destination};
use crate::publication::Outline;

/// A link of a text, a button or a video.
#[derive(Clone, Copy, Debug)]
pub(in crate::check) struct Link<'a> {
    /// Where it leads, as the reader's program sees it.
    pub(super) url: &'a str,
    /// The file it stands in.
    pub(super) source: &'a Arc<Source>,
    /// All of it; of a directive its first line.
    pub(super) whole: Span,
    /// What the reader sees; nothing for directives, whose words stand in lines of their own.
    pub(super) content: Option<&'a [Inline]>,
}

impl Link<'_> {
    /// Where the address stands; all of the link where that cannot be told, as for `[a][b]`.
    pub(super) fn address(&self) -> Span {
        let text = self.source.slice(self.whole);
        let inner = |start: usize, len: usize| Span::new(self.whole.start + start, self.whole.start + start + len);
        if self.content.is_none() {
            return text.find(self.url).map_or(self.whole, |at| inner(at, self.url.len()));
        }
        if text.starts_with('<') && text.ends_with('>') {
            return inner(1, text.len() - 2);
        }
        // In `[![a](b.png)][c]` the address in parentheses is the image's.
        if text.ends_with(')') { destination(self.source, self.whole) } else { self.whole }
    }

    /// Where the words that the reader sees stand; all of the link where it has none.
    pub(super) fn words(&self) -> Span {
        let spans = self.content.unwrap_or_default().iter().map(|inline| inline.span);
        spans.reduce(Span::to).unwrap_or(self.whole)
    }

    /// Where `part` of the address stands, if it stands there as it is.
    pub(super) fn part(&self, part: &str) -> Option<Span> {
        let address = self.address();
        let at = address.start + self.source.slice(address).find(part)?;
        (address != self.whole).then(|| Span::new(at, at + part.len()))
    }
}

/// Shows every link of the post to `see`.
pub(super) fn each<'a>(context: &'a Context<'_>, see: &mut impl FnMut(Link<'a>)) {
    context.links.get_or_init(|| collect(context)).iter().copied().for_each(see);
}

fn collect<'a>(context: &Context<'a>) -> Vec<Link<'a>> {
    let mut links = Vec::new();
    context.nodes().for_each(|(source, node)| match node {
        Node::Inline(inline) => match &inline.kind {
            InlineKind::Link { url, content, .. } => {
                links.push(Link { url, source, whole: inline.span, content: Some(content) });
            }
            InlineKind::Html(html) => raw(source, html, inline.span, &mut links),
            _ => {}
        },
        Node::Block(block) => {
            if let BlockKind::Directive(directive) = &block.kind
                && let DirectiveKind::Button { url, .. } | DirectiveKind::Video { url, .. } = &directive.kind
            {
                links.push(Link { url, source, whole: directive.opening, content: None });
            } else if let BlockKind::Html(html) = &block.kind {
                raw(source, html, block.span, &mut links);
            }
        }
    });
    links
}

/// The links of raw HTML, as far as it stands in the file as it was read; of each its opening tag.
fn raw<'a>(source: &'a Arc<Source>, html: &str, whole: Span, links: &mut Vec<Link<'a>>) {
    let written = markup::written(source, html, whole);
    for tag in markup::tags(&written.text).iter().filter(|tag| tag.name == "a" && !tag.end) {
        let place = tag.get("href").and_then(|href| written.exact(href.value));
        if let (Some(url), Some(opening)) = (place, written.exact(tag.span)) {
            let url = source.slice(url);
            // A name in the page is no link.
            if !url.is_empty() {
                links.push(Link { url, source, whole: opening, content: None });
            }
        }
    }
}

/// The scheme of an address, as written; nothing for a path.
pub(super) fn scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    is_scheme.then_some(scheme)
}

/// The host of a web address in lower case, without name, port and brackets.
pub(super) fn host(url: &str) -> Option<Cow<'_, str>> {
    let (scheme, rest) = url.split_once("//")?;
    if !scheme.is_empty() && !["http:", "https:"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return None;
    }
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.strip_prefix('[') {
        Some(inner) => inner.split(']').next()?,
        None => host.split(':').next()?,
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    Some(if host.bytes().any(|b| b.is_ascii_uppercase()) { host.to_ascii_lowercase().into() } else { host.into() })
}

/// The path of a link into the publication, decoded, without what follows `?` or `#`. A path
/// from the site's root (`/about`) is the site's.
pub(super) fn local_path(url: &str) -> Option<String> {
    let path = url.split(['#', '?']).next().unwrap_or_default();
    (!path.is_empty() && !path.starts_with('/') && scheme(path).is_none()).then(|| decode(path))
}

/// The files that a path of a post can mean: beside the post, or from the publication's top.
pub(super) fn candidates(document: &Document, path: &str) -> impl Iterator<Item = RelPath> {
    [document.path.parent(), ""].into_iter().filter_map(move |folder| RelPath::resolve(folder, path).ok())
}

/// The post that a link leads to, by its file or by its page.
pub(super) fn target<'a>(link: &Link<'_>, context: &Context<'a>) -> Option<&'a Outline> {
    if let Some(path) = local_path(link.url) {
        let mut meant = candidates(context.document, &path);
        return meant.find_map(|path| context.outlines.iter().find(|post| post.path == path));
    }
    let page = link.url.strip_prefix(context.config.base_url.as_deref()?)?;
    let page = page.split(['?', '#']).next()?.trim_matches('/');
    context.outlines.iter().find(|post| post.slug.as_str() == page)
}

/// `%20` and its like as what they stand for; what does not make UTF-8 stays as written.
pub(super) fn decode(path: &str) -> String {
    percent_decode(path).unwrap_or_else(|| path.to_owned())
}

/// An address in a message: a long one loses its end.
pub(super) fn short(url: &str) -> Cow<'_, str> {
    match url.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", url.get(..at).unwrap_or_default()).into(),
        None => url.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::{host, scheme};

    #[test]
    fn a_host_is_found_where_there_is_one() {
        for (url, found) in [
            ("https://Example.COM:80/a?b#c", Some("example.com")),
            ("//a.example", Some("a.example")),
            ("http://user:pass@host/x@y", Some("host")),
            ("http://[::1]:80/", Some("::1")),
            ("https://x.example./", Some("x.example")),
            ("mailto:a@b.c", None),
            ("ftp://a/b", None),
            ("a//b", None),
            ("posts/a.md", None),
        ] {
            assert_eq!(host(url).as_deref(), found, "{url}");
        }
        assert_eq!(scheme("mailto:a"), Some("mailto"));
        assert_eq!(scheme("a/b:c"), None);
    }
}
