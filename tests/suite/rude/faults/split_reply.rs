//! A reply comes in pieces.

use crate::rude::fault::Fault;
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    let yes = Act::Pieces(vec![b"2", b"50-a", b"\r", b"\n250", b" b\r\n"]);
    Fault::that_is_borne("answers in pieces")
        .at(&[Step::Greeting], Act::Pieces(vec![b"22", b"0 hello\r", b"\n"]), "6 sent")
        .at(&[Step::Mail, Step::Rcpt, Step::Dot], yes.clone(), "6 sent")
        .at(&[Step::Data], Act::Pieces(vec![b"3", b"54 go", b"\r", b"\n"]), "6 sent")
        .at(&[Step::Reset], yes, "5 sent, 1 failed")
}
