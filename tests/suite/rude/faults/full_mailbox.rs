//! A mailbox is full.

use crate::rude::fault::Fault;
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    Fault::that_is_borne("says that a mailbox is full").at(
        &[Step::Rcpt, Step::Dot],
        Act::Say(b"552 5.2.2 mailbox full\r\n"),
        "6 sent; 1 tried twice",
    )
}
