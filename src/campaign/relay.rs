//! From the configuration to what sends: the relay with its credentials, and what signs.

use std::io::ErrorKind;
use std::path::Path;

use crate::config::{Auth, Config, SecondKey, Secret, SecretError, Sign, Smtp, Tls};
use crate::message::dkim::{Algorithm, KeyError, PrivateKey, Signer, SignerError};
use crate::smtp::{self, Credentials, Mechanism, Plaintext, Settings, SettingsError, SmtpRelay};

/// Why the configuration makes no relay or no signer. Says nothing of what a secret holds.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// No relay is named.
    #[error("`newsletter.yaml` names no `smtp.host`")]
    NoSmtp,
    /// A name to sign in by, and nothing that proves it.
    #[error("`smtp.username` is given, and `smtp.password` is not")]
    NoPassword,
    /// The proof, and nobody whom it is of.
    #[error("{0} is given, and `smtp.username` is not")]
    NoUsername(&'static str),
    /// The file of a key is not there.
    #[error("there is no key for signing at `{path}`, which `{key}` names")]
    NoKeyFile {
        /// The key that names it.
        key: &'static str,
        /// As the configuration names it.
        path: String,
    },
    /// A secret cannot be had.
    #[error("{key}: {error}")]
    Secret {
        /// The key that names it.
        key: &'static str,
        /// Why not.
        #[source]
        error: SecretError,
    },
    /// The certificates to trust cannot be read.
    #[error("cannot read `smtp.ca_file` `{path}`: {error}")]
    CaFile {
        /// As the configuration names it.
        path: String,
        /// What the disk said.
        #[source]
        error: std::io::Error,
    },
    /// The relay cannot be used as it is described.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// What is sent would be readable by others.
    #[error("`{0}`, which `smtp.host` names, is another machine, and `smtp.tls` is `none`")]
    Plaintext(String),
    /// We are to sign, and do not know as whom or with what.
    #[error("`dkim.sign` is `own`, and `{0}` is not given")]
    Incomplete(&'static str),
    /// A key is there and cannot be used.
    #[error("{key}: {error}")]
    Key {
        /// The key that names it.
        key: &'static str,
        /// Why not.
        #[source]
        error: KeyError,
    },
    /// The second key is of the first one's kind, for which a second signature says nothing new.
    #[error("`dkim.ed25519.key` is a key for RSA")]
    NotEd25519,
    /// Domain or selector cannot be.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// DMARC takes no notice of a signature by somebody else.
    #[error("`{signed}`, which `dkim.domain` signs for, is not the domain `{from}` of `from`")]
    NotAligned {
        /// `d=`.
        signed: String,
        /// That of `from`.
        from: String,
    },
}

impl RelayError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::NoSmtp => "set `smtp: {host: …}`; docs/sending.md shows one for each kind of relay".to_owned(),
            Self::NoPassword => "name where it is found: `password: {env: SMTP_PASSWORD}`".to_owned(),
            Self::NoUsername(_) => "set `smtp.username`, mostly the mail address at the relay".to_owned(),
            Self::NoKeyFile { .. } => {
                "name it from the folder of `newsletter.yaml`; `newsletter dkim keygen` makes one where there is none".to_owned()
            }
            Self::Secret { error: SecretError::NotSet(name), .. } => {
                format!("set it before the command, or name another place: `export {name}=…`")
            }
            Self::Secret { .. } => "`{env: NAME}`, `{file: PATH}` and `{command: [PROGRAM, …]}` are the places of a secret".to_owned(),
            Self::CaFile { .. } => "name it from the folder of `newsletter.yaml`, or leave it out for the system's".to_owned(),
            Self::Settings(SettingsError::Host(_)) => "check `smtp.host`".to_owned(),
            Self::Settings(SettingsError::Certificates(_)) => {
                "it holds the certificate of the authority, as `-----BEGIN CERTIFICATE-----`".to_owned()
            }
            Self::Settings(SettingsError::SystemCertificates(_)) => {
                "install them (`ca-certificates`), or name a file as `smtp.ca_file`".to_owned()
            }
            Self::Plaintext(_) => {
                "set `smtp.tls` to `starttls` or `implicit`; where it is this machine, write `localhost`; in a network \
                 of your own `smtp.allow_plaintext: true` does without"
                    .to_owned()
            }
            Self::Incomplete("from") => "set `from`, whose domain signs".to_owned(),
            Self::Incomplete(_) => {
                "`newsletter dkim keygen` makes a key and shows the lines; where the relay signs, set `dkim: {sign: relay}`"
                    .to_owned()
            }
            Self::Key { error, .. } => error.help().to_owned(),
            Self::NotEd25519 => "make one with `newsletter dkim keygen --algorithm ed25519`".to_owned(),
            Self::Signer(error) => error.help().to_owned(),
            Self::NotAligned { from, .. } => format!("sign for `{from}`, or for a domain that it belongs to"),
        }
    }
}

/// The relay that the configuration describes; `root` is the publication's folder. Its password is
/// fetched, which may ask the user; nothing is connected.
///
/// # Errors
/// When something that it needs is missing or cannot be read.
pub fn smtp(config: &Config, root: &Path) -> Result<SmtpRelay, RelayError> {
    Ok(SmtpRelay::new(settings(config, root)?)?)
}

/// The same, before it is made.
///
/// # Errors
/// When something that it needs is missing or cannot be read.
pub fn settings(config: &Config, root: &Path) -> Result<Settings, RelayError> {
    let settings = without_secrets(config, root)?;
    let credentials = config.smtp.as_ref().map(|smtp| credentials(smtp, root)).transpose()?.flatten();
    Ok(Settings { credentials, ..settings })
}

/// Looks whether the configuration describes a relay that can be had and may be used, without
/// asking for its password and without connecting.
///
/// # Errors
/// When something that it needs is missing or cannot be read.
pub fn check(config: &Config, root: &Path) -> Result<(), RelayError> {
    let settings = without_secrets(config, root)?;
    if settings.is_readable_by_others() {
        return Err(RelayError::Plaintext(settings.host));
    }
    SmtpRelay::new(settings)?;
    config.smtp.as_ref().map_or(Ok(None), login).map(drop)
}

fn without_secrets(config: &Config, root: &Path) -> Result<Settings, RelayError> {
    let smtp = config.smtp.as_ref().ok_or(RelayError::NoSmtp)?;
    let tls = match smtp.tls {
        Tls::Implicit => smtp::Tls::Implicit,
        Tls::Starttls => smtp::Tls::StartTls,
        Tls::None => smtp::Tls::None,
    };
    let read = |path: &String| {
        std::fs::read(root.join(path)).map_err(|error| RelayError::CaFile { path: path.clone(), error })
    };
    Ok(Settings {
        plaintext: if smtp.allow_plaintext { Plaintext::Anywhere } else { Plaintext::LoopbackOnly },
        ca: smtp.ca_file.as_ref().map(read).transpose()?,
        mechanism: smtp.auth.map(|auth| match auth {
            Auth::Plain => Mechanism::Plain,
            Auth::Login => Mechanism::Login,
            Auth::XOAuth2 => Mechanism::XOAuth2,
        }),
        letters_per_connection: u32::try_from(smtp.messages_per_connection).unwrap_or(u32::MAX),
        ..Settings::new(smtp.host.clone(), smtp.port, tls)
    })
}

/// The name to sign in by, and where what proves it is found.
fn login(smtp: &Smtp) -> Result<Option<(&String, &Secret)>, RelayError> {
    match (&smtp.username, &smtp.password) {
        (Some(username), Some(password)) => Ok(Some((username, password))),
        (Some(_), None) => Err(RelayError::NoPassword),
        (None, Some(_)) => Err(RelayError::NoUsername("`smtp.password`")),
        (None, None) if smtp.auth.is_some() => Err(RelayError::NoUsername("`smtp.auth`")),
        (None, None) => Ok(None),
    }
}

fn credentials(smtp: &Smtp, root: &Path) -> Result<Option<Credentials>, RelayError> {
    let Some((username, password)) = login(smtp)? else { return Ok(None) };
    let username = username.clone();
    let secret = fetch("smtp.password", password, root, |password| smtp::Secret::new(password))?;
    Ok(Some(match smtp.auth {
        Some(Auth::XOAuth2) => Credentials::OAuth2 { username, token: secret },
        Some(Auth::Plain | Auth::Login) | None => Credentials::Password { username, password: secret },
    }))
}

fn fetch<T>(key: &'static str, secret: &Secret, root: &Path, take: impl FnOnce(&str) -> T) -> Result<T, RelayError> {
    match secret.resolve(root) {
        Ok(value) => Ok(take(value.expose())),
        Err(error) => Err(RelayError::Secret { key, error }),
    }
}

/// What signs our mail; nothing where the relay does or nobody. `root` is the publication's folder.
///
/// # Errors
/// When something that it needs is missing or cannot be used, or DMARC would not count the
/// signature.
pub fn signer(config: &Config, root: &Path) -> Result<Option<Signer>, RelayError> {
    let Some(dkim) = config.dkim.as_ref().filter(|dkim| dkim.sign == Sign::Own) else { return Ok(None) };
    let from = config.from.as_ref().ok_or(RelayError::Incomplete("from"))?.address.domain();
    let selector = dkim.selector.as_deref().ok_or(RelayError::Incomplete("dkim.selector"))?;
    let key = dkim.key.as_ref().ok_or(RelayError::Incomplete("dkim.key"))?;
    let key = private_key("dkim.key", key, root)?;
    let signer = Signer::new(dkim.domain.as_deref().unwrap_or(from), selector, key)?;
    if !is_aligned(signer.domain(), from) {
        return Err(RelayError::NotAligned { signed: signer.domain().to_owned(), from: from.to_owned() });
    }
    let Some(SecondKey { selector, key }) = &dkim.ed25519 else { return Ok(Some(signer)) };
    let key = private_key("dkim.ed25519.key", key, root)?;
    if key.algorithm() != Algorithm::Ed25519 {
        return Err(RelayError::NotEd25519);
    }
    Ok(Some(signer.and(selector, key)?))
}

fn private_key(name: &'static str, secret: &Secret, root: &Path) -> Result<PrivateKey, RelayError> {
    let key = fetch(name, secret, root, PrivateKey::from_pem).map_err(|error| match error {
        RelayError::Secret { key, error: SecretError::File { path, error } } if error.kind() == ErrorKind::NotFound => {
            RelayError::NoKeyFile { key, path }
        }
        error => error,
    })?;
    key.map_err(|error| RelayError::Key { key: name, error })
}

/// Whether DMARC in its relaxed mode takes one of two domains, both in lower case, for the other
/// (RFC 7489 §3.1): they are the same, or one belongs to the other. Two that only share a third
/// may as well be two customers of one registry, which cannot be told here.
pub fn is_aligned(one: &str, other: &str) -> bool {
    let belongs = |inner: &str, outer: &str| {
        outer.contains('.') && inner.strip_suffix(outer).is_some_and(|rest| rest.ends_with('.'))
    };
    one == other || belongs(one, other) || belongs(other, one)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{RelayError, check, is_aligned, signer, smtp};
    use crate::address::EmailAddress;
    use crate::config::{Config, Mailbox};
    use crate::diagnostic::{Sink, Source};
    use crate::message::dkim::{Algorithm, PrivateKey};
    use crate::smtp::{Credentials, Mechanism, Plaintext, Secret, Tls};

    fn config(yaml: &str) -> Config {
        let mut sink = Sink::new();
        let config = Config::load(&Source::new("newsletter.yaml", format!("name: L\n{yaml}")), &mut sink).unwrap();
        assert!(sink.found().is_empty(), "{:?}", sink.found());
        let address = EmailAddress::known("letter@news.letter.example");
        Config { from: Some(Mailbox { name: None, address }), ..config }
    }

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("password"), "hunter2\n").unwrap();
        for (name, algorithm) in [("rsa.pem", Algorithm::Rsa), ("ed25519.pem", Algorithm::Ed25519)] {
            let pem = PrivateKey::generate(algorithm).unwrap().to_pem().unwrap();
            std::fs::write(folder.path().join(name), pem).unwrap();
        }
        folder
    }

    #[test]
    fn what_the_configuration_says_reaches_the_relay() {
        let folder = folder();
        let config = config(
            "smtp: {host: relay.example, tls: starttls, username: ada, password: {file: password}, auth: login, messages_per_connection: 7}",
        );
        let relay = smtp(&config, folder.path()).unwrap();
        let settings = relay.settings();
        assert_eq!((settings.host.as_str(), settings.port, settings.tls), ("relay.example", 587, Tls::StartTls));
        assert_eq!((settings.plaintext, settings.letters_per_connection), (Plaintext::LoopbackOnly, 7));
        assert_eq!(settings.mechanism, Some(Mechanism::Login));
        let password = Secret::new("hunter2");
        assert_eq!(settings.credentials, Some(Credentials::Password { username: "ada".to_owned(), password }));
    }

    #[test]
    fn a_token_is_no_password() {
        let folder = folder();
        let config = config("smtp: {host: relay.example, username: ada, password: {file: password}, auth: xoauth2}");
        let relay = smtp(&config, folder.path()).unwrap();
        let token = Secret::new("hunter2");
        assert_eq!(relay.settings().credentials, Some(Credentials::OAuth2 { username: "ada".to_owned(), token }));
    }

    #[test]
    fn plain_text_goes_to_another_machine_only_where_it_is_said() {
        let config = config("smtp: {host: relay.example, tls: none, allow_plaintext: true}");
        let relay = smtp(&config, Path::new("")).unwrap();
        assert_eq!((relay.settings().tls, relay.settings().plaintext), (Tls::None, Plaintext::Anywhere));
        assert_eq!(relay.settings().credentials, None);
    }

    #[test]
    fn plain_text_to_another_machine_is_refused_before_anything_connects() {
        let checked = |host: &str, more: &str| {
            check(&config(&format!("smtp: {{host: \"{host}\", tls: none{more}}}")), Path::new(""))
        };
        for here in ["localhost", "LOCALHOST", "127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1"] {
            checked(here, "").unwrap();
        }
        for there in ["relay.example", "192.0.2.1", "localhost.example", "2001:db8::1", "::ffff:192.0.2.1"] {
            let error = checked(there, "").unwrap_err();
            assert!(matches!(&error, RelayError::Plaintext(host) if host == there), "{error}");
            checked(there, ", allow_plaintext: true").unwrap();
        }
        check(&config("smtp: {host: relay.example}"), Path::new("")).unwrap();
    }

    #[test]
    fn what_a_relay_lacks_is_named_with_the_remedy() {
        let folder = folder();
        let error = |yaml: &str| {
            let error = smtp(&config(yaml), folder.path()).err().unwrap();
            assert!(!error.help().is_empty() && !error.help().contains("hunter2"), "{error}");
            error.to_string()
        };
        assert_eq!(error(""), "`newsletter.yaml` names no `smtp.host`");
        let smtp = |more: &str| format!("smtp: {{host: relay.example, {more}}}");
        assert_eq!(error(&smtp("username: a")), "`smtp.username` is given, and `smtp.password` is not");
        assert_eq!(error(&smtp("password: {file: password}")), "`smtp.password` is given, and `smtp.username` is not");
        assert_eq!(error(&smtp("auth: plain")), "`smtp.auth` is given, and `smtp.username` is not");
        let none = error(&smtp("username: a, password: {file: none}"));
        assert!(none.starts_with("smtp.password: cannot read the secret from `none`: "), "{none}");
        assert!(error(&smtp("ca_file: none.pem")).starts_with("cannot read `smtp.ca_file` `none.pem`: "));
        assert!(error(&smtp("ca_file: password")).starts_with("`ca_file` holds no certificate"));
    }

    #[test]
    fn nobody_signs_where_the_relay_does_or_nothing_is_said() {
        for yaml in ["", "dkim: {sign: relay}"] {
            assert!(signer(&config(yaml), Path::new("")).unwrap().is_none(), "{yaml}");
        }
    }

    #[test]
    fn a_signer_signs_for_the_domain_of_from_unless_another_is_named() {
        let folder = folder();
        let domain = |more: &str| {
            let config = config(&format!("dkim: {{sign: own, selector: news, key: {{file: rsa.pem}}{more}}}"));
            signer(&config, folder.path()).unwrap().unwrap().domain().to_owned()
        };
        assert_eq!(domain(""), "news.letter.example");
        assert_eq!(domain(", domain: letter.example"), "letter.example");
    }

    #[test]
    fn a_second_key_has_a_record_of_its_own() {
        let folder = folder();
        let config = config(
            "dkim: {sign: own, selector: news, key: {file: rsa.pem}, ed25519: {selector: new, key: {file: ed25519.pem}}}",
        );
        let records = signer(&config, folder.path()).unwrap().unwrap().dns_records().unwrap();
        let names: Vec<_> = records.iter().map(|record| record.name.as_str()).collect();
        assert_eq!(names, ["news._domainkey.news.letter.example", "new._domainkey.news.letter.example"]);
    }

    #[test]
    fn what_a_signer_lacks_is_named_with_the_remedy() {
        let folder = folder();
        let error = |yaml: &str| {
            let error = signer(&config(&format!("dkim: {{{yaml}}}")), folder.path()).err().unwrap();
            assert!(!error.help().is_empty(), "{error}");
            error.to_string()
        };
        assert_eq!(error("sign: own, key: {file: rsa.pem}"), "`dkim.sign` is `own`, and `dkim.selector` is not given");
        assert_eq!(error("sign: own, selector: news"), "`dkim.sign` is `own`, and `dkim.key` is not given");
        assert_eq!(error("selector: news, key: {file: password}"), "dkim.key: the key is not in PEM form");
        assert_eq!(
            error("selector: news, key: {file: rsa.pem}, domain: esp.example"),
            "`esp.example`, which `dkim.domain` signs for, is not the domain `news.letter.example` of `from`"
        );
        assert_eq!(
            error("selector: news, key: {file: rsa.pem}, ed25519: {selector: b, key: {file: rsa.pem}}"),
            "`dkim.ed25519.key` is a key for RSA"
        );
        assert_eq!(
            error("selector: news, key: {file: gone.pem}"),
            "there is no key for signing at `gone.pem`, which `dkim.key` names"
        );
        let without_from = Config { from: None, ..config("dkim: {sign: own}") };
        let error = signer(&without_from, folder.path()).err().unwrap();
        assert!(matches!(error, RelayError::Incomplete("from")), "{error}");
    }

    #[test]
    fn a_domain_is_aligned_with_those_above_and_below_it() {
        for (one, other) in [("a.example", "a.example"), ("b.a.example", "a.example"), ("a.example", "b.a.example")] {
            assert!(is_aligned(one, other), "{one} {other}");
        }
        for (one, other) in
            [("a.example", "b.example"), ("ba.example", "a.example"), ("example", "a.example"), ("", "a.example")]
        {
            assert!(!is_aligned(one, other), "{one} {other}");
        }
    }
}
