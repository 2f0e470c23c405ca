//! A reply has a meaning, and not one that its command can have.

use crate::rude::fault::Fault;
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    Fault::that_ends("answers as to another command")
        .at(&[Step::Mail, Step::Rcpt], Act::Say(b"354 go ahead\r\n"), "6 sent")
        .at(&[Step::Data], Act::Say(b"250 2.0.0 ok\r\n"), "6 sent")
        .at(&[Step::Dot], Act::Say(b"354 go ahead\r\n"), "5 sent, 1 in doubt")
        .at(&[Step::Reset], Act::Say(b"354 go ahead\r\n"), "5 sent, 1 failed")
}
