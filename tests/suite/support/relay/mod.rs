//! A scripted SMTP server: well-behaved but for what a test tells it to do at one step. It keeps
//! what it was told and what it took.

mod serve;
mod talk;
mod time;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

pub(crate) use serve::MISBEHAVES;
use serve::Server;
use time::Time;

/// Where a server can misbehave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// When somebody connects. What can be done there is to close, which is that nobody listens,
    /// and to stall, which is that nobody is let in: each time.
    Connect,
    Greeting,
    Ehlo,
    Helo,
    StartTls,
    /// When TLS is to begin.
    Handshake,
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
    /// Says this, and then nothing any more.
    SayAndStall(&'static [u8]),
    /// Answers as it should, but late.
    Late(Duration),
    /// Answers as it should, once nobody waits for it any more.
    TooLate,
    /// Answers as it should, byte by byte, with so long between them.
    Drip(Duration),
    /// Answers as it should, twice.
    Twice,
    /// Answers as it should, and says this in the same breath.
    Also(&'static [u8]),
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
    time: Time,
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

    /// Offers `capability` instead of the one of the same name.
    pub(crate) fn limited(mut self, capability: &'static str) -> Self {
        let name = capability.split(' ').next();
        self.capabilities.retain(|other| other.split(' ').next() != name);
        self.capabilities.push(capability);
        self
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

    /// Lets time pass by moving the clock of a paused runtime, whose clock moves for nothing else.
    pub(crate) fn in_virtual_time(mut self) -> Self {
        self.time = Time::Virtual;
        self
    }

    pub(crate) async fn start(self) -> Scripted {
        let socket = TcpSocket::new_v4().unwrap();
        if self.acts.keys().any(|(step, _)| *step == Step::Body) {
            // So that a long message fills the way to it.
            socket.set_recv_buffer_size(16 * 1024).unwrap();
        }
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = socket.local_addr().unwrap();
        let log = Arc::new(Mutex::new(Log::default()));
        let scripted = Scripted { port: address.port(), log: Arc::clone(&log) };
        match self.acts.get(&(Step::Connect, 0)) {
            // Nobody listens.
            Some(Act::Close) => {}
            Some(_) => {
                let listener = socket.listen(0).unwrap();
                // A queue for one, and one stands in it.
                let first = TcpStream::connect(address).await.unwrap();
                tokio::spawn(never_accept(listener, first, self.time));
            }
            None => {
                let listener = socket.listen(128).unwrap();
                tokio::spawn(accept(listener, Arc::new(Server::new(self, log))));
            }
        }
        scripted
    }
}

async fn accept(listener: TcpListener, server: Arc<Server>) {
    while let Ok((stream, _)) = listener.accept().await {
        let server = Arc::clone(&server);
        let number = server.count_connection();
        // A connection that breaks is what some tests are about.
        tokio::spawn(async move { server.serve(stream, number).await.ok() });
    }
}

/// Lets nobody in.
async fn never_accept(_listener: TcpListener, _first: TcpStream, time: Time) {
    time.go_by().await;
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
    /// Every command, and `.` for each end of a message, with the number of its connection.
    pub(crate) heard: Vec<(usize, String)>,
    /// How many CR and LF stood alone.
    pub(crate) bare: usize,
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
