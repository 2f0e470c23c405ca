//! A reply breaks off, and with it the connection.

use crate::rude::fault::{BEFORE, Fault, OPENING};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    let half = Act::SayAndClose(b"250-half\r\n250 o");
    Fault::that_ends("closes within a reply")
        .at(BEFORE, half.clone(), "6 sent")
        .at(&[Step::StartTls], half.clone(), "6 sent")
        .at(OPENING, half.clone(), "6 sent")
        .at(&[Step::Dot], half.clone(), "5 sent, 1 in doubt")
        .at(&[Step::Reset], half.clone(), "5 sent, 1 failed")
        .at(&[Step::Quit], half, "6 sent")
}
