//! TLS to a relay: always with its certificate checked, by the system's authorities or by those
//! that the user names.

use std::io;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::error::SessionError;
use super::settings::{Settings, SettingsError};

/// Makes TLS connections to one server.
#[derive(Clone)]
pub(super) struct Connector {
    tls: TlsConnector,
    name: ServerName<'static>,
    host: String,
}

impl Connector {
    /// Reads the certificates to trust, once for all connections.
    pub(super) fn new(settings: &Settings) -> Result<Self, SettingsError> {
        let host = settings.host.clone();
        let name = ServerName::try_from(host.clone()).map_err(|_| SettingsError::Host(host.clone()))?;
        // Given by name: another crate may have installed a provider for the whole process.
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let system = |error: rustls::Error| SettingsError::SystemCertificates(error.to_string());
        let builder =
            ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(system)?;
        let config = match &settings.ca {
            Some(pem) => builder.with_root_certificates(roots(pem)?),
            None => builder.with_platform_verifier().map_err(system)?,
        };
        Ok(Self { tls: TlsConnector::from(Arc::new(config.with_no_client_auth())), name, host })
    }

    /// Shakes hands over a connection.
    pub(super) async fn connect(&self, stream: TcpStream) -> Result<TlsStream<TcpStream>, SessionError> {
        self.tls.connect(self.name.clone(), stream).await.map_err(|error| self.explain(error))
    }

    fn explain(&self, error: io::Error) -> SessionError {
        let host = self.host.clone();
        let reason = match error.get_ref().and_then(|error| error.downcast_ref::<rustls::Error>()) {
            Some(rustls::Error::InvalidCertificate(reason)) => match reason {
                CertificateError::UnknownIssuer => "no authority that is trusted here has signed it".to_owned(),
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                    "it is for another name".to_owned()
                }
                CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired".to_owned(),
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                    "it is not valid yet; is the clock right?".to_owned()
                }
                CertificateError::Revoked => "it has been revoked".to_owned(),
                other => other.to_string(),
            },
            _ => return SessionError::Tls { host, error },
        };
        SessionError::Certificate { host, reason }
    }
}

fn roots(pem: &[u8]) -> Result<RootCertStore, SettingsError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| SettingsError::Certificates(error.to_string()))?;
        roots.add(certificate).map_err(|error| SettingsError::Certificates(error.to_string()))?;
    }
    if roots.is_empty() { Err(SettingsError::Certificates("no PEM block `CERTIFICATE`".to_owned())) } else { Ok(roots) }
}

#[cfg(test)]
mod tests {
    use super::Connector;
    use crate::smtp::{Settings, SettingsError, Tls};

    #[test]
    fn a_ca_file_without_a_certificate_is_refused() {
        for pem in [&b""[..], b"hello", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", b"\xff\xfe"]
        {
            let settings = Settings { ca: Some(pem.to_vec()), ..Settings::new("relay.example", 465, Tls::Implicit) };
            assert!(matches!(Connector::new(&settings), Err(SettingsError::Certificates(_))));
        }
    }

    #[test]
    fn a_host_that_no_certificate_names_is_refused() {
        let settings = Settings { ca: Some(Vec::new()), ..Settings::new("no host", 465, Tls::Implicit) };
        assert!(matches!(Connector::new(&settings), Err(SettingsError::Host(_))));
    }
}
