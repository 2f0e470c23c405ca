//! What the domain of `from` asks of mail in its name, and whether ours is that (RFC 7489).

use crate::campaign::relay::is_aligned;
use crate::doctor::dns::{DnsError, Resolver};
use crate::doctor::{Check, found, tags};
use crate::message::dkim::Signer;

const CHECK: &str = "dmarc";

pub(super) fn examine(
    from: &str,
    envelope: &str,
    signer: Option<&Signer>,
    resolver: &Resolver,
) -> Result<Vec<Check>, DnsError> {
    // The domain itself, else the nearest one above that has a record.
    for domain in domains(from) {
        let name = format!("_dmarc.{domain}");
        let records: Vec<_> = found(resolver.txt(&name))?.into_iter().filter(|record| is_dmarc(record)).collect();
        match records.as_slice() {
            [] => {}
            [record] => return Ok(judge(record, &name, domain, from, envelope, signer)),
            all => {
                let message = format!("`{name}` has {} records of DMARC, so none counts", all.len());
                return Ok(vec![Check::error(CHECK, message).help("leave one of them")]);
            }
        }
    }
    Ok(vec![
        Check::warning(CHECK, format!("`{from}` has no record of DMARC"))
            .why("Gmail and Yahoo ask senders of bulk mail for one, and anybody may send in your name without it")
            .help(format!("publish this TXT record at `_dmarc.{from}`: v=DMARC1; p=none")),
    ])
}

/// A domain and those above it, but for the topmost.
fn domains(domain: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(domain), |domain| domain.split_once('.').map(|(_, above)| above))
        .filter(|domain| domain.contains('.'))
}

fn is_dmarc(record: &str) -> bool {
    let (version, _) = record.split_once(';').unwrap_or((record, ""));
    version.split_once('=').is_some_and(|(tag, value)| tag.trim() == "v" && value.trim() == "DMARC1")
}

fn judge(record: &str, name: &str, domain: &str, from: &str, envelope: &str, signer: Option<&Signer>) -> Vec<Check> {
    let tag = |tag| tags::value(record, tag).map(|value| value.to_ascii_lowercase());
    let own = tag("p");
    let policy = if domain == from { own.clone() } else { tag("sp").or_else(|| own.clone()) };
    let Some(policy) = policy.filter(|policy| ["none", "quarantine", "reject"].contains(&policy.as_str())) else {
        let message = format!("the record at `{name}` says no policy that there is");
        return vec![
            Check::error(CHECK, message)
                .why("servers take it as if there were none")
                .help("write `p=none`, `p=quarantine` or `p=reject` after `v=DMARC1;`"),
        ];
    };
    let mut all = vec![Check::ok(CHECK, format!("`{name}` asks for `p={policy}`"))];
    let counts = |one: &str, strict: Option<String>| {
        if strict.as_deref() == Some("s") { one == from } else { is_aligned(one, from) }
    };
    let signed = signer.map(|signer| (signer.domain(), counts(signer.domain(), tag("adkim"))));
    let sent = counts(envelope, tag("aspf"));
    let why = "DMARC passes by a signature or an SPF record of the very domain that readers see";
    all.extend(match (signed, sent) {
        (Some((_, true)), _) => None,
        (Some((signed, false)), _) => {
            let message = format!("`{name}` asks that `{from}` itself signs (`adkim=s`), and `{signed}` does");
            let check = if sent { Check::warning(CHECK, message) } else { Check::error(CHECK, message) };
            Some(check.why(why).help(format!("set `dkim.domain: {from}` and publish the key there")))
        }
        (None, true) => None,
        (None, false) => Some(
            Check::note(CHECK, format!("bounces go to `{envelope}`, so DMARC passes only by a signature for `{from}`"))
                .help("make sure that the relay signs for it"),
        ),
    });
    all
}

#[cfg(test)]
mod tests {
    use super::{domains, is_dmarc, judge};
    use crate::doctor::Level;
    use crate::message::dkim::{Algorithm, PrivateKey, Signer};

    fn levels(record: &str, domain: &str, envelope: &str, signed: Option<&str>) -> Vec<Level> {
        let key = || PrivateKey::generate(Algorithm::Ed25519).unwrap();
        let signer = signed.map(|domain| Signer::new(domain, "s", key()).unwrap());
        let name = format!("_dmarc.{domain}");
        judge(record, &name, domain, "news.a.example", envelope, signer.as_ref()).iter().map(|one| one.level).collect()
    }

    #[test]
    fn the_policy_of_a_domain_above_may_be_another_for_those_below() {
        assert_eq!(levels("v=DMARC1; p=reject", "a.example", "a.example", None), [Level::Ok]);
        let message = |record| {
            judge(record, "_dmarc.a.example", "a.example", "news.a.example", "a.example", None)[0].message.clone()
        };
        assert_eq!(message("v=DMARC1; p=none; sp=reject"), "`_dmarc.a.example` asks for `p=reject`");
        assert_eq!(message("v=DMARC1; p=none"), "`_dmarc.a.example` asks for `p=none`");
        assert_eq!(levels("v=DMARC1; p=always", "a.example", "a.example", None), [Level::Error]);
        assert_eq!(levels("v=DMARC1", "news.a.example", "a.example", None), [Level::Error]);
    }

    #[test]
    fn a_strict_record_counts_nothing_but_the_domain_itself() {
        let own = "news.a.example";
        assert_eq!(levels("v=DMARC1; p=none", own, "b.example", Some("a.example")), [Level::Ok]);
        assert_eq!(levels("v=DMARC1; p=none; adkim=s", own, own, Some(own)), [Level::Ok]);
        assert_eq!(levels("v=DMARC1; p=none; adkim=s", own, own, Some("a.example")), [Level::Ok, Level::Warning]);
        assert_eq!(levels("v=DMARC1; p=none; adkim=s", own, "b.example", Some("a.example")), [Level::Ok, Level::Error]);
        assert_eq!(levels("v=DMARC1; p=none; aspf=s", own, "a.example", None), [Level::Ok, Level::Note]);
    }

    #[test]
    fn a_record_is_told_by_its_version_and_looked_for_upwards() {
        assert!(is_dmarc("v=DMARC1; p=none") && is_dmarc("v = DMARC1;p=none") && is_dmarc("v=DMARC1"));
        assert!(!is_dmarc("v=DMARC2; p=none") && !is_dmarc("p=none; v=DMARC1") && !is_dmarc(""));
        assert_eq!(
            domains("x.news.a.example").collect::<Vec<_>>(),
            ["x.news.a.example", "news.a.example", "a.example"]
        );
    }
}
