//! CSS that some mail clients do not show.

use crate::check::rule::rule;
use crate::check::rules::markup::{Written, raw, templates};
use crate::check::rules::unsupported_css::each;
use crate::check::{Context, Shared};
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// CSS that some mail clients leave out, where the letter can be read without it.
    ///
    /// Round corners, shadows, hovering and dark mode are welcome where they are known. With this rule a designer sees
    /// who misses them. It also names what only smaller clients lack, and what `@media` or `@supports` guard.
    ///
    /// ## Example
    ///
    /// ```md
    /// <div style="padding: 8px; border-radius: 4px">It rained.</div>
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// <div style="padding: 8px">It rained.</div>
    /// ```
    DECORATIVE_CSS, Both(check_post, check_templates)
}

fn check_post(context: &Context<'_>, sink: &mut Sink) {
    raw(context, &mut |written| report(written, sink));
}

fn check_templates(shared: &Shared<'_>, sink: &mut Sink) {
    templates(shared, &mut |written| report(written, sink));
}

fn report(written: &Written<'_>, sink: &mut Sink) {
    each(written, &mut |found| {
        if found.is_decoration() {
            let place = written.place(found.span());
            let finding = Diagnostic::new(code::DECORATIVE_CSS, written.source, place, found.message());
            sink.push(finding.help(format!("look at the letter without it (tested {})", found.tested())));
        }
    });
}
