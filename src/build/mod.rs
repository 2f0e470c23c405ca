//! One issue from document to finished renditions and message, with its findings: what `check`,
//! `build`, preview, editor and sending all call.

pub mod index;
mod issue;
mod links;
mod mend;
mod open;
pub mod output;
mod record;
mod report;
mod run;

pub use issue::{Built, Output, build_issue, check_issue};
pub use mend::{Change, Found, Mended, find, mend};
pub use open::{open, reopen};
pub use run::{Fate, Issue, Outcome, Request, SingleFile, run};
