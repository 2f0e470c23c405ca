//! The relay goes between two letters: 421 after its answer to a dot.

use crate::rude::fault::Fault;
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    Fault::that_ends("says 421 after its answer").at(&[Step::Dot], Act::Also(b"421 4.4.2 idle\r\n"), "6 sent")
}
