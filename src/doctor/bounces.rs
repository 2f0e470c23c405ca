//! Whether what cannot be delivered finds its way back.

use crate::doctor::dns::{DnsError, Resolver};
use crate::doctor::{Check, found};

const CHECK: &str = "bounces";
const WHY: &str = "many servers take no mail from an address that cannot be answered, and reports of bounces are lost";

pub(super) fn examine(domain: &str, resolver: &Resolver) -> Result<Vec<Check>, DnsError> {
    let help =
        format!("let `bounces` name an address at a domain that receives mail, or publish an MX record for `{domain}`");
    let lost = |message: String| Ok(vec![Check::error(CHECK, message).why(WHY).help(help.clone())]);
    let servers = match resolver.mx(domain) {
        Err(DnsError::NoSuchName(_)) => return lost(format!("there is no domain `{domain}`, where bounces go")),
        servers => servers?,
    };
    // "." says that there is no mail here (RFC 7505).
    if servers.iter().any(|(_, name)| name.trim_end_matches('.').is_empty()) {
        return lost(format!("`{domain}`, where bounces go, says that it takes no mail"));
    }
    let Some((_, first)) = servers.first() else {
        return if found(resolver.addresses(domain))?.is_empty() {
            lost(format!("`{domain}`, where bounces go, has no mail server"))
        } else {
            Ok(vec![Check::ok(
                CHECK,
                format!("bounces go to `{domain}` itself, which has no MX record but an address"),
            )])
        };
    };
    if found(resolver.addresses(first))?.is_empty() {
        return lost(format!("`{first}`, the mail server of `{domain}`, has no address"));
    }
    Ok(vec![Check::ok(CHECK, format!("bounces go to `{first}`, the mail server of `{domain}`"))])
}
