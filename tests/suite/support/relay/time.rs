//! How a server lets time pass: by waiting, or by moving the clock of a runtime that stands still.

use std::time::Duration;

use tokio::io::{Interest, Ready};
use tokio::net::TcpStream;

/// So far the clock is moved at once: whoever waits for less time wakes in the right order.
const STRIDE: Duration = Duration::from_secs(5);
/// Longer than anybody waits to write a block.
const BLOCK: Duration = Duration::from_secs(200);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Time {
    #[default]
    Real,
    Virtual,
}

impl Time {
    pub(super) async fn pass(self, mut left: Duration) {
        match self {
            Self::Real => tokio::time::sleep(left).await,
            Self::Virtual => {
                while !left.is_zero() {
                    let stride = left.min(STRIDE);
                    self.stride(stride).await;
                    left -= stride;
                }
            }
        }
    }

    /// Lets time pass until the other side has gone.
    pub(super) async fn until_gone(self, stream: &TcpStream) {
        if self == Self::Real {
            return std::future::pending().await;
        }
        loop {
            let gone = tokio::select! {
                biased;
                ready = stream.ready(Interest::READABLE) => ready.is_ok_and(Ready::is_read_closed),
                () = std::future::ready(()) => false,
            };
            if gone {
                return;
            }
            self.stride(STRIDE).await;
        }
    }

    /// Lets so much time pass that whoever writes gives up, which cannot be seen: what was written
    /// and not read stands between.
    pub(super) async fn while_written<T>(self) -> T {
        if self == Self::Virtual {
            self.pass(BLOCK).await;
        }
        std::future::pending().await
    }

    /// Lets time pass for ever.
    pub(super) async fn go_by(self) {
        loop {
            self.pass(STRIDE).await;
        }
    }

    async fn stride(self, by: Duration) {
        tokio::time::advance(by).await;
        // The disk knows no virtual time: whoever waits for it gets a moment.
        std::thread::sleep(Duration::from_micros(200));
        for _ in 0..4 {
            tokio::task::yield_now().await;
        }
    }
}
