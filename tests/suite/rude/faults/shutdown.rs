//! The relay goes, and says so: 421.

use crate::rude::fault::{BEFORE, Fault, OPENING};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    let goes = Act::SayAndClose(b"421 4.3.2 closing\r\n");
    Fault::that_ends("says 421 and closes")
        .at(BEFORE, goes.clone(), "6 sent")
        .at(&[Step::StartTls], goes.clone(), "6 sent")
        .at(OPENING, goes.clone(), "6 sent")
        .at(&[Step::Dot], goes.clone(), "6 sent; 1 tried twice")
        .at(&[Step::Reset], goes.clone(), "5 sent, 1 failed")
        .at(&[Step::Quit], goes.clone(), "6 sent")
        .each_time(&[Step::Greeting, Step::Mail], goes, "6 pending; gave up: unreachable")
}
