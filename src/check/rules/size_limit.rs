//! What Gmail cuts off.

use crate::check::Rendered;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// The HTML part is larger than 102 kB, where Gmail cuts it off.
    ///
    /// Gmail shows what came before the cut and a link to the rest; the unsubscribe link at the end is lost, and with
    /// it, some readers' patience. Counted are the bytes of the HTML as written or as sent, whichever are more.
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
    /// ```md
    /// It rained.
    /// ```
    SIZE_LIMIT, Rendered(check)
}

fn check(rendered: &Rendered<'_>, sink: &mut Sink) {
    let limit = rendered.context.config.checks.max_html_bytes;
    let size = rendered.html_bytes;
    if limit == 0 || size <= limit {
        return;
    }
    let kb = |bytes: usize| bytes.div_ceil(1024);
    let document = rendered.context.document;
    let message = format!("the HTML part is {} kB as sent, over the limit of {} kB", kb(size), kb(limit));
    sink.push(
        Diagnostic::new(code::SIZE_LIMIT, &document.source, document.front_matter.title_span, message)
            .help("shorten the post, or link to its web page for the rest; Gmail cuts off what is over 102 kB"),
    );
}
