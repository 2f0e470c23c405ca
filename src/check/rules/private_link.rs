//! Links to the writer's own machine.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::links::{each, host, scheme};
use crate::diagnostic::{Diagnostic, Sink, code};
use crate::web::is_private;

rule! {
    /// A link to the writer's own machine or network.
    ///
    /// `localhost`, `192.168.1.5` or `file:///home/…` mean something else, or nothing, where the reader is. While the
    /// post is a draft this is a warning; once it is ready, an error.
    ///
    /// ## Example
    ///
    /// ```md
    /// The figures are in [the new table](http://localhost:4000/table).
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// The figures are in [the new table](https://upstream.example/table).
    /// ```
    PRIVATE_LINK, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    each(context, &mut |link| {
        let host = host(link.url).filter(|host| is_private(host));
        let is_file = scheme(link.url).is_some_and(|scheme| scheme.eq_ignore_ascii_case("file"));
        let message = match host {
            Some(host) => format!("`{host}` is an address of your own network"),
            None if is_file => "a `file:` address leads into your own machine".to_owned(),
            None => return,
        };
        let found = Diagnostic::new(code::PRIVATE_LINK, link.source, link.address(), message);
        sink.push(found.severity(context.by_status()).help("link the address that readers can reach"));
    });
}
