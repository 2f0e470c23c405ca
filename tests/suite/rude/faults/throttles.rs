//! It is too fast for the relay, which says so about everything: a storm of 454.

use crate::rude::fault::{Fault, OPENING};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    let slower = Act::Say(b"454 4.3.0 too fast\r\n");
    Fault::that_is_borne("asks for less with 454")
        .at(OPENING, slower.clone(), "6 sent")
        .at(&[Step::Dot], slower.clone(), "6 sent; 1 tried twice")
        .each_time(&[Step::Mail, Step::Rcpt], slower, "6 pending; gave up: unwilling")
}
