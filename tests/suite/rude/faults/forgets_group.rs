//! PIPELINING is offered, and what comes together with a command is thrown away.

use crate::rude::fault::{Fault, Mode};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    Fault::that_varies("offers PIPELINING, drops what comes so")
        .each_time(&[Step::Mail], Act::Forget, "6 sent")
        .only(&[Mode::Pipelined])
        .each_time(&[Step::Rcpt], Act::Forget, "6 sent")
        .only(&[Mode::Pipelined])
        .each_time(&[Step::Dot], Act::Forget, "6 sent")
        .only(&[Mode::Pipelined])
}
