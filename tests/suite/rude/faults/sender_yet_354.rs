//! The sender of a group is refused, its recipient is not, and the text is asked for: a dot would
//! send an empty message.

use crate::rude::fault::{Fault, Mode};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    Fault::that_ends("refuses MAIL, yet says 354").case("MAIL", &[Mode::Pipelined], "6 sent; 1 tried twice", |script| {
        script.on(Step::Mail, 3, Act::Say(b"451 4.3.0 later\r\n")).on(Step::Rcpt, 3, Act::Say(b"250 2.1.5 ok\r\n")).on(
            Step::Data,
            3,
            Act::Say(b"354 go ahead\r\n"),
        )
    })
}
