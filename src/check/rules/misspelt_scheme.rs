//! Addresses that start with no word that programs know.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::links::{each, scheme};
use crate::diagnostic::{Diagnostic, Fix, Sink, code, nearest};

rule! {
    /// A link whose address starts with `htps:`, `https:/` or another slip of the finger.
    ///
    /// What stands before the colon tells the reader's program what to do with the rest. It knows no `htps`, and does
    /// nothing.
    ///
    /// ## Example
    ///
    /// ```md
    /// See [the gauge](htps://upstream.example/gauge).
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// See [the gauge](https://upstream.example/gauge).
    /// ```
    MISSPELT_SCHEME, Post(check)
}

const KNOWN: [&str; 3] = ["https", "http", "mailto"];

/// Schemes of others that are as near to those as a slip.
const OTHERS: [&str; 2] = ["sftp", "ftps"];

fn check(context: &Context<'_>, sink: &mut Sink) {
    each(context, &mut |link| {
        let Some(written) = scheme(link.url) else { return };
        let lower = written.to_ascii_lowercase();
        let after = link.url.get(written.len() + 1..).unwrap_or_default();
        let (meant, rest) = match KNOWN.iter().find(|known| **known == lower) {
            Some(&"mailto") => return,
            Some(_) if after.starts_with("//") => return,
            Some(known) => (format!("{known}://"), after.trim_start_matches('/')),
            None if OTHERS.contains(&&*lower) => return,
            None => match nearest(&lower, KNOWN) {
                Some(known) => (format!("{known}:"), after),
                None => return,
            },
        };
        let start = link.url.strip_suffix(rest).unwrap_or(written);
        let message = format!("no program knows an address that starts with `{start}`");
        let found = Diagnostic::new(code::MISSPELT_SCHEME, link.source, link.address(), message);
        let found = found.help(format!("did you mean `{meant}{rest}`?"));
        sink.push(match link.part(start) {
            Some(span) => found.fix(Fix::needs_a_look(span, meant)),
            None => found,
        });
    });
}
