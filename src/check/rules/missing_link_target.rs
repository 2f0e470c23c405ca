//! A link to a file of the publication that is not there.

use crate::check::Context;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Sink, code};
use crate::files::RelPath;
use crate::post::destination;
use crate::post::tree::InlineKind;
use crate::post::visit::{Node, visit};

rule! {
    /// A link to a file of the publication that is not there.
    ///
    /// Readers would meet a page that says 404. While the post is a draft this is a warning, for the file may still
    /// come.
    ///
    /// ## Example
    ///
    /// ```md
    /// The figures are in [last week's letter](gone.md).
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// The figures are in [last week's letter](other.md).
    /// ```
    MISSING_LINK_TARGET, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let document = context.document;
    visit(document, &mut |source, node| {
        let Node::Inline(inline) = node else { return };
        let InlineKind::Link { url, .. } = &inline.kind else { return };
        let Some(path) = local_path(url).filter(|_| document.holes.find(url).next().is_none()) else { return };
        let there = [document.path.parent(), ""]
            .iter()
            .any(|folder| RelPath::resolve(folder, &path).is_ok_and(|path| context.files.is_file(&path)));
        if !there {
            let span = destination(source, inline.span);
            let found = Diagnostic::new(code::MISSING_LINK_TARGET, source, span, format!("there is no file `{path}`"));
            let help = "paths are relative to the post or to the publication's top; a web page needs its whole address";
            sink.push(found.severity(context.by_status()).help(help));
        }
    });
}

/// The path of a link into the publication, decoded, without what follows `?` or `#`. A path
/// from the site's root (`/about`) is the site's.
fn local_path(url: &str) -> Option<String> {
    let path = url.split(['#', '?']).next().unwrap_or_default();
    let scheme = path.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    });
    (!path.is_empty() && !path.starts_with('/') && !scheme).then(|| decode(path))
}

fn decode(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let code = path.get(at + 1..at + 3).filter(|_| byte == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        decoded.push(code.unwrap_or(byte));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8(decoded).unwrap_or_else(|_| path.to_owned())
}
