//! The lines of one reply say yes and no.

use crate::rude::fault::{BEFORE, Fault, OPENING};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    let mixed = Act::Say(b"250-yes\r\n550 no\r\n");
    Fault::that_ends("says yes and no in one reply")
        .at(BEFORE, mixed.clone(), "6 sent")
        .at(OPENING, mixed.clone(), "6 sent")
        .at(&[Step::Dot], mixed.clone(), "5 sent, 1 in doubt")
        .at(&[Step::Reset], mixed, "5 sent, 1 failed")
}
