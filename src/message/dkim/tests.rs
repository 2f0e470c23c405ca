use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Instant;

use mail_auth::common::parse::TxtRecordParser;
use mail_auth::common::verify::DomainKey;
use mail_auth::{AuthenticatedMessage, DkimResult, MessageAuthenticator, Parameters, ResolverCache, Txt};
use proptest::prelude::*;

use super::{Algorithm, DnsRecord, KeyError, PrivateKey, Signer, SignerError, relaxed};
use crate::config::ImagePolicy;
use crate::diagnostic::Sink;
use crate::files::Memory;
use crate::message::tests::{Letter, TIME, reader, stamp};
use crate::render::Assets;

/// The DNS as far as a test needs it.
struct Zone(BTreeMap<String, Txt>);

impl Zone {
    fn new(records: &[DnsRecord]) -> Self {
        let key = |record: &DnsRecord| Txt::DomainKey(Arc::new(DomainKey::parse(record.value.as_bytes()).unwrap()));
        Self(records.iter().map(|record| (format!("{}.", record.name), key(record))).collect())
    }
}

impl ResolverCache<String, Txt> for Zone {
    fn get<Q: Hash + Eq + ?Sized>(&self, name: &Q) -> Option<Txt>
    where
        String: Borrow<Q>,
    {
        self.0.iter().find(|(known, _)| Borrow::<Q>::borrow(*known) == name).map(|(_, record)| record.clone())
    }

    fn remove<Q: Hash + Eq + ?Sized>(&self, _: &Q) -> Option<Txt>
    where
        String: Borrow<Q>,
    {
        None
    }

    fn insert(&self, _: String, _: Txt, _: Instant) {}
}

/// What mail-auth, a verifier by others, says of each signature.
fn verify(message: &[u8], zone: &Zone) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let parsed = AuthenticatedMessage::parse(message).unwrap();
        let parameters = Parameters::from(&parsed).with_txt_cache(zone);
        let results = MessageAuthenticator::new_cloudflare().unwrap().verify_dkim(parameters).await;
        let word = |result: &DkimResult| match result {
            DkimResult::Pass => "pass".to_owned(),
            other => format!("{other:?}"),
        };
        results.iter().map(|output| word(output.result())).collect()
    })
}

const DOMAIN: &str = "letter.example";

/// A signer with keys of both kinds, and their records.
fn signer() -> (Signer, Zone) {
    let keys = [("rsa", Algorithm::Rsa), ("ed", Algorithm::Ed25519)]
        .map(|(selector, algorithm)| (selector, PrivateKey::generate(algorithm).unwrap()));
    let zone = Zone::new(&keys.each_ref().map(|(selector, key)| key.dns_record(selector, DOMAIN).unwrap()));
    let [(rsa, rsa_key), (ed, ed_key)] = keys;
    (Signer::new(DOMAIN, rsa, rsa_key).unwrap().and(ed, ed_key).unwrap(), zone)
}

fn sign(signer: &Signer, letter: &Letter, fields: &[(&str, &str)]) -> Vec<u8> {
    let message = letter.template().fill(&reader(fields), &stamp());
    [signer.sign(&message, TIME).unwrap(), message.into_bytes()].concat()
}

/// Letters of every kind that differs on the wire.
fn letters() -> Vec<(&'static str, Letter)> {
    let mut ascii = Letter::new("", "");
    ascii.config.unsubscribe.mailto = Some("leave+{token}@letter.example".into());
    let (name, city) = (ascii.hole("name", Some("reader")), ascii.hole("city", None));
    ascii.renditions.text = format!("Dear {name},\n\n  two  spaces \n.\n{city}\n-- \nend\n\n\n");
    ascii.renditions.email = format!("<p title=\"{name}\">Dear {name}</p>\n\n{city}\n.\nFrom x\n");
    ascii.document.front_matter.subject = Some(format!("For {name} {}", "word ".repeat(30)));

    let mut chinese = Letter::new("", "");
    chinese.config.name = "重庆来信，西部大开发的下一个二十年，以及我们为什么还要谈论它".into();
    let name = chinese.hole("name", None);
    chinese.renditions.text = format!("亲爱的{name}，你好。\n");
    chinese.renditions.email = format!("<p>亲爱的{name}，你好。</p>\n");
    chinese.document.front_matter.title = "三个问题：重庆与西部大开发的下一个二十年，以及我们为什么还要谈论它".into();

    let mut images = Letter::new("x\n", "");
    let mut png = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(3, 2).write_to(&mut png, image::ImageFormat::Png).unwrap();
    let files = Memory::new([("a  b.png", png.get_ref().as_slice()), ("two  spaces.pdf", b"%PDF-1".as_slice())]);
    images.document.front_matter.image = Some("a  b.png".into());
    images.document.front_matter.attachments = vec!["two  spaces.pdf".into()];
    images.document.front_matter.images = Some(ImagePolicy::Embedded);
    images.assets = Assets::load(&images.document, &images.config, &files, &mut Sink::new());
    let token = images.assets.get("a  b.png").unwrap().token.clone();
    images.renditions.email = format!("<img src=\"{token}\">\n");

    let mut letters = vec![("ASCII", ascii), ("Chinese", chinese), ("images", images), ("empty", Letter::new("", ""))];
    for (_, letter) in &mut letters {
        letter.config.unsubscribe.url = Some("https://letter.example/u/{token}".into());
    }
    letters
}

#[test]
fn every_kind_of_message_passes_a_verifier_by_others() {
    let (signer, zone) = signer();
    let names = ["", ".", "Jo", "F", "-", "  ", "x\r\nBcc: y@z", "=cmd()", "王芳", &"long name ".repeat(30)];
    for (kind, letter) in letters() {
        for name in names {
            let signed = sign(&signer, &letter, &[("name", name), ("city", name)]);
            assert_eq!(
                verify(&signed, &zone),
                ["pass", "pass"],
                "{kind} {name:?}\n{}",
                String::from_utf8_lossy(&signed)
            );
        }
    }
}

/// Writes signed messages of every kind to the folder that `DKIM_CAPTURES` names, and their keys
/// beside them, for `.ci/judge-signatures.py` and `.ci/judge-signatures.pl`.
#[test]
#[ignore = "writes what other judges read"]
fn messages_are_captured_for_other_judges() {
    let folder = std::path::PathBuf::from(std::env::var("DKIM_CAPTURES").expect("DKIM_CAPTURES names a folder"));
    std::fs::create_dir_all(&folder).unwrap();
    let keys = [("rsa", Algorithm::Rsa), ("ed", Algorithm::Ed25519)]
        .map(|(selector, algorithm)| (selector, PrivateKey::generate(algorithm).unwrap()));
    let record = |(selector, key): &(&str, PrivateKey)| {
        let record = key.dns_record(selector, DOMAIN).unwrap();
        format!("{}\t{}\n", record.name, record.value)
    };
    std::fs::write(folder.join("keys.txt"), keys.iter().map(record).collect::<String>()).unwrap();
    let [(rsa, rsa_key), (ed, ed_key)] = keys;
    let signer = Signer::new(DOMAIN, rsa, rsa_key).unwrap().and(ed, ed_key).unwrap();
    let names = ["", ".", "Jo", "F", "x\r\nBcc: y@z", "=cmd()", "王芳", &"long name ".repeat(30)];
    std::fs::write(folder.join("abroad.eml"), sign_abroad(&signer)).unwrap();
    for (kind, letter) in letters() {
        for (number, name) in names.iter().enumerate() {
            let signed = sign(&signer, &letter, &[("name", name), ("city", name)]);
            std::fs::write(folder.join(format!("{kind}-{number}.eml")), signed).unwrap();
        }
    }
}

#[test]
fn a_message_to_an_address_outside_ascii_passes() {
    let (signer, zone) = signer();
    assert_eq!(verify(&sign_abroad(&signer), &zone), ["pass", "pass"]);
}

fn sign_abroad(signer: &Signer) -> Vec<u8> {
    let mut to = reader(&[("name", "王芳")]);
    to.mailbox.address = crate::address::EmailAddress::parse("王芳@例え.jp").unwrap();
    let message = letters().swap_remove(0).1.template().fill(&to, &stamp());
    [signer.sign(&message, TIME).unwrap(), message.into_bytes()].concat()
}

#[test]
fn a_changed_message_or_another_field_does_not_pass() {
    let (signer, zone) = signer();
    let (_, letter) = letters().swap_remove(0);
    let signed = String::from_utf8(sign(&signer, &letter, &[("name", "Jo")])).unwrap();
    let fails = |changed: &str| {
        assert_ne!(changed, signed);
        let results = verify(changed.as_bytes(), &zone);
        assert!(results.iter().all(|result| result != "pass") && results.len() == 2, "{results:?}\n{changed}");
    };
    fails(&signed.replace("To: Jo", "To: Joe"));
    fails(&signed.replace("<p title", "<b title"));
    fails(&format!("{signed}\r\nmore\r\n"));
    for name in super::SIGNED {
        fails(&signed.replacen("MIME-Version: 1.0\r\n", &format!("MIME-Version: 1.0\r\n{name}: other\r\n"), 1));
    }
    // What servers on the way do add, or fold anew, does no harm.
    let passed_on = format!("Received: from a by b\r\n{}", signed.replace("Feedback-ID: ", "Feedback-ID:\r\n\t"));
    assert_eq!(verify(passed_on.as_bytes(), &zone), ["pass", "pass"]);
}

#[test]
fn all_that_is_signed_is_signed_once_more_than_it_is_there() {
    let (signer, _) = signer();
    let (_, letter) = letters().swap_remove(0);
    let signed = String::from_utf8(sign(&signer, &letter, &[("name", "Jo")])).unwrap();
    let (header, _) = signed.split_once("\r\n\r\n").unwrap();
    let (head, _) = header.split_once("\r\nFrom:").unwrap();
    assert!(head.split("\r\n").all(|line| line.len() <= 78), "{head}");
    let unfolded = head.replace("\r\n ", " ");
    let mut seen = 0;
    for field in unfolded.split("\r\n") {
        seen += 1;
        let tags: BTreeMap<_, _> =
            field.strip_prefix("DKIM-Signature: ").unwrap().split("; ").filter_map(|tag| tag.split_once('=')).collect();
        assert_eq!((tags["t"], tags["d"], tags["c"]), (TIME.to_string().as_str(), DOMAIN, "relaxed/relaxed"));
        assert!(!tags.contains_key("l"));
        let names: Vec<_> = tags["h"].split(':').map(str::trim).collect();
        for (name, times) in [("From", 2), ("Subject", 2), ("List-Unsubscribe", 2), ("List-Unsubscribe-Post", 2)] {
            assert_eq!(names.iter().filter(|known| **known == name).count(), times, "{name}");
        }
        for name in super::SIGNED {
            let there = header.split("\r\n").filter(|line| line.starts_with(&format!("{name}: "))).count();
            assert_eq!(names.iter().filter(|known| **known == name).count(), there + 1, "{name}");
        }
    }
    assert_eq!(seen, 2);
}

/// The example of RFC 8463, appendix A.
mod rfc_8463 {
    pub(super) const RECORDS: [(&str, &str); 2] = [
        (
            "brisbane._domainkey.football.example.com",
            "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
        ),
        (
            "test._domainkey.football.example.com",
            "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQ\
             iY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G\
             +2kryOTIKT+l/K4w3QIDAQAB",
        ),
    ];
    /// The Ed25519 field as far as its signature.
    pub(super) const FIELD: &str = " v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n d=football.example.com; \
        i=@football.example.com;\r\n q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n subject : date : message-id : \
        from : subject : date;\r\n bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n b=";
    pub(super) const NAMES: [&str; 8] = ["from", "to", "subject", "date", "message-id", "from", "subject", "date"];
    pub(super) const SIGNATURE: &str =
        "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==";
    pub(super) const RSA: &str = "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n d=football.example.com; \
        i=@football.example.com;\r\n q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n date : message-id : \
        from : subject : date;\r\n bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n \
        b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\r\n \
        DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\r\n \
        dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=\r\n";
    pub(super) const HEADER: &str = "From: Joe SixPack <joe@football.example.com>\r\n\
        To: Suzie Q <suzie@shopping.example.net>\r\nSubject: Is dinner ready?\r\n\
        Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\nMessage-ID: <20030712040037.46341.5F8J@football.example.com>\r\n";
    pub(super) const BODY: &str = "\r\nHi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";
    /// The seed of RFC 8032 §7.1, test 1.
    pub(super) const SEED: [u8; 32] = [
        0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49,
        0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
    ];
}

#[test]
fn signing_the_example_of_rfc_8463_gives_its_signature() {
    use base64::Engine as _;
    let mut signed = Vec::new();
    relaxed::push_signed(&relaxed::fields(rfc_8463::HEADER.as_bytes()), &rfc_8463::NAMES, &mut signed);
    relaxed::push_field("dkim-signature", rfc_8463::FIELD.as_bytes(), &mut signed);
    let key = PrivateKey::from_seed(&rfc_8463::SEED);
    let signature = base64::engine::general_purpose::STANDARD.encode(key.sign(&signed).unwrap());
    assert_eq!(signature, rfc_8463::SIGNATURE);
    let record = key.dns_record("brisbane", "football.example.com").unwrap();
    assert_eq!((record.name.as_str(), record.value.as_str()), rfc_8463::RECORDS[0]);
}

#[test]
fn both_signatures_of_the_example_of_rfc_8463_verify() {
    let records = rfc_8463::RECORDS.map(|(name, value)| DnsRecord { name: name.into(), value: value.into() });
    let (field, signature) = (rfc_8463::FIELD, rfc_8463::SIGNATURE);
    let ed = format!("DKIM-Signature:{field}{signature}\r\n");
    let message = [&ed, rfc_8463::RSA, rfc_8463::HEADER, rfc_8463::BODY].concat();
    assert_eq!(verify(message.as_bytes(), &Zone::new(&records)), ["pass", "pass"]);
}

#[test]
fn a_key_is_read_in_every_form_that_openssl_writes() {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let rsa = PrivateKey::generate(Algorithm::Rsa).unwrap();
    let (pem, record) = (rsa.to_pem().unwrap(), rsa.dns_record("s", DOMAIN).unwrap());
    assert_eq!(PrivateKey::from_pem(&pem).unwrap().dns_record("s", DOMAIN), Ok(record.clone()));
    assert_eq!(PrivateKey::from_pem(&pem.replace('\n', "\r\n")).unwrap().dns_record("s", DOMAIN), Ok(record.clone()));
    // PKCS #8 is PKCS #1 in an envelope of 26 octets.
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = STANDARD.decode(body).unwrap();
    let old =
        format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----\n", STANDARD.encode(&der[26..]));
    assert_eq!(PrivateKey::from_pem(&old).unwrap().dns_record("s", DOMAIN), Ok(record));
    let ed = PrivateKey::generate(Algorithm::Ed25519).unwrap();
    let again = PrivateKey::from_pem(&ed.to_pem().unwrap()).unwrap();
    assert_eq!(again.dns_record("s", DOMAIN), ed.dns_record("s", DOMAIN));
    assert_eq!(again.algorithm(), Algorithm::Ed25519);
}

#[test]
fn a_key_that_cannot_be_used_is_told_by_what_it_is() {
    let pem = |label: &str, body: &str| format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n");
    for (text, expected) in [
        (String::new(), KeyError::NotPem),
        (pem("PRIVATE KEY", "!"), KeyError::NotPem),
        (pem("ENCRYPTED PRIVATE KEY", "AAAA"), KeyError::Encrypted),
        (pem("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\n\nAAAA"), KeyError::Encrypted),
        (pem("PUBLIC KEY", "AAAA"), KeyError::Public),
        (pem("PRIVATE KEY", "AAAA"), KeyError::Unusable),
        (pem("PRIVATE KEY", ""), KeyError::Unusable),
    ] {
        assert_eq!(PrivateKey::from_pem(&text).err(), Some(expected), "{text}");
    }
}

#[test]
fn a_signer_serves_many_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Signer>();
}

#[test]
fn no_key_is_shown() {
    let key = PrivateKey::generate(Algorithm::Ed25519).unwrap();
    assert_eq!(format!("{key:?}"), "PrivateKey(Ed25519, …)");
    let signer = Signer::new(DOMAIN, "s", key).unwrap();
    assert_eq!(format!("{signer:?}"), "Signer { domain: \"letter.example\", keys: [(\"s\", Ed25519)] }");
}

#[test]
fn domain_and_selector_have_to_be_names() {
    let key = || PrivateKey::generate(Algorithm::Ed25519).unwrap();
    assert_eq!(Signer::new("例え.jp", "s", key()).unwrap().domain(), "xn--r8jz45g.jp");
    assert_eq!(Signer::new("a b", "s", key()).unwrap_err(), SignerError::Domain("a b".into()));
    for selector in ["", "a b", "a;b", "a..b", "a\r\nb", "-a"] {
        let error = Signer::new(DOMAIN, selector, key()).unwrap_err();
        assert_eq!(error, SignerError::Selector(selector.into()));
    }
}

#[test]
fn a_record_is_cut_into_strings_that_dns_joins() {
    let record = PrivateKey::generate(Algorithm::Rsa).unwrap().dns_record("s", DOMAIN).unwrap();
    let quoted = record.quoted();
    let strings: Vec<_> = quoted.trim_matches('"').split("\" \"").collect();
    assert_eq!(strings.iter().map(|part| part.len()).collect::<Vec<_>>(), [255, record.value.len() - 255]);
    assert_eq!(strings.concat(), record.value);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_letter_to_anybody_passes(text in "(\\PC|[ -~]|[ .\n\t]){0,200}", name in any::<String>()) {
        // Made once: a key takes longer than all else here.
        static SIGNER: std::sync::LazyLock<(Signer, Zone)> = std::sync::LazyLock::new(signer);
        let mut letter = Letter::new("", "<p>x</p>\n");
        let token = letter.hole("name", None);
        letter.renditions.text = format!("{text} {token}\n{text}\n");
        letter.document.front_matter.subject = Some(format!("{token} {}", text.replace('\n', " ")));
        let signed = sign(&SIGNER.0, &letter, &[("name", &name)]);
        prop_assert_eq!(verify(&signed, &SIGNER.1), ["pass", "pass"]);
    }
}
