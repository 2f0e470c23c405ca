//! From a host's name to a session that can send: connection, TLS, EHLO, AUTH.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::capabilities::{Capabilities, Mechanism};
use super::credentials::Credentials;
use super::envelope::Envelope;
use super::error::{Command, SessionError};
use super::reply::Reply;
use super::settings::{Plaintext, Settings, SettingsError, Timeouts, Tls};
use super::stream::{Protection, Stream, Wire};
use super::tls::Connector;
use super::{Connection, Letter, Permit, Relay, Turn};

/// How long a server is waited for that we take leave of.
const FAREWELL: Duration = Duration::from_secs(5);

/// An SMTP server that takes mail for anywhere (RFC 5321, 6409).
pub struct SmtpRelay {
    settings: Settings,
    tls: Option<Connector>,
    /// Whether the server offered PIPELINING and turned out not to know it.
    broken_pipelining: Arc<AtomicBool>,
}

impl SmtpRelay {
    /// A relay by its settings; nothing is connected yet.
    ///
    /// # Errors
    /// When the certificates to trust cannot be read.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        let tls = if settings.tls == Tls::None { None } else { Some(Connector::new(&settings)?) };
        Ok(Self { settings, tls, broken_pipelining: Arc::default() })
    }

    /// Its settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Connects to the first address of the host that answers.
    async fn reach(&self) -> Result<TcpStream, SessionError> {
        let Settings { host, port, timeouts, .. } = &self.settings;
        let late = || SessionError::Timeout { command: Command::Connect, after: timeouts.connect };
        let resolve = |error| SessionError::Resolve { host: host.clone(), error };
        let addresses: Vec<SocketAddr> = timeout(timeouts.connect, tokio::net::lookup_host((host.as_str(), *port)))
            .await
            .map_err(|_| late())?
            .map_err(resolve)?
            .collect();
        let local = addresses.iter().all(|address| address.ip().to_canonical().is_loopback());
        if self.settings.tls == Tls::None && self.settings.plaintext == Plaintext::LoopbackOnly && !local {
            return Err(SessionError::Plaintext(host.clone()));
        }
        let mut last = resolve(io::Error::from(io::ErrorKind::NotFound));
        for address in addresses {
            match timeout(timeouts.connect, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => last = SessionError::Connect { host: host.clone(), port: *port, error },
                Err(_) => last = late(),
            }
        }
        Err(last)
    }

    async fn handshake(&self, connector: &Connector, stream: TcpStream) -> Result<Wire, SessionError> {
        let after = self.settings.timeouts.connect;
        let shaken = timeout(after, Box::pin(connector.connect(stream))).await;
        let stream = shaken.map_err(|_| SessionError::Timeout { command: Command::Handshake, after })??;
        Ok(Wire::new(Stream::Tls(Box::new(stream))))
    }
}

impl Relay for SmtpRelay {
    type Connection = Session;

    async fn connect(&self) -> Result<Session, SessionError> {
        let settings = &self.settings;
        let stream = self.reach().await?;
        // A command waits for its reply: holding it back until more comes would stall both sides.
        stream.set_nodelay(true).map_err(|error| SessionError::Broken { command: Command::Connect, error })?;
        let hello = match (&settings.hello, stream.local_addr()) {
            (Some(name), _) => name.clone(),
            (None, Ok(SocketAddr::V4(address))) => format!("[{}]", address.ip()),
            (None, Ok(SocketAddr::V6(address))) => format!("[IPv6:{}]", address.ip()),
            (None, Err(_)) => "localhost".to_owned(),
        };
        let wire = match (settings.tls, &self.tls) {
            (Tls::Implicit, Some(connector)) => self.handshake(connector, stream).await?,
            _ => Wire::new(Stream::Plain(stream)),
        };
        let mut session = Session {
            wire,
            timeouts: settings.timeouts,
            capabilities: Capabilities::default(),
            pipelining: settings.pipelining,
            broken_pipelining: Arc::clone(&self.broken_pipelining),
            authenticated: settings.credentials.is_some(),
            progress: Progress::Idle,
            letters_left: settings.letters_per_connection.max(1),
        };
        session.greeting().await?;
        session.hello(&hello).await?;
        if let (Tls::StartTls, Some(connector)) = (settings.tls, &self.tls) {
            if !session.capabilities.offers("STARTTLS") {
                return Err(SessionError::NoStartTls(settings.host.clone()));
            }
            session.expect(Command::StartTls, "STARTTLS\r\n").await?;
            session.wire = self.handshake(connector, session.wire.into_plain()?).await?;
            // What was said before TLS may have been anybody's words (RFC 3207 §4.2).
            session.capabilities = Capabilities::default();
            session.hello(&hello).await?;
        }
        if let Some(credentials) = &settings.credentials {
            session.authenticate(credentials, settings.mechanism).await?;
        }
        Ok(session)
    }
}

/// A conversation with an SMTP server, in step: every command so far has its reply.
pub struct Session {
    pub(super) wire: Wire,
    pub(super) timeouts: Timeouts,
    pub(super) capabilities: Capabilities,
    pub(super) pipelining: super::Pipelining,
    pub(super) broken_pipelining: Arc<AtomicBool>,
    pub(super) authenticated: bool,
    pub(super) progress: Progress,
    pub(super) letters_left: u32,
}

/// Where a session stands between two letters.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// No transaction is open.
    Idle,
    /// One is, of a letter that was refused.
    Unfinished,
    /// The next letter's MAIL, RCPT and DATA are written, and their replies not yet read.
    Announced(Envelope, u64),
    /// The server has said that it goes.
    Over,
}

impl Session {
    /// What the server offers.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// How the connection is kept from others; nothing where it is not.
    pub fn protection(&self) -> Option<Protection> {
        self.wire.protection()
    }

    async fn greeting(&mut self) -> Result<(), SessionError> {
        let reply = self.wire.reply(Command::Greeting, self.timeouts.command).await?;
        positive(Command::Greeting, reply).map(drop)
    }

    async fn hello(&mut self, name: &str) -> Result<(), SessionError> {
        let reply = self.command(Command::Ehlo, &format!("EHLO {name}\r\n")).await?;
        if reply.is_permanent() {
            // A server from before RFC 1869.
            self.expect(Command::Helo, &format!("HELO {name}\r\n")).await?;
            return Ok(());
        }
        self.capabilities = Capabilities::read(&positive(Command::Ehlo, reply)?);
        Ok(())
    }

    /// Says who we are, by `named` alone where it is given.
    async fn authenticate(&mut self, credentials: &Credentials, named: Option<Mechanism>) -> Result<(), SessionError> {
        let offered: Vec<Mechanism> = self.capabilities.mechanisms().collect();
        let offers = |mechanism| offered.contains(&mechanism) && named.is_none_or(|named| named == mechanism);
        match credentials {
            Credentials::Password { username, password } if offers(Mechanism::Plain) => {
                let command = Command::Auth(Mechanism::Plain);
                let response = BASE64.encode(format!("\0{username}\0{}", password.reveal()));
                self.expect(command, &format!("AUTH PLAIN {response}\r\n")).await?;
            }
            Credentials::Password { username, password } if offers(Mechanism::Login) => {
                let command = Command::Auth(Mechanism::Login);
                for line in ["AUTH LOGIN".to_owned(), BASE64.encode(username)] {
                    let reply = self.command(command, &format!("{line}\r\n")).await?;
                    if !reply.is_intermediate() {
                        return Err(SessionError::UnexpectedReply { command, reply });
                    }
                }
                self.expect(command, &format!("{}\r\n", BASE64.encode(password.reveal()))).await?;
            }
            Credentials::Password { .. } => {
                let wanted = match named {
                    Some(Mechanism::Plain) => "AUTH PLAIN",
                    Some(Mechanism::Login) => "AUTH LOGIN",
                    _ => "AUTH PLAIN and LOGIN",
                };
                return Err(SessionError::NoMechanism { wanted });
            }
            Credentials::OAuth2 { username, token } if offers(Mechanism::XOAuth2) => {
                let command = Command::Auth(Mechanism::XOAuth2);
                let response = BASE64.encode(format!("user={username}\x01auth=Bearer {}\x01\x01", token.reveal()));
                let mut reply = self.command(command, &format!("AUTH XOAUTH2 {response}\r\n")).await?;
                if reply.is_intermediate() {
                    // A refusal comes with its reason first, and waits for an empty line.
                    reply = self.command(command, "\r\n").await?;
                }
                positive(command, reply)?;
            }
            Credentials::OAuth2 { .. } => return Err(SessionError::NoMechanism { wanted: "AUTH XOAUTH2" }),
        }
        Ok(())
    }

    /// Writes one command and reads its reply.
    pub(super) async fn command(&mut self, command: Command, line: &str) -> Result<Reply, SessionError> {
        self.wire.quiet(command).await?;
        self.wire.write(command, line.as_bytes(), self.timeouts.block).await?;
        self.wire.reply(command, self.limit(command)).await
    }

    /// The same, where nothing but a 2xx lets the session go on.
    pub(super) async fn expect(&mut self, command: Command, line: &str) -> Result<Reply, SessionError> {
        positive(command, self.command(command, line).await?)
    }

    /// How long the reply to a command may take.
    pub(super) fn limit(&self, command: Command) -> Duration {
        match command {
            Command::Data => self.timeouts.data,
            Command::Dot => self.timeouts.dot,
            Command::Quit => FAREWELL.min(self.timeouts.command),
            _ => self.timeouts.command,
        }
    }
}

impl Connection for Session {
    async fn send<P: Permit>(self, letter: &Letter, permit: P, next: Option<&Letter>) -> Turn<Self, P> {
        self.transact(letter, permit, next).await
    }

    fn is_spent(&self) -> bool {
        self.letters_left == 0
    }

    async fn quit(mut self) {
        // Where a letter was announced the server waits for its text, and QUIT would be that.
        if matches!(self.progress, Progress::Idle | Progress::Unfinished) {
            // Either way it is over.
            drop(self.command(Command::Quit, "QUIT\r\n").await);
        }
        self.wire.shutdown().await;
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { capabilities, progress, letters_left, .. } = self;
        f.debug_struct("Session")
            .field("capabilities", capabilities)
            .field("progress", progress)
            .field("letters_left", letters_left)
            .finish_non_exhaustive()
    }
}

fn positive(command: Command, reply: Reply) -> Result<Reply, SessionError> {
    if reply.is_positive() { Ok(reply) } else { Err(SessionError::UnexpectedReply { command, reply }) }
}
