//! What we may send in a day is sent.

use crate::rude::fault::{Fault, OPENING};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    let enough = Act::Say(b"452 4.3.1 daily sending quota exceeded\r\n");
    Fault::that_is_borne("says that our quota is used up")
        .at(OPENING, enough.clone(), "2 sent, 4 pending; waits for the quota")
        .at(&[Step::Dot], enough, "2 sent, 1 deferred, 3 pending; waits for the quota")
}
