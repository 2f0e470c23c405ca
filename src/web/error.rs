//! Why there is no answer.

use std::error::Error as _;

/// Why there is no answer. The words are what a finding says of it; none holds a whole address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// `mailto:`, a path, a fragment.
    #[error("it is no address of the web")]
    NotWeb,
    /// Nothing that could be asked for.
    #[error("the address cannot be read")]
    Malformed,
    /// A name or a password stands in the address.
    #[error("an address with a name or a password in it is never asked")]
    Secret,
    /// The host is of a private network.
    #[error("`{0}` is an address of a private network, which is never asked")]
    Private(String),
    /// No name server knows the host.
    #[error("there is no server `{0}`")]
    UnknownHost(String),
    /// The server cannot prove who it is.
    #[error("browsers refuse `{host}`: {why}")]
    Tls {
        /// The server.
        host: String,
        /// What is wrong with its certificate or its TLS.
        why: String,
    },
    /// One redirect after another.
    #[error("it redirects without an end")]
    Redirects,
    /// A redirect to a mail program, or to an address with a password in it.
    #[error("it redirects to an address that cannot be asked")]
    Location,
    /// It took too long.
    #[error("`{0}` took too long")]
    Timeout(String),
    /// The connection could not be made, or broke.
    #[error("the connection to `{host}` failed: {why}")]
    Connection {
        /// The server.
        host: String,
        /// What the system says.
        why: String,
    },
    /// The server asked to be left alone for a while.
    #[error("`{0}` asks to be left alone for a while")]
    Busy(String),
    /// There was no time left for it.
    #[error("there was no time left to ask")]
    OutOfTime,
    /// This machine seems to have no network.
    #[error("no name could be looked up: this machine seems to be offline")]
    Offline,
}

impl AskError {
    /// Whether readers will not get there either.
    pub fn is_dead(&self) -> bool {
        matches!(self, Self::UnknownHost(_) | Self::Tls { .. })
    }

    /// Whether the same question by `GET` may be answered.
    pub(super) fn may_be_of_head(&self) -> bool {
        matches!(self, Self::Timeout(_) | Self::Connection { .. })
    }

    /// What a failed request to `host` means.
    pub(super) fn of(error: ureq::Error, host: &str) -> Self {
        let host = host.to_owned();
        match error {
            ureq::Error::HostNotFound => Self::UnknownHost(host),
            ureq::Error::Timeout(_) => Self::Timeout(host),
            ureq::Error::Rustls(error) => Self::of_tls(&error, host),
            ureq::Error::Tls(why) => Self::Tls { host, why: why.to_owned() },
            ureq::Error::Other(error) if error.is::<super::guard::PrivateAddress>() => Self::Private(host),
            ureq::Error::Io(error) => match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
                Some(tls) => Self::of_tls(tls, host),
                None => Self::Connection { host, why: plain(&error) },
            },
            ureq::Error::BadUri(_) => Self::Malformed,
            error => {
                let why = error.source().map_or_else(|| error.to_string(), ToString::to_string);
                Self::Connection { host, why }
            }
        }
    }

    fn of_tls(error: &rustls::Error, host: String) -> Self {
        use rustls::CertificateError::{
            Expired, ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet, NotValidYetContext, Revoked,
            UnknownIssuer,
        };
        let why = match error {
            rustls::Error::InvalidCertificate(wrong) => match wrong {
                Expired | ExpiredContext { .. } => "its certificate has expired".to_owned(),
                NotValidYet | NotValidYetContext { .. } => "its certificate is not valid yet".to_owned(),
                NotValidForName | NotValidForNameContext { .. } => "its certificate is for another name".to_owned(),
                UnknownIssuer => "nobody whom they trust vouches for its certificate".to_owned(),
                Revoked => "its certificate was revoked".to_owned(),
                _ => "its certificate is not one that they accept".to_owned(),
            },
            rustls::Error::AlertReceived(alert) => format!("it ends the TLS handshake ({alert:?})"),
            rustls::Error::PeerIncompatible(_) => "its TLS is too old".to_owned(),
            // Ours as likely as theirs: no list of authorities on this machine, for one.
            other => return Self::Connection { host, why: other.to_string() },
        };
        Self::Tls { host, why }
    }
}

/// What the system says, without its number.
fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

#[cfg(test)]
mod tests {
    use std::io;

    use rustls::{AlertDescription, CertificateError, Error};

    use super::AskError;

    #[test]
    fn what_is_wrong_with_tls_is_told_from_what_is_wrong_with_the_network() {
        let of = |error: Error| [ureq::Error::Rustls(error.clone()), ureq::Error::Io(io::Error::other(error))];
        for error in [
            Error::InvalidCertificate(CertificateError::Expired),
            Error::InvalidCertificate(CertificateError::UnknownIssuer),
            Error::AlertReceived(AlertDescription::ProtocolVersion),
        ] {
            for error in of(error).map(|error| AskError::of(error, "a.example")) {
                assert!(error.is_dead() && error.to_string().starts_with("browsers refuse `a.example`: "), "{error}");
            }
        }
        let own = Error::General("no list of authorities".to_owned());
        let [one, two] = of(own).map(|error| AskError::of(error, "a.example"));
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        let refused = AskError::of(ureq::Error::Io(refused), "a.example");
        for error in [one, two, refused] {
            assert!(matches!(error, AskError::Connection { .. }) && !error.is_dead(), "{error}");
        }
    }
}
