//! Somebody in between writes a reply before TLS begins, to be read as the answer to a command after it.

use crate::rude::fault::Fault;
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    let injected = Act::Say(b"220 go ahead\r\n250 injected\r\n");
    Fault::that_ends("injects a reply before TLS").at(&[Step::StartTls], injected.clone(), "6 sent").each_time(
        &[Step::StartTls],
        injected,
        "6 pending; gave up: unreachable",
    )
}
