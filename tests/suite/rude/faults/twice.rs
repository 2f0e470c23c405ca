//! A reply comes twice.

use crate::rude::fault::{Fault, OPENING};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    Fault::that_ends("answers twice")
        .at(OPENING, Act::Twice, "6 sent")
        .at(&[Step::Dot], Act::Twice, "6 sent")
        .each_time(&[Step::Dot], Act::Twice, "6 sent")
}
