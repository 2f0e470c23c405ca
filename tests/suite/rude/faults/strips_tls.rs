//! TLS is denied, as by somebody who would read along.

use crate::rude::fault::{Fault, Mode};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    Fault::that_ends("denies TLS")
        .each_time(&[Step::Ehlo], Act::Say(b"250 scripted.example\r\n"), "6 pending; paused: configuration")
        .only(&[Mode::Tls])
        .at(&[Step::StartTls], Act::Say(b"454 4.7.0 not now\r\n"), "6 sent")
        .each_time(&[Step::StartTls], Act::Say(b"454 4.7.0 not now\r\n"), "6 pending; gave up: unreachable")
}
