//! A template that leaves out where the sender lives.

use crate::check::Shared;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// A template of yours shows no postal address.
    ///
    /// The law of many countries asks for it in every mailing. The built-in templates show `postal_address` in their
    /// footer; the partial `footer` brings it into yours.
    ///
    /// ## Example
    ///
    /// ```hbs templates/mine.hbs
    /// <html lang="en"><body><h1>{{issue.title}}</h1>{{{issue.content}}}
    /// <p><a href="{{unsubscribe.url}}">{{words.unsubscribe}}</a></p></body></html>
    /// ```
    ///
    /// ## Instead
    ///
    /// ```hbs templates/mine.hbs
    /// <html lang="en"><body><h1>{{issue.title}}</h1>{{{issue.content}}}
    /// <p>{{newsletter.postal_address}} · <a href="{{unsubscribe.url}}">{{words.unsubscribe}}</a></p></body></html>
    /// ```
    TEMPLATE_WITHOUT_ADDRESS, Shared(check)
}

fn check(shared: &Shared<'_>, sink: &mut Sink) {
    for (source, span) in shared.templates.without(&["newsletter.postal_address", "postal_address"]) {
        let message = format!("`{}` shows no postal address", source.path());
        let found = Diagnostic::new(code::TEMPLATE_WITHOUT_ADDRESS, &source, span, message);
        sink.push(found.help("write `{{newsletter.postal_address}}` at the end, or `{{> footer}}`"));
    }
}
