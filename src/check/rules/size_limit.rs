//! What Gmail cuts off.

use crate::check::Rendered;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Sink, code};
use crate::post::tree::{BlockKind, plain_text};

rule! {
    /// The HTML part is larger than 102 kB, where Gmail cuts it off.
    ///
    /// Gmail shows what came before the cut and a link to the rest; the unsubscribe link at the end is lost, and with it, some
    /// readers' patience. Counted are the bytes of the HTML as written or as sent, whichever are more.
    /// `checks.max_html_bytes` sets another limit.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// checks:
    ///   max_html_bytes: 1024
    /// ```
    /// ```md
    /// It rained.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```yaml
    /// checks:
    ///   max_html_bytes: 104448
    /// ```
    SIZE_LIMIT, Rendered(check)
}

fn check(rendered: &Rendered<'_, '_>, sink: &mut Sink) {
    let limit = rendered.context.config.checks.max_html_bytes;
    let size = rendered.html_bytes;
    if limit == 0 || size <= limit {
        return;
    }
    let document = rendered.context.document;
    let message = format!("the HTML part is {} kB, over the limit of {} kB", kb(size), kb(limit));
    let costs: Vec<_> =
        costs(rendered).into_iter().take(3).map(|(name, size)| format!("{name} {} kB", kb(size))).collect();
    let help = match &*costs {
        [] => "shorten the post, or link to its web page for the rest".to_owned(),
        costs => format!("shorten it, or link to its web page for the rest; what costs most: {}", costs.join(", ")),
    };
    sink.push(
        Diagnostic::new(code::SIZE_LIMIT, &document.source, document.front_matter.title_span, message).help(help),
    );
}

fn kb(bytes: usize) -> usize {
    bytes.div_ceil(1024)
}

/// The sections by the bytes of their HTML, the costliest first.
fn costs(rendered: &Rendered<'_, '_>) -> Vec<(String, usize)> {
    let document = rendered.context.document;
    let html = rendered.renditions.map_or("", |renditions| &renditions.email);
    let mut from = 0;
    let headings = document.sections.iter().filter_map(|section| {
        let BlockKind::Heading(heading) = &document.blocks.get(section.heading?)?.kind else { return None };
        from += html.get(from..)?.find(&format!(" id=\"{}\"", heading.id))?;
        Some((format!("`{}`", plain_text(&heading.content)), from))
    });
    let starts: Vec<_> = headings.collect();
    let ends = starts.iter().skip(1).map(|(_, at)| *at).chain([html.len()]);
    let mut costs: Vec<_> =
        starts.iter().zip(ends).map(|((name, at), end)| (name.clone(), end.saturating_sub(*at))).collect();
    costs.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    costs
}
