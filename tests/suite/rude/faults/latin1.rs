//! A reply is written in Latin-1.

use crate::rude::fault::Fault;
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    Fault::that_is_borne("answers in Latin-1")
        .at(&[Step::Greeting], Act::Say(b"220 gr\xfc\xdfe\r\n"), "6 sent")
        .at(&[Step::Mail, Step::Rcpt, Step::Dot], Act::Say(b"250 gr\xfc\xdfe\r\n"), "6 sent")
        .at(&[Step::Data], Act::Say(b"354 gr\xfc\xdfe\r\n"), "6 sent")
        .at(&[Step::Reset], Act::Say(b"250 gr\xfc\xdfe\r\n"), "5 sent, 1 failed")
}
