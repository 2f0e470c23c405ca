//! A scripted SMTP server: well-behaved but for what a test tells it to do at one step. It keeps
//! what it was told and what it took.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::server::TlsStream;

/// Where a server can misbehave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Greeting,
    Ehlo,
    Helo,
    StartTls,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// When the first bytes of a message are here.
    Body,
    /// The end of a message.
    Dot,
    Reset,
    Quit,
}

/// What it does there instead of answering as it should.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Says this.
    Say(&'static [u8]),
    /// Says this, and closes.
    SayAndClose(&'static [u8]),
    /// Says this piece by piece.
    Pieces(Vec<&'static [u8]>),
    /// Closes.
    Close,
    /// Resets the connection.
    Break,
    /// Says and reads nothing any more.
    Stall,
    /// Answers as it should, but late.
    Late(Duration),
    /// Answers as it should, and throws away what came together with the command.
    Forget,
}

/// A server to be.
#[derive(Clone, Default)]
pub(crate) struct Script {
    capabilities: Vec<&'static str>,
    after_tls: Option<Vec<&'static str>>,
    acts: BTreeMap<(Step, usize), Act>,
    acts_to: BTreeMap<(Step, String), VecDeque<Act>>,
    identity: Option<Identity>,
    implicit: bool,
}

/// A key with its certificate, and the authority that signed it.
#[derive(Clone)]
pub(crate) struct Identity {
    config: Arc<ServerConfig>,
    /// The authority's certificate.
    pub(crate) ca: Vec<u8>,
}

impl Identity {
    /// A new one for `name`, by an authority of its own.
    pub(crate) fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        Self { config: Arc::new(config), ca: issuer.pem().into_bytes() }
    }
}

impl Script {
    /// A server that offers these extensions.
    pub(crate) fn offering(capabilities: &[&'static str]) -> Self {
        Self { capabilities: capabilities.to_vec(), ..Self::default() }
    }

    /// Does `act` the `nth` time that it comes to `step`, counted from 1 over all connections; 0 is
    /// each time.
    pub(crate) fn on(mut self, step: Step, nth: usize, act: Act) -> Self {
        self.acts.insert((step, nth), act);
        self
    }

    /// Does `act` at `step` (RCPT or the dot) of the next message to `address`; said more than once,
    /// of one message after the other. This goes before what [`Script::on`] says.
    pub(crate) fn to(mut self, address: &str, step: Step, act: Act) -> Self {
        self.acts_to.entry((step, address.to_owned())).or_default().push_back(act);
        self
    }

    /// Knows TLS, by STARTTLS.
    pub(crate) fn tls(mut self, identity: &Identity) -> Self {
        self.identity = Some(identity.clone());
        self
    }

    /// Speaks TLS from the start.
    pub(crate) fn implicit_tls(mut self, identity: &Identity) -> Self {
        self.implicit = true;
        self.tls(identity)
    }

    /// Offers other extensions once TLS is there.
    pub(crate) fn after_tls(mut self, capabilities: &[&'static str]) -> Self {
        self.after_tls = Some(capabilities.to_vec());
        self
    }

    pub(crate) async fn start(self) -> Scripted {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let log = Arc::new(Mutex::new(Log::default()));
        let acts_to = Mutex::new(self.acts_to.clone());
        let server = Arc::new(Server { script: self, acts_to, log: Arc::clone(&log) });
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                server.log.lock().unwrap().connections += 1;
                let server = Arc::clone(&server);
                // A connection that breaks is what some tests are about.
                tokio::spawn(async move { server.serve(stream).await.ok() });
            }
        });
        Scripted { port, log }
    }
}

/// A server that runs.
pub(crate) struct Scripted {
    pub(crate) port: u16,
    log: Arc<Mutex<Log>>,
}

/// What a server saw.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    pub(crate) connections: usize,
    /// Every command, in order.
    pub(crate) commands: Vec<String>,
    /// Recipient and text of every message that it took.
    pub(crate) taken: Vec<(String, String)>,
    seen: BTreeMap<Step, usize>,
}

impl Scripted {
    pub(crate) fn log(&self) -> Log {
        self.log.lock().unwrap().clone()
    }

    /// How many messages it took.
    pub(crate) fn taken(&self) -> usize {
        self.log().taken.len()
    }

    /// How often it was told a command that starts like this.
    pub(crate) fn told(&self, command: &str) -> usize {
        self.log().commands.iter().filter(|told| told.starts_with(command)).count()
    }
}

struct Server {
    script: Script,
    /// What is left of the script's.
    acts_to: Mutex<BTreeMap<(Step, String), VecDeque<Act>>>,
    log: Arc<Mutex<Log>>,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(context),
            Self::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}

struct Talk {
    stream: Stream,
    read: Vec<u8>,
}

impl Talk {
    /// The next line, or an error at the end.
    async fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(end) = self.read.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.read.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            self.more().await?;
        }
    }

    async fn more(&mut self) -> io::Result<()> {
        let mut buffer = [0; 4096];
        match self.stream.read(&mut buffer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                self.read.extend_from_slice(&buffer[..read]);
                Ok(())
            }
        }
    }

    async fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await
    }
}

impl Server {
    fn act(&self, step: Step) -> Option<Act> {
        let mut log = self.log.lock().unwrap();
        let seen = log.seen.entry(step).or_default();
        *seen += 1;
        let acts = &self.script.acts;
        acts.get(&(step, *seen)).or_else(|| acts.get(&(step, 0))).cloned()
    }

    /// What it does at a step of a message to `recipient`, as `RCPT` names it.
    fn act_to(&self, step: Step, recipient: &str) -> Option<Act> {
        let address = recipient.trim_start_matches('<').split('>').next().unwrap_or_default();
        let own = self.acts_to.lock().unwrap().get_mut(&(step, address.to_owned())).and_then(VecDeque::pop_front);
        let any = self.act(step);
        own.or(any)
    }

    /// Answers at a step; an error ends the connection.
    async fn answer(&self, talk: &mut Talk, step: Step, usual: &str) -> io::Result<()> {
        let act = self.act(step);
        Self::perform(talk, act, usual).await
    }

    async fn perform(talk: &mut Talk, act: Option<Act>, usual: &str) -> io::Result<()> {
        match act {
            None => talk.say(usual.as_bytes()).await,
            Some(Act::Say(bytes)) => talk.say(bytes).await,
            Some(Act::SayAndClose(bytes)) => {
                talk.say(bytes).await?;
                Err(io::ErrorKind::Other.into())
            }
            Some(Act::Pieces(pieces)) => {
                for piece in pieces {
                    talk.say(piece).await?;
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                Ok(())
            }
            Some(Act::Close) => Err(io::ErrorKind::Other.into()),
            Some(Act::Break) => {
                if let Stream::Plain(stream) = &talk.stream {
                    stream.set_zero_linger().unwrap();
                }
                Err(io::ErrorKind::Other.into())
            }
            Some(Act::Stall) => std::future::pending().await,
            Some(Act::Late(by)) => {
                tokio::time::sleep(by).await;
                talk.say(usual.as_bytes()).await
            }
            Some(Act::Forget) => {
                talk.read.clear();
                talk.say(usual.as_bytes()).await
            }
        }
    }

    async fn serve(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut talk = Talk { stream: Stream::Plain(stream), read: Vec::new() };
        let mut capabilities = self.script.capabilities.clone();
        if self.script.implicit {
            talk = self.shake(talk).await?;
        }
        self.answer(&mut talk, Step::Greeting, "220 scripted.example ready\r\n").await?;
        let (mut sender, mut recipients) = (None, Vec::new());
        loop {
            let line = talk.line().await?;
            self.log.lock().unwrap().commands.push(line.clone());
            let command = line.to_ascii_uppercase();
            let command = command.split([' ', ':']).next().unwrap();
            match command {
                "EHLO" => {
                    let mut reply = String::from("250-scripted.example\r\n");
                    for capability in &capabilities {
                        reply.extend(["250-", capability, "\r\n"]);
                    }
                    let last = reply.rfind("250-").unwrap();
                    reply.replace_range(last + 3..last + 4, " ");
                    self.answer(&mut talk, Step::Ehlo, &reply).await?;
                }
                "HELO" => self.answer(&mut talk, Step::Helo, "250 scripted.example\r\n").await?,
                "STARTTLS" => {
                    self.answer(&mut talk, Step::StartTls, "220 go ahead\r\n").await?;
                    talk = self.shake(talk).await?;
                    capabilities = self.script.after_tls.clone().unwrap_or(capabilities);
                }
                "AUTH" => {
                    let waits = line.ends_with("LOGIN");
                    // A refusal by XOAUTH2 comes after a challenge and an empty line.
                    let challenged = matches!(self.peek(Step::Auth), Some(Act::Say(said)) if said.starts_with(b"334"));
                    self.answer(
                        &mut talk,
                        Step::Auth,
                        if waits { "334 VXNlcm5hbWU6\r\n" } else { "235 2.7.0 yes\r\n" },
                    )
                    .await?;
                    if challenged {
                        let line = talk.line().await?;
                        self.log.lock().unwrap().commands.push(line);
                        self.answer(&mut talk, Step::Auth, "535 5.7.8 no\r\n").await?;
                    }
                    if waits {
                        for reply in ["334 UGFzc3dvcmQ6\r\n", "235 2.7.0 yes\r\n"] {
                            let line = talk.line().await?;
                            self.log.lock().unwrap().commands.push(line);
                            self.answer(&mut talk, Step::Auth, reply).await?;
                        }
                    }
                }
                "MAIL" if sender.is_some() => talk.say(b"503 5.5.1 nested MAIL\r\n").await?,
                "MAIL" => {
                    sender = Some(line);
                    self.answer(&mut talk, Step::Mail, "250 2.1.0 ok\r\n").await?;
                }
                "RCPT" => {
                    let recipient = line.trim_start_matches("RCPT TO:");
                    let act = self.act_to(Step::Rcpt, recipient);
                    // One who is refused here is no recipient.
                    let refused = matches!(act, Some(Act::Say(bytes)) if !bytes.starts_with(b"2"));
                    if !refused {
                        recipients.push(recipient.to_owned());
                    }
                    Self::perform(&mut talk, act, "250 2.1.5 ok\r\n").await?;
                }
                "DATA" => {
                    let act = self.peek(Step::Data);
                    let usual =
                        if recipients.is_empty() { "554 5.5.1 no valid recipients\r\n" } else { "354 go ahead\r\n" };
                    self.answer(&mut talk, Step::Data, usual).await?;
                    let waits = match act {
                        Some(Act::Say(bytes)) => bytes.starts_with(b"354"),
                        Some(Act::Pieces(_)) => true,
                        _ => usual.starts_with("354"),
                    };
                    if waits {
                        let text = self.message(&mut talk).await?;
                        let act = self.act_to(Step::Dot, recipients.first().map_or("", String::as_str));
                        let taken = !matches!(act, Some(Act::Say(b) | Act::SayAndClose(b)) if !b.starts_with(b"2"));
                        if taken && !recipients.is_empty() {
                            self.log.lock().unwrap().taken.push((recipients.join(","), text));
                        }
                        Self::perform(&mut talk, act, "250 2.0.0 Ok: queued as SCRIPT01\r\n").await?;
                        (sender, recipients) = (None, Vec::new());
                    }
                }
                "RSET" => {
                    (sender, recipients) = (None, Vec::new());
                    self.answer(&mut talk, Step::Reset, "250 2.0.0 ok\r\n").await?;
                }
                "QUIT" => return self.answer(&mut talk, Step::Quit, "221 2.0.0 bye\r\n").await,
                _ => talk.say(b"500 5.5.2 what?\r\n").await?,
            }
        }
    }

    /// What it will do the next time that it comes to `step`.
    fn peek(&self, step: Step) -> Option<Act> {
        let seen = self.log.lock().unwrap().seen.get(&step).copied().unwrap_or_default() + 1;
        let acts = &self.script.acts;
        acts.get(&(step, seen)).or_else(|| acts.get(&(step, 0))).cloned()
    }

    async fn message(&self, talk: &mut Talk) -> io::Result<String> {
        let mut text = talk.line().await?;
        if text != "." {
            match self.act(Step::Body) {
                None => {}
                Some(Act::Say(bytes)) => talk.say(bytes).await?,
                Some(Act::SayAndClose(bytes)) => {
                    talk.say(bytes).await?;
                    return Err(io::ErrorKind::Other.into());
                }
                Some(Act::Stall) => std::future::pending().await,
                Some(Act::Break) => {
                    if let Stream::Plain(stream) = &talk.stream {
                        stream.set_zero_linger().unwrap();
                    }
                    return Err(io::ErrorKind::Other.into());
                }
                Some(_) => return Err(io::ErrorKind::Other.into()),
            }
        }
        let mut whole = String::new();
        while text != "." {
            whole.push_str(text.strip_prefix('.').unwrap_or(&text));
            whole.push_str("\r\n");
            text = talk.line().await?;
        }
        Ok(whole)
    }

    async fn shake(&self, talk: Talk) -> io::Result<Talk> {
        let Stream::Plain(stream) = talk.stream else { return Err(io::ErrorKind::Other.into()) };
        let identity = self.script.identity.as_ref().unwrap();
        let stream = TlsAcceptor::from(Arc::clone(&identity.config)).accept(stream).await?;
        Ok(Talk { stream: Stream::Tls(Box::new(stream)), read: Vec::new() })
    }
}
