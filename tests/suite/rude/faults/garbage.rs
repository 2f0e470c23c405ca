//! What is said is no reply.

use crate::rude::fault::{BEFORE, Fault, OPENING};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    let garbage = Act::Say(b"\x16\x03\x01 what\r\n");
    Fault::that_ends("answers with garbage")
        .at(BEFORE, garbage.clone(), "6 sent")
        .at(&[Step::StartTls, Step::Handshake], garbage.clone(), "6 sent")
        .at(OPENING, garbage.clone(), "6 sent")
        .at(&[Step::Dot], garbage.clone(), "5 sent, 1 in doubt")
        .at(&[Step::Reset], garbage.clone(), "5 sent, 1 failed")
        .at(&[Step::Quit], garbage.clone(), "6 sent")
        .each_time(&[Step::Dot], garbage, "5 in doubt, 1 pending; stopped: unanswered")
}
