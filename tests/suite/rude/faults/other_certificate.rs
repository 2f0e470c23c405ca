//! The certificate is somebody else's.

use crate::rude::fault::{Fault, Mode};
use crate::support::relay::Identity;

pub(super) fn fault() -> Fault {
    Fault::that_ends("shows an unknown certificate").case(
        "each handshake",
        &[Mode::Tls],
        "6 pending; gave up: unreachable",
        |script| script.tls(&Identity::new("localhost")),
    )
}
