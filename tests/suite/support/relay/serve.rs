//! The server itself.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::talk::{Stream, Talk};
use super::{Act, Log, Script, Step};

/// Whether it says no, or what is none of the replies that say yes.
fn refuses(act: Option<&Act>) -> bool {
    matches!(act, Some(Act::Say(bytes) | Act::SayAndClose(bytes)) if !bytes.starts_with(b"2"))
}

/// Stands in [`Log::heard`] where the server did not answer as it should.
pub(crate) const MISBEHAVES: &str = "!";

pub(super) struct Server {
    script: Script,
    /// What is left of the script's.
    acts_to: Mutex<BTreeMap<(Step, String), VecDeque<Act>>>,
    log: Arc<Mutex<Log>>,
}

impl Server {
    pub(super) fn new(script: Script, log: Arc<Mutex<Log>>) -> Self {
        Self { acts_to: Mutex::new(script.acts_to.clone()), script, log }
    }

    /// The number of a new connection, from 1.
    pub(super) fn count_connection(&self) -> usize {
        let mut log = self.log.lock().unwrap();
        log.connections += 1;
        log.connections
    }

    fn hear(&self, talk: &mut Talk, words: &str) {
        let mut log = self.log.lock().unwrap();
        log.heard.push((talk.number, words.to_owned()));
        log.bare += std::mem::take(&mut talk.bare);
    }

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
        self.perform(talk, act, usual).await
    }

    async fn perform(&self, talk: &mut Talk, act: Option<Act>, usual: &str) -> io::Result<()> {
        let Some(act) = act else { return talk.say(usual.as_bytes()).await };
        self.hear(talk, MISBEHAVES);
        let time = self.script.time;
        let over = || Err(io::ErrorKind::Other.into());
        match act {
            Act::Say(bytes) => talk.say(bytes).await,
            Act::SayAndClose(bytes) => {
                talk.say(bytes).await?;
                over()
            }
            Act::Pieces(pieces) => {
                for piece in pieces {
                    talk.say(piece).await?;
                    time.pass(Duration::from_millis(10)).await;
                }
                Ok(())
            }
            Act::Close => over(),
            Act::Break => {
                talk.stream.tcp().set_zero_linger().unwrap();
                over()
            }
            Act::Stall => {
                time.until_gone(talk.stream.tcp()).await;
                over()
            }
            Act::SayAndStall(bytes) => {
                talk.say(bytes).await?;
                time.until_gone(talk.stream.tcp()).await;
                over()
            }
            Act::Late(by) => {
                time.pass(by).await;
                talk.say(usual.as_bytes()).await
            }
            Act::TooLate => {
                time.until_gone(talk.stream.tcp()).await;
                talk.say(usual.as_bytes()).await
            }
            Act::Drip(by) => {
                for byte in usual.as_bytes() {
                    talk.say(&[*byte]).await?;
                    time.pass(by).await;
                }
                Ok(())
            }
            Act::Twice => talk.say(usual.repeat(2).as_bytes()).await,
            Act::Also(bytes) => talk.say(&[usual.as_bytes(), bytes].concat()).await,
            Act::Forget => {
                // Whoever wrote it waits for an answer, and we for more.
                talk.idles = !talk.read.is_empty();
                talk.read.clear();
                talk.say(usual.as_bytes()).await
            }
        }
    }

    pub(super) async fn serve(&self, stream: TcpStream, number: usize) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut talk = Talk::new(Stream::Plain(stream), number);
        let mut capabilities = self.script.capabilities.clone();
        if self.script.implicit {
            talk = self.shake(talk).await?;
        }
        self.answer(&mut talk, Step::Greeting, "220 scripted.example ready\r\n").await?;
        let (mut sender, mut recipients) = (None, Vec::new());
        loop {
            let line = if std::mem::take(&mut talk.idles) {
                tokio::select! {
                    line = talk.line() => line?,
                    () = self.script.time.go_by() => continue,
                }
            } else {
                talk.line().await?
            };
            self.hear(&mut talk, &line);
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
                    let act = self.act(Step::Mail);
                    if !refuses(act.as_ref()) {
                        sender = Some(line);
                    }
                    self.perform(&mut talk, act, "250 2.1.0 ok\r\n").await?;
                }
                "RCPT" => {
                    let recipient = line.trim_start_matches("RCPT TO:");
                    let act = self.act_to(Step::Rcpt, recipient);
                    let usual = if sender.is_some() { "250 2.1.5 ok\r\n" } else { "503 5.5.1 no sender\r\n" };
                    // One who is refused is no recipient.
                    let refused = refuses(act.as_ref()) || (act.is_none() && sender.is_none());
                    if !refused {
                        recipients.push(recipient.to_owned());
                    }
                    self.perform(&mut talk, act, usual).await?;
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
                        self.hear(&mut talk, ".");
                        let act = self.act_to(Step::Dot, recipients.first().map_or("", String::as_str));
                        let taken = !matches!(act, Some(Act::Say(b) | Act::SayAndClose(b)) if !b.starts_with(b"2"));
                        if taken && !recipients.is_empty() {
                            self.log.lock().unwrap().taken.push((recipients.join(","), text));
                        }
                        self.perform(&mut talk, act, "250 2.0.0 Ok: queued as SCRIPT01\r\n").await?;
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

    /// A message without its dot, as it was before the dots at the start of lines were doubled.
    async fn message(&self, talk: &mut Talk) -> io::Result<String> {
        while talk.read.len() < 3 {
            talk.more().await?;
        }
        if !talk.read.starts_with(b".\r\n") {
            match self.act(Step::Body) {
                None => {}
                Some(Act::Stall) => {
                    self.hear(talk, MISBEHAVES);
                    return self.script.time.while_written().await;
                }
                Some(act @ (Act::Say(_) | Act::SayAndClose(_) | Act::Break)) => {
                    self.perform(talk, Some(act), "").await?;
                }
                Some(_) => return Err(io::ErrorKind::Other.into()),
            }
        }
        talk.message().await
    }

    async fn shake(&self, mut talk: Talk) -> io::Result<Talk> {
        if let Some(act) = self.act(Step::Handshake) {
            self.perform(&mut talk, Some(act), "").await?;
        }
        let number = talk.number;
        let Stream::Plain(stream) = talk.stream else { return Err(io::ErrorKind::Other.into()) };
        let identity = self.script.identity.as_ref().unwrap();
        let stream = TlsAcceptor::from(Arc::clone(&identity.config)).accept(stream).await?;
        Ok(Talk::new(Stream::Tls(Box::new(stream)), number))
    }
}
