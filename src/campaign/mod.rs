//! A frozen issue on its way to a frozen list.

pub mod clock;
pub mod journal;
pub mod ledger;
pub mod pace;
