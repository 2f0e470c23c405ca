//! What is never asked: the machine itself and the network round it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use crate::web::Reach;

/// Whether a host means something only where the writer is.
pub fn is_private(host: &str) -> bool {
    match host.parse() {
        Ok(address) => is_private_address(address),
        Err(_) => host == "localhost" || [".localhost", ".local"].iter().any(|end| host.ends_with(end)),
    }
}

fn is_private_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => is_private_v6(address),
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_multicast()
        || first == 0
        // What a provider shares among its customers (RFC 6598).
        || (first == 100 && (64..128).contains(&second))
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    address.is_loopback()
        || address.is_unspecified()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        || address.is_multicast()
        || inner(address).is_some_and(is_private_v4)
}

/// The address of IPv4 that stands in one of IPv6: mapped, or led through NAT64 (RFC 6052).
fn inner(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, rest @ .., high, low] = address.segments();
    let through = a == 0x64 && b == 0xff9b && rest.iter().all(|&part| part == 0);
    address.to_ipv4_mapped().or_else(|| {
        let [one, two] = high.to_be_bytes();
        let [three, four] = low.to_be_bytes();
        through.then(|| Ipv4Addr::new(one, two, three, four))
    })
}

/// A public name led to a private address.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to a private network")]
pub(super) struct PrivateAddress;

/// Looks names up, and gives no address away that may not be asked: a name server can call any
/// address by any name.
#[derive(Debug)]
pub(super) struct Guard {
    reach: Reach,
    below: DefaultResolver,
}

impl Guard {
    pub(super) fn new(reach: Reach) -> Self {
        Self { reach, below: DefaultResolver::default() }
    }
}

impl Resolver for Guard {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.below.resolve(uri, config, timeout).map_err(|error| match error {
            ureq::Error::Io(error) if !is_passing(&error) => ureq::Error::HostNotFound,
            error => error,
        })?;
        // The proxy is the user's own choice.
        let is_proxy = config.proxy().is_some_and(|proxy| Some(proxy.host()) == uri.host());
        if self.reach == Reach::Public && !is_proxy && found.iter().any(|found| is_private_address(found.ip())) {
            return Err(ureq::Error::Other(Box::new(PrivateAddress)));
        }
        Ok(found)
    }
}

/// Whether the look-up may succeed later: the name server gave no answer, rather than none such.
/// The standard library has no other sign of it than the system's words.
fn is_passing(error: &std::io::Error) -> bool {
    let text = error.to_string();
    ["emporary failure", "ry again"].iter().any(|words| text.contains(words))
}

#[cfg(test)]
mod tests {
    use super::is_private;

    #[test]
    fn private_ranges_are_known_and_others_are_not() {
        for host in ["localhost", "app.localhost", "nas.local", "127.8.0.1", "10.0.0.1", "172.31.0.1", "192.168.1.1"] {
            assert!(is_private(host), "{host}");
        }
        for host in ["169.254.1.1", "0.0.0.0", "100.64.0.1", "::1", "fd00::1", "fe80::1", "::ffff:10.0.0.1"] {
            assert!(is_private(host), "{host}");
        }
        for host in ["64:ff9b::10.0.0.1", "255.255.255.255", "224.0.0.1", "ff02::1"] {
            assert!(is_private(host), "{host}");
        }
        for host in ["localhost.example", "local", "172.32.0.1", "8.8.8.8", "2001:db8::1", "64:ff9b::8.8.8.8"] {
            assert!(!is_private(host), "{host}");
        }
    }
}
