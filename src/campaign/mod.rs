//! A frozen issue on its way to a frozen list.

pub mod backoff;
pub mod breaker;
pub mod clock;
pub mod journal;
pub mod ledger;
pub mod pace;
pub mod policy;
pub mod publish;
pub mod relay;
mod wording;
