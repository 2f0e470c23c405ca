//! Nothing more is said or read, and the connection stays.

use crate::rude::fault::{BEFORE, Fault, OPENING, TLS};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    Fault::that_ends("falls silent")
        .at(BEFORE, Act::Stall, "6 sent")
        .at(TLS, Act::Stall, "6 sent")
        .at(OPENING, Act::Stall, "6 sent")
        .at(&[Step::Body], Act::Stall, "6 sent; 1 tried twice")
        .at(&[Step::Dot], Act::Stall, "5 sent, 1 in doubt")
        .at(&[Step::Reset], Act::Stall, "5 sent, 1 failed")
        .at(&[Step::Quit], Act::Stall, "6 sent")
        .each_time(&[Step::Greeting], Act::Stall, "6 pending; gave up: unreachable")
        .each_time(&[Step::Dot], Act::Stall, "5 in doubt, 1 pending; stopped: unanswered")
}
