//! A reply follows that no command led to.

use crate::rude::fault::{BEFORE, Fault, OPENING};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    let extra = Act::Also(b"250 extra\r\n");
    Fault::that_ends("adds a reply unasked")
        .at(BEFORE, extra.clone(), "6 sent")
        .at(OPENING, extra.clone(), "6 sent")
        .at(&[Step::Body], Act::Say(b"250 2.0.0 ok\r\n"), "6 sent")
        .at(&[Step::Dot], extra.clone(), "6 sent")
        .at(&[Step::Reset], extra, "5 sent, 1 failed")
}
