//! A connection as bytes out and replies in.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

use super::certificate::Certificate;
use super::error::{Command, SessionError};
use super::reply::{Reply, ReplyDecoder};

/// How much is read, and how much is written under one timeout.
const BLOCK: usize = 32 * 1024;
/// How long a server's last words are waited for, after it closed the way to it.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// TCP, bare or under TLS.
pub(super) enum Stream {
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

/// How TLS keeps a connection from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protection {
    /// The version, as `TLS 1.3`.
    pub version: &'static str,
    /// What the server showed of itself, where that can be read.
    pub certificate: Option<Certificate>,
}

/// A stream, and what it has said so far.
pub(super) struct Wire {
    stream: Stream,
    decoder: ReplyDecoder,
    buffer: Box<[u8]>,
}

impl Wire {
    pub(super) fn new(stream: Stream) -> Self {
        Self { stream, decoder: ReplyDecoder::default(), buffer: vec![0; BLOCK].into_boxed_slice() }
    }

    /// The TCP below, for TLS to begin on it.
    ///
    /// # Errors
    /// When bytes are left that were written before TLS: a reply among them would be taken for
    /// the answer to a command after it.
    pub(super) fn into_plain(self) -> Result<TcpStream, SessionError> {
        match self.stream {
            Stream::Plain(stream) if self.decoder.is_empty() => Ok(stream),
            _ => Err(SessionError::Injected),
        }
    }

    /// How the stream is kept from others; nothing where it is not.
    pub(super) fn protection(&self) -> Option<Protection> {
        let Stream::Tls(stream) = &self.stream else { return None };
        let (_, connection) = stream.get_ref();
        let version = match connection.protocol_version() {
            Some(rustls::ProtocolVersion::TLSv1_2) => "TLS 1.2",
            Some(rustls::ProtocolVersion::TLSv1_3) => "TLS 1.3",
            _ => "TLS",
        };
        let first = connection.peer_certificates().and_then(<[_]>::first);
        Some(Protection { version, certificate: first.and_then(|der| Certificate::read(der)) })
    }

    /// Writes everything; each block within `limit`.
    pub(super) async fn write(&mut self, command: Command, bytes: &[u8], limit: Duration) -> Result<(), SessionError> {
        for block in bytes.chunks(BLOCK) {
            let written = timeout(limit, self.stream.write_all(block)).await;
            self.judge(command, limit, written).await?;
        }
        let flushed = timeout(limit, self.stream.flush()).await;
        self.judge(command, limit, flushed).await
    }

    async fn judge(
        &mut self,
        command: Command,
        limit: Duration,
        written: Result<io::Result<()>, tokio::time::error::Elapsed>,
    ) -> Result<(), SessionError> {
        match written {
            Ok(Ok(())) => Ok(()),
            Err(_) => Err(SessionError::Timeout { command, after: limit }),
            // A server that closes the connection says why, and the reply may be here already.
            Ok(Err(error)) => match self.reply(command, LAST_WORDS).await {
                Ok(reply) => Err(SessionError::UnexpectedReply { command, reply }),
                Err(_) => Err(SessionError::Broken { command, error }),
            },
        }
    }

    /// Reads the reply to `command`. Nothing is lost where this is cancelled.
    pub(super) async fn reply(&mut self, command: Command, limit: Duration) -> Result<Reply, SessionError> {
        let reading = async {
            loop {
                match self.decoder.next_reply() {
                    Ok(Some(reply)) => return Ok(reply),
                    Ok(None) => {}
                    Err(error) => return Err(SessionError::Unreadable { command, error }),
                }
                match self.stream.read(&mut self.buffer).await {
                    Ok(0) => return Err(SessionError::Closed(command)),
                    Ok(read) => self.decoder.feed(self.buffer.get(..read).unwrap_or_default()),
                    // TLS that ends without saying so.
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                        return Err(SessionError::Closed(command));
                    }
                    Err(error) => return Err(SessionError::Broken { command, error }),
                }
            }
        };
        timeout(limit, reading).await.unwrap_or(Err(SessionError::Timeout { command, after: limit }))
    }

    /// Makes sure that the server has said nothing since its last reply: what it says unasked
    /// would be taken for the answer to the next command.
    pub(super) async fn quiet(&mut self, command: Command) -> Result<(), SessionError> {
        let Self { stream, buffer, .. } = self;
        let read = poll_fn(|context| {
            let mut buffer = ReadBuf::new(buffer);
            match Pin::new(&mut *stream).poll_read(context, &mut buffer) {
                Poll::Pending => Poll::Ready(None),
                Poll::Ready(read) => Poll::Ready(Some(read.map(|()| buffer.filled().len()))),
            }
        })
        .await;
        match read {
            None => {}
            Some(Ok(0)) if self.decoder.is_empty() => return Err(SessionError::Closed(command)),
            Some(Ok(read)) => self.decoder.feed(self.buffer.get(..read).unwrap_or_default()),
            Some(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(SessionError::Closed(command));
            }
            Some(Err(error)) => return Err(SessionError::Broken { command, error }),
        }
        if self.decoder.is_empty() {
            return Ok(());
        }
        Err(match self.decoder.next_reply() {
            Ok(Some(reply)) if reply.is_negative() => SessionError::UnexpectedReply { command, reply },
            Ok(Some(reply)) => SessionError::Unsolicited(reply.to_string()),
            Ok(None) => SessionError::Unsolicited("…".to_owned()),
            Err(error) => SessionError::Unreadable { command, error },
        })
    }

    /// Says that nothing more is coming.
    pub(super) async fn shutdown(&mut self) {
        // The server is leaving too; how it does so changes nothing.
        drop(timeout(LAST_WORDS, self.stream.shutdown()).await);
    }
}
