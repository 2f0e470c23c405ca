//! A reply takes minutes, byte by byte, and comes in time.

use std::time::Duration;

use crate::rude::fault::{BEFORE, Fault, OPENING};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    let slowly = Act::Drip(Duration::from_secs(5));
    Fault::that_is_borne("answers byte by byte, over minutes")
        .at(&BEFORE[..1], slowly.clone(), "6 sent")
        .at(OPENING, slowly.clone(), "6 sent")
        .at(&[Step::Dot], slowly.clone(), "6 sent")
        .at(&[Step::Reset], slowly, "5 sent, 1 failed")
}
