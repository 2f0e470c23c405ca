//! Two posts that would be written to the same folder.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, code};
use crate::publication::{Outline, Post};

/// Reports each post whose slug a post before it (by path) has already. The first one keeps it.
pub(super) fn report_duplicates(outlines: &[Outline], posts: &mut [Post]) {
    let mut first: BTreeMap<&str, &Outline> = BTreeMap::new();
    for outline in outlines {
        first.entry(outline.slug.as_str()).or_insert(outline);
    }
    for post in posts {
        let Some(document) = &post.document else { continue };
        let header = &document.front_matter;
        let Some(other) = first.get(header.slug.as_str()).filter(|other| other.path != post.path) else { continue };
        let span = if header.slug_span.is_empty() { header.title_span } else { header.slug_span };
        let message = format!("slug `{}` is that of `{}` as well", header.slug, other.path);
        post.diagnostics.push(
            Diagnostic::new(code::DUPLICATE_SLUG, &document.source, span, message)
                .help("give one of them another `slug` in its front matter, or another file name"),
        );
    }
}
