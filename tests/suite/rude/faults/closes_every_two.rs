//! A connection is worth so many letters, and nothing is said about it.

use crate::rude::fault::{BOTH, Fault};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    let last = || Act::SayAndClose(b"250 2.0.0 ok\r\n");
    Fault::that_ends("closes after every second letter")
        .case("second dot", BOTH, "6 sent", move |script| script.on(Step::Dot, 2, last()).on(Step::Dot, 4, last()))
}
