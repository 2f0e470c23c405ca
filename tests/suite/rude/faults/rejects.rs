//! The relay will not have what we write, or us.

use crate::rude::fault::Fault;
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    let spam = Act::Say(b"550 5.7.1 rejected by policy\r\n");
    Fault::that_is_borne("takes us for spam")
        .at(&[Step::Rcpt, Step::Data, Step::Dot], spam.clone(), "5 sent, 1 failed")
        .each_time(&[Step::Rcpt, Step::Dot], spam.clone(), "5 failed, 1 pending; stopped: rejected")
        .at(&[Step::Mail], spam, "2 sent, 4 pending; paused: sender")
}
