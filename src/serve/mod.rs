//! Shows a folder on this machine as a host of static sites would: for a look before it is
//! published, and for nobody else. It listens on loopback, reads, and writes nothing.

mod media;
mod pages;

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

pub use pages::{Answer, Body, Pages};

/// The longest head of a request, in bytes.
const MAX_HEAD: usize = 16 * 1024;

/// How long a browser may hold a connection without asking.
const PATIENCE: Duration = Duration::from_secs(30);

/// The most connections at a time.
const CONNECTIONS: usize = 64;

/// Listens on loopback at `port`; at any free one for 0. In a runtime.
///
/// # Errors
/// What the system says, mostly that somebody else listens there.
pub async fn listen(port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

/// Answers until the future is dropped.
pub async fn serve(listener: TcpListener, pages: Pages) {
    let pages = Arc::new(pages);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            // Mostly too many open files, which pass.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let pages = Arc::clone(&pages);
        tokio::spawn(async move {
            // Whoever leaves in the middle is no concern of others.
            drop(connection(stream, &pages).await);
            drop(place);
        });
    }
}

/// Answers one request after the other.
async fn connection(mut stream: TcpStream, pages: &Arc<Pages>) -> std::io::Result<()> {
    let mut read = Vec::new();
    loop {
        let request = loop {
            match Request::parse(&read) {
                Parsed::Whole(request, len) => {
                    read.drain(..len);
                    break request;
                }
                Parsed::Part if read.len() < MAX_HEAD => {}
                Parsed::Part | Parsed::Broken => {
                    return stream.write_all(&Answer::of_status(400).head(true)).await;
                }
            }
            let more = tokio::time::timeout(PATIENCE, stream.read_buf(&mut read)).await;
            if !matches!(more, Ok(Ok(1..))) {
                return Ok(());
            }
        };
        let Request { method, target, closes } = request;
        let is_head = method == "HEAD";
        let pages = Arc::clone(pages);
        let answer = tokio::task::spawn_blocking(move || pages.answer(&method, &target)).await;
        let answer = answer.unwrap_or_else(|_| Answer::of_status(500));
        stream.write_all(&answer.head(closes)).await?;
        if !is_head {
            stream.write_all(&answer.body).await?;
        }
        if closes {
            return stream.shutdown().await;
        }
    }
}

/// What a browser asks.
struct Request {
    method: String,
    target: String,
    /// Whether nothing more is asked on this connection.
    closes: bool,
}

enum Parsed {
    Whole(Request, usize),
    Part,
    Broken,
}

impl Request {
    fn parse(bytes: &[u8]) -> Parsed {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut request = httparse::Request::new(&mut headers);
        let len = match request.parse(bytes) {
            Ok(httparse::Status::Complete(len)) => len,
            Ok(httparse::Status::Partial) => return Parsed::Part,
            Err(_) => return Parsed::Broken,
        };
        let has = |name: &str, value: &[u8]| {
            let mut named = request.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
            named.any(|header| header.value.eq_ignore_ascii_case(value))
        };
        let has_body = request.headers.iter().any(|header| {
            let name = header.name;
            name.eq_ignore_ascii_case("content-length") || name.eq_ignore_ascii_case("transfer-encoding")
        });
        let (Some(method), Some(target), Some(version)) = (request.method, request.path, request.version) else {
            return Parsed::Broken;
        };
        // A body is not read, so nothing behind it can be.
        let closes = has_body || has("connection", b"close") || version == 0;
        Parsed::Whole(Self { method: method.to_owned(), target: target.to_owned(), closes }, len)
    }
}
