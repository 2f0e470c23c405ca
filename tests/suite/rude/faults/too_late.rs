//! The reply comes when it is waited for no more.

use crate::rude::fault::{BEFORE, Fault, OPENING};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    Fault::that_ends("answers after the timeout")
        .at(BEFORE, Act::TooLate, "6 sent")
        .at(OPENING, Act::TooLate, "6 sent")
        .at(&[Step::Dot], Act::TooLate, "5 sent, 1 in doubt")
        .at(&[Step::Reset], Act::TooLate, "5 sent, 1 failed")
        .at(&[Step::Quit], Act::TooLate, "6 sent")
}
