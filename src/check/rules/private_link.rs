//! Links to the writer's own machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::links::{each, host, scheme};
use crate::diagnostic::{Diagnostic, Sink, code};

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

/// Whether a host means something only where the writer is.
pub(super) fn is_private(host: &str) -> bool {
    match host.parse() {
        Ok(IpAddr::V4(address)) => is_private_v4(address),
        Ok(IpAddr::V6(address)) => is_private_v6(address),
        Err(_) => host == "localhost" || [".localhost", ".local"].iter().any(|end| host.ends_with(end)),
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    address.is_private() || address.is_loopback() || address.is_link_local() || address.is_unspecified()
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    address.is_loopback()
        || address.is_unspecified()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        || address.to_ipv4_mapped().is_some_and(is_private_v4)
}

#[cfg(test)]
mod tests {
    use super::is_private;

    #[test]
    fn private_ranges_are_known_and_others_are_not() {
        for host in ["localhost", "app.localhost", "nas.local", "127.8.0.1", "10.0.0.1", "172.31.0.1", "192.168.1.1"] {
            assert!(is_private(host), "{host}");
        }
        for host in ["169.254.1.1", "0.0.0.0", "::1", "fd00::1", "fe80::1", "::ffff:10.0.0.1"] {
            assert!(is_private(host), "{host}");
        }
        for host in ["localhost.example", "local", "172.32.0.1", "8.8.8.8", "2001:db8::1", "10.example"] {
            assert!(!is_private(host), "{host}");
        }
    }
}
