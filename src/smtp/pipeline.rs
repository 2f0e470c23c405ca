//! One letter over a session: MAIL, RCPT, DATA, the message, its dot.
//!
//! Where the server offers PIPELINING (RFC 2920), MAIL, RCPT and DATA go out together, and those
//! of the letter that is announced go out with the dot of the one before it: one round trip a
//! letter. The replies to an announcement are read when its letter is sent, so that the outcome of
//! the letter before is known as soon as its own reply is here.

use std::mem;
use std::sync::atomic::Ordering;

use super::error::{Command, SessionError};
use super::relay_id::relay_id;
use super::reply::Reply;
use super::session::{Progress, Session};
use super::{Dot, Letter, Outcome, Permit, Pipelining, Stage, Turn, Unsendable};

/// What the server said to a letter's envelope.
enum Opening {
    /// It waits for the message.
    Accepted,
    /// It does not want it.
    Refused(Stage, Reply),
}

impl Session {
    /// [`Connection::send`](super::Connection::send).
    pub(super) async fn transact<P: Permit>(
        mut self,
        letter: &Letter,
        permit: P,
        next: Option<&Letter>,
    ) -> Turn<Self, P> {
        if let Some(fault) = self.unsendable(letter) {
            return self.unwritten(Outcome::Unsendable(fault), permit);
        }
        match self.open(letter).await {
            Ok(Opening::Accepted) => {}
            Ok(Opening::Refused(stage, reply)) => return self.unwritten(Outcome::Refused { stage, reply }, permit),
            Err(error) => return lost(error, permit),
        }
        if let Err(error) = self.body(letter).await {
            return match error {
                // It does not want this message, whatever the connection is worth now.
                SessionError::UnexpectedReply { command: Command::Body, reply }
                    if reply.is_negative() && !reply.is_shutdown() =>
                {
                    let outcome = Outcome::Refused { stage: Stage::Data, reply };
                    Turn { outcome, unspent: Some(permit), connection: None }
                }
                error => lost(error, permit),
            };
        }
        self.letters_left = self.letters_left.saturating_sub(1);
        let next = next.filter(|next| self.letters_left > 0 && self.pipelines() && self.unsendable(next).is_none());
        let mut last = b".\r\n".to_vec();
        if let Some(next) = next {
            last.extend_from_slice(self.opening(next).as_bytes());
        }
        if let Err(withheld) = permit.spend() {
            return lost(SessionError::Withheld(withheld.error), withheld.permit);
        }
        match self.finish(&last).await {
            Ok(reply) => {
                self.progress = match next {
                    _ if reply.is_shutdown() => Progress::Over,
                    Some(next) => Progress::Announced(next.envelope.clone(), next.content.size()),
                    None => Progress::Idle,
                };
                let outcome = if reply.is_positive() {
                    Outcome::Sent { relay_id: relay_id(&reply), reply }
                } else {
                    Outcome::Refused { stage: Stage::Dot, reply }
                };
                Turn { outcome, unspent: None, connection: self.usable() }
            }
            Err(error) => Turn { outcome: Outcome::Lost { dot: Dot::Written, error }, unspent: None, connection: None },
        }
    }

    /// Why the server could not take this letter.
    fn unsendable(&self, letter: &Letter) -> Option<Unsendable> {
        let Letter { envelope, content } = letter;
        let size = content.size();
        if let Some(limit) = self.capabilities.size().filter(|limit| size > *limit) {
            return Some(Unsendable::TooLarge { size, limit });
        }
        if envelope.needs_smtputf8() && !self.capabilities.offers("SMTPUTF8") {
            let odd = [envelope.recipient(), envelope.sender()].into_iter().find(|address| !address.is_ascii());
            return Some(Unsendable::NeedsSmtpUtf8(odd.unwrap_or_default().to_owned()));
        }
        let eight_bit = content.is_ascii() || self.capabilities.offers("8BITMIME");
        (!eight_bit).then_some(Unsendable::NeedsEightBitMime)
    }

    fn pipelines(&self) -> bool {
        self.pipelining == Pipelining::WhenOffered
            && self.capabilities.offers("PIPELINING")
            && !self.broken_pipelining.load(Ordering::Relaxed)
    }

    fn mail(&self, letter: &Letter) -> String {
        let Letter { envelope, content } = letter;
        let size = if self.capabilities.offers("SIZE") { format!(" SIZE={}", content.size()) } else { String::new() };
        let body = if content.is_ascii() { "" } else { " BODY=8BITMIME" };
        let utf8 = if envelope.needs_smtputf8() { " SMTPUTF8" } else { "" };
        format!("MAIL FROM:<{}>{size}{body}{utf8}\r\n", envelope.sender())
    }

    /// MAIL, RCPT and DATA of a letter.
    fn opening(&self, letter: &Letter) -> String {
        format!("{}{}DATA\r\n", self.mail(letter), rcpt(letter))
    }

    /// Opens a transaction for this letter.
    async fn open(&mut self, letter: &Letter) -> Result<Opening, SessionError> {
        let unfinished = match mem::replace(&mut self.progress, Progress::Over) {
            Progress::Announced(envelope, size) => {
                if envelope != letter.envelope || size != letter.content.size() {
                    return Err(SessionError::Abandoned);
                }
                return self.read_opening().await;
            }
            progress => progress == Progress::Unfinished,
        };
        if !self.pipelines() {
            return self.open_step_by_step(letter, unfinished).await;
        }
        let reset = if unfinished { "RSET\r\n" } else { "" };
        let group = format!("{reset}{}", self.opening(letter));
        self.wire.quiet(Command::Idle).await?;
        self.wire.write(Command::Mail, group.as_bytes(), self.timeouts.block).await?;
        if unfinished {
            let reply = self.wire.reply(Command::Reset, self.limit(Command::Reset)).await?;
            if !reply.is_positive() {
                return Err(SessionError::UnexpectedReply { command: Command::Reset, reply });
            }
        }
        self.read_opening().await
    }

    async fn open_step_by_step(&mut self, letter: &Letter, unfinished: bool) -> Result<Opening, SessionError> {
        if unfinished {
            self.expect(Command::Reset, "RSET\r\n").await?;
        }
        self.wire.quiet(Command::Idle).await?;
        let steps = [
            (Command::Mail, Stage::Mail, self.mail(letter)),
            (Command::Rcpt, Stage::Rcpt, rcpt(letter)),
            (Command::Data, Stage::Data, "DATA\r\n".to_owned()),
        ];
        for (command, stage, line) in steps {
            let reply = self.command(command, &line).await?;
            if let Some(reply) = self.judge(command, reply)? {
                self.progress = Progress::Unfinished;
                return Ok(Opening::Refused(stage, reply));
            }
        }
        Ok(Opening::Accepted)
    }

    /// Reads the replies to MAIL, RCPT and DATA, which were written together.
    async fn read_opening(&mut self) -> Result<Opening, SessionError> {
        let mail = self.wire.reply(Command::Mail, self.limit(Command::Mail)).await;
        if matches!(mail, Err(SessionError::Timeout { .. })) {
            // It threw away what came together with the dot before.
            self.broken_pipelining.store(true, Ordering::Relaxed);
        }
        let mail = self.judge(Command::Mail, mail?)?;
        match self.read_pipelined(mail.is_none()).await {
            Ok((rcpt, data)) => self.opened(mail, rcpt, data).await,
            Err(error) => {
                // It lost its place among commands that came together, as a server does that
                // throws away what it has not read yet. The next session goes step by step.
                if !error.is_shutdown() {
                    self.broken_pipelining.store(true, Ordering::Relaxed);
                }
                Err(error)
            }
        }
    }

    async fn read_pipelined(&mut self, mail_accepted: bool) -> Result<(Option<Reply>, Reply), SessionError> {
        let command = Command::Rcpt;
        let reply = self.wire.reply(command, self.limit(command)).await?;
        // 503: a command out of order, which ours are not.
        if mail_accepted && reply.code() == 503 {
            return Err(SessionError::UnexpectedReply { command, reply });
        }
        let rcpt = self.judge(command, reply)?;
        let command = Command::Data;
        let reply = self.wire.reply(command, self.limit(command)).await?;
        let lost = mail_accepted && rcpt.is_none() && reply.code() == 503;
        if lost || reply.is_positive() || reply.is_shutdown() {
            return Err(SessionError::UnexpectedReply { command, reply });
        }
        Ok((rcpt, reply))
    }

    async fn opened(&mut self, mail: Option<Reply>, rcpt: Option<Reply>, data: Reply) -> Result<Opening, SessionError> {
        let refusal = match (mail, rcpt) {
            (Some(mail), _) => Some((Stage::Mail, mail)),
            (None, Some(rcpt)) => Some((Stage::Rcpt, rcpt)),
            (None, None) => None,
        };
        match refusal {
            None if data.is_intermediate() => Ok(Opening::Accepted),
            None => {
                self.progress = Progress::Unfinished;
                Ok(Opening::Refused(Stage::Data, data))
            }
            Some((stage, reply)) => {
                self.progress = match stage {
                    _ if !data.is_intermediate() => Progress::Unfinished,
                    // It may have a recipient after all, to whom the lone dot would send an empty message.
                    Stage::Mail => Progress::Over,
                    _ => self.lone_dot().await,
                };
                Ok(Opening::Refused(stage, reply))
            }
        }
    }

    /// Ends an empty message that a server waits for although nobody is to get it (RFC 2920
    /// §3.1). No letter ends with this dot, so that it needs no permit.
    async fn lone_dot(&mut self) -> Progress {
        match self.command(Command::Dot, ".\r\n").await {
            Ok(reply) if !(reply.is_shutdown() || reply.is_intermediate()) => Progress::Idle,
            _ => Progress::Over,
        }
    }

    /// The refusal that `reply` is, if it is one.
    fn judge(&self, command: Command, reply: Reply) -> Result<Option<Reply>, SessionError> {
        let wanted = if command == Command::Data { reply.is_intermediate() } else { reply.is_positive() };
        // 530: what we proved at the beginning no longer counts, and a new session proves it anew.
        let expired = command == Command::Mail && self.authenticated && reply.code() == 530;
        if wanted {
            Ok(None)
        } else if reply.is_shutdown() || expired || !reply.is_negative() {
            Err(SessionError::UnexpectedReply { command, reply })
        } else {
            Ok(Some(reply))
        }
    }

    /// Writes the message but for its dot.
    async fn body(&mut self, letter: &Letter) -> Result<(), SessionError> {
        self.wire.quiet(Command::Body).await?;
        self.wire.write(Command::Body, &letter.content.stuffed(), self.timeouts.block).await?;
        // Whatever is said before the dot is not about the dot.
        self.wire.quiet(Command::Body).await
    }

    /// Writes the dot, with what goes along, and reads the reply to it.
    async fn finish(&mut self, last: &[u8]) -> Result<Reply, SessionError> {
        let command = Command::Dot;
        self.wire.write(command, last, self.timeouts.block).await?;
        let reply = self.wire.reply(command, self.limit(command)).await?;
        if reply.is_intermediate() { Err(SessionError::UnexpectedReply { command, reply }) } else { Ok(reply) }
    }

    fn usable(self) -> Option<Self> {
        (self.progress != Progress::Over).then_some(self)
    }

    /// The turn of a letter whose dot was not written, over a session that may go on.
    fn unwritten<P>(self, outcome: Outcome, permit: P) -> Turn<Self, P> {
        Turn { outcome, unspent: Some(permit), connection: self.usable() }
    }
}

/// The turn of a letter whose session ended before its dot.
fn lost<P>(error: SessionError, permit: P) -> Turn<Session, P> {
    Turn { outcome: Outcome::Lost { dot: Dot::Unwritten, error }, unspent: Some(permit), connection: None }
}

fn rcpt(letter: &Letter) -> String {
    format!("RCPT TO:<{}>\r\n", letter.envelope.recipient())
}
