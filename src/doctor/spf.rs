//! Whether the domain of the envelope's sender says who may send in its name (RFC 7208).

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::doctor::dns::{DnsError, Resolver};
use crate::doctor::{Check, found};

const CHECK: &str = "spf";
/// The look-ups that a record may cost (§4.6.4).
const LIMIT: usize = 10;
/// How deep records that include others are followed.
const DEPTH: usize = 10;

pub(super) fn examine(domain: &str, resolver: &Resolver) -> Result<Vec<Check>, DnsError> {
    let records = records(domain, resolver)?;
    let record = match records.as_slice() {
        [record] => record,
        [] => {
            return Ok(vec![
                Check::warning(CHECK, format!("`{domain}` has no SPF record"))
                    .why("Gmail and Yahoo ask senders of bulk mail for SPF and DKIM both")
                    .help(format!("publish a TXT record at `{domain}`, as your relay tells it: v=spf1 include:… -all")),
            ]);
        }
        all => {
            return Ok(vec![
                Check::error(CHECK, format!("`{domain}` has {} SPF records", all.len()))
                    .why("then none of them counts (RFC 7208 §4.5)")
                    .help("make one of them, with all their terms before one `-all`"),
            ]);
        }
    };
    let mut walk = Walk { resolver, lookups: 0, faults: Vec::new(), unfollowed: false };
    walk.record(domain, record, 0)?;
    Ok(judge(domain, record, &walk))
}

fn records(domain: &str, resolver: &Resolver) -> Result<Vec<String>, DnsError> {
    Ok(found(resolver.txt(domain))?.into_iter().filter(|text| is_spf(text)).collect())
}

fn is_spf(text: &str) -> bool {
    text.split(' ').next().is_some_and(|version| version.eq_ignore_ascii_case("v=spf1"))
}

fn judge(domain: &str, record: &str, walk: &Walk<'_>) -> Vec<Check> {
    let terms: Vec<_> = terms(record).collect();
    let everybody = terms.iter().find(|term| term.mechanism == Mechanism::All).map(|term| term.qualifier);
    let leads_on = terms.iter().any(|term| matches!(term.mechanism, Mechanism::Redirect(_)));
    let allows = terms.iter().any(|term| term.qualifier == '+' && term.mechanism.names_somebody());
    let mut all: Vec<_> = walk
        .faults
        .iter()
        .map(|fault| {
            Check::error(CHECK, format!("the SPF record of `{domain}` counts for nothing: {fault}"))
                .why("servers take it as broken (`permerror`)")
                .help("mend or remove what is named")
        })
        .collect();
    if walk.lookups > LIMIT {
        let message =
            format!("the SPF record of `{domain}` costs {} look-ups, more than the {LIMIT} allowed", walk.lookups);
        all.push(
            Check::error(CHECK, message)
                .why("servers stop at the tenth and take the record as broken (RFC 7208 §4.6.4)")
                .help("remove what is included and no longer sends for you"),
        );
    }
    match everybody {
        Some('+') => all.push(
            Check::error(CHECK, format!("the SPF record of `{domain}` lets everybody send in its name (`+all`)"))
                .why("it proves nothing then, and spam is sent in your name")
                .help("end it in `-all` or `~all`"),
        ),
        Some('?') => all.push(open(domain, "it ends in `?all`")),
        None if !leads_on => all.push(open(domain, "it does not end in `all`")),
        _ => {}
    }
    if !allows && !leads_on && everybody != Some('+') {
        all.push(
            Check::error(CHECK, format!("the SPF record of `{domain}` says that it sends no mail"))
                .why("your relay is not allowed to send in its name")
                .help("add what your relay tells, as `include:…`, before `all`"),
        );
    }
    if all.is_empty() {
        let further = if walk.unfollowed { " or more" } else { "" };
        let lookups = if walk.lookups == 1 { "look-up" } else { "look-ups" };
        all.push(Check::ok(CHECK, format!("`{domain}` has one SPF record, of {}{further} {lookups}", walk.lookups)));
    }
    all
}

fn open(domain: &str, how: &str) -> Check {
    Check::warning(CHECK, format!("the SPF record of `{domain}` says nothing of those it does not name: {how}"))
        .why("servers learn nothing of mail that others send in its name")
        .help("end it in `-all` or `~all`")
}

/// One term of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    /// `+`, `-`, `~` or `?`.
    qualifier: char,
    mechanism: Mechanism,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Mechanism {
    All,
    /// The record of another domain.
    Include(String),
    /// `a`, `mx`, `ptr` and `exists`: one look-up each.
    Lookup,
    /// `ip4` and `ip6`.
    Network,
    /// The record of another domain, where nothing before said anything.
    Redirect(String),
    /// `exp=` and what later versions may add.
    Modifier,
    /// Nothing that there is.
    Unknown(String),
}

impl Mechanism {
    fn names_somebody(&self) -> bool {
        matches!(self, Self::Include(_) | Self::Lookup | Self::Network)
    }
}

fn terms(record: &str) -> impl Iterator<Item = Term> {
    record.split_ascii_whitespace().skip(1).map(term)
}

fn term(text: &str) -> Term {
    let qualifier = text.chars().next().filter(|c| "+-~?".contains(*c));
    let rest = if qualifier.is_some() { text.get(1..).unwrap_or_default() } else { text };
    let end = rest.find([':', '/', '=']).unwrap_or(rest.len());
    let (name, argument) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let value = argument.get(1..).unwrap_or_default();
    let unknown = || Mechanism::Unknown(text.to_owned());
    let domain = |make: fn(String) -> Mechanism| if value.is_empty() { unknown() } else { make(value.to_owned()) };
    let mechanism = match (name.to_ascii_lowercase().as_str(), argument.chars().next()) {
        ("all", None) => Mechanism::All,
        ("include", Some(':')) => domain(Mechanism::Include),
        ("a" | "mx" | "ptr", None | Some(':' | '/')) => Mechanism::Lookup,
        ("exists", Some(':')) => domain(|_| Mechanism::Lookup),
        ("ip4", Some(':')) if network::<Ipv4Addr>(value, 32) => Mechanism::Network,
        ("ip6", Some(':')) if network::<Ipv6Addr>(value, 128) => Mechanism::Network,
        ("redirect", Some('=')) if qualifier.is_none() => domain(Mechanism::Redirect),
        (name, Some('=')) if qualifier.is_none() && !name.is_empty() => Mechanism::Modifier,
        _ => unknown(),
    };
    Term { qualifier: qualifier.unwrap_or('+'), mechanism }
}

fn network<T: std::str::FromStr>(text: &str, most: u8) -> bool {
    let (address, length) = text.split_once('/').unwrap_or((text, "0"));
    address.parse::<T>().is_ok() && length.parse::<u8>().is_ok_and(|length| length <= most)
}

/// The way through a record and those that it includes.
struct Walk<'a> {
    resolver: &'a Resolver,
    lookups: usize,
    faults: Vec<String>,
    /// Whether something was left out: a name that is made of the sender's address.
    unfollowed: bool,
}

impl Walk<'_> {
    fn record(&mut self, domain: &str, record: &str, depth: usize) -> Result<(), DnsError> {
        let terms: Vec<_> = terms(record).collect();
        // A record that says something of everybody never leads on (§6.1).
        let ends = terms.iter().any(|term| term.mechanism == Mechanism::All);
        for term in terms {
            match term.mechanism {
                Mechanism::Include(of) => self.follow(domain, &of, depth)?,
                Mechanism::Redirect(of) if !ends => self.follow(domain, &of, depth)?,
                Mechanism::Lookup => self.lookups += 1,
                Mechanism::Unknown(text) => self.faults.push(format!("`{text}` in that of `{domain}` is no term")),
                Mechanism::All | Mechanism::Network | Mechanism::Modifier | Mechanism::Redirect(_) => {}
            }
        }
        Ok(())
    }

    fn follow(&mut self, by: &str, domain: &str, depth: usize) -> Result<(), DnsError> {
        self.lookups += 1;
        // Far beyond what is allowed nothing more is to be learnt; a circle ends here too.
        if self.lookups > 2 * LIMIT || depth >= DEPTH {
            return Ok(());
        }
        if domain.contains('%') {
            self.unfollowed = true;
            return Ok(());
        }
        let records = match records(domain, self.resolver) {
            Err(DnsError::Name(_)) => Vec::new(),
            // Of a domain of somebody else that fails just now nothing is said.
            Err(DnsError::Failed(_)) => {
                self.unfollowed = true;
                return Ok(());
            }
            records => records?,
        };
        match records.as_slice() {
            [record] => self.record(domain, record, depth + 1),
            all => {
                let count =
                    if all.is_empty() { "no SPF record".to_owned() } else { format!("{} SPF records", all.len()) };
                self.faults.push(format!("that of `{by}` leads to `{domain}`, which has {count}"));
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Mechanism, is_spf, term};

    #[test]
    fn a_term_is_told_by_its_name() {
        let of = |text: &str| {
            let term = term(text);
            (term.qualifier, term.mechanism)
        };
        assert_eq!(of("-all"), ('-', Mechanism::All));
        assert_eq!(of("all"), ('+', Mechanism::All));
        assert_eq!(of("INCLUDE:a.example"), ('+', Mechanism::Include("a.example".into())));
        assert_eq!(of("~a:b.example/24//64"), ('~', Mechanism::Lookup));
        assert_eq!(of("mx/24"), ('+', Mechanism::Lookup));
        assert_eq!(of("exists:%{i}.a.example"), ('+', Mechanism::Lookup));
        assert_eq!(of("ip4:192.0.2.0/24"), ('+', Mechanism::Network));
        assert_eq!(of("ip6:2001:db8::/32"), ('+', Mechanism::Network));
        assert_eq!(of("redirect=a.example"), ('+', Mechanism::Redirect("a.example".into())));
        assert_eq!(of("exp=why.a.example"), ('+', Mechanism::Modifier));
        for broken in
            ["ip4:192.0.2", "ip4:192.0.2.0/33", "ip6:192.0.2.1", "include", "include:", "al", "all:x", "-", "=", "重庆"]
        {
            assert!(matches!(of(broken).1, Mechanism::Unknown(_)), "{broken}");
        }
    }

    #[test]
    fn a_record_is_told_by_its_version() {
        assert!(is_spf("v=spf1") && is_spf("V=SPF1 -all"));
        assert!(!is_spf("v=spf10 -all") && !is_spf("v=spf2.0/pra -all") && !is_spf(" v=spf1") && !is_spf(""));
    }
}
