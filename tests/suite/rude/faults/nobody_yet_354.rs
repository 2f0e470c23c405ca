//! The only recipient of a group is refused, and the text is asked for all the same.

use crate::rude::fault::{Fault, Mode};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    let script = |dot: &'static [u8]| {
        move |script: crate::support::relay::Script| {
            script
                .on(Step::Rcpt, 3, Act::Say(b"550 5.2.1 disabled\r\n"))
                .on(Step::Data, 3, Act::Say(b"354 go ahead\r\n"))
                .on(Step::Dot, 3, Act::Say(dot))
        }
    };
    let grouped = &[Mode::Pipelined];
    Fault::that_is_borne("refuses RCPT, yet says 354")
        .case("RCPT (dot 554)", grouped, "5 sent, 1 failed", script(b"554 5.5.1 no valid recipients\r\n"))
        .case("RCPT (dot 250)", grouped, "5 sent, 1 failed", script(b"250 2.0.0 ok\r\n"))
}
