//! A template without a way out.

use crate::check::Shared;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// A template of yours has no link to unsubscribe.
    ///
    /// The law asks for one that is easy to find, and a reader who finds none marks the letter as spam. The partial
    /// `footer` of the built-in templates brings it.
    ///
    /// ## Example
    ///
    /// ```hbs templates/mine.hbs
    /// <html lang="en"><body><h1>{{issue.title}}</h1>{{{issue.content}}}
    /// <p>{{newsletter.postal_address}}</p></body></html>
    /// ```
    ///
    /// ## Instead
    ///
    /// ```hbs templates/mine.hbs
    /// <html lang="en"><body><h1>{{issue.title}}</h1>{{{issue.content}}}
    /// <p>{{newsletter.postal_address}} · <a href="{{unsubscribe.url}}">{{words.unsubscribe}}</a></p></body></html>
    /// ```
    TEMPLATE_WITHOUT_UNSUBSCRIBE, Shared(check)
}

fn check(shared: &Shared<'_>, sink: &mut Sink) {
    for (source, span) in shared.templates.without(&["unsubscribe.url", "unsubscribe.mailto", "unsubscribe"]) {
        let message = format!("`{}` has no link to unsubscribe", source.path());
        let found = Diagnostic::new(code::TEMPLATE_WITHOUT_UNSUBSCRIBE, &source, span, message);
        sink.push(
            found.help(
                "write `<a href=\"{{unsubscribe.url}}\">{{words.unsubscribe}}</a>` at the end, or `{{> footer}}`",
            ),
        );
    }
}
