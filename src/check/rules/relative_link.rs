//! Links that only a browser on the site could follow.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::links::{Link, candidates, each, local_path};
use crate::diagnostic::{Diagnostic, Fix, Sink, code};

rule! {
    /// A link without a web address that leads to no post.
    ///
    /// A mail stands on no page, so `/about` leads nowhere in it, and `../table.csv` to a file that is not published.
    /// Write the whole address; a file that readers are to have goes under `attachments` or to a web site. Links to
    /// other posts may be written as the path of their file.
    ///
    /// ## Example
    ///
    /// ```md
    /// [Who we are](/about) has not changed.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// [Who we are](https://upstream.example/about) has not changed.
    /// ```
    RELATIVE_LINK, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let document = context.document;
    each(context, &mut |link| {
        if document.holes.find(link.url).next().is_some() {
            return;
        }
        let found = |message| Diagnostic::new(code::RELATIVE_LINK, link.source, link.address(), message);
        if link.url.starts_with('/') {
            sink.push(whole(found(format!("`{}` leads nowhere in a mail", link.url)), &link, context));
            return;
        }
        let Some(path) = local_path(link.url) else { return };
        // What is not there at all is another finding.
        let there = candidates(document, &path).find(|path| context.files.is_file(path));
        if there.is_some_and(|path| context.outlines.iter().all(|post| post.path != path)) {
            let help = "put it on a web site and link its whole address, or name it under `attachments`";
            sink.push(found(format!("`{path}` is no post, and is not published")).help(help));
        }
    });
}

/// Offers the whole address of a path from the site's root.
fn whole(found: Diagnostic, link: &Link<'_>, context: &Context<'_>) -> Diagnostic {
    let root = context.config.base_url.as_deref().and_then(|base| {
        let (scheme, site) = base.split_once("//")?;
        Some(format!("{scheme}//{}", site.split('/').next()?))
    });
    let (whole, fix) = match root {
        _ if link.url.starts_with("//") => (Some(format!("https:{}", link.url)), "https:".to_owned()),
        Some(root) => (Some(format!("{root}{}", link.url)), root),
        None => (None, String::new()),
    };
    let Some(whole) = whole else { return found.help("write the whole address, `https://…`") };
    let found = found.help(format!("write `{whole}`"));
    match link.part(link.url) {
        Some(span) => found.fix(Fix::needs_a_look(crate::diagnostic::Span::empty(span.start), fix)),
        None => found,
    }
}
