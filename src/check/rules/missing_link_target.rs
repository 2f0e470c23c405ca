//! A link to a file of the publication that is not there.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::links::{candidates, each, local_path};
use crate::diagnostic::{Diagnostic, Sink, code};

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
    each(context, &mut |link| {
        let Some(path) = local_path(link.url).filter(|_| document.holes.find(link.url).next().is_none()) else {
            return;
        };
        if candidates(document, &path).any(|path| context.files.is_file(&path)) {
            return;
        }
        let message = format!("there is no file `{path}`");
        let found = Diagnostic::new(code::MISSING_LINK_TARGET, link.source, link.address(), message);
        let help = "paths are relative to the post or to the publication's top; a web page needs its whole address";
        sink.push(found.severity(context.by_status()).help(help));
    });
}
