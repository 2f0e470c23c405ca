//! PIPELINING is offered, and a group is answered as if it were out of order.

use crate::rude::fault::{Fault, Mode};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    let order = Act::Say(b"503 5.5.1 bad sequence\r\n");
    Fault::that_ends("offers PIPELINING, loses its place")
        .at(&[Step::Rcpt], order.clone(), "6 sent")
        .only(&[Mode::Pipelined])
        .at(&[Step::Data], order, "6 sent")
        .only(&[Mode::Pipelined])
}
