//! Whoever connects waits for ever.

use crate::rude::fault::Fault;
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    Fault::that_ends("lets nobody in, its queue full").each_time(
        &[Step::Connect],
        Act::Stall,
        "6 pending; gave up: unreachable",
    )
}
