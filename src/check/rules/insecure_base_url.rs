//! The web site's address.

use crate::check::Shared;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Fix, Sink, Span, code};

rule! {
    /// `base_url` is not an `https://` address.
    ///
    /// Images and the page to leave by are loaded from there. Over plain HTTP anybody on the way can read who opens
    /// them and change what is shown, mail programs warn or refuse, and one-click unsubscribing (RFC 8058) asks for
    /// HTTPS.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// base_url: http://upstream.example
    /// ```
    ///
    /// ## Instead
    ///
    /// ```yaml
    /// base_url: https://upstream.example
    /// ```
    INSECURE_BASE_URL, Shared(check)
}

fn check(shared: &Shared<'_>, sink: &mut Sink) {
    let config = shared.config;
    if !config.base_url.as_deref().is_some_and(|url| url.starts_with("http://")) {
        return;
    }
    let span = config.place("base_url");
    let found = Diagnostic::new(code::INSECURE_BASE_URL, &config.source, span, "`base_url` is not HTTPS");
    let found = found.help("serve the site over HTTPS and write `https://…`");
    let scheme = config.source.slice(span).find("http://").map(|at| span.start + at);
    sink.push(match scheme {
        Some(at) => found.fix(Fix::needs_a_look(Span::new(at, at + "http".len()), "https")),
        None => found,
    });
}
