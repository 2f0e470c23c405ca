//! A frozen issue on its way to a frozen list.

pub mod approval;
pub mod backoff;
pub mod breaker;
pub mod clock;
pub mod freeze;
pub mod gate;
pub mod journal;
pub mod ledger;
pub mod letters;
pub mod pace;
pub mod pick;
pub mod policy;
pub mod publish;
pub mod relay;
pub mod run;
pub mod schedule;
pub mod status;
pub mod when;
mod wording;
