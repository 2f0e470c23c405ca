//! Nobody is behind an address.

use crate::rude::fault::Fault;
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    Fault::that_is_borne("says that nobody is there").at(
        &[Step::Rcpt, Step::Data, Step::Dot],
        Act::Say(b"550 5.1.1 no such user\r\n"),
        "5 sent, 1 failed; 1 suppressed",
    )
}
