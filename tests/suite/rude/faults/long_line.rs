//! A line of a reply has no end.

use crate::rude::fault::{BEFORE, Fault, OPENING};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    let long = Act::Say(&[b'2'; 5000]);
    Fault::that_ends("writes a line of 5,000 bytes")
        .at(BEFORE, long.clone(), "6 sent")
        .at(&[Step::StartTls], long.clone(), "6 sent")
        .at(OPENING, long.clone(), "6 sent")
        .at(&[Step::Dot], long.clone(), "5 sent, 1 in doubt")
        .at(&[Step::Reset], long.clone(), "5 sent, 1 failed")
        .at(&[Step::Quit], long, "6 sent")
}
