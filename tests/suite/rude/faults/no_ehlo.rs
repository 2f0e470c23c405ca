//! The relay is older than EHLO.

use crate::rude::fault::Fault;
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    Fault::that_is_borne("does not know EHLO").each_time(&[Step::Ehlo], Act::Say(b"502 5.5.1 what?\r\n"), "6 sent")
}
