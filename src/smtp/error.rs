//! How a session ends before its time.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::capabilities::Mechanism;
use super::reply::{Reply, ReplyError};

/// What a session was doing: the command that an error answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Finding the server and connecting to it.
    Connect,
    /// The TLS handshake.
    Handshake,
    /// Waiting for the server's greeting.
    Greeting,
    /// EHLO.
    Ehlo,
    /// HELO.
    Helo,
    /// STARTTLS.
    StartTls,
    /// AUTH and the lines after it.
    Auth(Mechanism),
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA.
    Data,
    /// The message, without its final dot.
    Body,
    /// The message's final dot.
    Dot,
    /// RSET.
    Reset,
    /// Nothing: the session was idle.
    Idle,
    /// QUIT.
    Quit,
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "the connection",
            Self::Handshake => "the TLS handshake",
            Self::Greeting => "the greeting",
            Self::Ehlo => "`EHLO`",
            Self::Helo => "`HELO`",
            Self::StartTls => "`STARTTLS`",
            Self::Auth(mechanism) => return write!(f, "`AUTH {mechanism}`"),
            Self::Mail => "`MAIL FROM`",
            Self::Rcpt => "`RCPT TO`",
            Self::Data => "`DATA`",
            Self::Body => "the message",
            Self::Dot => "the end of the message",
            Self::Reset => "`RSET`",
            Self::Idle => "nothing",
            Self::Quit => "`QUIT`",
        })
    }
}

/// Why a session cannot begin or go on. No variant holds a secret of ours.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The server's name leads nowhere.
    #[error("`{host}` cannot be found: {error}")]
    Resolve {
        /// The name.
        host: String,
        /// What the system says.
        error: io::Error,
    },
    /// There is nobody at the server's address.
    #[error("`{host}:{port}` cannot be reached: {error}")]
    Connect {
        /// The server.
        host: String,
        /// Its port.
        port: u16,
        /// What the system says.
        error: io::Error,
    },
    /// The connection would be readable by others.
    #[error("`{0}` is another machine, and the connection to it has no TLS")]
    Plaintext(String),
    /// TLS could not be agreed upon.
    #[error("no TLS with `{host}`: {error}")]
    Tls {
        /// The server.
        host: String,
        /// What the library says.
        error: io::Error,
    },
    /// The server is not proven to be the one that is meant.
    #[error("the certificate of `{host}` is not valid: {reason}")]
    Certificate {
        /// The server.
        host: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The server has no TLS to offer.
    #[error("`{0}` does not offer STARTTLS")]
    NoStartTls(String),
    /// Bytes came before TLS that would have been taken for replies after it.
    #[error("somebody wrote into the connection before its TLS began")]
    Injected,
    /// The server knows no way to say who we are that we know.
    #[error("the server offers none of {wanted}")]
    NoMechanism {
        /// What would serve.
        wanted: &'static str,
    },
    /// A command got a reply that stops the session.
    #[error("the server answered {command} with `{reply}`")]
    UnexpectedReply {
        /// The command.
        command: Command,
        /// What the server said to it.
        reply: Reply,
    },
    /// A command got an answer that cannot be read.
    #[error("the answer to {command} cannot be read: {error}")]
    Unreadable {
        /// The command.
        command: Command,
        /// Why it cannot.
        error: ReplyError,
    },
    /// The server said something that nobody asked for.
    #[error("the server said `{0}`, to which no command led")]
    Unsolicited(String),
    /// The server took too long.
    #[error("no answer to {command} within {} s", .after.as_secs_f32())]
    Timeout {
        /// The command.
        command: Command,
        /// How long was waited.
        after: Duration,
    },
    /// The server closed the connection.
    #[error("the server closed the connection at {0}")]
    Closed(Command),
    /// The connection broke.
    #[error("the connection broke at {command}: {error}")]
    Broken {
        /// The command.
        command: Command,
        /// What the system says.
        error: io::Error,
    },
    /// A letter was announced, and another sent.
    #[error("the letter that was announced to the server is not the one to send")]
    Abandoned,
    /// It could not be noted that the dot is about to be written, so it was not.
    #[error("the sending could not be noted: {0}")]
    Withheld(io::Error),
    /// A file could not be written.
    #[error("`{}` cannot be written: {error}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl SessionError {
    /// The server's reply, where it gave one.
    pub fn reply(&self) -> Option<&Reply> {
        match self {
            Self::UnexpectedReply { reply, .. } => Some(reply),
            _ => None,
        }
    }

    /// Whether the server refused our credentials for good.
    pub fn is_authentication(&self) -> bool {
        matches!(self, Self::UnexpectedReply { command: Command::Auth(_), reply } if reply.is_permanent())
    }

    /// Whether only a change of the configuration or of the server helps.
    pub fn is_configuration(&self) -> bool {
        self.is_authentication() || matches!(self, Self::Plaintext(_) | Self::NoStartTls(_) | Self::NoMechanism { .. })
    }

    /// Whether the server said that it closes the connection (421).
    pub fn is_shutdown(&self) -> bool {
        self.reply().is_some_and(Reply::is_shutdown)
    }

    /// What the user can do about it.
    pub fn help(&self) -> Option<&'static str> {
        Some(match self {
            Self::Resolve { .. } => "check `smtp.host`, and that this machine is connected",
            Self::Connect { .. } => "check `smtp.host` and `smtp.port`, and that no firewall stands between",
            Self::Plaintext(_) => {
                "set `smtp.tls` to `starttls` or `implicit`; in a network of your own `smtp.allow_plaintext: true` does without"
            }
            Self::Tls { .. } => "check `smtp.tls`: `implicit` mostly goes with port 465, `starttls` with 587",
            Self::Certificate { .. } => "check `smtp.host`; for a certificate authority of your own set `smtp.ca_file`",
            Self::NoStartTls(_) => "set `smtp.tls` to `implicit` and `smtp.port` to the port that goes with it",
            Self::Injected => "do not send over this network",
            Self::UnexpectedReply { command: Command::Auth(_), .. } => "check `smtp.username` and `smtp.password`",
            _ => return None,
        })
    }
}
