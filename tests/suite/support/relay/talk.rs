//! The bytes of one conversation.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

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

impl Stream {
    pub(super) fn tcp(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(stream) => stream.get_ref().0,
        }
    }
}

pub(super) struct Talk {
    pub(super) stream: Stream,
    pub(super) read: Vec<u8>,
    /// Its number among all connections.
    pub(super) number: usize,
    /// How many CR and LF stood alone.
    pub(super) bare: usize,
    /// Whether time passes until the next line is here.
    pub(super) idles: bool,
}

impl Talk {
    pub(super) fn new(stream: Stream, number: usize) -> Self {
        Self { stream, read: Vec::new(), number, bare: 0, idles: false }
    }

    /// The next line, or an error at the end.
    pub(super) async fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(end) = self.read.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.read.drain(..=end).collect();
                let bare = !line.ends_with(b"\r\n") || line[..line.len() - 2].contains(&b'\r');
                self.bare += usize::from(bare);
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            self.more().await?;
        }
    }

    /// Everything before a line that is a dot, without the dots that were put before dots.
    pub(super) async fn message(&mut self) -> io::Result<String> {
        const END: &[u8] = b"\r\n.\r\n";
        // As if the line before ended here.
        let mut bytes = b"\r\n".to_vec();
        let end = loop {
            let from = bytes.len().saturating_sub(END.len());
            bytes.append(&mut self.read);
            if let Some(end) = memchr::memmem::find(&bytes[from..], END) {
                break from + end;
            }
            self.more().await?;
        };
        self.read = bytes.split_off(end + END.len());
        bytes.truncate(end + 2);
        let text = String::from_utf8_lossy(&bytes).replace("\r\n.", "\r\n");
        let pairs = text.matches("\r\n").count();
        self.bare += text.matches('\n').count() + text.matches('\r').count() - 2 * pairs;
        Ok(text[2..].to_owned())
    }

    pub(super) async fn more(&mut self) -> io::Result<()> {
        let mut buffer = vec![0; 16 * 1024];
        match self.stream.read(&mut buffer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                self.read.extend_from_slice(&buffer[..read]);
                Ok(())
            }
        }
    }

    pub(super) async fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await
    }
}
