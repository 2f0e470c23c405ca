//! The messages are larger than the relay takes.

use crate::rude::fault::{BOTH, Fault};
use crate::support::relay::{Act, Script, Step};

pub(super) fn fault() -> Fault {
    let too_large = Act::Say(b"552 5.3.4 too large\r\n");
    Fault::that_is_borne("takes no message of this size")
        .case("EHLO (SIZE 100)", BOTH, "5 failed, 1 pending; stopped: rejected", |script: Script| {
            script.limited("SIZE 100")
        })
        .at(&[Step::Mail], too_large.clone(), "5 sent, 1 failed")
        .each_time(&[Step::Mail], too_large.clone(), "5 failed, 1 pending; stopped: rejected")
        .at(&[Step::Data, Step::Dot], too_large, "5 sent, 1 failed")
}
