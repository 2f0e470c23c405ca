//! The relay does not know us by our password, for now or for good.

use crate::rude::fault::Fault;
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    Fault::that_ends("does not know us")
        .at(&[Step::Auth], Act::Say(b"454 4.7.0 try later\r\n"), "6 sent")
        .named("AUTH (454)")
        .at(&[Step::Auth], Act::Say(b"535 5.7.8 wrong password\r\n"), "6 pending; paused: credentials")
        .named("AUTH (535)")
}
