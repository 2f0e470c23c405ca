//! A reply breaks off, and nothing follows.

use crate::rude::fault::{BEFORE, Fault, OPENING};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    let half = Act::SayAndStall(b"250-half\r\n25");
    Fault::that_ends("falls silent within a reply")
        .at(BEFORE, half.clone(), "6 sent")
        .at(&[Step::StartTls], half.clone(), "6 sent")
        .at(OPENING, half.clone(), "6 sent")
        .at(&[Step::Dot], half.clone(), "5 sent, 1 in doubt")
        .at(&[Step::Reset], half.clone(), "5 sent, 1 failed")
        .at(&[Step::Quit], half, "6 sent")
}
