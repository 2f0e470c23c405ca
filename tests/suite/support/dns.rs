//! A scripted name server on this machine, over UDP and TCP.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use simple_dns::rdata::{A, CNAME, MX, RData, TXT};
use simple_dns::{CLASS, CharacterString, Name, Packet, PacketFlag, QTYPE, RCODE, ResourceRecord, TYPE};

/// What a server does instead of answering as it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Says that it failed.
    Fail,
    /// Says that it does not want to.
    Refuse,
    /// Says what is no message.
    Garbage,
    /// Answers another question first, and then this one.
    Stray,
    /// Says nothing.
    Silence,
    /// Says nothing the first time.
    Lose,
    /// Says over UDP that there is more than fits.
    Cut,
    /// The same, and over TCP half an answer.
    CutTwice,
}

#[derive(Clone, Debug)]
enum Entry {
    Txt(String),
    Mx(u16, String),
    A(Ipv4Addr),
    Alias(String),
}

/// What a server is to know.
#[derive(Clone, Debug, Default)]
pub(crate) struct Zone {
    entries: BTreeMap<String, Vec<Entry>>,
    acts: BTreeMap<String, Act>,
}

impl Zone {
    fn entry(mut self, name: &str, entry: Entry) -> Self {
        self.entries.entry(name.to_owned()).or_default().push(entry);
        self
    }

    pub(crate) fn txt(self, name: &str, text: &str) -> Self {
        self.entry(name, Entry::Txt(text.to_owned()))
    }

    pub(crate) fn mx(self, name: &str, preference: u16, server: &str) -> Self {
        self.entry(name, Entry::Mx(preference, server.to_owned()))
    }

    pub(crate) fn a(self, name: &str) -> Self {
        self.entry(name, Entry::A(Ipv4Addr::new(192, 0, 2, 1)))
    }

    pub(crate) fn alias(self, name: &str, to: &str) -> Self {
        self.entry(name, Entry::Alias(to.to_owned()))
    }

    /// Does this for a name, or for all of them (`*`).
    pub(crate) fn on(mut self, name: &str, act: Act) -> Self {
        self.acts.insert(name.to_owned(), act);
        self
    }

    pub(crate) fn start(self) -> NameServer {
        // The same port for both, as a name server has it.
        let (udp, tcp) = loop {
            let udp = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
            if let Ok(tcp) = TcpListener::bind(udp.local_addr().unwrap()) {
                break (udp, tcp);
            }
        };
        let address = udp.local_addr().unwrap();
        let log = Arc::new(Mutex::new(Vec::new()));
        let server = Arc::new(Server { zone: self, log: Arc::clone(&log) });
        let other = Arc::clone(&server);
        std::thread::spawn(move || server.by_udp(&udp));
        std::thread::spawn(move || other.by_tcp(&tcp));
        NameServer { address, log }
    }
}

/// A server that runs until the test ends.
pub(crate) struct NameServer {
    pub(crate) address: SocketAddr,
    log: Arc<Mutex<Vec<String>>>,
}

impl NameServer {
    /// What it was asked, as `udp TXT a.example`.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }
}

struct Server {
    zone: Zone,
    log: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// What to do with a question, by its name, and whether it was asked before.
    fn note(&self, way: &str, question: &[u8]) -> (Option<Act>, bool) {
        let packet = Packet::parse(question).unwrap();
        let asked = &packet.questions[0];
        let name = asked.qname.to_string();
        let QTYPE::TYPE(kind) = asked.qtype else { return (None, false) };
        let line = format!("{way} {kind:?} {name}");
        let mut log = self.log.lock().unwrap();
        let again = log.contains(&line);
        log.push(line);
        (self.zone.acts.get(&name).or_else(|| self.zone.acts.get("*")).copied(), again)
    }

    fn by_udp(&self, socket: &UdpSocket) {
        let mut buffer = [0; 4096];
        while let Ok((read, from)) = socket.recv_from(&mut buffer) {
            let question = &buffer[..read];
            let (act, again) = self.note("udp", question);
            let answer = self.answer(question, act);
            match act {
                Some(Act::Silence) => continue,
                Some(Act::Lose) if !again => continue,
                Some(Act::Garbage) => {
                    socket.send_to(b"nonsense, and not little of it", from).unwrap();
                    continue;
                }
                Some(Act::Stray) => {
                    let mut stray = answer.clone();
                    stray[1] ^= 1;
                    socket.send_to(&stray, from).unwrap();
                }
                Some(Act::Cut | Act::CutTwice) => {
                    let mut cut = answer[..answer.len().min(40)].to_vec();
                    cut[2] |= 2;
                    socket.send_to(&cut, from).unwrap();
                    continue;
                }
                _ => {}
            }
            socket.send_to(&answer, from).unwrap();
        }
    }

    fn by_tcp(&self, listener: &TcpListener) {
        for mut stream in listener.incoming().flatten() {
            stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
            let mut length = [0; 2];
            if stream.read_exact(&mut length).is_err() {
                continue;
            }
            let mut question = vec![0; usize::from(u16::from_be_bytes(length))];
            stream.read_exact(&mut question).unwrap();
            let (act, _) = self.note("tcp", &question);
            let answer = self.answer(&question, act);
            stream.write_all(&u16::try_from(answer.len()).unwrap().to_be_bytes()).unwrap();
            let end = if act == Some(Act::CutTwice) { answer.len() / 2 } else { answer.len() };
            stream.write_all(&answer[..end]).unwrap();
        }
    }

    fn answer(&self, question: &[u8], act: Option<Act>) -> Vec<u8> {
        let question = Packet::parse(question).unwrap();
        let asked = question.questions[0].clone();
        let QTYPE::TYPE(kind) = asked.qtype else { return Vec::new() };
        let mut name = asked.qname.to_string();
        let mut packet = Packet::new_reply(question.id());
        packet.set_flags(PacketFlag::RESPONSE | PacketFlag::RECURSION_AVAILABLE);
        packet.questions.push(asked);
        match act {
            Some(Act::Fail) => *packet.rcode_mut() = RCODE::ServerFailure,
            Some(Act::Refuse) => *packet.rcode_mut() = RCODE::Refused,
            _ => {
                while let Some(entries) = self.zone.entries.get(&name) {
                    let alias = entries.iter().find_map(|entry| match entry {
                        Entry::Alias(to) => Some(to.clone()),
                        _ => None,
                    });
                    packet.answers.extend(entries.iter().filter_map(|entry| record(&name, entry, kind)));
                    match alias {
                        Some(to) => name = to,
                        None => return packet.build_bytes_vec().unwrap(),
                    }
                }
                *packet.rcode_mut() = RCODE::NameError;
            }
        }
        packet.build_bytes_vec().unwrap()
    }
}

fn record(name: &str, entry: &Entry, kind: TYPE) -> Option<ResourceRecord<'static>> {
    let own = |name: &str| Name::new_unchecked(name).into_owned();
    let data = match (kind, entry) {
        (TYPE::TXT, Entry::Txt(text)) => {
            let strings = text.as_bytes().chunks(255).map(|chunk| CharacterString::new(chunk).unwrap().into_owned());
            RData::TXT(strings.fold(TXT::new(), TXT::with_char_string))
        }
        (TYPE::MX, Entry::Mx(preference, server)) => RData::MX(MX { preference: *preference, exchange: own(server) }),
        (TYPE::A, Entry::A(address)) => RData::A(A { address: (*address).into() }),
        (_, Entry::Alias(to)) => RData::CNAME(CNAME(own(to))),
        _ => return None,
    };
    Some(ResourceRecord::new(own(name), CLASS::IN, 60, data))
}
