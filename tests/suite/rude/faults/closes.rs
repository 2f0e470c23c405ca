//! The connection ends without a word.

use crate::rude::fault::{BEFORE, Fault, OPENING, TLS};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    Fault::that_ends("closes without a word")
        .at(BEFORE, Act::Close, "6 sent")
        .at(TLS, Act::Close, "6 sent")
        .at(OPENING, Act::Close, "6 sent")
        .at(&[Step::Body], Act::Close, "6 sent; 1 tried twice")
        .at(&[Step::Dot], Act::Close, "5 sent, 1 in doubt")
        .at(&[Step::Reset], Act::Close, "5 sent, 1 failed")
        .at(&[Step::Quit], Act::Close, "6 sent")
        .each_time(BEFORE, Act::Close, "6 pending; gave up: unreachable")
        .each_time(TLS, Act::Close, "6 pending; gave up: unreachable")
        .each_time(OPENING, Act::Close, "6 pending; gave up: unreachable")
        .each_time(&[Step::Dot], Act::Close, "5 in doubt, 1 pending; stopped: unanswered")
        .under_tls_too()
}
