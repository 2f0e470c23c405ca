//! A reply is its code and nothing else.

use crate::rude::fault::Fault;
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    Fault::that_is_borne("answers with a bare code")
        .at(&[Step::Greeting], Act::Say(b"220\r\n"), "6 sent")
        .at(&[Step::Ehlo], Act::Say(b"250\r\n"), "6 sent")
        .at(&[Step::Auth], Act::Say(b"235\r\n"), "6 sent")
        .at(&[Step::StartTls], Act::Say(b"220\r\n"), "6 sent")
        .at(&[Step::Mail, Step::Rcpt, Step::Dot], Act::Say(b"250\r\n"), "6 sent")
        .at(&[Step::Data], Act::Say(b"354\r\n"), "6 sent")
        .at(&[Step::Reset], Act::Say(b"250\r\n"), "5 sent, 1 failed")
}
