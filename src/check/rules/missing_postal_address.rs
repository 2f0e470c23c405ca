//! Where the sender can be written to.

use crate::check::Shared;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// A post is ready, and `newsletter.yaml` has no `postal_address`.
    ///
    /// The law of many countries, as CAN-SPAM in the United States, asks for a postal address in every mailing; a post
    /// box will do. Readers, too, trust a letter more that says where it comes from.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// postal_address:
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
    /// postal_address: Harbour Lane 1, Trieste
    /// ```
    MISSING_POSTAL_ADDRESS, Shared(check)
}

fn check(shared: &Shared<'_>, sink: &mut Sink) {
    let config = shared.config;
    let Some(post) = shared.ready().filter(|_| config.postal_address.is_none()) else { return };
    let message = format!("`{}` is ready, and no `postal_address` can stand in it", post.path);
    let found = Diagnostic::new(code::MISSING_POSTAL_ADDRESS, &config.source, config.place("postal_address"), message);
    sink.push(found.help("add `postal_address: Street 1, City, Country`; the law of many countries asks for it"));
}
