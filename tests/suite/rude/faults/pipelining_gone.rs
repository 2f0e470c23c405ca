//! PIPELINING is offered before TLS and not after it; what comes together is thrown away.

use crate::rude::fault::{Fault, Mode};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    Fault::that_is_borne("offers PIPELINING before TLS only").case("EHLO", &[Mode::Tls], "6 sent", |script| {
        script.after_tls(&["SIZE 99999999", "SMTPUTF8"]).on(Step::Mail, 0, Act::Forget).on(Step::Dot, 0, Act::Forget)
    })
}
