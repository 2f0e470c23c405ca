//! Asks name servers (RFC 1035): over UDP, and over TCP where an answer was cut.

mod answer;

use std::cell::Cell;
use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, UdpSocket};
use std::path::Path;
use std::time::{Duration, Instant};

use answer::Answer;

/// Where the system names its name servers.
const SYSTEM: &str = "/etc/resolv.conf";
const PORT: u16 = 53;
/// The servers that the system's own resolver asks at most.
const SERVERS: usize = 3;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DnsError {
    /// No server is known.
    #[error("no name server is known")]
    NoServer,
    /// No server said anything that can be read.
    #[error("no name server answers")]
    Silent,
    /// The name cannot be one.
    #[error("`{0}` cannot be a name")]
    Name(String),
    /// There is nothing of this name, of any type (NXDOMAIN).
    #[error("there is no `{0}`")]
    NoSuchName(String),
    /// The server could not find out, or would not (SERVFAIL, REFUSED).
    #[error("the name servers of `{0}` fail")]
    Failed(String),
}

impl DnsError {
    /// Whether it says nothing of the name that was asked for.
    pub fn is_silence(&self) -> bool {
        matches!(self, Self::NoServer | Self::Silent)
    }
}

/// What is asked of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Texts.
    Txt,
    /// Mail servers.
    Mx,
    /// Addresses of four octets.
    A,
    /// Addresses of sixteen.
    Aaaa,
}

/// A record that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Record {
    /// Its strings as one.
    Txt(String),
    /// Preference and name.
    Mx(u16, String),
    /// An address.
    Address(IpAddr),
}

/// Asks name servers one after the other, until one answers.
#[derive(Debug)]
pub struct Resolver {
    servers: Vec<SocketAddr>,
    /// How long one server is waited for.
    patience: Duration,
    /// Whether any has answered: then silence is of the name that was asked for.
    heard: Cell<bool>,
    /// Whether none has: then none is asked again.
    silent: Cell<bool>,
}

impl Resolver {
    /// Asks these.
    pub fn new(servers: Vec<SocketAddr>, patience: Duration) -> Self {
        Self { servers, patience, heard: Cell::new(false), silent: Cell::new(false) }
    }

    /// Asks those that the system names; none where it names none.
    pub fn system(patience: Duration) -> Self {
        let text = std::fs::read_to_string(Path::new(SYSTEM)).unwrap_or_default();
        Self::new(named(&text), patience)
    }

    /// The texts of a name, in the server's order.
    ///
    /// # Errors
    /// When there is no such name, or no answer.
    pub fn txt(&self, name: &str) -> Result<Vec<String>, DnsError> {
        let texts = self.ask(name, Kind::Txt)?.into_iter();
        Ok(texts.filter_map(|record| if let Record::Txt(text) = record { Some(text) } else { None }).collect())
    }

    /// The mail servers of a name with their preference, the first to try first.
    ///
    /// # Errors
    /// When there is no such name, or no answer.
    pub fn mx(&self, name: &str) -> Result<Vec<(u16, String)>, DnsError> {
        let servers = self.ask(name, Kind::Mx)?.into_iter();
        let server = |record| if let Record::Mx(preference, name) = record { Some((preference, name)) } else { None };
        let mut servers: Vec<_> = servers.filter_map(server).collect();
        servers.sort();
        Ok(servers)
    }

    /// The addresses of a name.
    ///
    /// # Errors
    /// When there is no such name, or no answer.
    pub fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, DnsError> {
        let address = |record| if let Record::Address(address) = record { Some(address) } else { None };
        let mut found: Vec<_> = self.ask(name, Kind::A)?.into_iter().filter_map(address).collect();
        found.extend(self.ask(name, Kind::Aaaa)?.into_iter().filter_map(address));
        Ok(found)
    }

    fn ask(&self, name: &str, kind: Kind) -> Result<Vec<Record>, DnsError> {
        if self.servers.is_empty() {
            return Err(DnsError::NoServer);
        }
        if self.silent.get() {
            return Err(DnsError::Silent);
        }
        for server in &self.servers {
            let Some(id) = random() else { return Err(DnsError::Silent) };
            let question = answer::question(id, name, kind).ok_or_else(|| DnsError::Name(name.to_owned()))?;
            // The next one may say more than silence or failure.
            let Ok(answer) = self.exchange(*server, &question, id, name, kind) else { continue };
            self.heard.set(true);
            match answer {
                Answer::Records(records) => return Ok(records),
                Answer::NoSuchName => return Err(DnsError::NoSuchName(name.to_owned())),
                Answer::Failed | Answer::Cut => {}
            }
        }
        if self.heard.get() {
            return Err(DnsError::Failed(name.to_owned()));
        }
        self.silent.set(true);
        Err(DnsError::Silent)
    }

    fn exchange(&self, server: SocketAddr, question: &[u8], id: u16, name: &str, kind: Kind) -> io::Result<Answer> {
        match self.by_udp(server, question, id, name, kind)? {
            Answer::Cut => self.by_tcp(server, question, id, name, kind),
            answer => Ok(answer),
        }
    }

    fn by_udp(&self, server: SocketAddr, question: &[u8], id: u16, name: &str, kind: Kind) -> io::Result<Answer> {
        let any: IpAddr = if server.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
        let socket = UdpSocket::bind((any, 0))?;
        // From now on the system drops what others send.
        socket.connect(server)?;
        let mut buffer = [0; 4096];
        // A datagram may be lost: half of the time is for a second one.
        for _ in 0..2 {
            socket.send(question)?;
            let until = Instant::now() + self.patience / 2;
            while let Some(left) = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
                socket.set_read_timeout(Some(left))?;
                match socket.recv(&mut buffer) {
                    // What is no answer to this question may be anybody's: the true one may still come.
                    Ok(read) => {
                        if let Some(answer) = answer::read(buffer.get(..read).unwrap_or_default(), id, name, kind) {
                            return Ok(answer);
                        }
                    }
                    Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => break,
                    Err(error) => return Err(error),
                }
            }
        }
        Err(io::ErrorKind::TimedOut.into())
    }

    fn by_tcp(&self, server: SocketAddr, question: &[u8], id: u16, name: &str, kind: Kind) -> io::Result<Answer> {
        let mut stream = TcpStream::connect_timeout(&server, self.patience)?;
        stream.set_read_timeout(Some(self.patience))?;
        stream.set_write_timeout(Some(self.patience))?;
        // The length goes before the message (RFC 1035 §4.2.2).
        let length = u16::try_from(question.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
        stream.write_all(&[&length.to_be_bytes(), question].concat())?;
        let mut length = [0; 2];
        stream.read_exact(&mut length)?;
        let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut message)?;
        answer::read(&message, id, name, kind).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}

/// The servers that a `resolv.conf` names.
fn named(text: &str) -> Vec<SocketAddr> {
    let words = text.lines().map(str::split_ascii_whitespace);
    let named = words.filter_map(|mut words| (words.next() == Some("nameserver")).then(|| words.next()).flatten());
    named.filter_map(server).take(SERVERS).collect()
}

/// A name server as people write it: an address, with a port where it is not 53.
pub fn server(text: &str) -> Option<SocketAddr> {
    text.parse().ok().or_else(|| Some(SocketAddr::new(text.parse().ok()?, PORT)))
}

fn random() -> Option<u16> {
    let mut octets = [0; 2];
    aws_lc_rs::rand::fill(&mut octets).ok()?;
    Some(u16::from_be_bytes(octets))
}

#[cfg(test)]
mod tests {
    use super::{named, server};

    #[test]
    fn the_system_names_its_servers_in_its_own_file() {
        let text = "# comment\nsearch a.example\nnameserver 192.0.2.1\nnameserver\t2001:db8::1\nnameserver nonsense\n\
                    nameserver\nnameserver 192.0.2.3\nnameserver 192.0.2.4\noptions ndots:1\n";
        let shown: Vec<_> = named(text).iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["192.0.2.1:53", "[2001:db8::1]:53", "192.0.2.3:53"]);
        assert_eq!(named(""), []);
    }

    #[test]
    fn a_server_may_have_a_port() {
        let shown = |text| server(text).map(|server| server.to_string());
        assert_eq!(shown("192.0.2.1").as_deref(), Some("192.0.2.1:53"));
        assert_eq!(shown("192.0.2.1:5353").as_deref(), Some("192.0.2.1:5353"));
        assert_eq!(shown("::1").as_deref(), Some("[::1]:53"));
        assert_eq!(shown("dns.example"), None);
    }
}
