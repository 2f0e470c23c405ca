//! What was offered on one connection is not offered on the next.

use crate::rude::fault::{BOTH, Fault, Third};
use crate::support::relay::{Act, Script, Step};

pub(super) fn fault() -> Fault {
    let script =
        |script: Script| script.on(Step::Mail, 2, Act::Close).on(Step::Ehlo, 2, Act::Say(b"250 scripted.example\r\n"));
    Fault::that_varies("offers nothing after a close")
        .case("EHLO", BOTH, "6 sent", script)
        .case("EHLO (SMTPUTF8 needed)", BOTH, "5 sent, 1 failed", script)
        .with_third(Third::Wide)
}
