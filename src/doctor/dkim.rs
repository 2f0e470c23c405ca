//! Whether the world finds the public halves of our keys (RFC 6376 §3.6).

use crate::doctor::dns::{DnsError, Resolver};
use crate::doctor::{Check, found, tags};
use crate::message::dkim::{DnsRecord, Signer};

const CHECK: &str = "dkim";
const WHY: &str = "every signature fails, and with it DMARC: the mail is refused or taken for spam";

pub(super) fn examine(signer: &Signer, resolver: &Resolver) -> Result<Vec<Check>, DnsError> {
    let records = match signer.dns_records() {
        Ok(records) => records,
        Err(error) => return Ok(vec![Check::error(CHECK, error.to_string()).help(error.help())]),
    };
    records.iter().map(|ours| Ok(judge(ours, &found(resolver.txt(&ours.name))?))).collect()
}

fn judge(ours: &DnsRecord, published: &[String]) -> Check {
    let DnsRecord { name, value } = ours;
    let publish = format!("publish this TXT record at `{name}`: {value}");
    let [record] = published else {
        return match published.len() {
            0 => Check::error(CHECK, format!("`{name}` has no record")).why(WHY).help(publish),
            n => Check::error(CHECK, format!("`{name}` has {n} records, and only one can count"))
                .why(WHY)
                .help("leave one; a new key gets a new selector"),
        };
    };
    let tag = |record: &str, tag| tags::value(record, tag);
    let kind = |record: &str| tag(record, "k").unwrap_or_else(|| "rsa".to_owned());
    if tag(record, "v").is_some_and(|version| version != "DKIM1") {
        return Check::error(CHECK, format!("the record at `{name}` is not one of DKIM")).why(WHY).help(publish);
    }
    match tag(record, "p") {
        None => Check::error(CHECK, format!("the record at `{name}` holds no key")).why(WHY).help(publish),
        Some(key) if key.is_empty() => Check::error(CHECK, format!("the key at `{name}` is revoked"))
            .why(WHY)
            .help("make a new one under a new selector with `newsletter dkim keygen`"),
        Some(key) if Some(&key) != tag(value, "p").as_ref() || kind(record) != kind(value) => {
            Check::error(CHECK, format!("the key at `{name}` is not the one that signs")).why(WHY).help(publish)
        }
        Some(_) if tag(record, "t").is_some_and(|flags| flags.split(':').any(|flag| flag == "y")) => {
            Check::warning(CHECK, format!("the record at `{name}` says that it is a test (`t=y`)"))
                .why("servers may treat the mail as if it were not signed")
                .help("take `t=y` out of the record")
        }
        Some(_) => Check::ok(CHECK, format!("the key that signs stands at `{name}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::judge;
    use crate::doctor::Level;
    use crate::message::dkim::DnsRecord;

    #[test]
    fn a_record_counts_only_where_it_is_the_one_that_signs() {
        let ours = DnsRecord { name: "s._domainkey.a.example".into(), value: "v=DKIM1; k=rsa; p=QUJD".into() };
        let level = |published: &[&str]| {
            let published: Vec<_> = published.iter().map(|&text| text.to_owned()).collect();
            let check = judge(&ours, &published);
            assert_eq!(check.help.is_some(), check.level > Level::Ok, "{}", check.message);
            check.level
        };
        assert_eq!(level(&["v=DKIM1; k=rsa; p=QUJD"]), Level::Ok);
        assert_eq!(level(&["p=QU JD;"]), Level::Ok);
        assert_eq!(level(&["v=DKIM1; t=s:y; p=QUJD"]), Level::Warning);
        assert_eq!(level(&[]), Level::Error);
        assert_eq!(level(&["p=QUJD", "p=QUJD"]), Level::Error);
        assert_eq!(level(&["v=DKIM1; p="]), Level::Error);
        assert_eq!(level(&["v=DKIM1; p=AAAA"]), Level::Error);
        assert_eq!(level(&["v=DKIM1; k=ed25519; p=QUJD"]), Level::Error);
        assert_eq!(level(&["v=spf1 -all"]), Level::Error);
    }
}
