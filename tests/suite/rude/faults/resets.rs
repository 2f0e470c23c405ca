//! The connection is reset.

use crate::rude::fault::{BEFORE, Fault, OPENING, TLS};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    Fault::that_ends("resets the connection")
        .at(BEFORE, Act::Break, "6 sent")
        .at(TLS, Act::Break, "6 sent")
        .at(OPENING, Act::Break, "6 sent")
        .at(&[Step::Body], Act::Break, "6 sent; 1 tried twice")
        .at(&[Step::Dot], Act::Break, "5 sent, 1 in doubt")
        .at(&[Step::Reset], Act::Break, "5 sent, 1 failed")
        .at(&[Step::Quit], Act::Break, "6 sent")
        .under_tls_too()
}
