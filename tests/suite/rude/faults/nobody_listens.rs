//! There is no way in.

use crate::rude::fault::Fault;
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    Fault::that_ends("refuses connections").each_time(&[Step::Connect], Act::Close, "6 pending; gave up: unreachable")
}
