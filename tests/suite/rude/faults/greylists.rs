//! Each reader is put off the first time.

use crate::rude::base::READERS;
use crate::rude::fault::{BOTH, Fault};
use crate::support::relay::{Act, Step};

pub(super) fn fault() -> Fault {
    let later = || Act::Say(b"450 4.7.1 greylisted, try again\r\n");
    Fault::that_is_borne("greylists with 450")
        .case("RCPT (once each)", BOTH, "6 sent; 6 tried twice", move |script| {
            READERS.iter().fold(script, |script, reader| script.to(reader.address, Step::Rcpt, later()))
        })
        .each_time(&[Step::Rcpt], later(), "6 deferred; the rest is due later")
}
