//! A frozen issue on its way to a frozen list.

pub mod backoff;
pub mod breaker;
pub mod policy;
mod wording;
