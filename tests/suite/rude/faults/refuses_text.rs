//! The relay has read enough of a long text.

use crate::rude::fault::Fault;
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    Fault::that_ends("refuses a text before its end")
        .at(&[Step::Body], Act::SayAndClose(b"552 5.3.4 too large\r\n"), "5 sent, 1 failed")
        .named("text (552)")
        .at(&[Step::Body], Act::SayAndClose(b"421 4.3.2 closing\r\n"), "6 sent")
        .named("text (421)")
}
