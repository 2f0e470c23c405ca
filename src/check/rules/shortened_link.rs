//! Links through a shortener.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::links::{each, host};
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// A link through a URL shortener.
    ///
    /// Spammers hide behind shorteners, so filters mark mails that use them; readers cannot see where they are led;
    /// and the link dies with the service. Follow it once and link where it ends.
    ///
    /// ## Example
    ///
    /// ```md
    /// The [yearbook](https://bit.ly/3xYz12) has them.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// The [yearbook](https://figures.example/yearbook/2024) has them.
    /// ```
    SHORTENED_LINK, Post(check)
}

/// Shorteners that anybody can use, in order. Those that serve one site alone (`youtu.be`) are none.
const SHORTENERS: &[&str] = &[
    "adf.ly",
    "bit.do",
    "bit.ly",
    "bitly.com",
    "bl.ink",
    "buff.ly",
    "cutt.ly",
    "dlvr.it",
    "dwz.cn",
    "goo.gl",
    "ift.tt",
    "is.gd",
    "j.mp",
    "lnkd.in",
    "ow.ly",
    "qr.ae",
    "rb.gy",
    "rebrand.ly",
    "s.id",
    "short.io",
    "shorturl.at",
    "soo.gd",
    "suo.im",
    "t.cn",
    "t.co",
    "t.ly",
    "tiny.cc",
    "tiny.one",
    "tinyurl.com",
    "trib.al",
    "url.cn",
    "v.gd",
    "x.gd",
];

fn check(context: &Context<'_>, sink: &mut Sink) {
    each(context, &mut |link| {
        let Some(host) = host(link.url) else { return };
        let host = host.strip_prefix("www.").unwrap_or(&host);
        if SHORTENERS.binary_search(&host).is_err() {
            return;
        }
        let message = format!("`{host}` hides where this link leads");
        let found = Diagnostic::new(code::SHORTENED_LINK, link.source, link.address(), message);
        sink.push(found.help("open it once, and link the address where it ends"));
    });
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_list_is_in_order() {
        assert!(super::SHORTENERS.is_sorted());
    }
}
