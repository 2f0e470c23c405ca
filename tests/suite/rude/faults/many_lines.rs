//! A reply has no last line.

use crate::rude::fault::{BEFORE, Fault, OPENING};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    let endless = Act::Say("250-and\r\n".repeat(200).leak().as_bytes());
    Fault::that_ends("writes a reply of 200 lines")
        .at(BEFORE, endless.clone(), "6 sent")
        .at(OPENING, endless.clone(), "6 sent")
        .at(&[Step::Dot], endless.clone(), "5 sent, 1 in doubt")
        .at(&[Step::Reset], endless, "5 sent, 1 failed")
}
