//! Links that anybody on the way can read.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::links::{each, host, scheme, short};
use crate::diagnostic::{Diagnostic, Fix, Sink, code};
use crate::web::is_private;

rule! {
    /// A link to a web page over plain HTTP.
    ///
    /// Whoever stands between the reader and the page can read and change it, and browsers warn of it. Nearly every
    /// site answers to `https://` as well; look whether this one does.
    ///
    /// ## Example
    ///
    /// ```md
    /// The [yearbook](http://figures.example/2024) has them.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// The [yearbook](https://figures.example/2024) has them.
    /// ```
    INSECURE_LINK, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    each(context, &mut |link| {
        let Some(scheme) = scheme(link.url).filter(|scheme| scheme.eq_ignore_ascii_case("http")) else { return };
        // A private address is worse than that, and another finding.
        if host(link.url).is_none_or(|host| host.is_empty() || is_private(&host)) {
            return;
        }
        let message = format!("`{}` is not HTTPS", short(link.url));
        let mut found = Diagnostic::new(code::INSECURE_LINK, link.source, link.address(), message);
        found.fix = link.part(scheme).map(|span| Fix::needs_a_look(span, "https"));
        sink.push(found.help("write `https://…`, once you have seen that the page is there"));
    });
}
