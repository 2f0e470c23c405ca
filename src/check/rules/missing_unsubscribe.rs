//! How readers leave.

use crate::check::Shared;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// A post is ready, and `newsletter.yaml` does not say how readers leave.
    ///
    /// The law asks for a way out in every mailing, and Gmail and Yahoo ask senders of many mails for one by a single
    /// click (RFC 8058), which `unsubscribe.url` makes. A reader who finds none marks the letter as spam.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// unsubscribe: {}
    /// ```
    /// ```md
    /// ---
    /// title: The river and the rail
    /// date: 2024-04-26
    /// status: ready
    /// ---
    ///
    /// It rained.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```yaml
    /// unsubscribe: { url: "https://upstream.example/leave/{token}" }
    /// ```
    MISSING_UNSUBSCRIBE, Shared(check)
}

fn check(shared: &Shared<'_>, sink: &mut Sink) {
    let config = shared.config;
    let Some(post) = shared.ready().filter(|_| !config.has_unsubscribe()) else { return };
    let message = format!("`{}` is ready, and its readers have no way to leave", post.path);
    let found = Diagnostic::new(code::MISSING_UNSUBSCRIBE, &config.source, config.place("unsubscribe"), message);
    sink.push(found.help("add `unsubscribe: {url: \"https://…/{token}\"}`, or `mailto`"));
}
