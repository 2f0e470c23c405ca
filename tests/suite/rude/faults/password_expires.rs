//! What we proved at the beginning counts no more.

use crate::rude::fault::Fault;
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    Fault::that_ends("forgets who we are with 530")
        .at(&[Step::Mail], Act::Say(b"530 5.7.0 authentication required\r\n"), "6 sent")
        .with_password()
}
