//! What a server's certificate says of itself (RFC 5280): for whom it is, and until when. Whether
//! that is true is for the verifier, which has looked at it before.

use chrono::{DateTime, NaiveDate, Utc};

/// A server's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The names and addresses that it is for.
    pub names: Vec<String>,
    /// When it ends.
    pub expires: DateTime<Utc>,
}

/// `subjectAltName`, 2.5.29.17.
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];

const BOOLEAN: u8 = 0x01;
const OCTETS: u8 = 0x04;
const OID: u8 = 0x06;
const UTC_TIME: u8 = 0x17;
const TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
/// `[0] EXPLICIT`: the version.
const VERSION: u8 = 0xa0;
/// `[3] EXPLICIT`: the extensions.
const EXTENSIONS: u8 = 0xa3;
/// `[2] IA5String` and `[7] OCTET STRING` of a general name.
const DNS_NAME: u8 = 0x82;
const IP_ADDRESS: u8 = 0x87;

impl Certificate {
    /// Reads the DER; nothing where it is not what it should be.
    pub(super) fn read(der: &[u8]) -> Option<Self> {
        let mut whole = Der(Der(der).take(SEQUENCE)?);
        let mut body = Der(whole.take(SEQUENCE)?);
        if body.next_is(VERSION) {
            body.any()?;
        }
        // Serial number, algorithm, issuer.
        for _ in 0..3 {
            body.any()?;
        }
        let mut validity = Der(body.take(SEQUENCE)?);
        validity.any()?;
        let expires = time(validity.any()?)?;
        let mut names = Vec::new();
        while let Some((tag, content)) = body.any() {
            if tag == EXTENSIONS {
                names = alternative_names(content).unwrap_or_default();
            }
        }
        Some(Self { names, expires })
    }
}

fn alternative_names(extensions: &[u8]) -> Option<Vec<String>> {
    let mut extensions = Der(Der(extensions).take(SEQUENCE)?);
    let mut names = Vec::new();
    while let Some(extension) = extensions.take(SEQUENCE) {
        let mut extension = Der(extension);
        if extension.take(OID)? != SUBJECT_ALT_NAME {
            continue;
        }
        if extension.next_is(BOOLEAN) {
            extension.any()?;
        }
        let mut list = Der(Der(extension.take(OCTETS)?).take(SEQUENCE)?);
        while let Some((tag, content)) = list.any() {
            names.extend(match tag {
                DNS_NAME => Some(String::from_utf8_lossy(content).into_owned()),
                IP_ADDRESS => address(content),
                _ => None,
            });
        }
    }
    Some(names)
}

fn address(octets: &[u8]) -> Option<String> {
    let four = <[u8; 4]>::try_from(octets).map(|octets| std::net::Ipv4Addr::from(octets).to_string());
    let sixteen = || <[u8; 16]>::try_from(octets).map(|octets| std::net::Ipv6Addr::from(octets).to_string());
    four.or_else(|_| sixteen()).ok()
}

/// `YYMMDDhhmmssZ`, where 50 and above are of the last century, or `YYYYMMDDhhmmssZ`.
fn time((tag, content): (u8, &[u8])) -> Option<DateTime<Utc>> {
    let text = std::str::from_utf8(content).ok()?.strip_suffix('Z')?;
    let digits = match tag {
        UTC_TIME => format!("{}{text}", if text.starts_with(|c: char| c >= '5') { "19" } else { "20" }),
        TIME => text.to_owned(),
        _ => return None,
    };
    if digits.len() != 14 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize, to: usize| digits.get(from..to)?.parse::<u32>().ok();
    let year = i32::try_from(number(0, 4)?).ok()?;
    let day = NaiveDate::from_ymd_opt(year, number(4, 6)?, number(6, 8)?)?;
    Some(day.and_hms_opt(number(8, 10)?, number(10, 12)?, number(12, 14)?)?.and_utc())
}

/// Elements of DER, one after the other.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    fn next_is(&self, tag: u8) -> bool {
        self.0.first() == Some(&tag)
    }

    /// The content of the next element, where it has this tag.
    fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        if self.next_is(tag) { self.any().map(|(_, content)| content) } else { None }
    }

    /// The next element: its tag and its content.
    fn any(&mut self) -> Option<(u8, &'a [u8])> {
        let (tag, rest) = self.0.split_first()?;
        let (first, mut rest) = rest.split_first()?;
        let mut length = usize::from(*first);
        if *first >= 0x80 {
            let (digits, after) = rest.split_at_checked(usize::from(first & 0x7f))?;
            if digits.is_empty() || digits.len() > 4 {
                return None;
            }
            length = digits.iter().fold(0, |length, digit| (length << 8) | usize::from(*digit));
            rest = after;
        }
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((*tag, content))
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone as _, Utc};
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::{Certificate, UTC_TIME, time};

    fn der(names: &[&str], year: i32) -> Vec<u8> {
        let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(year, 3, 31);
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
    }

    #[test]
    fn names_and_end_are_read() {
        for year in [2031, 2049, 2050, 2120] {
            let found = Certificate::read(&der(&["a.example", "*.b.example", "192.0.2.1", "2001:db8::1"], year));
            let names = ["a.example", "*.b.example", "192.0.2.1", "2001:db8::1"].map(str::to_owned).to_vec();
            let expires = Utc.with_ymd_and_hms(year, 3, 31, 0, 0, 0).unwrap();
            assert_eq!(found, Some(Certificate { names, expires }), "{year}");
        }
    }

    #[test]
    fn a_year_of_two_digits_has_its_century() {
        let year = |text: &str| time((UTC_TIME, text.as_bytes())).unwrap().format("%Y").to_string();
        assert_eq!([year("491231235959Z"), year("500101000000Z")], ["2049", "1950"]);
    }

    #[test]
    fn a_certificate_without_names_has_none() {
        assert_eq!(Certificate::read(&der(&[], 2031)).unwrap().names, [""; 0]);
    }

    #[test]
    fn what_is_cut_or_changed_is_nothing_and_no_panic() {
        let whole = der(&["a.example", "192.0.2.1"], 2031);
        for end in 0..whole.len() {
            assert_eq!(Certificate::read(&whole[..end]), None, "{end}");
        }
        for at in 0..whole.len() {
            for byte in [0, 0x30, 0x7f, 0x80, 0x84, 0xff] {
                let mut changed = whole.clone();
                changed[at] = byte;
                drop(Certificate::read(&changed));
            }
        }
    }
}
