//! Hands messages to a relay: an SMTP server, or a folder of `.eml` files.
//!
//! A [`Relay`] makes [`Connection`]s; a connection sends [`Letter`]s one after the other and says
//! of each what became of it. Three things hold by the types:
//!
//! - No final dot is written without a [`Permit`], which writing it consumes. Where the permit
//!   comes back in [`Turn::unspent`], no dot was written.
//! - [`Connection::send`] takes the connection and gives it back only where every reply so far was
//!   matched to its command. After a timeout, a cancellation or a reply that cannot be read there
//!   is none to go on with.
//! - A letter is whole before a byte of it is written: an [`Envelope`] that ends no line early, a
//!   [`Content`] in which no server can see a second message.

mod capabilities;
mod certificate;
mod content;
mod credentials;
mod enhanced;
mod envelope;
mod error;
mod file;
mod pipeline;
mod relay_id;
mod reply;
mod session;
mod settings;
mod stream;
mod tls;

pub use capabilities::{Capabilities, Mechanism};
pub use certificate::Certificate;
pub use content::{Content, ContentError};
pub use credentials::{Credentials, Secret};
pub use enhanced::EnhancedCode;
pub use envelope::{Envelope, EnvelopeError};
pub use error::{Command, SessionError};
pub use file::FolderRelay;
pub use relay_id::relay_id;
pub use reply::{Reply, ReplyDecoder, ReplyError};
pub use session::{Session, SmtpRelay};
pub use settings::{Pipelining, Plaintext, Settings, SettingsError, Timeouts, Tls};
pub use stream::Protection;

use std::io;

/// What accepts our mail.
pub trait Relay: Send + Sync {
    /// What it makes.
    type Connection: Connection;

    /// Makes a connection that is ready to send.
    ///
    /// # Errors
    /// When there is none to be had; no recipient is to blame.
    fn connect(&self) -> impl Future<Output = Result<Self::Connection, SessionError>> + Send;
}

/// A way into a relay, which sends one letter at a time.
pub trait Connection: Sized + Send {
    /// Sends `letter`, spending `permit` before its final dot. `next` is what this connection is
    /// to send afterwards, as far as it is known: a server that offers PIPELINING hears of it
    /// together with the dot, which saves its round trips. Who announces a letter and then sends
    /// another loses the connection, and nothing else.
    fn send<P: Permit>(
        self,
        letter: &Letter,
        permit: P,
        next: Option<&Letter>,
    ) -> impl Future<Output = Turn<Self, P>> + Send;

    /// Whether it has sent as many letters as one connection should, and is to take leave.
    fn is_spent(&self) -> bool;

    /// Takes leave.
    fn quit(self) -> impl Future<Output = ()> + Send;
}

/// The proof that a letter's final dot may be written, by value: the ledger alone makes one, from
/// a durable intent.
pub trait Permit: Sized + Send {
    /// Gives the proof up, as the last thing before the dot. This is the place to note durably
    /// that the dot is about to be written.
    ///
    /// # Errors
    /// When that cannot be noted; the dot is then not written.
    fn spend(self) -> Result<(), Withheld<Self>>;
}

/// A permit that could not be spent.
#[derive(Debug, thiserror::Error)]
#[error("the sending could not be noted: {error}")]
pub struct Withheld<P> {
    /// The permit, given back.
    pub permit: P,
    /// What went wrong.
    pub error: io::Error,
}

/// One message for one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// From whom and to whom.
    pub envelope: Envelope,
    /// The message.
    pub content: Content,
}

/// What came of sending a letter.
#[derive(Debug)]
#[must_use]
pub struct Turn<C, P> {
    /// What became of the letter.
    pub outcome: Outcome,
    /// The permit, where no dot was written.
    pub unspent: Option<P>,
    /// The connection, where it can go on.
    pub connection: Option<C>,
}

/// What became of a letter.
#[derive(Debug)]
pub enum Outcome {
    /// The relay answered the dot with a 2xx: it has the message.
    Sent {
        /// What it said.
        reply: Reply,
        /// Its own name for the message.
        relay_id: Option<String>,
    },
    /// The relay said no.
    Refused {
        /// To what.
        stage: Stage,
        /// What it said.
        reply: Reply,
    },
    /// The letter was not offered to this relay, which could not take it.
    Unsendable(Unsendable),
    /// The connection ended before the relay answered.
    Lost {
        /// Whether it may have the message all the same.
        dot: Dot,
        /// How it ended.
        error: SessionError,
    },
}

/// What a relay refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The sender.
    Mail,
    /// The recipient.
    Rcpt,
    /// To be given the message.
    Data,
    /// The message, after its final dot.
    Dot,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 4] = [Self::Mail, Self::Rcpt, Self::Data, Self::Dot];
}

/// Whether a message's final dot went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dot {
    /// It did not: the relay cannot have taken the message.
    Unwritten,
    /// It may have: whether the relay took the message is not known.
    Written,
}

/// Why a letter cannot be given to a server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsendable {
    /// It is larger than the server takes (RFC 1870).
    #[error("the message of {size} bytes is larger than the {limit} that the relay takes")]
    TooLarge {
        /// The message's size in bytes.
        size: u64,
        /// The most that the server takes.
        limit: u64,
    },
    /// An address is not ASCII, and the server does not offer SMTPUTF8.
    #[error("`{0}` needs a relay that offers SMTPUTF8")]
    NeedsSmtpUtf8(String),
    /// The message is not ASCII, and the server does not offer 8BITMIME.
    #[error("the message needs a relay that offers 8BITMIME")]
    NeedsEightBitMime,
}

impl Unsendable {
    /// The code with which a server says the same (RFC 3463 §3.4 and §3.7, RFC 6531 §3.5).
    pub const fn enhanced(&self) -> EnhancedCode {
        match self {
            Self::TooLarge { .. } => EnhancedCode::new(5, 3, 4),
            Self::NeedsSmtpUtf8(_) => EnhancedCode::new(5, 6, 7),
            Self::NeedsEightBitMime => EnhancedCode::new(5, 6, 3),
        }
    }
}
