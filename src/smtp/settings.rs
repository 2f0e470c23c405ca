//! Which server, how it is reached, and how long it is waited for.

use std::net::IpAddr;
use std::time::Duration;

use super::capabilities::Mechanism;
use super::credentials::Credentials;

/// How a relay is reached.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its name or address; its certificate is checked against it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept from others.
    pub tls: Tls,
    /// Where a connection that is not may lead.
    pub plaintext: Plaintext,
    /// The certificates to trust instead of the system's, as PEM.
    pub ca: Option<Vec<u8>>,
    /// Who we say we are, where the server wants to know.
    pub credentials: Option<Credentials>,
    /// The one way to say so; the best that is offered where none is named.
    pub mechanism: Option<Mechanism>,
    /// What we call ourselves in EHLO; the connection's own address where there is no name.
    pub hello: Option<String>,
    /// Whether commands are sent ahead of replies.
    pub pipelining: Pipelining,
    /// How many letters one connection sends before it takes leave.
    pub letters_per_connection: u32,
    /// How long each step may take.
    pub timeouts: Timeouts,
}

impl Settings {
    /// Settings for `host` and `port` with defaults for the rest: TLS as `tls` says, no
    /// credentials, the system's certificates.
    pub fn new(host: impl Into<String>, port: u16, tls: Tls) -> Self {
        Self {
            host: host.into(),
            port,
            tls,
            plaintext: Plaintext::LoopbackOnly,
            ca: None,
            credentials: None,
            mechanism: None,
            hello: None,
            pipelining: Pipelining::WhenOffered,
            letters_per_connection: 100,
            timeouts: Timeouts::default(),
        }
    }
}

impl Settings {
    /// Whether mail would go to another machine in the clear without the user having said so, as
    /// far as can be told without asking for addresses: a name other than `localhost` may lead
    /// anywhere.
    pub fn is_readable_by_others(&self) -> bool {
        let host = self.host.trim_end_matches('.');
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        let is_here = address.map_or(host.eq_ignore_ascii_case("localhost"), |ip| ip.to_canonical().is_loopback());
        self.tls == Tls::None && self.plaintext == Plaintext::LoopbackOnly && !is_here
    }
}

/// How a connection is kept from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// TLS from the first byte (port 465).
    Implicit,
    /// TLS after STARTTLS, and no mail without it (port 587).
    StartTls,
    /// Not at all.
    None,
}

/// Where a connection without TLS may lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plaintext {
    /// To this machine.
    LoopbackOnly,
    /// Anywhere: the user said so.
    Anywhere,
}

/// Whether commands are sent ahead of replies (RFC 2920).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pipelining {
    /// Where the server offers it, until it turns out to be broken.
    WhenOffered,
    /// Never.
    Off,
}

/// How long each step may take. RFC 5321 §4.5.3.2 names the least for most of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Finding the server, connecting, and the TLS handshake, each.
    pub connect: Duration,
    /// The reply to the connection and to each command not named below.
    pub command: Duration,
    /// The reply to DATA.
    pub data: Duration,
    /// Writing one block.
    pub block: Duration,
    /// The reply to the final dot.
    pub dot: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            command: Duration::from_mins(5),
            data: Duration::from_mins(2),
            block: Duration::from_mins(3),
            dot: Duration::from_mins(10),
        }
    }
}

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The server's name is none that a certificate could have.
    #[error("`{0}` is not the name of a server")]
    Host(String),
    /// What was given as certificates is not PEM, or holds none.
    #[error("`ca_file` holds no certificate: {0}")]
    Certificates(String),
    /// The system's certificates cannot be read.
    #[error("the system's certificates cannot be used: {0}")]
    SystemCertificates(String),
}
