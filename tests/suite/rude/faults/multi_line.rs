//! A reply has more lines than one would think.

use crate::rude::fault::Fault;
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    Fault::that_is_borne("answers in three lines")
        .at(&[Step::Greeting], Act::Say(b"220-a\r\n220-\r\n220 c\r\n"), "6 sent")
        .at(&[Step::Mail, Step::Rcpt, Step::Dot], Act::Say(b"250-a\r\n250-\r\n250 c\r\n"), "6 sent")
        .at(&[Step::Data], Act::Say(b"354-a\r\n354-\r\n354 c\r\n"), "6 sent")
        .at(&[Step::Reset], Act::Say(b"250-a\r\n250-\r\n250 c\r\n"), "5 sent, 1 failed")
}
