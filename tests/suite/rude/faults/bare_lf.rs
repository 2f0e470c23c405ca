//! The lines of replies end in LF alone.

use crate::rude::fault::Fault;
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    Fault::that_is_borne("ends its lines in LF alone")
        .at(&[Step::Greeting], Act::Say(b"220-a\n220 b\n"), "6 sent")
        .at(&[Step::Mail, Step::Rcpt, Step::Dot], Act::Say(b"250-a\n250 b\n"), "6 sent")
        .at(&[Step::Data], Act::Say(b"354-a\n354 b\n"), "6 sent")
        .at(&[Step::Reset], Act::Say(b"250-a\n250 b\n"), "5 sent, 1 failed")
}
